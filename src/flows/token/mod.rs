//! The token endpoint: RFC 6749 §3.2, OpenID Connect Core §3.1.3. Who asks is proven here; what is asked for is one file
//! per grant.

mod access_token;
mod authorization_code;

pub use access_token::AccessToken;

use crate::{
    domain::{AuditKind, Client, Fault, Verdict},
    flows::{Cx, unattributed},
    protocol::{
        client_auth::Presented,
        params::Params,
        token::{TokenAnswer, TokenError, TokenRequest},
    },
    store::{self, Store},
};

/// `authorization`: the header's value.
pub fn exchange(
    store: &Store,
    cx: &Cx,
    authorization: Option<&str>,
    form: &Params,
) -> Result<Verdict<TokenAnswer, TokenError>, Fault> {
    let presented = match Presented::read(authorization, form) {
        Ok(presented) => presented,
        Err(error) => return Ok(Err(error)),
    };
    let found = store.read(|conn| store::clients::find(conn, &presented.client_id))?;
    let client: &Client = match presented.prove(found.as_ref()) {
        Ok(client) => client,
        Err(error) => {
            unattributed::record(store, cx, AuditKind::TokenRefused, presented.client_id.as_str())?;
            return Ok(Err(error));
        }
    };
    let request = TokenRequest::parse(form).and_then(|request| request.allow(client).map(|()| request));
    match request {
        Err(error) => Ok(Err(error)),
        Ok(TokenRequest::AuthorizationCode(request)) => authorization_code::exchange(store, cx, client, &request),
    }
}
