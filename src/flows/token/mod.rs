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

use crate::{
    domain::{Client, Fault, Verdict},
    flows::{Cx, client_auth},
    protocol::{
        error::TokenErrorCode,
        params::Params,
        token::{TokenAnswer, TokenError, grant_type},
    },
    store::Store,
};

type Exchange = fn(&Store, &Cx, &Client, &Params) -> Result<Verdict<TokenAnswer, TokenError>, Fault>;

/// Every grant that there is: discovery tells of them, and clients are registered for some.
const GRANTS: &[(&str, Exchange)] = &[
    (authorization_code::GRANT_TYPE, authorization_code::exchange),
    (refresh_token::GRANT_TYPE, refresh_token::exchange),
];

pub fn grant_types() -> impl Iterator<Item = &'static str> {
    GRANTS.iter().map(|(name, _)| *name)
}

/// `authorization`: the header's value.
pub fn exchange(
    store: &Store,
    cx: &Cx,
    authorization: Option<&str>,
    form: &Params,
) -> Result<Verdict<TokenAnswer, TokenError>, Fault> {
    let client = match client_auth::authenticate(store, cx, authorization, form)? {
        Ok(client) => client,
        Err(error) => return Ok(Err(error)),
    };
    let grant = grant_type(form).and_then(|asked| {
        let found = GRANTS.iter().find(|(name, _)| *name == asked);
        found.ok_or(TokenError::new(TokenErrorCode::UnsupportedGrantType, "this grant_type is not offered"))
    });
    match grant {
        Err(error) => Ok(Err(error)),
        Ok((name, _)) if !client.may_use(name) => Ok(Err(TokenError::new(
            TokenErrorCode::UnauthorizedClient,
            "this client is not registered for this grant_type",
        ))),
        Ok((_, exchange)) => exchange(store, cx, &client, form),
    }
}
