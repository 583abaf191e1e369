//! `POST /login/passkey/begin` and `/finish`: JSON from the login page's own script. Anybody may begin, and nothing is
//! written for it; the answer is good for this browser alone.

use std::time::Duration;

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::waiting;
use crate::{
    domain::{RegistrationPolicy, RequestInfo},
    flows::{
        authorize::Waiting,
        sign_in::passkey::{self, Input, Refusal},
    },
    web::{
        extract::{StrictJson, Visitor, session_cookie, set_cookie},
        ops::metrics::{Tried, Way},
        reply::JsonRefusal,
        state::Shared,
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Begin {
    /// Of no use yet: the request is looked at when the assertion comes.
    #[serde(default, rename = "continue")]
    _waiting: Option<String>,
}

#[derive(Serialize)]
pub struct Begun {
    pub options: Value,
    pub state: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finish {
    state: String,
    #[serde(default, rename = "continue")]
    waiting: Option<String>,
    credential: Value,
}

#[derive(Serialize)]
pub struct Next {
    pub next: String,
}

pub async fn begin(
    State(state): State<Shared>,
    visitor: Visitor,
    StrictJson(_): StrictJson<Begin>,
) -> Result<Json<Begun>, JsonRefusal> {
    if visitor.is_new {
        return Err(JsonRefusal::new(StatusCode::FORBIDDEN, "no_cookies"));
    }
    let timeout = timeout(&state, visitor.info.clone()).await;
    let begun = passkey::begin(&state.cx(visitor.info), &visitor.browser, timeout)?;
    Ok(Json(Begun { options: begun.options, state: begun.state }))
}

/// A store that cannot be asked stops nobody here.
async fn timeout(state: &Shared, info: RequestInfo) -> Duration {
    let now = state.clock.now();
    if let Some(known) = state.login_time.known(now) {
        return known;
    }
    let read = state.run_read(info, |store, _| passkey::longest(store)).await;
    let timeout = read.unwrap_or(*RegistrationPolicy::CHALLENGE.start());
    state.login_time.keep(now, timeout);
    timeout
}

pub async fn finish(
    State(state): State<Shared>,
    visitor: Visitor,
    StrictJson(finish): StrictJson<Finish>,
) -> Result<Response, JsonRefusal> {
    let (browser, previous) = (visitor.browser, visitor.session);
    let verdict = state
        .run_to_end(visitor.info, move |store, cx| {
            let waiting = finish.waiting.as_deref().and_then(|sealed| Waiting::open(cx, sealed));
            let next = waiting::next_after(finish.waiting.as_deref().zip(waiting.as_ref()), false);
            let input = Input { state: finish.state, credential: finish.credential, browser, waiting, previous };
            Ok(passkey::finish(store, cx, input)?.map(|verdict| verdict.map(|opened| (next, opened.secret))))
        })
        .await;
    state.metrics.tried_to_sign_in(Way::Passkey, Tried::of(&verdict));
    match verdict? {
        Ok((next, secret)) => {
            let mut response = Json(Next { next }).into_response();
            set_cookie(&mut response, &session_cookie(&state, &secret));
            Ok(response)
        }
        Err(Refusal { reason, unknown_credential }) => {
            Err(JsonRefusal::new(StatusCode::FORBIDDEN, reason).unknown_credential(unknown_credential))
        }
    }
}
