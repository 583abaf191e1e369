//! `redirect_uri` is sent and registered for the client (OpenID Connect Core §3.1.2.1; RFC 9700 §4.1.3). There is no
//! default, even where only one is registered.

use super::{PageReason, Refused, Unchecked};
use crate::protocol::redirect_uri::is_registered;

pub fn run(unchecked: &Unchecked<'_>) -> Result<(), Refused> {
    let sent = unchecked.params.get("redirect_uri").map_err(|_| Refused::Page(PageReason::RedirectUriRepeated))?;
    let sent = sent.ok_or(Refused::Page(PageReason::RedirectUriMissing))?;
    match unchecked.client {
        Some(client) if !is_registered(client, sent) => Err(Refused::Page(PageReason::RedirectUriNotRegistered)),
        _ => Ok(()),
    }
}
