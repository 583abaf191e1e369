//! Who the client is that calls one of the machine endpoints (RFC 6749 §2.3). A failure is counted, as a guess is.

use crate::{
    domain::{AuditKind, Client, ClientId, Fault, Verdict},
    flows::{Cx, unattributed},
    protocol::{client_auth::Presented, error::TokenErrorCode, params::Params, token::TokenError},
    store::{self, Store},
};

/// What the client hears, and which one it said it was, if that was readable.
#[derive(Debug)]
pub struct Unproven {
    error: TokenError,
    named: Option<ClientId>,
}

impl Unproven {
    /// Counts it, which is a write: endpoints that merely read call it apart.
    pub fn record(self, store: &Store, cx: &Cx) -> Result<TokenError, Fault> {
        if let Some(id) = &self.named {
            unattributed::record(store, cx, AuditKind::TokenRefused, id.as_str())?;
        }
        Ok(self.error)
    }
}

impl From<TokenError> for Unproven {
    fn from(error: TokenError) -> Self {
        Self { error, named: None }
    }
}

/// One read. `authorization`: the header's value.
pub fn prove(store: &Store, authorization: Option<&str>, form: &Params) -> Result<Verdict<Client, Unproven>, Fault> {
    let presented = match Presented::read(authorization, form) {
        Ok(presented) => presented,
        Err(error) => return Ok(Err(error.into())),
    };
    let found = store.read(|conn| store::clients::find(conn, &presented.client_id))?;
    Ok(presented.prove(found).map_err(|error| Unproven { error, named: Some(presented.client_id) }))
}

/// As [`prove`], for what a name alone does not open.
pub fn prove_with_secret(
    store: &Store,
    authorization: Option<&str>,
    form: &Params,
) -> Result<Verdict<Client, Unproven>, Fault> {
    let public = TokenError::new(TokenErrorCode::InvalidClient, "a client without a secret may not ask this");
    let proven = prove(store, authorization, form)?;
    Ok(proven.and_then(|client| if client.is_public() { Err(public.into()) } else { Ok(client) }))
}

pub fn authenticate(
    store: &Store,
    cx: &Cx,
    authorization: Option<&str>,
    form: &Params,
) -> Result<Verdict<Client, TokenError>, Fault> {
    match prove(store, authorization, form)? {
        Ok(client) => Ok(Ok(client)),
        Err(unproven) => unproven.record(store, cx).map(Err),
    }
}
