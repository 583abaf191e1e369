//! What the pages load besides themselves.

use axum::{http::header, response::IntoResponse};

const FOR_AN_HOUR: (header::HeaderName, &str) = (header::CACHE_CONTROL, "public, max-age=3600");

pub async fn css() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8"), FOR_AN_HOUR], include_str!("../../../templates/demo/app.css"))
}

pub async fn icon() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "image/svg+xml"), FOR_AN_HOUR], include_str!("../../../templates/demo/icon.svg"))
}
