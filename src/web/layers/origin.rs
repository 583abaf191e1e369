//! Where a POST to us may come from (ASVS 3.5.1). A foreign `Origin` refuses. Where it is `null` or absent, forms are
//! decided by their token and by `Sec-Fetch-Site` if it was sent; our scripts' JSON must name our origin.

use axum::{
    extract::{Request, State as AxumState},
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::web::{failure::Failure, reply::JsonRefusal, state::Shared, view::ErrorKind};

pub async fn own_form(AxumState(state): AxumState<Shared>, request: Request, next: Next) -> Response {
    if is_own_form(request.headers(), &state.site.issuer) {
        next.run(request).await
    } else {
        Failure::from(ErrorKind::ForeignForm).into_response()
    }
}

pub async fn own_script(AxumState(state): AxumState<Shared>, request: Request, next: Next) -> Response {
    if text(request.headers(), header::ORIGIN.as_str()) == Some(&state.site.issuer) {
        next.run(request).await
    } else {
        JsonRefusal::new(StatusCode::FORBIDDEN, "foreign_origin").into_response()
    }
}

fn is_own_form(headers: &HeaderMap, issuer: &str) -> bool {
    match text(headers, header::ORIGIN.as_str()) {
        Some(origin) if origin != "null" => origin == issuer,
        _ => text(headers, "sec-fetch-site").is_none_or(|site| matches!(site, "same-origin" | "none")),
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
