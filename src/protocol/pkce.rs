//! Proof Key for Code Exchange (RFC 7636), S256 alone: `plain` proves nothing to anybody who saw the request.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// All the same to the client: `invalid_grant`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PkceMismatch {
    VerifierMissing,
    /// RFC 9700 §2.1.1: somebody took the challenge out of the authorization request.
    VerifierWithoutChallenge,
    Wrong,
}

/// SHA-256 in base64url: 43 characters, nothing else.
pub fn is_challenge(text: &str) -> bool {
    URL_SAFE_NO_PAD.decode(text).is_ok_and(|hash| hash.len() == 32)
}

/// RFC 7636 §4.1: 43 to 128 unreserved characters.
pub fn is_verifier(text: &str) -> bool {
    (43..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}

/// RFC 7636 §4.6. A verifier of a wrong shape matches nothing.
pub fn verify(challenge: Option<&str>, verifier: Option<&str>) -> Result<(), PkceMismatch> {
    match (challenge, verifier) {
        (None, None) => Ok(()),
        (Some(_), None) => Err(PkceMismatch::VerifierMissing),
        (None, Some(_)) => Err(PkceMismatch::VerifierWithoutChallenge),
        (Some(challenge), Some(verifier)) => {
            let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
            let same: bool = hash.as_bytes().ct_eq(challenge.as_bytes()).into();
            if same && is_verifier(verifier) { Ok(()) } else { Err(PkceMismatch::Wrong) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::testing::{CHALLENGE, VERIFIER};

    #[test]
    fn the_pair_of_rfc_7636_appendix_b_matches() {
        assert_eq!(verify(Some(CHALLENGE), Some(VERIFIER)), Ok(()));
        assert_eq!(verify(None, None), Ok(()));
    }

    #[test]
    fn a_wrong_verifier_is_refused() {
        let other = VERIFIER.replace('d', "e");
        assert_eq!(verify(Some(CHALLENGE), Some(&other)), Err(PkceMismatch::Wrong));
        assert_eq!(verify(Some(CHALLENGE), Some(CHALLENGE)), Err(PkceMismatch::Wrong), "plain never works");
    }

    #[test]
    fn a_missing_verifier_is_refused() {
        assert_eq!(verify(Some(CHALLENGE), None), Err(PkceMismatch::VerifierMissing));
    }

    #[test]
    fn a_verifier_without_challenge_is_refused() {
        assert_eq!(verify(None, Some(VERIFIER)), Err(PkceMismatch::VerifierWithoutChallenge));
    }

    #[test]
    fn a_short_verifier_is_refused_although_its_hash_matches() {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(b"short"));
        assert_eq!(verify(Some(&challenge), Some("short")), Err(PkceMismatch::Wrong));
    }

    #[test]
    fn a_challenge_is_exactly_43_characters_of_base64url() {
        assert!(is_challenge(CHALLENGE));
        let spoilt = [
            "",
            "abc",
            &CHALLENGE[1..],
            &format!("{CHALLENGE}A"),
            &format!("{CHALLENGE}="),
            &CHALLENGE.replace('-', "+"),
        ];
        for text in spoilt {
            assert!(!is_challenge(text), "{text}");
        }
    }

    #[test]
    fn a_verifier_is_43_to_128_unreserved_characters() {
        assert!(is_verifier(&"a".repeat(43)) && is_verifier(&"~".repeat(128)));
        for text in [&"a".repeat(42), &"a".repeat(129), &" ".repeat(50), &"日".repeat(20)] {
            assert!(!is_verifier(text), "{text}");
        }
    }
}
