//! Token requests and answers (RFC 6749 §4.1.3, §5; OpenID Connect Core §3.1.3).

use serde::Serialize;
use serde_json::Value;

use crate::domain::Secret;

use super::{error::TokenErrorCode, params::Params};

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
    pub fn parse(_form: &Params) -> Result<Self, TokenError> {
        todo!()
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
        todo!()
    }

    /// Value of `WWW-Authenticate`.
    pub fn www_authenticate(&self) -> Option<&'static str> {
        todo!()
    }

    pub fn body(&self) -> Value {
        todo!()
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
    pub fn bearer(_access_token: &Secret, _expires_in: u64, _id_token: String, _scopes: &[String]) -> Self {
        todo!()
    }
}
