//! No parameter that we know is sent twice (RFC 6749 §3.1): two readers might each believe another one.

use super::{Refused, Unchecked, request::PARAMETERS};
use crate::protocol::error::AuthorizeError;

pub fn run(unchecked: &Unchecked<'_>) -> Result<(), Refused> {
    let repeated = PARAMETERS.iter().any(|(name, _)| unchecked.params.get(name).is_err());
    if repeated {
        return Err(Refused::Error(AuthorizeError::InvalidRequest, "a parameter was sent more than once"));
    }
    Ok(())
}
