//! `POST /oauth/revoke` (RFC 7009). Machines only: no cookie is read. 200 without a body, whatever there was to revoke.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::machine::{MachineRequest, answer};
use crate::{flows::revocation, web::state::Shared};

pub async fn revoke(State(state): State<Shared>, request: MachineRequest) -> Response {
    answer(&state, request, revocation::revoke, |()| StatusCode::OK.into_response()).await
}
