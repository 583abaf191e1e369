//! `response_mode`, if sent, is `query` (OAuth 2.0 Multiple Response Types §2.1).

use super::{Refused, Unchecked};
use crate::protocol::error::AuthorizeError;

pub fn run(unchecked: &Unchecked<'_>) -> Result<(), Refused> {
    match unchecked.params.single("response_mode") {
        None | Some("query") => Ok(()),
        Some(_) => Err(Refused::Error(AuthorizeError::InvalidRequest, "the only response_mode offered is query")),
    }
}
