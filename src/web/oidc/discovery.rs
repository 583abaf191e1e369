//! `GET /.well-known/openid-configuration` (OpenID Connect Discovery §4) and `/.well-known/oauth-authorization-server`
//! (RFC 8414 §3): the same document. Anybody may ask.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};

use crate::web::state::Shared;

pub async fn show(State(state): State<Shared>) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "public, max-age=300")];
    (headers, state.discovery.clone()).into_response()
}
