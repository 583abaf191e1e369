//! One connection type over both databases, so that every query is written once.

use std::ops::{Deref, DerefMut};

/// A connection to either database; reads take it.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    Sqlite(diesel::SqliteConnection),
    Postgres(diesel::PgConnection),
}

/// A connection inside a transaction; writes take it, and only [`super::Store::write`] makes one.
pub struct Tx<'a>(&'a mut Conn);

impl<'a> Tx<'a> {
    pub(super) fn new(conn: &'a mut Conn) -> Self {
        Self(conn)
    }
}

impl Deref for Tx<'_> {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        self.0
    }
}

impl DerefMut for Tx<'_> {
    fn deref_mut(&mut self) -> &mut Conn {
        self.0
    }
}

/// Written once, compiled for each database: for what does not compile through [`Conn`] (`on_conflict`), and for what
/// every token goes through, since `Conn` spells out the SQL at every call, even of a statement that is cached.
macro_rules! each_backend {
    ($conn:expr, |$inner:ident| $query:expr) => {
        match $conn {
            $crate::store::Conn::Sqlite($inner) => $query,
            $crate::store::Conn::Postgres($inner) => $query,
        }
    };
}

/// Whether a row that meets the condition is there, and stays so until the transaction ends. On SQLite the writer is
/// alone; on PostgreSQL the row is locked: `for_share` where many pass at once, `for_no_key_update` where the same
/// transaction may change the row (two that share it and then both change it would wait for each other).
macro_rules! guard {
    ($tx:expr, $lock:ident, $query:expr) => {{
        let query = $query;
        let found: Option<String> = match &mut **$tx {
            $crate::store::Conn::Sqlite(conn) => query.get_result(conn).optional()?,
            $crate::store::Conn::Postgres(conn) => query.$lock().get_result(conn).optional()?,
        };
        Ok(found.is_some())
    }};
}

pub(super) use {each_backend, guard};
