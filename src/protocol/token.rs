//! Token requests and answers (RFC 6749 §4.1.3, §5, §6; OpenID Connect Core §3.1.3, §12).

use serde::Serialize;
use serde_json::{Value, json};

use crate::domain::Secret;

use super::{
    error::TokenErrorCode,
    params::{Params, Repeated},
};

/// What `grant_type` names; what else there must be is the grant's own to say.
pub fn grant_type(form: &Params) -> Result<&str, TokenError> {
    form.get("grant_type")?.ok_or(TokenError::invalid_request("grant_type is missing"))
}

#[derive(Clone, Debug)]
pub struct CodeExchange {
    pub code: Secret,
    /// Must equal the authorization request's.
    pub redirect_uri: String,
    pub code_verifier: Option<Secret>,
}

impl CodeExchange {
    pub fn parse(form: &Params) -> Result<Self, TokenError> {
        let code = form.get("code")?.ok_or(TokenError::invalid_request("code is missing"))?;
        let redirect_uri = form.get("redirect_uri")?.ok_or(TokenError::invalid_request("redirect_uri is missing"))?;
        let code_verifier = form.get("code_verifier")?.map(Secret::presented);
        Ok(Self { code: Secret::presented(code), redirect_uri: redirect_uri.to_owned(), code_verifier })
    }
}

#[derive(Clone, Debug)]
pub struct Refresh {
    pub refresh_token: Secret,
    /// `None`: all that was granted.
    pub scope: Option<String>,
}

impl Refresh {
    pub fn parse(form: &Params) -> Result<Self, TokenError> {
        let token = form.get("refresh_token")?.ok_or(TokenError::invalid_request("refresh_token is missing"))?;
        let scope = form.get("scope")?.map(str::to_owned);
        Ok(Self { refresh_token: Secret::presented(token), scope })
    }

    /// RFC 6749 §6: what is asked for may be less than was granted, never more.
    pub fn scopes(&self, granted: &[String]) -> Result<Vec<String>, TokenError> {
        let Some(asked) = &self.scope else { return Ok(granted.to_vec()) };
        let asked: Vec<_> = asked.split(' ').filter(|word| !word.is_empty()).collect();
        if asked.is_empty() || asked.iter().any(|word| granted.iter().all(|scope| scope != word)) {
            return Err(TokenError::new(TokenErrorCode::InvalidScope, "the scope is wider than what was granted"));
        }
        Ok(granted.iter().filter(|scope| asked.contains(&scope.as_str())).cloned().collect())
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
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// Not without the scope `openid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<String>,
    /// Space-separated.
    pub scope: String,
}

impl TokenAnswer {
    pub fn bearer(access_token: &Secret, expires_in: u64, scopes: &[String]) -> Self {
        Self {
            access_token: access_token.reveal().to_owned(),
            token_type: "Bearer",
            expires_in,
            refresh_token: None,
            id_token: None,
            scope: scopes.join(" "),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{
        error::is_plain,
        testing::{CALLBACK, VERIFIER, params, words},
    };

    const GOOD: &[(&str, &str)] = &[
        ("grant_type", "authorization_code"),
        ("code", "the-code"),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];

    fn refused(pairs: &[(&str, &str)]) -> TokenErrorCode {
        let form = params(pairs);
        let error = grant_type(&form).and_then(|_| CodeExchange::parse(&form)).unwrap_err();
        assert!(is_plain(error.description));
        error.code
    }

    fn without(name: &str) -> Vec<(&'static str, &'static str)> {
        GOOD.iter().copied().filter(|(sent, _)| *sent != name).collect()
    }

    #[test]
    fn a_code_exchange_is_read() {
        let exchange = CodeExchange::parse(&params(GOOD)).unwrap();
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
    fn a_refresh_asks_for_what_was_granted_or_for_less() {
        let granted = words("openid profile email offline_access");
        let asked = |scope: &str| {
            Refresh::parse(&params(&[("refresh_token", "the-token"), ("scope", scope)])).unwrap().scopes(&granted)
        };
        assert_eq!(asked(""), Ok(granted.clone()));
        assert_eq!(asked("email  openid email"), Ok(words("openid email")));
        for wider in ["openid phone", "OPENID", " "] {
            let refused = asked(wider).unwrap_err();
            assert_eq!(refused.code, TokenErrorCode::InvalidScope, "{wider:?}");
            assert!(is_plain(refused.description));
        }
        assert_eq!(Refresh::parse(&params(&[])).unwrap_err().code, TokenErrorCode::InvalidRequest);
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
        let shown = format!("{:?}", CodeExchange::parse(&params(GOOD)).unwrap());
        assert!(!shown.contains("the-code") && !shown.contains(VERIFIER), "{shown}");
    }

    #[test]
    fn an_answer_tells_its_lifetime_in_seconds() {
        let answer = TokenAnswer::bearer(&Secret::presented("at"), 300, &["openid".to_owned()]);
        assert_eq!(
            serde_json::to_value(answer).unwrap(),
            json!({"access_token": "at", "token_type": "Bearer", "expires_in": 300, "scope": "openid"})
        );
    }
}
