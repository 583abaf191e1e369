//! What is in a backup: everything, as it was at one moment, and the same from and into either database.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
};

use diesel::connection::SimpleConnection;
use genkan::{
    flows::backup,
    store::{Piece, Store, StoreOptions, meta, spent},
};
use serde_json::Value;

use super::{Vault, restore};
use crate::{
    oauth::party::{MISAKI, Party},
    support::{
        app::TestApp,
        ceremony::enrolled,
        database::{Database, on_both_databases},
        databases::migrated,
    },
};

on_both_databases! {
    a_backup_is_of_one_moment_while_others_write,
    a_backup_of_an_older_schema_is_brought_up_to_date,
    a_backup_of_a_newer_schema_is_refused,
    a_database_that_holds_anything_is_left_alone,
    another_master_key_restores_nothing,
}

fn opened(database: &Database) -> Store {
    Store::open(&StoreOptions::new(database.url())).expect("the database opens")
}

/// Of the same engine.
fn another(store: &Store) -> Database {
    match store.engine() {
        genkan::store::Engine::Sqlite => Database::sqlite(),
        genkan::store::Engine::Postgres => Database::postgres(),
    }
}

fn execute(store: &Store, statement: &str) {
    let statement = statement.to_owned();
    store.write(move |tx| Ok(tx.batch_execute(&statement)?)).expect("the statement runs");
}

/// Every row of every table as JSON, truth as a number.
fn everything(store: &Store) -> BTreeMap<String, Vec<String>> {
    let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut table = String::new();
    let copied = store.copy_out(|piece| {
        match piece {
            Piece::Schema(_) => {}
            Piece::Table(name) => name.clone_into(&mut table),
            Piece::Row(row) => {
                let mut row: Value = serde_json::from_str(row).expect("JSON");
                for value in row.as_object_mut().expect("an object").values_mut() {
                    if let Value::Bool(truth) = value {
                        *value = i32::from(*truth).into();
                    }
                }
                tables.entry(table.clone()).or_default().push(row.to_string());
            }
        }
        Ok(())
    });
    copied.expect("copied");
    tables.values_mut().for_each(|rows| rows.sort());
    tables
}

#[test]
fn what_comes_back_is_what_was_there_on_either_database() {
    let app = TestApp::start(Database::sqlite());
    let (misaki, _) = enrolled(&app, MISAKI);
    Party::booking(&app).callback(&misaki, &[]).code();
    let (vault, keys) = (Vault::of(&app), app.cx().keys);
    execute(app.store(), "INSERT INTO meta VALUES ('odd', char(9, 10, 34, 39, 92, 127, 8232, 128512) || '診療🏥')");
    let before = everything(app.store());
    let first = vault.back_up(&app);
    // To the other database, and from there back.
    let (postgres, sqlite) = (Database::postgres(), Database::sqlite());
    let (there, back) = (opened(&postgres), opened(&sqlite));
    restore(&app, &there, &first, &keys);
    app.advance(std::time::Duration::from_secs(1));
    let second = backup::make(&there, &keys, &app.by(), &vault.plan, vault.path()).expect("a backup").file;
    restore(&app, &back, &second, &keys);
    let after = everything(&back);
    // What a restore ends or writes down is another test's.
    for table in ["users", "clinics", "memberships", "clients", "passkeys", "signing_keys", "password_history", "spent"]
    {
        assert_eq!(before.get(table), after.get(table), "{table}");
    }
    for row in before.get("meta").into_iter().flatten().filter(|row| row.contains("odd") || row.contains("check")) {
        assert!(after["meta"].contains(row), "{row}");
    }
    for row in &before["audit_events"] {
        assert!(after["audit_events"].contains(row), "{row}");
    }
    assert!(before.len() >= 10, "{:?}", before.keys());
    assert_eq!(before["sessions"].len(), after["sessions"].len());
}

