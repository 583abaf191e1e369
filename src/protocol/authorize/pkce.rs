//! PKCE with S256 (RFC 7636 §4.3, §4.4.1; RFC 9700 §2.1.1): required, unless a confidential client is registered
//! otherwise; and always well-formed.

use super::{Refused, Unchecked};
use crate::protocol::{error::AuthorizeError, pkce::is_challenge};

pub fn run(unchecked: &Unchecked<'_>) -> Result<(), Refused> {
    let refused = |description| Err(Refused::Error(AuthorizeError::InvalidRequest, description));
    let required = unchecked.client.is_none_or(|client| client.is_public() || client.pkce_required);
    let challenge = unchecked.params.single("code_challenge");
    match (challenge, unchecked.params.single("code_challenge_method")) {
        (None, _) if required => refused("code_challenge is required"),
        (None, Some(_)) => refused("code_challenge_method without code_challenge"),
        (None, None) => Ok(()),
        // Without a method RFC 7636 means plain.
        (Some(_), method) if method != Some("S256") => refused("code_challenge_method must be S256"),
        (Some(challenge), _) if !is_challenge(challenge) => {
            refused("code_challenge must be a SHA-256 in base64url, 43 characters")
        }
        (Some(_), _) => Ok(()),
    }
}
