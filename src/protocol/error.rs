//! Error codes as applications read them: RFC 6749 §4.1.2.1 and §5.2, OpenID Connect Core §3.1.2.6, RFC 6750 §3.1.
//! Descriptions are for the application's developer, in ASCII without quotes or backslashes (RFC 6749 §4.1.2.1).

use crate::domain::named;

named! {
    /// What a redirect back to the application may say.
    AuthorizeError {
        InvalidRequest = "invalid_request",
        UnauthorizedClient = "unauthorized_client",
        AccessDenied = "access_denied",
        UnsupportedResponseType = "unsupported_response_type",
        InvalidScope = "invalid_scope",
        ServerError = "server_error",
        TemporarilyUnavailable = "temporarily_unavailable",
        LoginRequired = "login_required",
        InteractionRequired = "interaction_required",
        ConsentRequired = "consent_required",
        UnmetAuthenticationRequirements = "unmet_authentication_requirements",
        RequestNotSupported = "request_not_supported",
        RequestUriNotSupported = "request_uri_not_supported",
        RegistrationNotSupported = "registration_not_supported",
    }

    /// What the token endpoint may say.
    TokenErrorCode {
        InvalidRequest = "invalid_request",
        InvalidClient = "invalid_client",
        InvalidGrant = "invalid_grant",
        UnauthorizedClient = "unauthorized_client",
        UnsupportedGrantType = "unsupported_grant_type",
        InvalidScope = "invalid_scope",
    }
}

/// `error_description` may hold %x20-21, %x23-5B and %x5D-7E only.
pub fn is_plain(description: &str) -> bool {
    description.bytes().all(|byte| matches!(byte, 0x20..=0x21 | 0x23..=0x5B | 0x5D..=0x7E))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_is_plain_ascii() {
        assert!(is_plain("code_challenge must be 43 characters (a SHA-256)"));
        for text in ["say \"x\"", "back\\slash", "ü", "two\nlines", "\u{7f}"] {
            assert!(!is_plain(text), "{text}");
        }
    }
}
