//! Who the client is that calls one of the machine endpoints (RFC 6749 §2.3). A failure is counted, as a guess is.

use std::sync::Arc;

use crate::{
    domain::{AuditKind, Client, ClientId, Fault, Verdict},
    flows::{Cx, unattributed},
    protocol::{client_auth::Presented, error::TokenErrorCode, params::Params, token::TokenError},
    store::{Ending, Store},
};

/// What the client hears, and which one it said it was, if that was readable.
#[derive(Debug)]
pub struct Unproven {
    error: TokenError,
    named: Option<ClientId>,
}

impl Unproven {
    /// Counts it, and says no.
    pub fn record<T: Send + 'static>(self, cx: &Cx) -> Ending<Verdict<T, TokenError>> {
        match self.named {
            Some(id) => unattributed::record(cx, AuditKind::TokenRefused, id.as_str(), Err(self.error)),
            None => Ending::Answer(Err(self.error)),
        }
    }
}

impl From<TokenError> for Unproven {
    fn from(error: TokenError) -> Self {
        Self { error, named: None }
    }
}

/// `authorization`: the header's value.
pub fn prove(
    store: &Store,
    cx: &Cx,
    authorization: Option<&str>,
    form: &Params,
) -> Result<Verdict<Arc<Client>, Unproven>, Fault> {
    let presented = match Presented::read(authorization, form) {
        Ok(presented) => presented,
        Err(error) => return Ok(Err(error.into())),
    };
    let found = cx.clients.find(store, cx.now, &presented.client_id)?;
    Ok(presented.prove(found, cx.now).map_err(|error| Unproven { error, named: Some(presented.client_id) }))
}

/// As [`prove`], for what a name alone does not open.
pub fn prove_with_secret(
    store: &Store,
    cx: &Cx,
    authorization: Option<&str>,
    form: &Params,
) -> Result<Verdict<Arc<Client>, Unproven>, Fault> {
    let public = TokenError::new(TokenErrorCode::InvalidClient, "a client without a secret may not ask this");
    let proven = prove(store, cx, authorization, form)?;
    Ok(proven.and_then(|client| if client.is_public() { Err(public.into()) } else { Ok(client) }))
}
