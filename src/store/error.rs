//! What can go wrong inside a query, and what it means for whoever asked.

use diesel::result::{DatabaseErrorKind, Error};

use crate::domain::Fault;

pub type StoreResult<T> = Result<T, StoreError>;

/// Returned from a closure it rolls back what the closure wrote. Never catch one and go on: the transaction is spoilt.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("{0}")]
    Database(#[from] Error),
    /// A row that breaks a rule of ours.
    #[error("broken row: {0}")]
    BrokenRow(String),
    #[error("{0}")]
    Fault(#[from] Fault),
}

/// How the databases say that somebody else is in the way. diesel keeps no code of theirs.
const BUSY: &[&str] =
    &["database is locked", "database table is locked", "deadlock detected", "canceling statement due to"];

/// How they say that they cannot work at all.
const UNAVAILABLE: &[&str] = &[
    "unable to open database file",
    "disk I/O error",
    "database or disk is full",
    "attempt to write a readonly database",
    "database disk image is malformed",
    "file is not a database",
    "terminating connection",
    "the database system is",
    "could not extend file",
];

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Database(error) => from_diesel(&error),
            StoreError::BrokenRow(what) => Self::Internal(format!("broken row: {what}")),
            StoreError::Fault(fault) => fault,
        }
    }
}

fn from_diesel(error: &Error) -> Fault {
    let text = error.to_string();
    let says = |phrases: &[&str]| phrases.iter().any(|phrase| text.contains(phrase));
    match error {
        Error::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => {
            Fault::Busy("two writes were in each other's way")
        }
        Error::DatabaseError(DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::ReadOnlyTransaction, _)
        | Error::BrokenTransactionManager => Fault::Unavailable(text),
        Error::DatabaseError(..) if says(BUSY) => Fault::Busy("the database is locked by another"),
        Error::DatabaseError(..) if says(UNAVAILABLE) => Fault::Unavailable(text),
        _ => Fault::Internal(text),
    }
}
