//! The sweep takes what has served its time, and nothing before.

use std::time::Duration;

use genkan::{
    domain::{Grant, Session, SessionId, UnixTime},
    store::{
        Swept, grants,
        password_attempts::{self, Attempts},
        sessions, spent, sweep,
    },
};

use super::cast::{NOW, grant, hash, insert_grant, minutes, move_in, session};
use crate::support::{
    database::{Database, on_both_databases},
    databases::migrated,
};

on_both_databases! {
    it_takes_what_is_spent_and_forgotten_a_day_later,
    it_takes_grants_and_sessions_a_day_after_their_end,
    a_grant_stays_as_long_as_its_session_lives,
}

fn it_takes_what_is_spent_and_forgotten_a_day_later(database: Database) {
    let store = migrated(&database);
    move_in(&store);
    let day = minutes(24 * 60);
    store
        .write(move |tx| {
            spent::spend(tx, "old", NOW.minus(day).minus(minutes(1)))?;
            spent::spend(tx, "new", NOW.minus(day))?;
            for (account, not_before) in [("old", NOW.minus(day).minus(minutes(1))), ("new", NOW.minus(day))] {
                let attempts = Attempts { failures: 1, not_before };
                password_attempts::fail(tx, account, "192.0.2.1", None, &attempts)?;
            }
            Ok(())
        })
        .expect("some of each");
    let swept = store.write(|tx| sweep(tx, NOW)).expect("a sweep");
    assert_eq!(swept, Swept { spent: 1, password_attempts: 1, grants: 0, sessions: 0, handoffs: 0, access_codes: 0 });
    assert!(store.read(|conn| spent::is_spent(conn, "new")).expect("an answer"));
    assert!(store.read(|conn| password_attempts::find(conn, "new", "192.0.2.1")).expect("an answer").is_some());
}

fn it_takes_grants_and_sessions_a_day_after_their_end(database: Database) {
    let store = migrated(&database);
    move_in(&store);
    let month = minutes(30 * 24 * 60);
    let grants = [
        grant("short"),
        grant("revoked"),
        Grant { expires_at: NOW.plus(month), ..grant("bound") },
        Grant { expires_at: NOW.plus(month), outlives_session: true, ..grant("native") },
    ];
    for one in &grants {
        insert_grant(&store, one);
    }
    store.write(|tx| grants::revoke(tx, &grant("revoked").id, NOW)).expect("revoked");
    let swept = |at: UnixTime| {
        let swept = store.write(move |tx| sweep(tx, at)).expect("a sweep");
        (swept.grants, swept.sessions)
    };
    let moment = Duration::from_millis(1);
    let day = minutes(24 * 60);
    assert_eq!(swept(NOW.plus(day)), (0, 0));
    assert_eq!(swept(NOW.plus(day).plus(moment)), (1, 0), "the revoked one");
    assert_eq!(swept(grant("short").expires_at.plus(day).plus(moment)), (1, 0), "the expired one");
    let session_end = session().expires_at.plus(day);
    assert_eq!(swept(session_end), (0, 0));
    assert_eq!(swept(session_end.plus(moment)), (1, 0), "the one whose session is over, which the native one holds");
    assert_eq!(swept(NOW.plus(month).plus(day).plus(moment)), (1, 1));
    assert!(store.read(|conn| sessions::find(conn, &session().id)).expect("a read").is_none());
}

fn a_grant_stays_as_long_as_its_session_lives(database: Database) {
    let store = migrated(&database);
    move_in(&store);
    let week = minutes(7 * 24 * 60);
    let long = Session { id: SessionId::new("long"), expires_at: NOW.plus(week), ..session() };
    let given = Grant { session_id: long.id.clone(), ..grant("given") };
    store.write(move |tx| sessions::insert(tx, &long, &hash("long"))).expect("a session");
    insert_grant(&store, &given);
    let there = || store.read(|conn| grants::find(conn, &given.id)).expect("a read").is_some();
    let sweep = |at: UnixTime| store.write(move |tx| sweep(tx, at)).expect("a sweep");
    sweep(NOW.plus(week / 2));
    assert!(there(), "it knows whom to tell");
    sweep(NOW.plus(week).plus(minutes(1)));
    assert!(!there());
}
