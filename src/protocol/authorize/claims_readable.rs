//! `claims`, if sent, is the JSON that OpenID Connect Core §5.5 describes. What it asks for may be unknown to us.

use super::{Refused, Unchecked};
use crate::protocol::{claims_request::ClaimsRequest, error::AuthorizeError};

pub fn run(unchecked: &Unchecked<'_>) -> Result<(), Refused> {
    match unchecked.params.single("claims") {
        Some(text) if ClaimsRequest::parse(text).is_none() => {
            Err(Refused::Error(AuthorizeError::InvalidRequest, "the claims parameter is not the JSON it should be"))
        }
        _ => Ok(()),
    }
}
