//! Bearer tokens (RFC 6750): in the `Authorization` header or in the form of a POST, never in both, never in a query.

use serde_json::{Value, json};

use super::params::Params;
use crate::domain::Secret;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BearerRefusal {
    /// No token at all: a bare challenge without an error code (RFC 6750 §3.1).
    Missing,
    /// Repeated, in two places, or a header without a token.
    InvalidRequest,
    /// Unknown, expired, revoked, or its person is gone.
    InvalidToken,
    /// The token is good but was not given for this.
    InsufficientScope,
}

/// `form`: the body of a form POST.
pub fn read(authorization: Option<&str>, form: Option<&Params>) -> Result<Secret, BearerRefusal> {
    let in_form = form.map_or(Ok(None), |form| form.get("access_token")).map_err(|_| BearerRefusal::InvalidRequest)?;
    let token = match (authorization, in_form) {
        (Some(_), Some(_)) => return Err(BearerRefusal::InvalidRequest),
        (Some(header), None) => of_header(header)?,
        (None, Some(token)) => token,
        (None, None) => return Err(BearerRefusal::Missing),
    };
    if is_token(token) { Ok(Secret::presented(token)) } else { Err(BearerRefusal::InvalidToken) }
}

fn of_header(header: &str) -> Result<&str, BearerRefusal> {
    let (scheme, token) = header.trim().split_once(' ').unwrap_or((header.trim(), ""));
    if !scheme.eq_ignore_ascii_case("Bearer") {
        return Err(BearerRefusal::Missing);
    }
    Some(token.trim()).filter(|token| !token.is_empty()).ok_or(BearerRefusal::InvalidRequest)
}

/// `b64token` of RFC 6750 §2.1.
fn is_token(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    !body.is_empty() && body.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte))
}

impl BearerRefusal {
    pub const fn status(self) -> u16 {
        match self {
            Self::InvalidRequest => 400,
            Self::Missing | Self::InvalidToken => 401,
            Self::InsufficientScope => 403,
        }
    }

    pub const fn www_authenticate(self) -> &'static str {
        match self {
            Self::Missing => r#"Bearer realm="Genkan""#,
            Self::InvalidRequest => r#"Bearer realm="Genkan", error="invalid_request""#,
            Self::InvalidToken => r#"Bearer realm="Genkan", error="invalid_token""#,
            Self::InsufficientScope => r#"Bearer realm="Genkan", error="insufficient_scope", scope="openid""#,
        }
    }

    /// Who sent no token at all is told nothing but the challenge.
    pub fn body(self) -> Option<Value> {
        let error = match self {
            Self::Missing => return None,
            Self::InvalidRequest => "invalid_request",
            Self::InvalidToken => "invalid_token",
            Self::InsufficientScope => "insufficient_scope",
        };
        Some(json!({ "error": error }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::testing::params;

    #[test]
    fn a_token_is_read_from_the_header_or_from_the_form() {
        assert_eq!(read(Some("Bearer abc.-_~+/9=="), None).unwrap().reveal(), "abc.-_~+/9==");
        assert_eq!(read(Some("bEARER  abc "), Some(&params(&[]))).unwrap().reveal(), "abc");
        assert_eq!(read(None, Some(&params(&[("access_token", "abc")]))).unwrap().reveal(), "abc");
    }

    #[test]
    fn a_token_in_both_or_twice_is_a_bad_request() {
        let (once, twice) = (params(&[("access_token", "a")]), params(&[("access_token", "a"), ("access_token", "a")]));
        for (header, form) in [(Some("Bearer a"), Some(&once)), (None, Some(&twice)), (Some("Bearer "), None)] {
            let refused = read(header, form).unwrap_err();
            assert_eq!((refused, refused.status()), (BearerRefusal::InvalidRequest, 400));
        }
    }

    #[test]
    fn no_token_gets_a_bare_challenge() {
        for (header, form) in [(None, None), (Some("Basic abc"), None), (None, Some(params(&[])))] {
            let refused = read(header, form.as_ref()).unwrap_err();
            assert_eq!((refused, refused.status()), (BearerRefusal::Missing, 401));
            assert!(!refused.www_authenticate().contains("error"));
            assert_eq!(refused.body(), None);
        }
    }

    #[test]
    fn what_cannot_be_a_token_is_an_invalid_token() {
        for header in ["Bearer a b", "Bearer =", "Bearer \"x\"", "Bearer 日本"] {
            let refused = read(Some(header), None).unwrap_err();
            assert_eq!((refused, refused.status()), (BearerRefusal::InvalidToken, 401), "{header}");
            assert!(refused.www_authenticate().contains("error=\"invalid_token\""));
        }
    }
}
