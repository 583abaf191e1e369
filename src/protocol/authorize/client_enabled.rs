//! A client that an administrator switched off gets no answer, not even an error: its addresses may be in other hands.

use super::{PageReason, Refused, Unchecked};

pub fn run(unchecked: &Unchecked<'_>) -> Result<(), Refused> {
    match unchecked.client {
        Some(client) if !client.is_enabled() => Err(Refused::Page(PageReason::ClientDisabled)),
        _ => Ok(()),
    }
}
