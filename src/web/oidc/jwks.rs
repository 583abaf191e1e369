//! `GET /oauth/jwks` (RFC 7517 §5): our public keys. Anybody may ask.

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};

use crate::web::state::Shared;

pub async fn show(State(state): State<Shared>) -> Response {
    ([(header::CACHE_CONTROL, "public, max-age=300")], Json(state.ring.jwks())).into_response()
}
