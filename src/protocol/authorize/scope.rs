//! `scope` holds `openid` (OpenID Connect Core §3.1.2.1), and the client is registered for it.

use super::{Refused, Unchecked};
use crate::protocol::{
    error::AuthorizeError,
    scope::{Scope, granted},
};

pub fn run(unchecked: &Unchecked<'_>) -> Result<(), Refused> {
    let requested = unchecked.params.single("scope").unwrap_or_default();
    match unchecked.client {
        Some(client) if granted(requested, client).iter().all(|scope| scope != Scope::OpenId.as_str()) => {
            Err(Refused::Error(AuthorizeError::InvalidScope, "the scope openid is required"))
        }
        _ => Ok(()),
    }
}
