//! A token shown to the revocation or the introspection endpoint (RFC 7009 §2.1, RFC 7662 §2.1).

use super::{params::Params, token::TokenError};
use crate::domain::{Secret, named};

named! {
    /// `token_type_hint`.
    Kind { AccessToken = "access_token", RefreshToken = "refresh_token" }
}

#[derive(Clone, Debug)]
pub struct ShownToken {
    pub token: Secret,
    /// What the client takes it for; one that we don't know is as good as none.
    pub hint: Option<Kind>,
}

impl ShownToken {
    pub fn parse(form: &Params) -> Result<Self, TokenError> {
        let token = form.get("token")?.ok_or(TokenError::invalid_request("token is missing"))?;
        let hint = form.get("token_type_hint")?.and_then(Kind::parse);
        Ok(Self { token: Secret::presented(token), hint })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{error::TokenErrorCode, testing::params};

    #[test]
    fn a_token_is_read_with_the_hints_that_we_know() {
        for (hint, kind) in [("refresh_token", Some(Kind::RefreshToken)), ("saml2", None), ("", None)] {
            let shown = ShownToken::parse(&params(&[("token", "the-token"), ("token_type_hint", hint)])).unwrap();
            assert_eq!((shown.token.reveal(), shown.hint), ("the-token", kind));
        }
    }

    #[test]
    fn a_token_that_is_missing_or_sent_twice_is_an_invalid_request() {
        for pairs in [&[][..], &[("token", "")], &[("token", "a"), ("token", "b")]] {
            assert_eq!(ShownToken::parse(&params(pairs)).unwrap_err().code, TokenErrorCode::InvalidRequest);
        }
    }
}
