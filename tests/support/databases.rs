//! A migrated store on either database.

use genkan::store::{Store, StoreOptions};

use super::database::Database;

/// The store of a fresh database, its tables made.
pub fn migrated(database: &Database) -> Store {
    let store = Store::open(&StoreOptions::new(database.url())).expect("the database opens");
    store.migrate().expect("the migrations run");
    store
}
