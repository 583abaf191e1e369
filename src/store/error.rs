//! What can go wrong inside a query.

use crate::domain::Fault;

pub type StoreResult<T> = Result<T, StoreError>;

/// Returned from a closure it rolls back what the closure wrote. Never catch one and go on: the transaction is spoilt.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("{0}")]
    Database(#[from] diesel::result::Error),
    /// A row that breaks a rule of ours.
    #[error("broken row: {0}")]
    BrokenRow(String),
    #[error("{0}")]
    Fault(#[from] Fault),
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Database(error) => todo!("{error}"),
            StoreError::BrokenRow(what) => Self::Internal(format!("broken row: {what}")),
            StoreError::Fault(fault) => fault,
        }
    }
}
