//! `response_type` is `code` (RFC 9700 §2.1.2): nothing else is offered.

use super::{Refused, Unchecked};
use crate::protocol::error::AuthorizeError;

pub fn run(unchecked: &Unchecked<'_>) -> Result<(), Refused> {
    match unchecked.params.single("response_type") {
        Some("code") => Ok(()),
        Some(_) => {
            Err(Refused::Error(AuthorizeError::UnsupportedResponseType, "the only response_type offered is code"))
        }
        None => Err(Refused::Error(AuthorizeError::InvalidRequest, "response_type is missing")),
    }
}
