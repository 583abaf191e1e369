//! A migrated store on each database. A test of its own per database comes from `on_both_databases!`; within one test,
//! [`each_database`].

use genkan::store::{Store, StoreOptions};

use super::database::Database;

/// The store of a fresh database, its tables made.
pub fn migrated(database: &Database) -> Store {
    let store = Store::open(&StoreOptions::new(database.url())).expect("the database opens");
    store.migrate().expect("the migrations run");
    store
}

/// Runs the test on SQLite, then on PostgreSQL, and says so. Without a PostgreSQL server it fails.
pub fn each_database(test: impl Fn(Store)) {
    for (name, make) in [("SQLite", Database::sqlite as fn() -> Database), ("PostgreSQL", Database::postgres)] {
        let database = make();
        test(migrated(&database));
        println!("ran on {name}");
    }
}
