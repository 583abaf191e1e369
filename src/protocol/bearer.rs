//! Bearer tokens (RFC 6750): in the `Authorization` header or in the form of a POST, never in both, never in a query.

use serde_json::Value;

use crate::domain::Secret;

use super::params::Params;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BearerRefusal {
    /// No token at all: a bare challenge without an error code (RFC 6750 §3.1).
    Missing,
    /// Repeated, in two places, or not a token.
    InvalidRequest,
    /// Unknown, expired, revoked, or its person is gone.
    InvalidToken,
    /// The token is good but was not given for this.
    InsufficientScope,
}

/// `form`: the body of a form POST.
pub fn read(_authorization: Option<&str>, _form: Option<&Params>) -> Result<Secret, BearerRefusal> {
    todo!()
}

impl BearerRefusal {
    pub fn status(self) -> u16 {
        todo!()
    }

    pub fn www_authenticate(self) -> &'static str {
        todo!()
    }

    pub fn body(self) -> Value {
        todo!()
    }
}
