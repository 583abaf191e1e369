//! Everything secret: the master key, what is sealed with it, passwords, and the keys that sign tokens.

mod backup;
mod jwk;
mod mac;
mod master;
mod password;
mod ring;
mod seal;
mod signer;
mod totp;

use std::sync::Arc;

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

pub use backup::{BackupError, BackupReader, BackupWriter};
pub use master::{MasterKey, MasterKeyError};
pub use password::{PasswordCost, PasswordHasher};
pub use ring::KeyRing;
pub use seal::{Opened, SealError, Sealable};
pub use signer::Signer;
pub use totp::TotpSeed;

/// What the master key can do: [sealing](Sealable) (`seal.rs`) and keyed hashes (`mac.rs`). Cheap to clone.
#[derive(Clone, Debug)]
pub struct Keys {
    master: Arc<MasterKey>,
    /// Of what travels sealed; what lies sealed in the store outlives it.
    epoch: Arc<str>,
}

impl Keys {
    pub fn new(master: &MasterKey) -> Self {
        Self { master: Arc::new(master.clone()), epoch: Arc::default() }
    }

    /// The same keys in another life of the store: what was sealed to travel in one opens in no other, older or younger.
    #[must_use]
    pub fn in_epoch(&self, epoch: &str) -> Self {
        Self { master: Arc::clone(&self.master), epoch: epoch.into() }
    }

    /// A key for one purpose (RFC 5869 §2.3; the master key is uniformly random, so nothing needs extracting).
    fn derive(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        let mut key = Zeroizing::new([0; 32]);
        let hkdf = Hkdf::<Sha256>::from_prk(self.master.bytes()).expect("32 bytes are enough for SHA-256");
        hkdf.expand_multi_info(&[b"genkan:", purpose.as_bytes()], key.as_mut_slice()).expect("32 bytes can be had");
        key
    }
}
