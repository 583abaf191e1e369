//! We are one fixed origin. A GET under another host is sent there; anything else is answered 421 (RFC 9110 §15.5.20).

use axum::{
    extract::{Request, State as AxumState},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::web::state::Shared;

pub async fn one_origin(AxumState(state): AxumState<Shared>, request: Request, next: Next) -> Response {
    let ours = state.site.issuer.split_once("://").map_or("", |(_, authority)| authority);
    let named = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let named = request.uri().authority().map(|authority| authority.as_str()).or(named);
    if named.is_some_and(|host| host.eq_ignore_ascii_case(ours)) {
        return next.run(request).await;
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return StatusCode::MISDIRECTED_REQUEST.into_response();
    }
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    match HeaderValue::from_str(&format!("{}{path}", state.site.issuer)) {
        Ok(location) => (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, location)]).into_response(),
        Err(_) => StatusCode::MISDIRECTED_REQUEST.into_response(),
    }
}
