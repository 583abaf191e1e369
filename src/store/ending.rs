//! How a flow ends that writes at most once: with its answer, or with the write that gives it. Who runs the flow decides who
//! waits for the disk: its thread, or nobody.

use super::{Store, StoreResult, Tx};
use crate::domain::Fault;

type Work<T> = Box<dyn FnOnce(&mut Tx<'_>) -> StoreResult<T> + Send>;

#[must_use]
pub enum Ending<T> {
    Answer(T),
    /// For [`Store::write`].
    Write(Work<T>),
}

impl<T: Send + 'static> Ending<T> {
    pub fn write(work: impl FnOnce(&mut Tx<'_>) -> StoreResult<T> + Send + 'static) -> Self {
        Self::Write(Box::new(work))
    }

    /// On the calling thread.
    pub fn settle(self, store: &Store) -> Result<T, Fault> {
        match self {
            Self::Answer(answer) => Ok(answer),
            Self::Write(work) => store.write(work),
        }
    }

    pub fn map<U: Send + 'static>(self, change: impl FnOnce(T) -> U + Send + 'static) -> Ending<U> {
        match self {
            Self::Answer(answer) => Ending::Answer(change(answer)),
            Self::Write(work) => Ending::write(|tx| work(tx).map(change)),
        }
    }
}
