//! What a write promises: all or nothing, durable when answered, and nobody pays for another's mistake.

use std::{sync::mpsc, thread};

use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types};
use genkan::{
    domain::Fault,
    store::{Engine, Store, StoreError, StoreOptions, audit_events, meta, spent},
};

use super::cast::{NOW, event};
use crate::support::{
    database::{Database, on_both_databases},
    databases::migrated,
};

on_both_databases! {
    a_refusal_commits_what_it_wrote,
    an_error_rolls_back_what_was_written_before_it,
    a_panic_rolls_back_and_the_store_goes_on,
    an_error_that_was_swallowed_keeps_nothing_and_tells_so,
    a_commit_is_durable,
    a_read_cannot_see_what_is_not_committed,
}

fn is_spent(store: &Store, id: &str) -> bool {
    store.read(|conn| spent::is_spent(conn, id)).expect("an answer")
}

fn a_refusal_commits_what_it_wrote(database: Database) {
    let store = migrated(&database);
    let verdict: Result<(), &str> = store
        .write(|tx| {
            audit_events::insert(tx, &event("1"))?;
            Ok(Err("the code was used before"))
        })
        .expect("a refusal is no fault");
    assert_eq!(verdict, Err("the code was used before"));
    assert_eq!(store.read(|conn| audit_events::list(conn, None, 10)).expect("a list").len(), 1);
}

fn an_error_rolls_back_what_was_written_before_it(database: Database) {
    let store = migrated(&database);
    let fault = store.write(|tx| {
        spent::spend(tx, "code", NOW)?;
        Err::<(), _>(StoreError::Fault(Fault::Internal("on purpose".to_owned())))
    });
    assert!(matches!(fault, Err(Fault::Internal(text)) if text == "on purpose"));
    assert!(!is_spent(&store, "code"));
}

fn a_panic_rolls_back_and_the_store_goes_on(database: Database) {
    let store = migrated(&database);
    let fault = store.write(|tx| -> Result<(), StoreError> {
        spent::spend(tx, "code", NOW)?;
        panic!("on purpose");
    });
    assert!(matches!(fault, Err(Fault::Internal(text)) if text.contains("on purpose")));
    assert!(!is_spent(&store, "code"));
    assert!(store.write(|tx| spent::spend(tx, "code", NOW)).expect("the next write works"));
}

fn an_error_that_was_swallowed_keeps_nothing_and_tells_so(database: Database) {
    let store = migrated(&database);
    let answer = store.write(|tx| {
        spent::spend(tx, "code", NOW)?;
        let _ = sql_query("SELECT nonsense").execute(&mut **tx);
        Ok(())
    });
    assert!(answer.is_err(), "nobody is told that it was kept");
    assert!(!is_spent(&store, "code"));
    assert!(store.write(|tx| spent::spend(tx, "another", NOW)).expect("the next write works"));
}

#[derive(QueryableByName)]
struct Synchronous {
    #[diesel(sql_type = sql_types::BigInt)]
    synchronous: i64,
}

#[derive(QueryableByName)]
struct SynchronousCommit {
    #[diesel(sql_type = sql_types::Text)]
    synchronous_commit: String,
}

fn a_commit_is_durable(database: Database) {
    let store = migrated(&database);
    match store.engine() {
        Engine::Sqlite => {
            let setting: Synchronous =
                store.write(|tx| Ok(sql_query("PRAGMA synchronous").get_result(&mut **tx)?)).expect("a setting");
            assert_eq!(setting.synchronous, 2, "FULL");
        }
        Engine::Postgres => {
            let setting: SynchronousCommit =
                store.write(|tx| Ok(sql_query("SHOW synchronous_commit").get_result(&mut **tx)?)).expect("a setting");
            assert_eq!(setting.synchronous_commit, "on");
        }
    }
}

fn a_read_cannot_see_what_is_not_committed(database: Database) {
    let store = migrated(&database);
    let other = store.clone();
    let seen = store
        .write(move |tx| {
            meta::set(tx, "key", "value")?;
            Ok(other.read(|conn| meta::get(conn, "key"))?)
        })
        .expect("an answer");
    assert_eq!(seen, None);
    assert_eq!(store.read(|conn| meta::get(conn, "key")).expect("an answer").as_deref(), Some("value"));
}

#[test]
fn a_full_queue_is_answered_busy_and_what_waited_is_written() {
    let database = Database::sqlite();
    migrated(&database);
    let store = Store::open(&StoreOptions { queue: 1, ..StoreOptions::new(database.url()) }).expect("the store opens");
    let ((started, has_started), (go_on, may_go_on)) = (mpsc::channel(), mpsc::channel::<()>());
    let holder = {
        let store = store.clone();
        thread::spawn(move || {
            store.write(move |_| {
                started.send(()).expect("the test listens");
                may_go_on.recv().expect("the test goes on");
                Ok(())
            })
        })
    };
    has_started.recv().expect("the first write has begun");
    let (answers, answered) = mpsc::channel();
    for number in 0..3 {
        let (store, answers) = (store.clone(), answers.clone());
        thread::spawn(move || answers.send(store.write(move |tx| spent::spend(tx, &number.to_string(), NOW))));
    }
    for _ in 0..2 {
        let told = answered.recv().expect("an answer while the first still writes");
        assert!(matches!(told, Err(Fault::Busy(_))), "{told:?}");
    }
    go_on.send(()).expect("the first write listens");
    assert!(answered.recv().expect("the one that waited").expect("is written"));
    holder.join().expect("no panic").expect("the first write too");
}

#[test]
fn a_store_that_is_closed_has_written_all_it_took() {
    let database = Database::sqlite();
    let store = migrated(&database);
    let writers: Vec<_> = (0..32)
        .map(|number| {
            let store = store.clone();
            thread::spawn(move || store.write(move |tx| spent::spend(tx, &number.to_string(), NOW)))
        })
        .collect();
    drop(store);
    for writer in writers {
        assert!(writer.join().expect("no panic").expect("written"));
    }
    let again = migrated(&database);
    assert!((0..32).all(|number| is_spent(&again, &number.to_string())));
}
