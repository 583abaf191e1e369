//! The endpoints that applications talk to: one file each.

pub mod authorize;
pub mod discovery;
pub mod introspect;
pub mod jwks;
pub mod logout;
pub(super) mod machine;
pub mod revoke;
pub mod token;
pub mod userinfo;

use axum::http::{HeaderMap, header};

/// The `Authorization` header's value. Whoever sends two, or one that is no text, is not taken for somebody without any: an
/// empty one proves nobody.
fn authorization(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let only = values.next()?.to_str().ok().filter(|_| values.next().is_none());
    Some(only.unwrap_or_default())
}
