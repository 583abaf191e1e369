//! Everything secret: the master key, what is sealed with it, passwords, and the keys that sign tokens.

mod master;
mod password;
mod ring;
mod seal;
mod signing;

pub use master::{MasterKey, MasterKeyError};
pub use password::{PasswordCost, PasswordHasher};
pub use ring::KeyRing;
pub use seal::{Keys, Opened, SealError, Sealable};
pub use signing::Signer;
