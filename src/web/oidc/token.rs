//! `POST /oauth/token` (RFC 6749 §3.2). Machines only: no cookie is read.

use axum::{
    Json,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};

use super::machine::{self, MachineForm};
use crate::{
    flows::token,
    web::{extract::Info, state::Shared},
};

pub async fn exchange(
    State(state): State<Shared>,
    Info(info): Info,
    headers: HeaderMap,
    MachineForm(form): MachineForm,
) -> Response {
    let authorization = super::authorization(&headers).map(str::to_owned);
    let verdict = state.run(info, move |store, cx| token::exchange(store, cx, authorization.as_deref(), &form)).await;
    machine::answer(verdict, |answer| Json(answer).into_response())
}
