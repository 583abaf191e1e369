//! The key ring: next, active and retired signing keys.

use super::{Keys, Signer};
use crate::{
    domain::{Fault, KeyState, SigningAlg, StoredSigningKey, UnixTime},
    random::Random,
};

#[derive(Clone)]
pub struct KeyRing {}

impl KeyRing {
    /// A new key, its private part sealed; `activated_at` is set when `state` is active.
    pub fn generate(
        _alg: SigningAlg,
        _state: KeyState,
        _keys: &Keys,
        _random: Random,
        _now: UnixTime,
    ) -> Result<StoredSigningKey, Fault> {
        todo!()
    }

    pub fn load(_stored: Vec<StoredSigningKey>, _keys: &Keys) -> Result<Self, Fault> {
        todo!()
    }

    /// The JWK set (RFC 7517 §5).
    pub fn jwks(&self) -> &serde_json::Value {
        todo!()
    }

    /// The active key of this algorithm.
    pub fn signer(&self, _alg: SigningAlg) -> Result<&Signer, Fault> {
        todo!()
    }

    /// A JWT with this `typ`, where openidconnect's types do not fit.
    pub fn sign(&self, _alg: SigningAlg, _typ: &str, _claims: &serde_json::Value) -> Result<String, Fault> {
        todo!()
    }

    /// The claims of an ID token that any key of ours signed, however old; `None` for everything else.
    pub fn verify_own(&self, _jwt: &str) -> Option<serde_json::Value> {
        todo!()
    }
}
