//! `POST /oauth/revoke` (RFC 7009). Machines only: no cookie is read. 200 without a body, whatever there was to revoke.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};

use super::machine::{self, MachineForm};
use crate::{
    flows::revocation,
    web::{extract::Info, state::Shared},
};

pub async fn revoke(
    State(state): State<Shared>,
    Info(info): Info,
    headers: HeaderMap,
    MachineForm(form): MachineForm,
) -> Response {
    let authorization = super::authorization(&headers).map(str::to_owned);
    let verdict =
        state.run(info, move |store, cx| revocation::revoke(store, cx, authorization.as_deref(), &form)).await;
    machine::answer(verdict, |()| StatusCode::OK.into_response())
}
