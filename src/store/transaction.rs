//! Runs one closure inside a transaction or a savepoint: its error or panic undoes what it wrote, and nothing else.

use std::{
    cell::Cell,
    num::NonZeroU32,
    panic::{AssertUnwindSafe, catch_unwind},
};

use diesel::{
    Connection,
    connection::{AnsiTransactionManager, InstrumentationEvent, TransactionManager},
    result::Error,
};

use super::{Conn, StoreError, StoreResult, Tx};
use crate::domain::Fault;

type Manager = <Conn as Connection>::TransactionManager;

thread_local! {
    /// The database has refused a statement on this thread since the closure began.
    static REFUSED: Cell<bool> = const { Cell::new(false) };
}

/// Every connection that writes is watched: PostgreSQL answers the COMMIT of a spoilt transaction as if all were well, so
/// a closure that swallowed an error would be told that its write is kept.
pub(super) fn watch(conn: &mut impl Connection) {
    conn.set_instrumentation(|event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::FinishQuery { error: Some(_), .. } = event {
            REFUSED.set(true);
        }
    });
}

/// The transaction did not end as it should. Nothing more may be done on this connection: what is written next might be
/// kept alone.
#[derive(Debug)]
pub(super) struct Spoilt(String);

impl From<Error> for Spoilt {
    fn from(error: Error) -> Self {
        Self(error.to_string())
    }
}

/// Begins (a savepoint, when a transaction is open), runs, and commits or rolls back. `Err` when the end itself failed.
pub(super) fn run<T>(
    conn: &mut Conn,
    work: impl FnOnce(&mut Tx<'_>) -> StoreResult<T>,
) -> Result<Result<T, Fault>, Spoilt> {
    if let Err(error) = Manager::begin_transaction(conn) {
        return Ok(Err(StoreError::from(error).into()));
    }
    let inside = depth(conn)?;
    REFUSED.set(false);
    let mut result = caught(|| work(&mut Tx::new(conn)));
    if REFUSED.get() && result.is_ok() {
        result = Err(Fault::Internal("a write went on after the database had refused a part of it".to_owned()));
    }
    // SQLite may end a whole transaction by itself (disk full), and a closure must not end ours.
    if depth(conn)? != inside {
        return Err(Error::NotInTransaction.into());
    }
    let end = if result.is_ok() { Manager::commit_transaction(conn) } else { Manager::rollback_transaction(conn) };
    match (end, result) {
        (Ok(()), result) => Ok(result),
        // Why SQLite ended all of it is what the closure was told, not that its savepoint is gone.
        (Err(_), Err(fault)) => Err(Spoilt(fault.to_string())),
        (Err(error), Ok(_)) => Err(error.into()),
    }
}

/// Begins a transaction that will write. On SQLite it takes the lock now, where waiting for it is possible.
pub(super) fn begin_alone(conn: &mut Conn) -> StoreResult<()> {
    match conn {
        Conn::Sqlite(conn) => AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN IMMEDIATE")?,
        Conn::Postgres(_) => Manager::begin_transaction(conn)?,
    }
    Ok(())
}

fn depth(conn: &mut Conn) -> Result<Option<NonZeroU32>, Spoilt> {
    Ok(Manager::transaction_manager_status_mut(conn).transaction_depth()?)
}

pub(super) fn commit(conn: &mut Conn) -> Result<(), Spoilt> {
    Ok(Manager::commit_transaction(conn)?)
}

/// Whether a transaction was left open, or ended in a way that nobody understood.
pub(super) fn is_broken(conn: &mut Conn) -> bool {
    Manager::is_broken_transaction_manager(conn)
}

fn caught<T>(work: impl FnOnce() -> StoreResult<T>) -> Result<T, Fault> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(result) => result.map_err(Fault::from),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no text");
            Err(Fault::Internal(format!("panic in a write: {text}")))
        }
    }
}

impl From<Spoilt> for Fault {
    /// It may have been kept all the same: nobody may be told that it did not happen.
    fn from(Spoilt(error): Spoilt) -> Self {
        Self::Unavailable(format!("whether the write was kept is unknown: {error}"))
    }
}
