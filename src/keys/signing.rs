//! One key that signs.

use openidconnect::{
    PrivateSigningKey, SigningError,
    core::{CoreJsonWebKey, CoreJwsSigningAlgorithm},
};

/// For openidconnect's `CoreIdToken::new` and the like; sets `kid`.
pub struct Signer {}

impl Signer {
    pub fn kid(&self) -> &str {
        todo!()
    }

    /// What to hand `CoreIdToken::new` beside the signer.
    pub fn algorithm(&self) -> CoreJwsSigningAlgorithm {
        todo!()
    }
}

impl PrivateSigningKey for Signer {
    type VerificationKey = CoreJsonWebKey;

    fn sign(&self, _alg: &CoreJwsSigningAlgorithm, _message: &[u8]) -> Result<Vec<u8>, SigningError> {
        todo!()
    }

    fn as_verification_key(&self) -> CoreJsonWebKey {
        todo!()
    }
}
