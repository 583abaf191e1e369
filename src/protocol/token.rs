//! Token requests and answers (RFC 6749 §4.1.3, §5; OpenID Connect Core §3.1.3).

use serde::Serialize;
use serde_json::{Value, json};

use crate::domain::{Client, Secret};

use super::{
    error::TokenErrorCode,
    params::{Params, Repeated},
};

#[derive(Clone, Debug)]
pub enum TokenRequest {
    AuthorizationCode(CodeExchange),
}

#[derive(Clone, Debug)]
pub struct CodeExchange {
    pub code: Secret,
    /// Must equal the authorization request's.
    pub redirect_uri: String,
    pub code_verifier: Option<Secret>,
}

impl TokenRequest {
    pub fn parse(form: &Params) -> Result<Self, TokenError> {
        match form.get("grant_type")? {
            Some("authorization_code") => CodeExchange::parse(form).map(Self::AuthorizationCode),
            Some(_) => Err(TokenError::new(TokenErrorCode::UnsupportedGrantType, "this grant_type is not offered")),
            None => Err(TokenError::invalid_request("grant_type is missing")),
        }
    }

    pub fn grant_type(&self) -> &'static str {
        match self {
            Self::AuthorizationCode(_) => "authorization_code",
        }
    }

    /// Is the client registered for this grant?
    pub fn allow(&self, client: &Client) -> Result<(), TokenError> {
        if client.grants.iter().any(|grant| grant == self.grant_type()) {
            return Ok(());
        }
        Err(TokenError::new(TokenErrorCode::UnauthorizedClient, "this client is not registered for this grant_type"))
    }
}

impl CodeExchange {
    fn parse(form: &Params) -> Result<Self, TokenError> {
        let code = form.get("code")?.ok_or(TokenError::invalid_request("code is missing"))?;
        let redirect_uri = form.get("redirect_uri")?.ok_or(TokenError::invalid_request("redirect_uri is missing"))?;
        let code_verifier = form.get("code_verifier")?.map(Secret::presented);
        Ok(Self { code: Secret::presented(code), redirect_uri: redirect_uri.to_owned(), code_verifier })
    }
}

/// Everything that a refused token request is answered with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenError {
    pub code: TokenErrorCode,
    pub description: &'static str,
    /// The client tried an `Authorization` header, so a 401 must answer with a challenge (RFC 6749 §5.2).
    pub challenge: bool,
}

impl TokenError {
    pub const fn new(code: TokenErrorCode, description: &'static str) -> Self {
        Self { code, description, challenge: false }
    }

    pub const fn invalid_request(description: &'static str) -> Self {
        Self::new(TokenErrorCode::InvalidRequest, description)
    }

    pub const fn invalid_grant(description: &'static str) -> Self {
        Self::new(TokenErrorCode::InvalidGrant, description)
    }

    /// 401 for `invalid_client`, 400 for all others.
    pub fn status(&self) -> u16 {
        if self.code == TokenErrorCode::InvalidClient { 401 } else { 400 }
    }

    /// Value of `WWW-Authenticate`.
    pub fn www_authenticate(&self) -> Option<&'static str> {
        (self.challenge && self.status() == 401).then_some(r#"Basic realm="Genkan", charset="UTF-8""#)
    }

    pub fn body(&self) -> Value {
        json!({"error": self.code.as_str(), "error_description": self.description})
    }
}

impl From<Repeated> for TokenError {
    fn from(_: Repeated) -> Self {
        Self::invalid_request("a parameter was sent more than once")
    }
}

/// A successful answer. Send it with `Cache-Control: no-store`. No `Debug`: it is made of secrets.
#[derive(Serialize)]
pub struct TokenAnswer {
    pub access_token: String,
    pub token_type: &'static str,
    /// Seconds.
    pub expires_in: u64,
    pub id_token: String,
    /// Space-separated.
    pub scope: String,
}

