//! A database that is locked, gone, or back again.

use std::{fs, path::PathBuf, time::Duration};

use diesel::{Connection, PgConnection, SqliteConnection, connection::SimpleConnection};
use genkan::{
    domain::Fault,
    store::{Store, StoreOptions, spent},
};

use super::cast::NOW;
use crate::support::{database::Database, databases::migrated};

fn path(database: &Database) -> PathBuf {
    database.url().strip_prefix("sqlite:").expect("a file").into()
}

fn impatient(database: &Database) -> Store {
    let patience = Duration::from_millis(20);
    Store::open(&StoreOptions { patience, ..StoreOptions::new(database.url()) }).expect("the store opens")
}

fn spend(store: &Store, id: &'static str) -> Result<bool, Fault> {
    store.write(move |tx| spent::spend(tx, id, NOW))
}

#[test]
fn a_file_that_another_holds_is_busy_for_writing_only_and_free_afterwards() {
    let database = Database::sqlite();
    migrated(&database);
    let store = impatient(&database);
    let mut other = SqliteConnection::establish(&path(&database).to_string_lossy()).expect("the file opens");
    other.batch_execute("BEGIN IMMEDIATE").expect("the lock is free");
    let told = spend(&store, "code");
    assert!(matches!(told, Err(Fault::Busy(_))), "{told:?}");
    store.ping().expect("reading goes on");
    other.batch_execute("ROLLBACK").expect("the lock is given back");
    assert!(spend(&store, "code").expect("writing goes on"), "the refused write had not happened");
}

#[test]
fn a_file_that_is_gone_is_unavailable_until_it_is_back() {
    let database = Database::sqlite();
    let store = migrated(&database);
    let (here, away) = (path(&database), path(&database).with_extension("away"));
    fs::rename(&here, &away).expect("the file moves away");
    for told in [store.ping(), spend(&store, "code").map(drop)] {
        assert!(matches!(told, Err(Fault::Unavailable(_))), "{told:?}");
    }
    assert!(!here.exists(), "no empty database takes its place");
    fs::rename(&away, &here).expect("the file comes back");
    store.ping().expect("ready again");
    assert!(spend(&store, "code").expect("writing again"), "the refused write had not happened");
}

#[test]
fn a_folder_that_is_not_there_is_unavailable() {
    let told = Store::open(&StoreOptions::new("sqlite:/nowhere/at/all.db")).map(drop);
    assert!(matches!(told, Err(Fault::Unavailable(_))), "{told:?}");
}

#[test]
fn a_url_of_another_kind_is_refused() {
    assert!(Store::open(&StoreOptions::new("mysql://localhost/genkan")).is_err());
}

#[test]
fn a_server_that_is_not_there_is_unavailable() {
    let told = Store::open(&StoreOptions::new("postgres://genkan@127.0.0.1:1/genkan")).map(drop);
    assert!(matches!(told, Err(Fault::Unavailable(_))), "{told:?}");
}

#[test]
fn a_server_that_goes_away_is_unavailable_until_it_is_back() {
    let (database, neighbour) = (Database::postgres(), Database::postgres());
    let store = migrated(&database);
    let name = database.url().rsplit_once('/').and_then(|(_, name)| name.split('?').next()).expect("a name");
    let mut other = PgConnection::establish(neighbour.url()).expect("the server answers");
    let mut server = |statement: String| other.batch_execute(&statement).expect("the server obeys");

    server(format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false"));
    server(format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"));
    for told in [spend(&store, "code").map(drop), store.ping()] {
        assert!(matches!(told, Err(Fault::Unavailable(_))), "{told:?}");
    }
    server(format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true"));
    store.ping().expect("ready again");
    assert!(spend(&store, "code").expect("writing again"));
}

#[test]
fn a_row_that_another_holds_is_busy() {
    let database = Database::postgres();
    migrated(&database);
    let store = impatient(&database);
    let mut other = PgConnection::establish(database.url()).expect("the server answers");
    other.batch_execute("BEGIN; LOCK TABLE spent").expect("the table is free");
    let told = spend(&store, "code");
    assert!(matches!(told, Err(Fault::Busy(_))), "{told:?}");
    other.batch_execute("ROLLBACK").expect("the lock is given back");
    assert!(spend(&store, "code").expect("writing goes on"));
}

#[test]
fn a_pool_whose_every_connection_is_lent_is_busy() {
    for database in [Database::sqlite(), Database::postgres()] {
        migrated(&database);
        let options =
            StoreOptions { connections: 1, patience: Duration::from_millis(20), ..StoreOptions::new(database.url()) };
        let store = Store::open(&options).expect("the store opens");
        let told = store.read(|_| Ok(store.ping())).expect("the first has it");
        assert!(matches!(told, Err(Fault::Busy(_))), "{told:?}");
        store.ping().expect("it was given back");
    }
}
