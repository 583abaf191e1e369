//! Passkey ceremonies (Web Authentication Level 3 §7).
//!
//! `login.rs` and `registration.rs` hold each ceremony's ordered list of steps; what both check is in `ceremony.rs`.
//! The library draws challenges and verifies keys and signatures; everything that it leaves open (another site's frame,
//! whose user handle, which algorithms, discoverability, the counter) is a step here, and what it checks too is a step
//! as well, so that a refusal has its own name. It keeps no time and spends no challenge: flows do both.

mod attestation;
mod attestation_object;
mod authenticator_data;
mod ceremony;
mod client_data;
mod login;
mod refusal;
mod registration;
mod response;

use std::{sync::Arc, time::Duration};

use sha2::{Digest, Sha256};
use webauthn_rs::prelude::{Url, Webauthn, WebauthnBuilder};
use webauthn_rs_core::WebauthnCore;

pub use attestation::Roots;
pub use login::{LoginProof, LoginState, LoginStep, STEPS as LOGIN_STEPS};
pub use refusal::PasskeyRefusal;
pub use registration::{Asked, NewCredential, RegistrationState, RegistrationStep, STEPS as REGISTRATION_STEPS};
pub use response::{Assertion, Attestation};

use crate::domain::Fault;

/// The relying party: one RP ID, one origin, for ever. Cheap to clone.
#[derive(Clone)]
pub struct Passkeys(Arc<Site>);

struct Site {
    rp_id: String,
    rp_id_hash: [u8; 32],
    rp_name: String,
    /// As browsers write it into client data.
    origin: String,
    /// For signing in.
    webauthn: Webauthn,
    /// For registering: under the other, which hides the statement and the roots.
    core: WebauthnCore,
    roots: Roots,
}

impl Passkeys {
    /// `origin` is the issuer: no path, no trailing slash; `rp_id` its host.
    pub fn new(rp_id: &str, origin: &str, rp_name: &str, roots: Roots) -> Result<Self, Fault> {
        let url = Url::parse(origin).map_err(|error| Fault::internal(&format!("the origin {origin}"), error))?;
        if url.origin().ascii_serialization() != origin {
            return Err(Fault::Internal(format!("the origin {origin} is not written as browsers write it")));
        }
        let webauthn = WebauthnBuilder::new(rp_id, &url)
            .and_then(|builder| builder.rp_name(rp_name).build())
            .map_err(|error| Fault::internal(&format!("the RP ID {rp_id} for {origin}"), error))?;
        Ok(Self(Arc::new(Site {
            rp_id: rp_id.to_owned(),
            rp_id_hash: Sha256::digest(rp_id).into(),
            rp_name: rp_name.to_owned(),
            origin: origin.to_owned(),
            webauthn,
            // What it says to browsers of time is ours.
            core: WebauthnCore::new_unsafe_experts_only(rp_name, rp_id, vec![url], Duration::ZERO, None, None),
            roots,
        })))
    }

    /// Without it, nobody's proof of who made an authenticator is believed.
    pub fn trusts_a_maker(&self) -> bool {
        !self.0.roots.is_empty()
    }

    pub fn rp_id(&self) -> &str {
        &self.0.rp_id
    }
}

impl std::fmt::Debug for Passkeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Passkeys").field("rp_id", &self.0.rp_id).field("origin", &self.0.origin).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_an_origin_and_its_host() {
        assert_eq!(
            Passkeys::new("id.example.jp", "https://id.example.jp", "玄関", Roots::default()).expect("a site").rp_id(),
            "id.example.jp"
        );
        assert!(Passkeys::new("localhost", "http://localhost:8080", "玄関", Roots::default()).is_ok());
        for (rp_id, origin) in [
            ("id.example.jp", "https://id.example.jp/"),
            ("id.example.jp", "https://id.example.jp/path"),
            ("id.example.jp", "https://ID.example.jp"),
            ("id.example.jp", "https://other.example"),
            ("id.example.jp", "no URL"),
        ] {
            assert!(Passkeys::new(rp_id, origin, "玄関", Roots::default()).is_err(), "{rp_id} {origin}");
        }
    }
}
