//! The master key: 256 random bits from which everything that is sealed takes its key.
//!
//! Without it the store's signing keys are lost; with it and the store alone, tokens can be forged. So it lives apart
//! from the store, in a file of mode 0600, and on a printed sheet.

use std::{fs::File, io::Read, os::unix::fs::PermissionsExt, path::Path};

use zeroize::Zeroizing;

use crate::random::Random;

#[derive(Clone)]
pub struct MasterKey(Zeroizing<[u8; 32]>);

/// Every text says what to do about it, and none says what was read.
#[derive(Debug, thiserror::Error)]
pub enum MasterKeyError {
    #[error("the master key is not 64 hexadecimal digits: restore its file, or type it from its recovery sheet")]
    Malformed,
    #[error("cannot read the master key {path}: {error}")]
    Unreadable { path: String, error: std::io::Error },
    #[error("others than its owner may use the master key {path} (mode {mode:04o}): run `chmod 600 {path}`")]
    Exposed { path: String, mode: u32 },
}

impl MasterKey {
    pub fn generate(random: Random) -> Self {
        Self(Zeroizing::new(random.bytes()))
    }

    /// Refuses any mode that lets others in (0600; also 0400, as secret mounts have it).
    pub fn read_file(path: &Path) -> Result<Self, MasterKeyError> {
        let name = path.display().to_string();
        let unreadable = |error| MasterKeyError::Unreadable { path: name.clone(), error };
        // The mode is asked of the opened file, so that nobody swaps it in between.
        let mut file = File::open(path).map_err(unreadable)?;
        let mode = file.metadata().map_err(unreadable)?.permissions().mode() & 0o7777;
        if mode & !0o600 != 0 {
            return Err(MasterKeyError::Exposed { path: name, mode });
        }
        let mut text = Zeroizing::new(String::with_capacity(128));
        file.read_to_string(&mut text).map_err(unreadable)?;
        Self::parse(&text)
    }

    /// Takes what [`Self::to_text`] wrote, however it was spaced when typed.
    pub fn parse(text: &str) -> Result<Self, MasterKeyError> {
        let digits: Zeroizing<String> =
            Zeroizing::new(text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect());
        let mut bytes = Zeroizing::new([0; 32]);
        hex::decode_to_slice(digits.as_bytes(), bytes.as_mut_slice()).map_err(|_| MasterKeyError::Malformed)?;
        Ok(Self(bytes))
    }

    /// For its file and its recovery sheet: eight groups of eight hexadecimal digits, which a person can type.
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(71));
        for (index, group) in self.0.chunks(4).enumerate() {
            if index > 0 {
                text.push('-');
            }
            text.push_str(&Zeroizing::new(hex::encode(group)));
        }
        text
    }

    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt};

    use super::*;

    fn file_of_mode(mode: u32, text: &str) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("master.key");
        fs::write(&path, text).expect("writes the file");
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("sets the mode");
        (folder, path)
    }

    #[test]
    fn a_file_of_its_owner_alone_gives_the_key_back() {
        let key = MasterKey::generate(Random);
        for mode in [0o600, 0o400] {
            let (_folder, path) = file_of_mode(mode, &format!("{}\n", *key.to_text()));
            assert_eq!(MasterKey::read_file(&path).expect("reads").bytes(), key.bytes(), "{mode:o}");
        }
    }

    #[test]
    fn a_file_that_others_may_use_is_refused_with_the_way_to_mend_it() {
        let key = MasterKey::generate(Random);
        for mode in [0o640, 0o604, 0o620, 0o644, 0o666, 0o700] {
            let (_folder, path) = file_of_mode(mode, &key.to_text());
            let error = MasterKey::read_file(&path).expect_err("refused").to_string();
            assert!(error.contains("chmod 600") && error.contains(&format!("{mode:04o}")), "{error}");
        }
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = MasterKey::read_file(Path::new("/nowhere/master.key")).expect_err("refused").to_string();
        assert!(error.contains("/nowhere/master.key"), "{error}");
    }

    #[test]
    fn a_key_typed_with_blanks_or_capitals_is_the_same_key() {
        let key = MasterKey::generate(Random);
        let typed = key.to_text().replace('-', " \n").to_uppercase();
        assert_eq!(MasterKey::parse(&typed).expect("parses").bytes(), key.bytes());
    }

    #[test]
    fn a_key_too_short_too_long_or_not_hexadecimal_is_refused() {
        let text = MasterKey::generate(Random).to_text();
        for wrong in ["", &text[..70], &format!("{}00", *text), &text.replacen(&text[..1], "g", 1)] {
            assert!(matches!(MasterKey::parse(wrong), Err(MasterKeyError::Malformed)));
        }
    }

    #[test]
    fn printing_a_key_shows_nothing_of_it() {
        assert_eq!(format!("{:?}", MasterKey::generate(Random)), "MasterKey(…)");
    }
}
