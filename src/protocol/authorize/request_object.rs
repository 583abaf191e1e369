//! Request objects and self-issued registration are refused by name, never ignored (OpenID Connect Core §3.1.2.6,
//! §6, §7.2.1): what they hold would be silently lost.

use super::{Refused, Unchecked};
use crate::protocol::error::AuthorizeError;

pub fn run(unchecked: &Unchecked<'_>) -> Result<(), Refused> {
    let unsupported = [
        ("request", AuthorizeError::RequestNotSupported, "request objects are not supported"),
        ("request_uri", AuthorizeError::RequestUriNotSupported, "request_uri is not supported"),
        ("registration", AuthorizeError::RegistrationNotSupported, "the registration parameter is not supported"),
    ];
    for (name, error, description) in unsupported {
        if unchecked.params.single(name).is_some() {
            return Err(Refused::Error(error, description));
        }
    }
    Ok(())
}
