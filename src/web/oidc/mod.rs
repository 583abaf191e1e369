//! The endpoints that applications talk to: one file each.

pub mod authorize;
pub mod discovery;
pub mod introspect;
pub mod jwks;
pub mod logout;
mod machine;
pub mod revoke;
pub mod token;
pub mod userinfo;

use axum::http::{HeaderMap, header};

/// The `Authorization` header's value.
fn authorization(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok())
}
