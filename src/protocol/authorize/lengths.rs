//! No parameter that we know is longer than it can have a use for: a request waits sealed in the browser.

use super::{Refused, Unchecked, request::PARAMETERS};
use crate::protocol::error::AuthorizeError;

pub fn run(unchecked: &Unchecked<'_>) -> Result<(), Refused> {
    let too_long =
        |(name, limit): &(&str, usize)| unchecked.params.single(name).is_some_and(|value| value.len() > *limit);
    if PARAMETERS.iter().any(too_long) {
        return Err(Refused::Error(AuthorizeError::InvalidRequest, "a parameter is too long"));
    }
    Ok(())
}
