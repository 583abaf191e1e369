//! Everything that is kept, on SQLite or PostgreSQL. The only place that names diesel.
//!
//! A table has a file: its row, how that becomes a thing of `domain`, and the few queries that there are. Reads take a
//! [`Conn`], writes a [`Tx`]. What a closure given to [`Store::write`] returns decides: `Ok` commits (a refusal too: it is a
//! value), `Err` rolls back. Functions named `still_…` are guards: what a write grants, it grants only while they hold; on
//! PostgreSQL they lock their row, so ask them in this order: person, membership, session, client, consent, grant.

pub mod access_codes;
mod aside;
pub mod audit_events;
pub mod clients;
pub mod clinics;
mod columns;
mod conn;
pub mod consents;
mod copy;
mod ending;
mod error;
pub mod grants;
pub mod ground;
pub mod groups;
pub mod handoffs;
pub mod invitations;
pub mod leases;
pub mod memberships;
pub mod meta;
mod migrations;
pub mod outbox;
pub mod passkeys;
pub mod password_attempts;
pub mod password_history;
mod postgres;
pub mod qualifications;
mod schema;
pub mod second_factors;
pub mod sessions;
pub mod signing_keys;
pub mod spent;
mod sqlite;
mod sweep;
pub mod terminals;
mod transaction;
pub mod unattributed;
pub mod users;
mod writer;

use std::{sync::Arc, time::Duration};

use diesel::connection::SimpleConnection;

pub use conn::{Conn, Tx};
pub use copy::{Filling, Piece};
pub use ending::Ending;
pub use error::{StoreError, StoreResult};
pub use sweep::{Swept, sweep};

use crate::domain::Fault;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl std::fmt::Display for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        })
    }
}

/// How to open a store. The URL may hold a password: not for printing.
#[derive(Clone)]
pub struct StoreOptions {
    /// `sqlite:path/to.db` or `postgres://…`
    pub url: String,
    /// For reading on SQLite, for everything on PostgreSQL.
    pub connections: usize,
    /// Writes that may wait on SQLite before callers are told that we are busy.
    pub queue: usize,
    /// How long one waits for a lock or a connection before one is told that we are busy.
    pub patience: Duration,
}

impl StoreOptions {
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), connections: 8, queue: 1024, patience: Duration::from_secs(5) }
    }
}

/// What the store has done since it was opened, and who waits for it. Writes and commits of PostgreSQL are its own affair.
#[derive(Clone, Copy, Debug, Default)]
pub struct Load {
    /// Callers.
    pub waiting: usize,
    pub writes: u64,
    /// Each of one or more writes.
    pub commits: u64,
    /// Writes that were sent away since too many waited.
    pub shed: u64,
}

/// The database. Cheap to clone; the last one dropped waits for what is still being written.
#[derive(Clone)]
pub struct Store(Arc<Database>);

enum Database {
    Sqlite { file: sqlite::File, readers: sqlite::Readers, writer: writer::Writer },
    Postgres(postgres::Pool),
}

impl Store {
    /// Connects, and makes the file of SQLite where there is none; the schema is [`Store::migrate`]'s.
    pub fn open(options: &StoreOptions) -> Result<Self, Fault> {
        let database = if let Some(path) = options.url.strip_prefix("sqlite:") {
            let file = sqlite::File::new(path.strip_prefix("//").unwrap_or(path), options.patience);
            file.create()?;
            let writer = writer::Writer::start(file.clone(), file.connect_writer()?, options.queue)?;
            Database::Sqlite { readers: sqlite::Readers::new(file.clone(), options.connections), file, writer }
        } else if options.url.starts_with("postgres://") || options.url.starts_with("postgresql://") {
            Database::Postgres(postgres::Pool::new(options)?)
        } else {
            return Err(Fault::Internal("a database URL begins with sqlite: or postgres://".to_owned()));
        };
        let store = Self(Arc::new(database));
        store.ping()?;
        Ok(store)
    }

    pub fn engine(&self) -> Engine {
        match &*self.0 {
            Database::Sqlite { .. } => Engine::Sqlite,
            Database::Postgres(_) => Engine::Postgres,
        }
    }

    /// Runs what is pending, and says what it ran. A store on SQLite that holds anything is copied first.
    pub fn migrate(&self) -> Result<Vec<String>, Fault> {
        match &*self.0 {
            Database::Sqlite { file, .. } => {
                let mut conn = file.connect_writer()?;
                let state = migrations::state(&mut conn)?;
                let Some(last) = state.pending.last() else { return Ok(Vec::new()) };
                if !state.empty {
                    file.copy(&mut conn, &format!("before-{last}"))?;
                }
                migrations::run(&mut conn)
            }
            Database::Postgres(pool) => pool.with(|conn| match migrations::state(conn)?.pending.is_empty() {
                true => Ok(Vec::new()),
                false => migrations::run(conn),
            }),
        }
    }

    /// What [`Store::migrate`] would run. Refuses a schema that is too new, and changes nothing.
    pub fn pending_migrations(&self) -> Result<Vec<String>, Fault> {
        self.with(|conn| Ok(migrations::state(conn)?.pending))
    }

    /// Whether no migration has ever run here.
    pub fn is_new(&self) -> Result<bool, Fault> {
        self.with(|conn| Ok(migrations::state(conn)?.empty))
    }

    /// On the calling thread.
    pub fn read<T>(&self, query: impl FnOnce(&mut Conn) -> StoreResult<T>) -> Result<T, Fault> {
        self.with(|conn| query(conn).map_err(Fault::from))
    }

    /// One transaction; when this returns it is durable. Not for a closure that waits for anything but the database.
    pub fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> StoreResult<T> + Send + 'static,
    ) -> Result<T, Fault> {
        match &*self.0 {
            Database::Sqlite { writer, .. } => writer.write(work),
            Database::Postgres(pool) => pool.write(work),
        }
    }

    /// As [`Ending::settle`]. On SQLite no thread waits for the disk meanwhile; on PostgreSQL this one does.
    pub async fn settle<T: Send + 'static>(&self, ending: Ending<T>) -> Result<T, Fault> {
        match (&*self.0, ending) {
            (Database::Sqlite { writer, .. }, Ending::Write(work)) => writer.write_async(work).await,
            (_, ending) => ending.settle(self),
        }
    }

    /// How much there is to do, for those who watch.
    pub fn load(&self) -> Load {
        match &*self.0 {
            Database::Sqlite { writer, .. } => writer.load(),
            Database::Postgres(pool) => pool.load(),
        }
    }

    /// Whether the database answers.
    pub fn ping(&self) -> Result<(), Fault> {
        self.read(|conn| Ok(conn.batch_execute("SELECT 1")?))
    }

    fn with<T>(&self, query: impl FnOnce(&mut Conn) -> Result<T, Fault>) -> Result<T, Fault> {
        match &*self.0 {
            Database::Sqlite { readers, .. } => readers.with(query),
            Database::Postgres(pool) => pool.with(query),
        }
    }
}
