//! `max_age` is a whole number of seconds (OpenID Connect Core §3.1.2.1).

use super::{Refused, Unchecked};
use crate::protocol::error::AuthorizeError;

pub fn run(unchecked: &Unchecked<'_>) -> Result<(), Refused> {
    match unchecked.params.single("max_age") {
        Some(text) if parse(text).is_none() => {
            Err(Refused::Error(AuthorizeError::InvalidRequest, "max_age must be a number of seconds, zero or more"))
        }
        _ => Ok(()),
    }
}

/// Digits alone: Rust would read a plus sign too.
pub fn parse(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}
