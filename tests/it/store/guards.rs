//! What a write grants, it grants only while what was read still holds.

use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::Text};
use genkan::{
    domain::{Client, UnixTime},
    store::{Store, StoreResult, Tx, clients, memberships, sessions, users},
};

use super::cast::{NOW, client, client_id, clinic_id, minutes, move_in, session_id, user_id};
use crate::support::{
    database::{Database, on_both_databases},
    databases::migrated,
};

on_both_databases! {
    every_guard_holds_while_nothing_has_happened,
    a_disabled_person_is_stopped_and_an_enabled_one_is_not,
    a_suspended_membership_is_stopped_and_a_resumed_one_is_not,
    a_disabled_client_is_stopped,
    an_ended_session_is_stopped,
    a_session_past_its_absolute_limit_is_stopped,
    whoever_is_unknown_is_stopped,
}

fn guard(store: &Store, ask: impl FnOnce(&mut Tx<'_>) -> StoreResult<bool> + Send + 'static) -> bool {
    store.write(ask).expect("an answer")
}

fn moved_in(database: &Database) -> Store {
    let store = migrated(database);
    move_in(&store);
    store
}

fn every_guard_holds_while_nothing_has_happened(database: Database) {
    let store = moved_in(&database);
    assert!(guard(&store, |tx| users::still_active(tx, &user_id())));
    assert!(guard(&store, |tx| memberships::still_active(tx, &user_id(), &clinic_id(), NOW)));
    assert!(guard(&store, |tx| sessions::still_alive(tx, &session_id(), NOW)));
    assert!(guard(&store, |tx| clients::still_enabled(tx, &client_id())));
}

fn a_disabled_person_is_stopped_and_an_enabled_one_is_not(database: Database) {
    let store = moved_in(&database);
    assert!(guard(&store, |tx| users::disable(tx, &user_id(), NOW)));
    assert!(!guard(&store, |tx| users::disable(tx, &user_id(), NOW)), "once is enough");
    assert!(!guard(&store, |tx| users::still_active(tx, &user_id())));
    assert!(!guard(&store, |tx| users::claim_passkey_slot(tx, &user_id(), 10)));
    assert!(!guard(&store, |tx| users::set_password(tx, &user_id(), "hash", None, NOW)));
    assert!(guard(&store, |tx| users::enable(tx, &user_id(), NOW)));
    assert!(guard(&store, |tx| users::still_active(tx, &user_id())));
}

fn a_suspended_membership_is_stopped_and_a_resumed_one_is_not(database: Database) {
    let store = moved_in(&database);
    assert!(guard(&store, |tx| memberships::suspend(tx, &user_id(), &clinic_id(), NOW)));
    assert!(!guard(&store, |tx| memberships::still_active(tx, &user_id(), &clinic_id(), NOW)));
    assert!(guard(&store, |tx| memberships::resume(tx, &user_id(), &clinic_id())));
    assert!(guard(&store, |tx| memberships::still_active(tx, &user_id(), &clinic_id(), NOW)));
}

fn a_disabled_client_is_stopped(database: Database) {
    let store = moved_in(&database);
    let disabled = Client { disabled_at: Some(NOW), ..client() };
    assert!(guard(&store, move |tx| clients::update(tx, &disabled)));
    assert!(!guard(&store, |tx| clients::still_enabled(tx, &client_id())));
}

fn an_ended_session_is_stopped(database: Database) {
    let store = moved_in(&database);
    assert!(guard(&store, |tx| sessions::end(tx, &session_id(), "logout", NOW)));
    assert!(!guard(&store, |tx| sessions::still_alive(tx, &session_id(), NOW)));
}

fn a_session_past_its_absolute_limit_is_stopped(database: Database) {
    let store = moved_in(&database);
    let alive_at = |now: UnixTime| guard(&store, move |tx| sessions::still_alive(tx, &session_id(), now));
    let end = NOW.plus(minutes(12 * 60));
    assert!(alive_at(UnixTime::from_millis(end.millis() - 1)));
    assert!(!alive_at(end));
}

fn whoever_is_unknown_is_stopped(database: Database) {
    let store = migrated(&database);
    assert!(!guard(&store, |tx| users::still_active(tx, &user_id())));
    assert!(!guard(&store, |tx| clients::still_enabled(tx, &client_id())));
}

/// On SQLite the writer is alone; here only the lock keeps what was checked from changing before the commit.
mod on_postgres_alone {
    use super::*;

    #[derive(QueryableByName)]
    struct Name {
        #[diesel(sql_type = Text)]
        id: String,
    }

    fn free_to_change(store: &Store, table: &str) -> bool {
        let query = format!("SELECT id FROM {table} FOR NO KEY UPDATE SKIP LOCKED");
        let free = store.read(|conn| Ok(sql_query(query).load::<Name>(conn)?)).expect("an answer");
        free.iter().any(|name| !name.id.is_empty())
    }

    #[test]
    fn what_a_guard_has_checked_cannot_change_before_the_commit() {
        let database = Database::postgres();
        let store = moved_in(&database);
        type Guard = fn(&mut Tx<'_>) -> StoreResult<bool>;
        let guards: [(&str, Guard); 4] = [
            ("users", |tx| users::still_active(tx, &user_id())),
            ("memberships", |tx| memberships::still_active(tx, &user_id(), &clinic_id(), NOW)),
            ("sessions", |tx| sessions::still_alive(tx, &session_id(), NOW)),
            ("clients", |tx| clients::still_enabled(tx, &client_id())),
        ];
        for (table, ask) in guards {
            let other = store.clone();
            let held = store.write(move |tx| Ok(ask(tx)? && !free_to_change(&other, table))).expect("an answer");
            assert!(held, "{table} is held");
            assert!(free_to_change(&store, table), "{table} is let go");
        }
    }

    #[test]
    fn many_codes_of_one_client_are_exchanged_at_the_same_time() {
        let database = Database::postgres();
        let store = moved_in(&database);
        let other = store.clone();
        let both = store
            .write(move |tx| {
                let second = other.write(|tx| clients::still_enabled(tx, &client_id()))?;
                Ok(clients::still_enabled(tx, &client_id())? && second)
            })
            .expect("neither waits for the other");
        assert!(both);
    }
}
