//! An authorization request that passed every check. It waits sealed in the browser, so its names are short.

use serde::{Deserialize, Serialize};

use super::{max_age, refusal::Proven};
use crate::domain::ClientId;
use crate::protocol::{claims_request::ClaimsRequest, params::Params, redirect_uri, scope::granted};

/// Longest `state` that comes back, errors included.
pub(super) const MAX_STATE: usize = 2048;

/// Every parameter that we know, with the most bytes that it may have. Others are ignored.
pub(super) const PARAMETERS: &[(&str, usize)] = &[
    ("client_id", 256),
    ("redirect_uri", redirect_uri::MAX_LENGTH),
    ("response_type", 256),
    ("response_mode", 256),
    ("scope", 2048),
    ("state", MAX_STATE),
    ("nonce", 2048),
    ("code_challenge", 128),
    ("code_challenge_method", 128),
    ("prompt", 256),
    ("max_age", 20),
    ("display", 256),
    ("login_hint", 512),
    ("ui_locales", 512),
    ("claims_locales", 512),
    ("acr_values", 1024),
    ("id_token_hint", 8192),
    ("claims", 8192),
    ("request", usize::MAX),
    ("request_uri", usize::MAX),
    ("registration", usize::MAX),
];

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

    /// Reads what the checks found good; the rest of what was sent is left behind.
    pub(super) fn read(params: &Params, proven: &Proven<'_>) -> Self {
        let text = |name: &str| params.single(name).map(str::to_owned);
        let words = |name: &str| -> Vec<String> {
            let value = params.single(name).unwrap_or_default();
            value.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
        };
        let claims = params.single("claims").and_then(ClaimsRequest::parse).unwrap_or_default();
        Self {
            client_id: proven.client.id.clone(),
            redirect_uri: proven.redirect_uri.to_owned(),
            scopes: granted(params.single("scope").unwrap_or_default(), proven.client),
            state: text("state"),
            nonce: text("nonce"),
            code_challenge: text("code_challenge"),
            prompt: words("prompt").iter().filter_map(|word| Prompt::parse(word)).collect(),
            max_age: params.single("max_age").and_then(max_age::parse),
            login_hint: text("login_hint"),
            ui_locales: words("ui_locales"),
            acr_values: words("acr_values"),
            id_token_hint: text("id_token_hint"),
            display: Display::parse(params.single("display").unwrap_or_default()),
            claims: claims.allowed_for(proven.client),
        }
    }
}
