//! What the audit trail holds stays, whoever asks the database.

use diesel::connection::SimpleConnection;
use genkan::store::{Engine, Store, audit_events};

use super::cast::event;
use crate::support::{
    database::{Database, on_both_databases},
    databases::migrated,
};

on_both_databases! {
    an_event_comes_back_as_it_was_written,
    an_event_cannot_be_changed,
    an_event_cannot_be_deleted,
    an_event_cannot_be_replaced,
    the_trail_cannot_be_emptied,
}

fn an_event_comes_back_as_it_was_written(database: Database) {
    let store = with_an_event(&database);
    let kept = store.read(|conn| audit_events::list(conn, None, 10)).expect("a list");
    assert_eq!(format!("{kept:?}"), format!("{:?}", [event("1")]));
    let after = store.read(|conn| audit_events::list(conn, Some("1"), 10)).expect("a list");
    assert!(after.is_empty());
}

fn an_event_cannot_be_changed(database: Database) {
    refuses(&with_an_event(&database), "UPDATE audit_events SET outcome = 'success'");
}

fn an_event_cannot_be_deleted(database: Database) {
    refuses(&with_an_event(&database), "DELETE FROM audit_events");
}

fn an_event_cannot_be_replaced(database: Database) {
    let store = with_an_event(&database);
    let columns = "(id, at, kind, outcome, actor_kind, amr, request_id, ip, user_agent)";
    let values = "VALUES ('1', 0, 'auth.password', 'success', 'nobody', '[]', '', '', '')";
    let upsert = format!(
        "INSERT INTO audit_events {columns} {values} ON CONFLICT (id) DO UPDATE SET outcome = excluded.outcome"
    );
    refuses(&store, &upsert);
    if store.engine() == Engine::Sqlite {
        refuses(&store, &format!("REPLACE INTO audit_events {columns} {values}"));
    }
}

fn the_trail_cannot_be_emptied(database: Database) {
    let store = with_an_event(&database);
    // SQLite knows no TRUNCATE; its DELETE of everything is the same.
    refuses(
        &store,
        if store.engine() == Engine::Sqlite { "DELETE FROM audit_events" } else { "TRUNCATE audit_events" },
    );
}

fn with_an_event(database: &Database) -> Store {
    let store = migrated(database);
    store.write(|tx| audit_events::insert(tx, &event("1"))).expect("the event is kept");
    store
}

fn refuses(store: &Store, statement: &str) {
    let statement = statement.to_owned();
    let refused = store.write(move |tx| Ok(tx.batch_execute(&statement)?)).expect_err("the database refuses");
    assert!(refused.to_string().contains("append-only"), "{refused}");
    let kept = store.read(|conn| audit_events::list(conn, None, 10)).expect("a list");
    assert_eq!(format!("{kept:?}"), format!("{:?}", [event("1")]));
}
