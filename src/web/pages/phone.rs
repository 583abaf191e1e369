//! `/phone/{token}`: the phone of a hand-off. Opening the link changes nothing; the press of 「続ける」 binds it to this
//! browser, which then shows three digits, registers a passkey of its own, and is told what became of it.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    login_passkey::{Begun, Next},
    passkeys_register::Begin,
};
use crate::{
    domain::{Channel, HandoffStage, Secret, User},
    flows::enrol::{
        NotUsable,
        passkey::Refusal,
        phone::{self, Input, Unusable},
    },
    web::{
        extract::{ProtectedForm, StrictJson, Visitor},
        failure::Failure,
        reply::{JsonRefusal, see_other},
        state::Shared,
        view::{ErrorKind, Orphan, PhonePage},
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finish {
    state: String,
    credential: Value,
}

pub async fn show(
    State(state): State<Shared>,
    visitor: Visitor,
    Path(token): Path<String>,
) -> Result<Response, Failure> {
    let (secret, browser) = (Secret::presented(token.clone()), visitor.browser.hash());
    let verdict = state
        .run(visitor.info.clone(), move |store, cx| {
            let verdict = phone::look(store, cx, &secret, &browser)?;
            let orphan = verdict.as_ref().map_or(Ok(None), |looked| phone::orphan(store, looked))?;
            Ok(verdict.map(|looked| (looked, orphan)))
        })
        .await?;
    let (looked, orphan) = verdict.map_err(explain)?;
    let page = PhonePage {
        stage: looked.stage.as_str(),
        digits: looked.handoff.digits.filter(|_| looked.stage == HandoffStage::Pressed),
        clinic: visitor.clinic_name(&looked.who),
        person: looked.who.user.profile.name,
        is_phone: Channel::of_handoff(&visitor.info.user_agent) == Channel::PhoneHandoff,
        limit: User::PASSKEY_LIMIT,
        expires_at: looked.handoff.expires_at,
        orphan: orphan.map(|credential_id| Orphan { rp_id: state.site.rp_id.clone(), credential_id }),
        contact: Some(looked.who.clinic.contact),
        token,
    };
    visitor.page(&state, None, &page)
}

pub async fn press(
    State(state): State<Shared>,
    Path(token): Path<String>,
    ProtectedForm { visitor, .. }: ProtectedForm,
) -> Result<Response, Failure> {
    let back = page_of(&token);
    let (token, browser) = (Secret::presented(token), visitor.browser.hash());
    let verdict = state.run(visitor.info, move |store, cx| phone::press(store, cx, &token, &browser)).await?;
    verdict.map_err(explain)?;
    Ok(see_other(&back))
}

fn page_of(token: &str) -> String {
    format!("/phone/{token}")
}

fn explain(NotUsable { why, contact }: NotUsable<Unusable>) -> Failure {
    let kind = match why {
        Unusable::Over => ErrorKind::HandoffOver,
        Unusable::Elsewhere => ErrorKind::HandoffElsewhere,
    };
    Failure::with_contact(kind, contact)
}

/// For the page's own script: whether there is anything new to be seen.
pub async fn state(
    State(state): State<Shared>,
    visitor: Visitor,
    Path(token): Path<String>,
) -> Result<Response, JsonRefusal> {
    let (token, browser) = (Secret::presented(token), visitor.browser.hash());
    let verdict = state.run_read(visitor.info, move |store, cx| phone::look(store, cx, &token, &browser)).await?;
    let stage = verdict.map_or("", |looked| looked.stage.as_str());
    Ok(Json(json!({ "seen": stage })).into_response())
}

pub async fn begin(
    State(state): State<Shared>,
    visitor: Visitor,
    Path(token): Path<String>,
    StrictJson(Begin {}): StrictJson<Begin>,
) -> Result<Json<Begun>, JsonRefusal> {
    let (token, browser) = (Secret::presented(token), visitor.browser.hash());
    let verdict = state.run(visitor.info, move |store, cx| phone::begin(store, cx, &token, &browser)).await?;
    let begun = verdict.map_err(|reason| JsonRefusal::new(StatusCode::FORBIDDEN, reason))?;
    Ok(Json(Begun { options: begun.options, state: begun.state }))
}

pub async fn finish(
    State(state): State<Shared>,
    visitor: Visitor,
    Path(token): Path<String>,
    StrictJson(Finish { state: sealed, credential }): StrictJson<Finish>,
) -> Result<Json<Next>, JsonRefusal> {
    let next = page_of(&token);
    let (token, browser) = (Secret::presented(token), visitor.browser.hash());
    let input = Input { state: sealed, credential };
    let verdict = state.run(visitor.info, move |store, cx| phone::finish(store, cx, &token, &browser, input)).await?;
    verdict.map_err(|Refusal { reason, unknown_credential }| {
        JsonRefusal::new(StatusCode::FORBIDDEN, reason).unknown_credential(unknown_credential)
    })?;
    Ok(Json(Next { next }))
}
