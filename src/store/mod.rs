//! Everything that is kept. The only place that names diesel.

pub mod audit_events;
pub mod clients;
pub mod clinics;
mod conn;
mod error;
pub mod grants;
pub mod invitations;
pub mod memberships;
pub mod meta;
pub mod passkeys;
pub mod password_attempts;
pub mod sessions;
pub mod signing_keys;
pub mod spent;
mod sweep;
pub mod unattributed;
pub mod users;

pub use conn::{Conn, Tx};
pub use error::{StoreError, StoreResult};
pub use sweep::{Swept, sweep};

use crate::domain::Fault;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// How to open a store.
#[derive(Clone)]
pub struct StoreOptions {
    /// `sqlite:path/to.db` or `postgres://…`
    pub url: String,
    /// Connections for reading on SQLite, for everything on PostgreSQL.
    pub connections: usize,
    /// Writes that may wait on SQLite before callers are told that we are busy.
    pub queue: usize,
}

impl StoreOptions {
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), connections: 8, queue: 1024 }
    }
}

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Store;

impl Store {
    pub fn open(_options: &StoreOptions) -> Result<Self, Fault> {
        todo!()
    }

    pub fn engine(&self) -> Engine {
        todo!()
    }

    /// Runs what is pending, and says what it ran.
    pub fn migrate(&self) -> Result<Vec<String>, Fault> {
        todo!()
    }

    pub fn pending_migrations(&self) -> Result<Vec<String>, Fault> {
        todo!()
    }

    pub fn read<T>(&self, _query: impl FnOnce(&mut Conn) -> StoreResult<T>) -> Result<T, Fault> {
        todo!()
    }

    pub fn write<T: Send + 'static>(
        &self,
        _write: impl FnOnce(&mut Tx<'_>) -> StoreResult<T> + Send + 'static,
    ) -> Result<T, Fault> {
        todo!()
    }

    pub fn ping(&self) -> Result<(), Fault> {
        todo!()
    }
}
