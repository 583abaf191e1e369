//! A key that signs: made once and kept, since reading it costs more than a signature. AWS-LC signs, which takes half of what
//! OpenSSL does for ES256; josekit reads keys, writes other tokens than ID tokens, and verifies.

use std::sync::Arc;

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RsaKeyPair},
};
use josekit::{
    JoseError,
    jwk::{
        Jwk,
        alg::{ec::EcKeyPair, rsa::RsaKeyPair as RsaJwk},
    },
    jws::{ES256, JwsAlgorithm, JwsSigner, JwsVerifier, RS256},
};
use openidconnect::{
    PrivateSigningKey, SigningError,
    core::{CoreJsonWebKey, CoreJwsSigningAlgorithm},
};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::domain::{Fault, SigningAlg};

/// For `CoreIdToken::new` and the like, which put its `kid` into the header. Cheap to clone.
#[derive(Clone)]
pub struct Signer(Arc<Key>);

struct Key {
    kid: String,
    pair: Pair,
    verification_key: CoreJsonWebKey,
}

enum Pair {
    Rs256(RsaKeyPair),
    Es256(EcdsaKeyPair),
}

impl Pair {
    fn read(alg: SigningAlg, private: &Jwk) -> Result<Self, Box<dyn std::error::Error>> {
        Ok(match alg {
            SigningAlg::Rs256 => {
                let der = Zeroizing::new(RsaJwk::from_jwk(private)?.to_der_private_key());
                Self::Rs256(RsaKeyPair::from_pkcs8(&der)?)
            }
            SigningAlg::Es256 => {
                let der = Zeroizing::new(EcKeyPair::from_jwk(private)?.to_der_private_key());
                Self::Es256(EcdsaKeyPair::from_private_key_der(&ECDSA_P256_SHA256_FIXED_SIGNING, &der)?)
            }
        })
    }

    fn signature_len(&self) -> usize {
        match self {
            Self::Rs256(pair) => pair.public_modulus_len(),
            Self::Es256(_) => 64,
        }
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, aws_lc_rs::error::Unspecified> {
        // The library draws its own.
        let random = SystemRandom::new();
        match self {
            Self::Rs256(pair) => {
                let mut signature = vec![0; self.signature_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)?;
                Ok(signature)
            }
            Self::Es256(pair) => Ok(pair.sign(&random, message)?.as_ref().to_vec()),
        }
    }
}

impl Signer {
    pub(super) fn new(kid: &str, alg: SigningAlg, private: &Jwk, public: &Value) -> Result<Self, Fault> {
        let unreadable = |error: &dyn std::fmt::Display| Fault::internal(&format!("the signing key {kid}"), error);
        let pair = Pair::read(alg, private).map_err(|error| unreadable(&error))?;
        let verification_key = serde_json::from_value(public.clone()).map_err(|error| unreadable(&error))?;
        Ok(Self(Arc::new(Key { kid: kid.to_owned(), pair, verification_key })))
    }

    pub fn kid(&self) -> &str {
        &self.0.kid
    }

    pub fn alg(&self) -> SigningAlg {
        match self.0.pair {
            Pair::Rs256(_) => SigningAlg::Rs256,
            Pair::Es256(_) => SigningAlg::Es256,
        }
    }

    /// What to hand `CoreIdToken::new` beside the signer.
    pub fn algorithm(&self) -> CoreJwsSigningAlgorithm {
        match self.alg() {
            SigningAlg::Rs256 => CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
            SigningAlg::Es256 => CoreJwsSigningAlgorithm::EcdsaP256Sha256,
        }
    }
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer").field("kid", &self.kid()).field("alg", &self.alg()).finish_non_exhaustive()
    }
}

impl PrivateSigningKey for Signer {
    type VerificationKey = CoreJsonWebKey;

    fn sign(&self, alg: &CoreJwsSigningAlgorithm, message: &[u8]) -> Result<Vec<u8>, SigningError> {
        if *alg != self.algorithm() {
            return Err(SigningError::UnsupportedAlg(format!("{alg:?}")));
        }
        self.0.pair.sign(message).map_err(|error| SigningError::Other(error.to_string()))
    }

    fn as_verification_key(&self) -> CoreJsonWebKey {
        self.0.verification_key.clone()
    }
}

/// For tokens that openidconnect's types do not sign.
impl JwsSigner for Signer {
    fn algorithm(&self) -> &dyn JwsAlgorithm {
        match self.alg() {
            SigningAlg::Rs256 => &RS256,
            SigningAlg::Es256 => &ES256,
        }
    }

    fn key_id(&self) -> Option<&str> {
        Some(self.kid())
    }

    fn signature_len(&self) -> usize {
        self.0.pair.signature_len()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, JoseError> {
        self.0.pair.sign(message).map_err(|error| JoseError::InvalidSignature(error.into()))
    }

    fn box_clone(&self) -> Box<dyn JwsSigner> {
        Box::new(self.clone())
    }
}

pub fn verifier(alg: SigningAlg, public: &Jwk) -> Result<Box<dyn JwsVerifier>, JoseError> {
    Ok(match alg {
        SigningAlg::Rs256 => Box::new(RS256.verifier_from_jwk(public)?),
        SigningAlg::Es256 => Box::new(ES256.verifier_from_jwk(public)?),
    })
}
