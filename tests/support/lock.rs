//! Holds the write lock of an SQLite database, so that whoever writes waits for as long as a test wants.

use std::cell::RefCell;

use diesel::{Connection, SqliteConnection, connection::SimpleConnection};

use super::database::Database;

pub struct Locked(String);

impl Locked {
    pub fn new(database: &Database) -> Self {
        Self(database.url().strip_prefix("sqlite:").expect("a file").to_owned())
    }

    /// Takes the lock; `work` is handed what gives it back.
    pub fn hold<T>(&self, work: impl FnOnce(&dyn Fn()) -> T) -> T {
        let mut other = SqliteConnection::establish(&self.0).expect("the file opens");
        // The timers' first round may be writing.
        other.batch_execute("PRAGMA busy_timeout = 5000; BEGIN IMMEDIATE").expect("the lock is free");
        let other = RefCell::new(other);
        work(&|| other.borrow_mut().batch_execute("ROLLBACK").expect("the lock is given back"))
    }
}
