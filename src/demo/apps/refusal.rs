//! Why a sign-in did not succeed, as the application saw it.

use axum::http::StatusCode;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// This browser did not begin the sign-in, or began it too long ago, or it was answered already.
    UnknownState,
    /// The answer's `iss` is missing or not our provider's (RFC 9207 §2.4).
    WrongIssuer,
    /// The provider answered with an error (RFC 6749 §4.1.2.1).
    Provider { error: String, description: Option<String> },
    /// Neither a code nor an error, or something twice.
    Malformed,
    /// Nobody answers at the provider's address, or not as a provider.
    Unreachable(String),
    /// The token endpoint gave no tokens.
    Token(String),
    /// The ID token did not stand up to verification.
    IdToken(String),
    /// Userinfo failed, or spoke of somebody else.
    UserInfo(String),
    /// A logout token did not stand up to verification.
    LogoutToken(String),
    /// A form came from another site.
    ForeignForm,
}

impl Refusal {
    #[cfg(test)]
    pub fn samples() -> Vec<Self> {
        vec![
            Self::UnknownState,
            Self::WrongIssuer,
            Self::Provider { error: "access_denied".into(), description: Some("The person declined".into()) },
            Self::Provider { error: "login_required".into(), description: None },
            Self::Malformed,
            Self::Unreachable("connection refused".into()),
            Self::Token("invalid_grant".into()),
            Self::IdToken("No matching key found".into()),
            Self::UserInfo("401 Unauthorized".into()),
            Self::LogoutToken("Wrong(\"aud\")".into()),
            Self::ForeignForm,
        ]
    }

    /// The catalogue's name for it.
    pub fn key(&self) -> &'static str {
        match self {
            Self::UnknownState => "unknown_state",
            Self::WrongIssuer => "wrong_issuer",
            Self::Provider { error, .. } => match error.as_str() {
                "access_denied" => "denied",
                "login_required" | "interaction_required" | "consent_required" => "login_required",
                "temporarily_unavailable" | "server_error" => "provider_busy",
                _ => "provider_refused",
            },
            Self::Malformed => "malformed",
            Self::Unreachable(_) => "unreachable",
            Self::Token(_) => "token",
            Self::IdToken(_) => "id_token",
            Self::UserInfo(_) => "userinfo",
            Self::LogoutToken(_) => "logout_token",
            Self::ForeignForm => "foreign_form",
        }
    }

    pub fn status(&self) -> StatusCode {
        match self {
            Self::UnknownState | Self::WrongIssuer | Self::Malformed | Self::LogoutToken(_) => StatusCode::BAD_REQUEST,
            Self::Provider { .. } | Self::ForeignForm => StatusCode::FORBIDDEN,
            Self::Unreachable(_) | Self::Token(_) | Self::IdToken(_) | Self::UserInfo(_) => StatusCode::BAD_GATEWAY,
        }
    }

    /// What the provider answered, word for word, for whoever is asked for help.
    pub fn answer(&self) -> Option<String> {
        match self {
            Self::Provider { error, description: Some(description) } => Some(format!("{error}: {description}")),
            Self::Provider { error: text, description: None }
            | Self::Unreachable(text)
            | Self::Token(text)
            | Self::IdToken(text)
            | Self::UserInfo(text)
            | Self::LogoutToken(text) => Some(text.clone()),
            Self::UnknownState | Self::WrongIssuer | Self::Malformed | Self::ForeignForm => None,
        }
    }
}

/// An error with its causes on one line: the crate's own messages say little without them.
pub fn in_full(error: &dyn std::error::Error) -> String {
    std::iter::successors(Some(error), |cause| cause.source())
        .map(ToString::to_string)
        .reduce(|text, cause| if text.contains(&cause) { text } else { format!("{text}: {cause}") })
        .unwrap_or_default()
}
