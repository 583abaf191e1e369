//! The person behind a session cookie. Without a good session a handler that takes one is not called: the visitor goes to
//! the login page and comes back.

use axum::{
    extract::FromRequestParts,
    http::request::Parts,
    response::{IntoResponse, Response},
};

use super::Visitor;
use crate::{
    domain::{Fault, SessionKind, SignedIn},
    flows::account::sessions,
    store::{self, Store},
    web::{failure::Failure, reply::see_other, state::Shared},
};

/// Signed in, if only to enrol: `/settings/passkeys`, `/settings/password`, `/settings/second-factor`, logout.
pub struct Enrolled {
    pub visitor: Visitor,
    pub who: SignedIn,
}

/// Signed in with an ordinary session.
pub struct Who {
    pub visitor: Visitor,
    pub who: SignedIn,
}

/// Whose session this is, if it is good; writes that it was seen, at most once a minute.
pub async fn find(visitor: &Visitor, state: &Shared) -> Result<Option<SignedIn>, Fault> {
    let Some(secret) = visitor.session.clone() else { return Ok(None) };
    let look = move |store: &Store, cx: &crate::flows::Cx| {
        let found = store.read(|conn| store::sessions::find_signed_in(conn, &secret.hash()))?;
        Ok(found.filter(|who| who.is_good(cx.now)))
    };
    let Some(who) = state.run_read(visitor.info.clone(), look).await? else { return Ok(None) };
    if who.session.wants_touch(state.clock.now()) {
        let session = who.session.clone();
        state.run(visitor.info.clone(), move |store, cx| sessions::seen(store, cx, &session)).await?;
    }
    Ok(Some(who))
}

impl FromRequestParts<Shared> for Enrolled {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &Shared) -> Result<Self, Response> {
        let Ok(visitor) = Visitor::from_request_parts(parts, state).await;
        match find(&visitor, state).await {
            Err(fault) => Err(Failure::from(fault).into_response()),
            Ok(None) => Err(see_other("/login?notice=session_ended")),
            Ok(Some(who)) => Ok(Self { visitor, who }),
        }
    }
}

impl FromRequestParts<Shared> for Who {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &Shared) -> Result<Self, Response> {
        let Enrolled { visitor, who } = Enrolled::from_request_parts(parts, state).await?;
        if who.session.kind == SessionKind::Ordinary {
            Ok(Self { visitor, who })
        } else {
            Err(see_other("/settings/passkeys"))
        }
    }
}
