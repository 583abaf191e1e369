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
    let verdict = match state.run_read(info.clone(), asked).await {
        // What a failure writes has no place on the thread that reads.
        Ok(Err(unproven)) => state.run(info, move |store, cx| unproven.record(store, cx).map(Err)).await,
        Ok(Ok(told)) => Ok(Ok(told)),
        Err(fault) => Err(fault),
    };
    answer(verdict, |told| Json(told).into_response())
}
