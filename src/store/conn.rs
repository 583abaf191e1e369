//! One connection type over both databases: every query is written once.

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