impl TokenAnswer {
    pub fn bearer(access_token: &Secret, expires_in: u64, id_token: String, scopes: &[String]) -> Self {
        Self {
            access_token: access_token.reveal().to_owned(),
            token_type: "Bearer",
            expires_in,
            id_token,
            scope: scopes.join(" "),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{
        error::is_plain,
        testing::{CALLBACK, VERIFIER, client, params},
    };

    const GOOD: &[(&str, &str)] = &[
        ("grant_type", "authorization_code"),
        ("code", "the-code"),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];

    fn refused(pairs: &[(&str, &str)]) -> TokenErrorCode {
        let error = TokenRequest::parse(&params(pairs)).unwrap_err();
        assert!(is_plain(error.description));
        error.code
    }

    fn without(name: &str) -> Vec<(&'static str, &'static str)> {
        GOOD.iter().copied().filter(|(sent, _)| *sent != name).collect()
    }

    fn exchange(pairs: &[(&str, &str)]) -> CodeExchange {
        let TokenRequest::AuthorizationCode(exchange) = TokenRequest::parse(&params(pairs)).unwrap();
        exchange
    }

    #[test]
    fn a_code_exchange_is_read() {
        let exchange = exchange(GOOD);
        assert_eq!(exchange.code.reveal(), "the-code");
        assert_eq!(exchange.redirect_uri, CALLBACK);
        assert_eq!(exchange.code_verifier.unwrap().reveal(), VERIFIER);
    }

    #[test]
    fn what_is_missing_is_an_invalid_request() {
        for name in ["grant_type", "code", "redirect_uri"] {
            assert_eq!(refused(&without(name)), TokenErrorCode::InvalidRequest, "{name}");
        }
    }

    #[test]
    fn what_is_repeated_is_an_invalid_request() {
        for pair in GOOD {
            let twice: Vec<_> = GOOD.iter().chain([pair]).copied().collect();
            assert_eq!(refused(&twice), TokenErrorCode::InvalidRequest, "{}", pair.0);
        }
    }

    #[test]
    fn other_grant_types_are_unsupported() {
        for grant_type in ["password", "client_credentials", "refresh_token", "implicit"] {
            assert_eq!(refused(&[("grant_type", grant_type)]), TokenErrorCode::UnsupportedGrantType);
        }
    }

    #[test]
    fn a_client_without_the_grant_is_unauthorized() {
        let request = TokenRequest::parse(&params(GOOD)).unwrap();
        assert_eq!(request.allow(&client()), Ok(()));
        let refused = request.allow(&Client { grants: vec![], ..client() }).unwrap_err();
        assert_eq!(refused.code, TokenErrorCode::UnauthorizedClient);
    }

    #[test]
    fn only_an_invalid_client_is_a_401_and_challenged_only_when_it_used_the_header() {
        for code in TokenErrorCode::ALL {
            let error = TokenError { challenge: true, ..TokenError::new(*code, "why") };
            let expected = if *code == TokenErrorCode::InvalidClient { 401 } else { 400 };
            assert_eq!((error.status(), error.www_authenticate().is_some()), (expected, expected == 401));
        }
        assert_eq!(TokenError::new(TokenErrorCode::InvalidClient, "why").www_authenticate(), None);
    }

    #[test]
    fn debug_shows_neither_code_nor_verifier() {
        let shown = format!("{:?}", exchange(GOOD));
        assert!(!shown.contains("the-code") && !shown.contains(VERIFIER), "{shown}");
    }

    #[test]
    fn an_answer_tells_its_lifetime_in_seconds() {
        let answer = TokenAnswer::bearer(&Secret::presented("at"), 300, "idt".to_owned(), &["openid".to_owned()]);
        assert_eq!(
            serde_json::to_value(answer).unwrap(),
            json!({"access_token": "at", "token_type": "Bearer", "expires_in": 300, "id_token": "idt", "scope": "openid"})
        );
    }
}
