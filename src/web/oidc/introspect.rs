//! `POST /oauth/introspect` (RFC 7662). Machines only: no cookie is read.

use axum::{
    Json,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};

use super::machine::{self, MachineForm};
use crate::{
    flows::introspection,
    web::{extract::Info, state::Shared},
};

pub async fn introspect(
    State(state): State<Shared>,
    Info(info): Info,
    headers: HeaderMap,
    MachineForm(form): MachineForm,
) -> Response {
    let authorization = super::authorization(&headers).map(str::to_owned);
    let asked = move |store: &_, cx: &_| introspection::introspect(store, cx, authorization.as_deref(), &form);
    let verdict = match state.run_read(info.clone(), asked).await {
        Ok(Err(unproven)) => {
            let counted = state.run(info, move |store, cx| unproven.record(store, cx).map(|()| unproven.error)).await;
            counted.map(Err)
        }
        Ok(Ok(answer)) => Ok(Ok(answer)),
        Err(fault) => Err(fault),
    };
    machine::answer(verdict, |answer| Json(answer).into_response())
}
