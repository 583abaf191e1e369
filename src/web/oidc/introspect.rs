//! `POST /oauth/introspect` (RFC 7662). Machines only: no cookie is read.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};

use super::machine::{MachineRequest, answer};
use crate::{flows::introspection, web::state::Shared};

pub async fn introspect(State(state): State<Shared>, request: MachineRequest) -> Response {
    answer(&state, request, introspection::introspect, |told| Json(told).into_response()).await
}
