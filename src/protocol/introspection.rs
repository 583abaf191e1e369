//! What introspection tells of a token (RFC 7662 §2.2, RFC 9470 §6.2).

use serde::Serialize;

use crate::domain::{Grant, UnixTime};

#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Introspection {
    /// Unknown, over, or somebody else's: one answer for all.
    Inactive {
        active: bool,
    },
    Active(Box<Active>),
}

#[derive(Debug, Serialize)]
pub struct Active {
    active: bool,
    iss: String,
    sub: String,
    client_id: String,
    scope: String,
    /// Of access tokens alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<&'static str>,
    /// Seconds, as the two below it.
    iat: i64,
    exp: i64,
    auth_time: i64,
    acr: &'static str,
}

/// The token itself, apart from the grant that it names.
pub struct Token<'a> {
    pub scopes: &'a [String],
    pub token_type: Option<&'static str>,
    pub issued_at: UnixTime,
    pub expires_at: UnixTime,
}

impl Introspection {
    pub const INACTIVE: Self = Self::Inactive { active: false };

    pub fn active(issuer: &str, grant: &Grant, token: &Token<'_>) -> Self {
        Self::Active(Box::new(Active {
            active: true,
            iss: issuer.to_owned(),
            sub: grant.user_id.to_string(),
            client_id: grant.client_id.to_string(),
            scope: token.scopes.join(" "),
            token_type: token.token_type,
            iat: token.issued_at.secs(),
            exp: token.expires_at.secs(),
            auth_time: grant.authentication.at.secs(),
            acr: grant.authentication.acr.as_str(),
        }))
    }
}
