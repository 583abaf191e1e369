//! `POST /oauth/revoke` (RFC 7009). Machines only: no cookie is read. 200 without a body, whatever there was to revoke.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::machine::{MachineRequest, answer};
use crate::{flows::revocation, web::state::Shared};

pub async fn revoke(State(state): State<Shared>, request: MachineRequest) -> Response {
    let MachineRequest { info, authorization, form } = request;
    let verdict =
        state.run_to_end(info, move |store, cx| revocation::revoke(store, cx, authorization.as_deref(), &form)).await;
    answer(verdict, |()| StatusCode::OK.into_response())
}
