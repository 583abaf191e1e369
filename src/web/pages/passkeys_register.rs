//! `POST /settings/passkeys/begin` and `/finish`: JSON from the settings page's own script, by the session's person.

use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use serde_json::Value;

use super::{
    login_passkey::{Begun, Next},
    waiting::carried,
};
use crate::{
    domain::SignedIn,
    flows::enrol::passkey::{self, Input, Refusal},
    web::{
        extract::{StrictJson, Visitor, find},
        reply::JsonRefusal,
        state::Shared,
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Begin {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finish {
    state: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(default, rename = "continue")]
    waiting: Option<String>,
    credential: Value,
}

const SIGNED_OUT: JsonRefusal = JsonRefusal::new(StatusCode::UNAUTHORIZED, "signed_out");

async fn signed_in(visitor: &Visitor, state: &Shared) -> Result<SignedIn, JsonRefusal> {
    find(visitor, state).await?.ok_or(SIGNED_OUT)
}

pub async fn begin(
    State(state): State<Shared>,
    visitor: Visitor,
    StrictJson(Begin {}): StrictJson<Begin>,
) -> Result<Json<Begun>, JsonRefusal> {
    let who = signed_in(&visitor, &state).await?;
    let verdict = state.run(visitor.info, move |store, cx| passkey::begin(store, cx, &who)).await?;
    let begun = verdict.map_err(|reason| JsonRefusal::new(StatusCode::FORBIDDEN, reason))?;
    Ok(Json(Begun { options: begun.options, state: begun.state }))
}

pub async fn finish(
    State(state): State<Shared>,
    visitor: Visitor,
    StrictJson(finish): StrictJson<Finish>,
) -> Result<Json<Next>, JsonRefusal> {
    let who = signed_in(&visitor, &state).await?;
    let Finish { state: sealed, name, waiting, credential } = finish;
    let verdict = state
        .run(visitor.info, move |store, cx| passkey::finish(store, cx, &who, Input { state: sealed, credential, name }))
        .await?;
    verdict.map_err(|Refusal { reason, unknown_credential }| {
        JsonRefusal::new(StatusCode::FORBIDDEN, reason).unknown_credential(unknown_credential)
    })?;
    Ok(Json(Next { next: carried("/settings/passkeys?notice=registered", waiting.as_deref()) }))
}
