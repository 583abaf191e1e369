//! Argon2id (RFC 9106).

use crate::{domain::Fault, random::Random};

/// OWASP ASVS 11.4.2 at its default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordCost {
    pub memory_kib: u32,
    pub passes: u32,
    pub lanes: u32,
}

impl Default for PasswordCost {
    fn default() -> Self {
        Self { memory_kib: 19456, passes: 2, lanes: 1 }
    }
}

#[derive(Clone, Debug)]
pub struct PasswordHasher {}

impl PasswordHasher {
    pub fn new(_cost: PasswordCost) -> Result<Self, Fault> {
        todo!()
    }

    /// `password` as `domain::password::normalise` or `NewPassword` gives it.
    pub fn hash(&self, _password: &str, _random: Random) -> Result<String, Fault> {
        todo!()
    }

    pub fn verify(&self, _password: &str, _phc: &str) -> bool {
        todo!()
    }

    /// The same work as [`Self::verify`], for nobody.
    pub fn verify_nobody(&self, _password: &str) {
        todo!()
    }

    pub fn wants_rehash(&self, _phc: &str) -> bool {
        todo!()
    }
}
