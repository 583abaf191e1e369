//! Client data (Web Authentication Level 3 §5.8.1): what the browser says, and the authenticator signs the hash of.

use serde::Deserialize;

use super::PasskeyRefusal;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClientData {
    pub r#type: String,
    /// base64url
    pub challenge: String,
    pub origin: String,
    #[serde(default)]
    pub cross_origin: Option<bool>,
    #[serde(default)]
    pub top_origin: Option<String>,
}

impl ClientData {
    /// Unknown members are ignored, as §5.8.1 asks.
    pub fn parse(json: &[u8]) -> Result<Self, PasskeyRefusal> {
        serde_json::from_slice(json).map_err(|_| PasskeyRefusal::Malformed)
    }
}
