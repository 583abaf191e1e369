//! A disk that is full or may not be written to: nothing is half done, reading goes on, and once it is mended so does
//! everything else.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

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

fn spend(store: &Store, id: String) -> Result<bool, Fault> {
    store.write(move |tx| spent::spend(tx, &id, NOW))
}

/// Writes until the store says that it cannot, and gives what it acknowledged.
fn fill(store: &Store) -> Vec<String> {
    let mut kept = Vec::new();
    for number in 0..100_000 {
        let id = format!("{number:0>2000}");
        match spend(store, id.clone()) {
            Ok(true) => kept.push(id),
            Err(Fault::Unavailable(why)) => {
                assert!(why.contains("full"), "{why}");
                return kept;
            }
            other => panic!("{other:?}"),
        }
    }
    panic!("it never was full");
}

fn are_kept(store: &Store, kept: &[String]) {
    for id in kept {
        assert!(store.read(|conn| spent::is_spent(conn, id)).expect("reading goes on"));
    }
}

#[test]
fn a_full_database_loses_nothing_that_was_acknowledged_and_goes_on_once_there_is_room() {
    let database = Database::sqlite();
    let store = migrated(&database);
    // The limit is each connection's own: the writer's is set from inside of a write.
    store.write(|tx| Ok(tx.batch_execute("PRAGMA max_page_count = 200")?)).expect("a limit");
    let kept = fill(&store);
    assert!(kept.len() > 10);
    are_kept(&store, &kept);
    // The connection that met the end was replaced, and the new one has room.
    assert!(spend(&store, "room again".to_owned()).expect("writing goes on"));
    are_kept(&store, &kept);
    let mut file = SqliteConnection::establish(&path(&database).to_string_lossy()).expect("the file opens");
    file.batch_execute("PRAGMA integrity_check").expect("whole");
}

/// Some users, root among them, may write to whatever they like.
fn is_stopped_by_modes(folder: &Path) -> bool {
    let probe = folder.join("probe");
    fs::write(&probe, "").expect("written");
    fs::set_permissions(&probe, fs::Permissions::from_mode(0o400)).expect("set");
    fs::OpenOptions::new().write(true).open(&probe).is_err()
}

#[test]
fn a_file_that_may_only_be_read_is_unavailable_for_writing_with_what_to_do() {
    let database = Database::sqlite();
    drop(migrated(&database));
    let file = path(&database);
    let folder = file.parent().expect("a folder");
    if is_stopped_by_modes(folder) {
        fs::set_permissions(&file, fs::Permissions::from_mode(0o400)).expect("set");
        fs::set_permissions(folder, fs::Permissions::from_mode(0o500)).expect("set");
        let told = Store::open(&StoreOptions::new(database.url())).map(drop);
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).expect("set back");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("set back");
        let Err(Fault::Unavailable(why)) = told else { panic!("{told:?}") };
        assert!(why.contains("may not be written"), "{why}");
    }
    // What modes do to one user, the connection's own setting does to any.
    let store = migrated(&database);
    assert!(spend(&store, "before".to_owned()).expect("kept"));
    store.write(|tx| Ok(tx.batch_execute("PRAGMA query_only = ON")?)).expect("read-only from here");
    let told = spend(&store, "meanwhile".to_owned());
    assert!(matches!(&told, Err(Fault::Unavailable(why)) if why.contains("readonly")), "{told:?}");
    store.ping().expect("reading goes on");
    are_kept(&store, &["before".to_owned()]);
}

#[test]
fn a_server_that_only_reads_is_unavailable_for_writing_until_it_writes_again() {
    let (database, neighbour) = (Database::postgres(), Database::postgres());
    let name = database.url().rsplit_once('/').and_then(|(_, name)| name.split('?').next()).expect("a name");
    let mut other = PgConnection::establish(neighbour.url()).expect("the server answers");
    let mut switch = |mode: &str| {
        // A standby, or one whose disk is nearly full: the setting reaches new connections, so the old ones end.
        let end = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
        other.batch_execute(&format!("ALTER DATABASE {name} SET default_transaction_read_only = {mode}")).expect(mode);
        other.batch_execute(&end).expect("they end");
    };
    migrated(&database);
    switch("on");
    let store = Store::open(&StoreOptions::new(database.url())).expect("it answers");
    let told = spend(&store, "meanwhile".to_owned());
    assert!(matches!(told, Err(Fault::Unavailable(_))), "{told:?}");
    store.ping().expect("reading goes on");
    switch("off");
    let _ = store.ping();
    assert!(spend(&store, "meanwhile".to_owned()).expect("writing goes on"), "the refused write had not happened");
}
