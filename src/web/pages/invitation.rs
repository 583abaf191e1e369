//! `/invite/{token}`: the link of an invitation. Looking changes nothing; the press of 「続ける」 spends it.

use axum::{
    extract::{Path, State},
    response::Response,
};

use crate::{
    domain::Secret,
    flows::enrol::{
        NotUsable,
        invitation::{self, Invited, Unusable},
    },
    web::{
        extract::{ProtectedForm, Visitor, session_cookie, set_cookie},
        failure::Failure,
        reply::see_other,
        state::Shared,
        view::{ErrorKind, InvitationPage},
    },
};

pub async fn show(
    State(state): State<Shared>,
    visitor: Visitor,
    Path(token): Path<String>,
) -> Result<Response, Failure> {
    let secret = Secret::presented(token.clone());
    let verdict = state.run(visitor.info.clone(), move |store, cx| invitation::look(store, cx, &secret)).await?;
    let Invited { invitation, user, clinic, .. } = verdict.map_err(explain)?;
    let page = InvitationPage {
        token,
        person: user.profile.name,
        clinic: clinic.name,
        expires_at: invitation.expires_at(),
        contact: Some(clinic.contact),
    };
    visitor.page(&state, None, &page)
}

pub async fn accept(
    State(state): State<Shared>,
    Path(token): Path<String>,
    ProtectedForm { visitor, .. }: ProtectedForm,
) -> Result<Response, Failure> {
    let (token, previous) = (Secret::presented(token), visitor.session);
    let verdict = state.run(visitor.info, move |store, cx| invitation::accept(store, cx, &token, previous)).await?;
    let opened = verdict.map_err(explain)?;
    let mut response = see_other("/settings/passkeys");
    set_cookie(&mut response, &session_cookie(&state, &opened.secret));
    Ok(response)
}

fn explain(NotUsable { why, contact }: NotUsable<Unusable>) -> Failure {
    let kind = match why {
        Unusable::Unknown => ErrorKind::InvitationUnknown,
        Unusable::Expired => ErrorKind::InvitationExpired,
        Unusable::Used => ErrorKind::InvitationUsed,
    };
    Failure::with_contact(kind, contact)
}
