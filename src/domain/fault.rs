//! A refusal is a value, a fault is an error.
//!
//! A flow answers `Result<Verdict<T, R>, Fault>`. A refusal commits what its write recorded (a reused code must still
//! revoke what it gave); a fault rolls back and becomes a 503 or a 500 with an incident number.

/// What a flow decided: what was asked for, or its own reason for refusing.
pub type Verdict<T, R> = Result<T, R>;

/// Something that no caller did wrong.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// Too much waits already. Nothing was changed; trying again in a moment may work.
    #[error("busy: {0}")]
    Busy(&'static str),
    /// The database cannot be reached. Nothing is known to have been changed.
    #[error("database unavailable: {0}")]
    Unavailable(String),
    /// A bug or a broken row. The text is for the log alone.
    #[error("{0}")]
    Internal(String),
}

impl Fault {
    /// Wraps an error that should not happen, with the words that a maintainer needs.
    pub fn internal(what: &str, error: impl std::fmt::Display) -> Self {
        Self::Internal(format!("{what}: {error}"))
    }
}
