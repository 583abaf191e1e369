//! Migrations: only what is pending, never onto a schema of the future, never without a copy.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::{Arc, Barrier},
    thread,
};

use diesel::connection::SimpleConnection;
use genkan::{
    domain::{Invitation, InvitationId, InvitationWay, Secret},
    store::{Store, StoreOptions, invitations, meta, spent},
};

use super::cast::NOW;
use crate::support::{
    app::TestApp,
    database::{Database, on_both_databases},
    databases::migrated,
};

on_both_databases! {
    an_empty_database_gets_everything_and_then_nothing,
    looking_for_what_is_pending_changes_nothing,
    a_schema_of_the_future_is_refused,
    a_schema_of_the_future_that_is_marked_compatible_is_accepted,
    several_nodes_migrate_once,
    an_address_stays_proven_by_a_letter_that_was_opened_and_by_nothing_else,
}

fn execute(store: &Store, statement: &str) {
    let statement = statement.to_owned();
    store.write(move |tx| Ok(tx.batch_execute(&statement)?)).expect("the statement runs");
}

fn opened(database: &Database) -> Store {
    Store::open(&StoreOptions::new(database.url())).expect("the store opens")
}

fn an_empty_database_gets_everything_and_then_nothing(database: Database) {
    let store = opened(&database);
    assert_eq!(store.pending_migrations().expect("a list"), store.migrate().expect("the migrations run"));
    assert_eq!(store.pending_migrations().expect("a list"), Vec::<String>::new());
    assert_eq!(store.migrate().expect("nothing to do"), Vec::<String>::new());
}

fn looking_for_what_is_pending_changes_nothing(database: Database) {
    let store = opened(&database);
    assert!(!store.pending_migrations().expect("a list").is_empty());
    execute(&store, "CREATE TABLE __diesel_schema_migrations (version TEXT)");
}

const FUTURE: &str = "INSERT INTO __diesel_schema_migrations (version) VALUES ('9999')";

fn a_schema_of_the_future_is_refused(database: Database) {
    let store = migrated(&database);
    store.write(|tx| meta::set(tx, "compatible_from", "9998")).expect("a mark");
    execute(&store, FUTURE);
    for refused in [store.migrate(), store.pending_migrations()] {
        assert!(refused.expect_err("too new").to_string().contains("9999"));
    }
}

fn a_schema_of_the_future_that_is_marked_compatible_is_accepted(database: Database) {
    let store = migrated(&database);
    execute(&store, FUTURE);
    assert_eq!(store.pending_migrations().expect("compatible"), Vec::<String>::new());
    store.migrate().expect("nothing to do");
}

fn several_nodes_migrate_once(database: Database) {
    let start = Arc::new(Barrier::new(4));
    let nodes: Vec<_> = (0..4)
        .map(|_| {
            let (store, start) = (opened(&database), Arc::clone(&start));
            thread::spawn(move || {
                start.wait();
                store.migrate().expect("all of them succeed").len()
            })
        })
        .collect();
    let mut ran: Vec<_> = nodes.into_iter().map(|node| node.join().expect("no panic")).collect();
    ran.sort_unstable();
    let all = ran.pop().unwrap_or_default();
    assert!(all > 0);
    assert_eq!(ran, [0, 0, 0]);
}

fn an_address_stays_proven_by_a_letter_that_was_opened_and_by_nothing_else(database: Database) {
    let app = TestApp::start(database);
    app.prove_address(&app.hanako);
    app.prove_address(&app.misaki);
    let (user, clinic, now) = (app.misaki.clone(), app.demo.id.clone(), app.clock().now());
    let opened = Invitation {
        id: InvitationId::new("opened"),
        user_id: user.id,
        clinic_id: clinic,
        token_hash: Secret::from_bytes([1; 32]).hash(),
        created_at: now,
        used_at: Some(now),
        revoked_at: None,
        way: InvitationWay::Mail,
        sent_by: None,
        sent_to: Some(user.email.as_str().to_owned()),
        again: false,
    };
    app.store().write(move |tx| invitations::insert(tx, &opened)).expect("a letter");
    execute(app.store(), "DELETE FROM __diesel_schema_migrations WHERE version = '0019'");
    assert_eq!(app.store().migrate().expect("the last one runs"), ["0019_proven_addresses"]);
    let proven = [&app.misaki, &app.hanako].map(|user| app.reload(user).email_verified);
    assert_eq!(proven, [true, false]);
}

fn path(database: &Database) -> PathBuf {
    database.url().strip_prefix("sqlite:").expect("a file").into()
}

fn copies(beside: &Path) -> Vec<PathBuf> {
    let folder = fs::read_dir(beside.parent().expect("a folder")).expect("the folder");
    let mut found: Vec<_> = folder.map(|entry| entry.expect("an entry").path()).collect();
    found.retain(|path| path.to_string_lossy().contains(".before-"));
    found.sort();
    found
}

#[test]
fn a_file_that_holds_anything_is_copied_before_it_is_migrated() {
    let database = Database::sqlite();
    let store = migrated(&database);
    assert_eq!(copies(&path(&database)), Vec::<PathBuf>::new(), "a new store has nothing to lose");
    store.write(|tx| spent::spend(tx, "before", NOW)).expect("something to lose");
    for round in 1..=2 {
        execute(&store, "DROP TABLE password_history; DELETE FROM __diesel_schema_migrations WHERE version = '0003'");
        assert_eq!(store.migrate().expect("the last one runs"), ["0003_password_history"]);
        assert_eq!(copies(&path(&database)).len(), round, "an older copy stays");
    }
    for copy in copies(&path(&database)) {
        let mode = fs::metadata(&copy).expect("the copy").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "it holds hashes of passwords");
        let kept = Store::open(&StoreOptions::new(format!("sqlite:{}", copy.display()))).expect("the copy opens");
        assert!(kept.read(|conn| spent::is_spent(conn, "before")).expect("an answer"));
        assert_eq!(kept.pending_migrations().expect("as it was before"), ["0003_password_history"]);
    }
}

#[test]
fn the_file_is_its_owners_alone() {
    let database = Database::sqlite();
    migrated(&database);
    let mode = fs::metadata(path(&database)).expect("the file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn both_folders_hold_the_same_migrations() {
    let names = |engine: &str| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(engine);
        let mut names: Vec<_> =
            fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").file_name()).collect();
        names.sort();
        names
    };
    assert!(!names("sqlite").is_empty());
    assert_eq!(names("sqlite"), names("postgres"));
}
