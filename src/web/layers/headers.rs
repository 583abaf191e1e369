//! Security headers (ASVS 3.4, WebAuthn Level 3 §5.9). No `form-action` in the policy: Chromium applies it to the whole
//! redirect chain after a form POST, and a sign-in would never reach its application.

use axum::{
    extract::{Request, State as AxumState},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

use crate::web::state::Shared;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'";

const ALWAYS: &[(&str, &str)] = &[
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    // `no-referrer` would make Chrome send `Origin: null` on our own forms.
    ("referrer-policy", "same-origin"),
    ("permissions-policy", "publickey-credentials-get=(self), publickey-credentials-create=(self)"),
];

pub async fn secure(AxumState(state): AxumState<Shared>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    // It would cut the popup sign-ins of applications anywhere else.
    let own_room = path.starts_with("/settings") || path.starts_with("/admin");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for &(name, value) in ALWAYS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if own_room {
        let name = HeaderName::from_static("cross-origin-opener-policy");
        headers.insert(name, HeaderValue::from_static("same-origin"));
    }
    if state.is_https() {
        let year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    response
}
