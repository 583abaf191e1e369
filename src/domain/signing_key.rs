//! A signing key as the store keeps it: the public part in the open, the private part sealed with the master key.

use super::{SigningAlg, UnixTime, named::named};

named! {
    KeyState {
        /// Published, so that applications know it before it signs.
        Next = "next",
        Active = "active",
        /// Signs nothing any more; still verifies hints.
        Retired = "retired",
    }
}

#[derive(Clone, PartialEq, Eq)]
pub struct StoredSigningKey {
    /// RFC 7638 thumbprint.
    pub kid: String,
    pub alg: SigningAlg,
    pub state: KeyState,
    /// JWK (RFC 7517), public members only.
    pub public_jwk: String,
    /// Sealed; worthless without the master key, and still not for printing.
    pub sealed_private: String,
    pub created_at: UnixTime,
    pub activated_at: Option<UnixTime>,
    pub retired_at: Option<UnixTime>,
}

impl std::fmt::Debug for StoredSigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoredSigningKey")
            .field("kid", &self.kid)
            .field("alg", &self.alg)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}
