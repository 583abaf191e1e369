//! Holds a lock in a database, so that whoever counts a wrong password waits for as long as a test wants.

use std::cell::RefCell;

use diesel::{Connection, PgConnection, SqliteConnection, connection::SimpleConnection};

use super::database::Database;

pub struct Locked(String);

impl Locked {
    pub fn new(database: &Database) -> Self {
        Self(database.url().to_owned())
    }

    /// Takes the lock; `work` is handed what gives it back.
    pub fn hold<T>(&self, work: impl FnOnce(&dyn Fn()) -> T) -> T {
        match self.0.strip_prefix("sqlite:") {
            // The timers' first round may be writing.
            Some(file) => hold::<SqliteConnection, T>(file, "PRAGMA busy_timeout = 5000; BEGIN IMMEDIATE", work),
            None => {
                hold::<PgConnection, T>(&self.0, "BEGIN; LOCK TABLE password_attempts IN ACCESS EXCLUSIVE MODE", work)
            }
        }
    }
}

fn hold<C: Connection, T>(url: &str, lock: &str, work: impl FnOnce(&dyn Fn()) -> T) -> T {
    let mut other = C::establish(url).expect("the database opens");
    other.batch_execute(lock).expect("the lock is free");
    let other = RefCell::new(other);
    work(&|| other.borrow_mut().batch_execute("ROLLBACK").expect("the lock is given back"))
}
