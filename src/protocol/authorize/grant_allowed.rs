//! The client is one that people sign in to: not a machine, and registered for `authorization_code` (RFC 7591 §2).

use super::{Refused, Unchecked};
use crate::domain::ClientType;
use crate::protocol::error::AuthorizeError;

pub fn run(unchecked: &Unchecked<'_>) -> Result<(), Refused> {
    match unchecked.client {
        Some(client) if client.kind == ClientType::Machine || !client.may_use("authorization_code") => {
            let description = "this client is not registered for the authorization code grant";
            Err(Refused::Error(AuthorizeError::UnauthorizedClient, description))
        }
        _ => Ok(()),
    }
}
