//! The `claims` parameter (OpenID Connect Core §5.5): which claims an application asks for one by one.

use serde::{Deserialize, Serialize};

/// Names of the claims asked for, voluntary and essential alike, as far as the client's scopes allow them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimsRequest {
    #[serde(default, rename = "u", skip_serializing_if = "Vec::is_empty")]
    pub userinfo: Vec<String>,
    #[serde(default, rename = "i", skip_serializing_if = "Vec::is_empty")]
    pub id_token: Vec<String>,
    /// Values of an essential `acr`: one of them, or the request fails. Empty: none asked for.
    #[serde(default, rename = "a", skip_serializing_if = "Vec::is_empty")]
    pub essential_acr: Vec<String>,
    /// The one person that the application wants (§5.5.1); works like an `id_token_hint`.
    #[serde(default, rename = "s", skip_serializing_if = "Option::is_none")]
    pub sub: Option<String>,
}

impl ClaimsRequest {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
