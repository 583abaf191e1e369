//! A key that signs: made once and kept, since reading it costs more than a signature.

use josekit::{
    JoseError,
    jwk::Jwk,
    jws::{ES256, JwsSigner, JwsVerifier, RS256},
};
use openidconnect::{
    PrivateSigningKey, SigningError,
    core::{CoreJsonWebKey, CoreJwsSigningAlgorithm},
};
use serde_json::Value;

use crate::domain::{Fault, SigningAlg};

/// For `CoreIdToken::new` and the like, which put its `kid` into the header.
pub struct Signer {
    kid: String,
    alg: SigningAlg,
    signer: Box<dyn JwsSigner>,
    verification_key: CoreJsonWebKey,
}

impl Signer {
    pub(super) fn new(kid: &str, alg: SigningAlg, private: &Jwk, public: &Value) -> Result<Self, Fault> {
        let unreadable = |error: &dyn std::fmt::Display| Fault::internal(&format!("the signing key {kid}"), error);
        // josekit takes the `kid` of its header from the key.
        let mut private = private.clone();
        private.set_key_id(kid);
        let signer: Box<dyn JwsSigner> = match alg {
            SigningAlg::Rs256 => Box::new(RS256.signer_from_jwk(&private).map_err(|error| unreadable(&error))?),
            SigningAlg::Es256 => Box::new(ES256.signer_from_jwk(&private).map_err(|error| unreadable(&error))?),
        };
        let verification_key = serde_json::from_value(public.clone()).map_err(|error| unreadable(&error))?;
        Ok(Self { kid: kid.to_owned(), alg, signer, verification_key })
    }

    pub fn kid(&self) -> &str {
        &self.kid
    }

    pub fn alg(&self) -> SigningAlg {
        self.alg
    }

    /// What to hand `CoreIdToken::new` beside the signer.
    pub fn algorithm(&self) -> CoreJwsSigningAlgorithm {
        match self.alg {
            SigningAlg::Rs256 => CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
            SigningAlg::Es256 => CoreJwsSigningAlgorithm::EcdsaP256Sha256,
        }
    }

    pub(super) fn jws(&self) -> &dyn JwsSigner {
        self.signer.as_ref()
    }
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer").field("kid", &self.kid).field("alg", &self.alg).finish_non_exhaustive()
    }
}

impl PrivateSigningKey for Signer {
    type VerificationKey = CoreJsonWebKey;

    fn sign(&self, alg: &CoreJwsSigningAlgorithm, message: &[u8]) -> Result<Vec<u8>, SigningError> {
        if *alg != self.algorithm() {
            return Err(SigningError::UnsupportedAlg(format!("{alg:?}")));
        }
        self.signer.sign(message).map_err(|error| SigningError::Other(error.to_string()))
    }

    fn as_verification_key(&self) -> CoreJsonWebKey {
        self.verification_key.clone()
    }
}

pub fn verifier(alg: SigningAlg, public: &Jwk) -> Result<Box<dyn JwsVerifier>, JoseError> {
    Ok(match alg {
        SigningAlg::Rs256 => Box::new(RS256.verifier_from_jwk(public)?),
        SigningAlg::Es256 => Box::new(ES256.verifier_from_jwk(public)?),
    })
}
