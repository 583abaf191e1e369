//! `[passkeys]`: which makers of authenticators are trusted.

use std::path::PathBuf;

use super::reader::Reader;

#[derive(Clone, Debug)]
pub struct PasskeySettings {
    /// A file in PEM, or a folder of them.
    pub attestation_roots: Option<PathBuf>,
}

impl PasskeySettings {
    pub(super) fn read(from: &mut Reader) -> Self {
        Self { attestation_roots: from.path("passkeys.attestation_roots") }
    }
}