fn a_backup_is_of_one_moment_while_others_write(database: Database) {
    let app = TestApp::start(database);
    let (vault, keys) = (Vault::of(&app), app.cx().keys);
    let (over, written) = (AtomicBool::new(false), AtomicU64::new(0));
    let file = thread::scope(|scope| {
        for writer in 0..2 {
            let (app, over, written) = (&app, &over, &written);
            scope.spawn(move || {
                for number in 0.. {
                    if over.load(Ordering::SeqCst) {
                        break;
                    }
                    let now = app.clock().now();
                    // The two of a pair lie far apart in the table, and come in together.
                    let pair = ["a", "z"].map(|end| format!("{end}-{writer}-{number:06}"));
                    let kept = app
                        .store()
                        .write(move |tx| Ok(spent::spend(tx, &pair[0], now)? && spent::spend(tx, &pair[1], now)?));
                    assert!(kept.expect("written"));
                    written.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        while written.load(Ordering::SeqCst) < 50 {
            thread::yield_now();
        }
        let made = backup::make(app.store(), &keys, &app.by(), &vault.plan, vault.path());
        over.store(true, Ordering::SeqCst);
        made.expect("a backup").file
    });
    let other = another(app.store());
    let store = opened(&other);
    restore(&app, &store, &file, &keys);
    let rows = everything(&store)["spent"].join("\n");
    let count = |end: &str| rows.matches(&format!("\"id\":\"{end}-")).count();
    assert!(count("a") >= 50);
    assert_eq!(count("a"), count("z"), "no half of a pair");
}

fn a_backup_of_an_older_schema_is_brought_up_to_date(database: Database) {
    let app = TestApp::start(database);
    let (vault, keys) = (Vault::of(&app), app.cx().keys);
    // As it was before the last migration.
    execute(app.store(), "DROP TABLE leases; DELETE FROM __diesel_schema_migrations WHERE version = '0005'");
    let file = vault.back_up(&app);
    let other = another(app.store());
    let store = opened(&other);
    restore(&app, &store, &file, &keys);
    assert_eq!(store.pending_migrations().expect("a list"), Vec::<String>::new());
    execute(&store, "INSERT INTO leases VALUES ('a', 'b', 1)");
}

fn a_backup_of_a_newer_schema_is_refused(database: Database) {
    let app = TestApp::start(database);
    let (vault, keys) = (Vault::of(&app), app.cx().keys);
    execute(app.store(), "INSERT INTO __diesel_schema_migrations (version) VALUES ('9999')");
    let file = vault.back_up(&app);
    let other = another(app.store());
    let store = opened(&other);
    let refused = backup::restore(&store, &file, &keys, &app.by()).expect("no fault").expect_err("too new").to_string();
    assert!(refused.contains("9999") && refused.contains("newer"), "{refused}");
    assert!(everything(&store).is_empty(), "nothing was written");
    assert!(store.is_new().expect("an answer"));
}

fn a_database_that_holds_anything_is_left_alone(database: Database) {
    let app = TestApp::start(database);
    let vault = Vault::of(&app);
    let file = vault.back_up(&app);
    let other = another(app.store());
    let store = migrated(&other);
    store.write(|tx| meta::set(tx, "somebody", "else's")).expect("written");
    let told = backup::restore(&store, &file, &app.cx().keys, &app.by()).expect_err("refused").to_string();
    assert!(told.contains("empty"), "{told}");
    assert_eq!(store.read(|conn| meta::get(conn, "somebody")).expect("read").as_deref(), Some("else's"));
}

fn another_master_key_restores_nothing(database: Database) {
    use genkan::keys::{Keys, MasterKey};
    let app = TestApp::start(database);
    let vault = Vault::of(&app);
    let file = vault.back_up(&app);
    let other = another(app.store());
    let store = opened(&other);
    let foreign = Keys::new(&MasterKey::generate(genkan::random::Random));
    let refused = backup::restore(&store, &file, &foreign, &app.by()).expect("no fault").expect_err("refused");
    assert!(refused.to_string().contains("recovery sheet"), "{refused}");
    assert!(everything(&store).is_empty());
}
