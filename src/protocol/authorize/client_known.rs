//! `client_id` names a registered client (RFC 6749 §2.2, §4.1.1). If not, there is nobody to answer but the person.

use super::{PageReason, Refused, Unchecked};

pub fn run(unchecked: &Unchecked<'_>) -> Result<(), Refused> {
    let sent = unchecked.params.get("client_id").map_err(|_| Refused::Page(PageReason::ClientRepeated))?;
    let sent = sent.ok_or(Refused::Page(PageReason::ClientMissing))?;
    match unchecked.client {
        Some(client) if client.id.as_str() == sent => Ok(()),
        _ => Err(Refused::Page(PageReason::ClientUnknown)),
    }
}
