//! `POST /oauth/token` (RFC 6749 §3.2). Machines only: no cookie is read.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};

use super::machine::{MachineRequest, answer};
use crate::{flows::token, web::state::Shared};

pub async fn exchange(State(state): State<Shared>, request: MachineRequest) -> Response {
    answer(&state, request, token::exchange, |tokens| Json(tokens).into_response()).await
}
