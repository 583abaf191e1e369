//! An authorization request that passed every check. It waits sealed in the browser, so its names are short.

use serde::{Deserialize, Serialize};

use crate::domain::ClientId;
use crate::protocol::claims_request::ClaimsRequest;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    #[serde(rename = "c")]
    pub client_id: ClientId,
    #[serde(rename = "r")]
    pub redirect_uri: String,
    /// Known, registered for the client, `openid` among them.
    #[serde(rename = "s")]
    pub scopes: Vec<String>,
    #[serde(default, rename = "t", skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    #[serde(default, rename = "n", skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    #[serde(default, rename = "k", skip_serializing_if = "Option::is_none")]
    pub code_challenge: Option<String>,
    #[serde(default, rename = "p", skip_serializing_if = "Vec::is_empty")]
    pub prompt: Vec<Prompt>,
    /// Seconds.
    #[serde(default, rename = "m", skip_serializing_if = "Option::is_none")]
    pub max_age: Option<u64>,
    #[serde(default, rename = "l", skip_serializing_if = "Option::is_none")]
    pub login_hint: Option<String>,
    #[serde(default, rename = "u", skip_serializing_if = "Vec::is_empty")]
    pub ui_locales: Vec<String>,
    /// In the application's order of preference; never a reason to fail.
    #[serde(default, rename = "a", skip_serializing_if = "Vec::is_empty")]
    pub acr_values: Vec<String>,
    /// As sent; not verified.
    #[serde(default, rename = "h", skip_serializing_if = "Option::is_none")]
    pub id_token_hint: Option<String>,
    #[serde(default, rename = "d", skip_serializing_if = "Display::is_page")]
    pub display: Display,
    #[serde(default, rename = "q", skip_serializing_if = "ClaimsRequest::is_empty")]
    pub claims: ClaimsRequest,
}

/// Values of `prompt` that mean something to us; others are ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Prompt {
    #[serde(rename = "n")]
    None,
    #[serde(rename = "l")]
    Login,
    #[serde(rename = "c")]
    Consent,
    #[serde(rename = "s")]
    SelectAccount,
}

impl Prompt {
    pub const ALL: &'static [Self] = &[Self::None, Self::Login, Self::Consent, Self::SelectAccount];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Login => "login",
            Self::Consent => "consent",
            Self::SelectAccount => "select_account",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|prompt| prompt.as_str() == text)
    }
}

/// How the application shows us; a wish, read leniently.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Display {
    #[default]
    Page,
    Popup,
    Touch,
}

impl Display {
    pub fn parse(text: &str) -> Self {
        match text {
            "popup" => Self::Popup,
            "touch" => Self::Touch,
            _ => Self::Page,
        }
    }

    fn is_page(&self) -> bool {
        *self == Self::Page
    }
}

impl AuthorizationRequest {
    pub fn asks(&self, prompt: Prompt) -> bool {
        self.prompt.contains(&prompt)
    }
}
