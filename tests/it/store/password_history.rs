//! Replaced passwords.

use std::time::Duration;

use genkan::{
    domain::{UnixTime, UserId},
    store::{Store, password_history, users},
};

use super::cast;
use crate::support::{
    database::{Database, on_both_databases},
    databases::migrated,
};

on_both_databases! { only_the_latest_replaced_passwords_are_remembered_newest_first }

const KEEP: usize = 4;

fn remember(store: &Store, user: &UserId, hash: &'static str, now: UnixTime) {
    let user = user.clone();
    store.write(move |tx| password_history::remember(tx, &user, hash, KEEP, now)).expect("remembered");
}

fn only_the_latest_replaced_passwords_are_remembered_newest_first(database: Database) {
    let store = migrated(&database);
    let [one, other] = ["one", "other"].map(|name| {
        let user = cast::user_called(name);
        let id = user.id.clone();
        store.write(move |tx| users::insert(tx, &user)).expect("a person");
        id
    });
    let mut now = cast::NOW;
    remember(&store, &other, "theirs", now);
    for hash in ["a", "b", "c", "d", "e", "f"] {
        remember(&store, &one, hash, now);
        now = now.plus(Duration::from_secs(1));
    }
    let known = |user: &UserId| store.read(|conn| password_history::list(conn, user)).expect("a list");
    assert_eq!(known(&one), ["f", "e", "d", "c"]);
    assert_eq!(known(&other), ["theirs"]);
}
