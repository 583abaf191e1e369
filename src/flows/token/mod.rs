//! The token endpoint: RFC 6749 §3.2, OpenID Connect Core §3.1.3. Who asks is proven first; what is asked for is one file
//! per grant.

mod access_token;
mod authorization_code;
mod given;
mod refresh_token;
mod shown;

pub use access_token::AccessToken;
pub use refresh_token::RefreshToken;
pub use shown::Shown;

use serde_json::json;

use crate::{
    domain::{AuditKind, Client, Fault, Grant, Outcome, Verdict},
    flows::{Cx, client_auth},
    protocol::{
        error::TokenErrorCode,
        params::Params,
        token::{TokenAnswer, TokenError, grant_type},
    },
    store::{self, Ending, Store, StoreError, Tx},
};

/// The tokens, or why there are none: by the one write that an exchange is, or without.
type Exchange = Ending<Verdict<TokenAnswer, TokenError>>;

type Exchanged = Result<Exchange, Fault>;

type Grants = &'static [(&'static str, fn(&Store, &Cx, &Client, &Params) -> Exchanged)];

/// Every grant that there is: discovery tells of them, and clients are registered for some.
const GRANTS: Grants = &[
    (authorization_code::GRANT_TYPE, authorization_code::exchange),
    (refresh_token::GRANT_TYPE, refresh_token::exchange),
];

pub fn grant_types() -> impl Iterator<Item = &'static str> {
    GRANTS.iter().map(|(name, _)| *name)
}

/// `authorization`: the header's value.
pub fn exchange(store: &Store, cx: &Cx, authorization: Option<&str>, form: &Params) -> Exchanged {
    let client = match client_auth::prove(store, cx, authorization, form)? {
        Ok(client) => client,
        Err(unproven) => return Ok(unproven.record(cx)),
    };
    let grant = grant_type(form).and_then(|asked| {
        let found = GRANTS.iter().find(|(name, _)| *name == asked);
        found.ok_or(TokenError::new(TokenErrorCode::UnsupportedGrantType, "this grant_type is not offered"))
    });
    match grant {
        Err(error) => refused(error),
        Ok((name, _)) if !client.may_use(name) => refused(TokenError::new(
            TokenErrorCode::UnauthorizedClient,
            "this client is not registered for this grant_type",
        )),
        Ok((_, exchange)) => exchange(store, cx, &client, form),
    }
}

fn refused(error: TokenError) -> Exchanged {
    Ok(Ending::Answer(Err(error)))
}

/// What was used twice may have been stolen: what its first use gave ends (RFC 6749 §4.1.2, RFC 9700 §4.14.2).
fn revoke_reused(tx: &mut Tx<'_>, cx: &Cx, grant: &Grant) -> Result<(), StoreError> {
    let revoked = store::grants::revoke(tx, &grant.id, cx.now)?;
    let event = cx.event_of(AuditKind::TokenReuseDetected, Outcome::Denied, grant);
    store::audit_events::insert(tx, &event.detail(json!({ "revoked": revoked })))
}
