//! `POST /oauth/introspect` (RFC 7662). Machines only: no cookie is read.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};

use super::machine::{MachineRequest, answer};
use crate::{flows::introspection, web::state::Shared};

pub async fn introspect(State(state): State<Shared>, request: MachineRequest) -> Response {
    let MachineRequest { info, authorization, form } = request;
    let asked = move |store: &_, cx: &_| introspection::introspect(store, cx, authorization.as_deref(), &form);
    let verdict = state.run_to_end(info, asked).await;
    answer(verdict, |told| Json(told).into_response())
}
