//! The master key.

use std::path::Path;

use zeroize::Zeroizing;

use crate::random::Random;

#[derive(Clone)]
pub struct MasterKey(Zeroizing<[u8; 32]>);

/// Every text says what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum MasterKeyError {
    #[error("the master key is not 64 hexadecimal digits")]
    Malformed,
    #[error("cannot read the master key {path}: {error}")]
    Unreadable { path: String, error: std::io::Error },
    #[error("others than its owner may read the master key {path} (mode {mode:o}): run `chmod 600 {path}`")]
    Open { path: String, mode: u32 },
}

impl MasterKey {
    pub fn generate(random: Random) -> Self {
        Self(Zeroizing::new(random.bytes()))
    }

    pub fn read_file(path: &Path) -> Result<Self, MasterKeyError> {
        let _ = path;
        todo!()
    }

    pub fn parse(text: &str) -> Result<Self, MasterKeyError> {
        let _ = text;
        todo!()
    }

    pub fn to_text(&self) -> Zeroizing<String> {
        todo!()
    }
}
