//! Mistakes in a configuration, all of them together: where, what was found, what is allowed.

use std::fmt;
use std::path::{Path, PathBuf};

/// One thing to mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// `line 12`, `GENKAN_STORE_URL`, …
    pub place: String,
    /// `[server] issuer`; empty where the text could not be read at all.
    pub setting: String,
    pub found: String,
    pub allowed: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, setting, found, allowed } = self;
        let gap = if setting.is_empty() { "" } else { " " };
        write!(f, "{place}:{gap}{setting}\n    found:   {found}\n    allowed: {allowed}")
    }
}

/// Never empty.
#[derive(Clone, Debug, thiserror::Error)]
pub struct ConfigErrors {
    pub file: PathBuf,
    pub mistakes: Vec<Mistake>,
}

impl ConfigErrors {
    pub(super) fn unreadable(file: &Path, error: &std::io::Error) -> Self {
        let mistake = Mistake {
            place: "the file".to_owned(),
            setting: String::new(),
            found: error.to_string(),
            allowed: "a readable file; `genkan init` writes one, `--config FILE` names another".to_owned(),
        };
        Self { file: file.to_owned(), mistakes: vec![mistake] }
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, file) = (self.mistakes.len(), self.file.display());
        let noun = if count == 1 { "mistake" } else { "mistakes" };
        write!(f, "{count} {noun} in {file}")?;
        self.mistakes.iter().try_for_each(|mistake| write!(f, "\n{mistake}"))
    }
}
