//! `prompt=none` stands alone (OpenID Connect Core §3.1.2.1). Values that we don't know are ignored.

use super::{Refused, Unchecked};
use crate::protocol::error::AuthorizeError;

pub fn run(unchecked: &Unchecked<'_>) -> Result<(), Refused> {
    let prompt = unchecked.params.single("prompt").unwrap_or_default();
    let words: Vec<_> = prompt.split(' ').filter(|word| !word.is_empty()).collect();
    if words.contains(&"none") && words.iter().any(|word| *word != "none") {
        return Err(Refused::Error(AuthorizeError::InvalidRequest, "prompt=none cannot be combined with others"));
    }
    Ok(())
}
