//! Security headers (ASVS 3.4, WebAuthn Level 3 §5.9). No `form-action` in the policy: Chromium applies it to the whole
//! redirect chain after a form POST, and a sign-in would never reach its application.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

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

/// Where nobody but us opens windows: elsewhere it would cut the popup sign-ins of applications.
pub fn is_own_room(path: &str) -> bool {
    path.starts_with("/settings") || path.starts_with("/admin")
}

pub fn secure(headers: &mut HeaderMap, own_room: bool, https: bool) {
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
    if https {
        let year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
}
