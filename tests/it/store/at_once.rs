//! Sixty-four at once: what may happen once happens once.

use std::{
    sync::{Arc, Barrier},
    thread,
};

use genkan::{
    domain::{InvitationId, User},
    store::{
        Store, StoreResult, Tx, invitations, passkeys,
        password_attempts::{self, Attempts},
        spent, users,
    },
};

use super::cast::{NOW, invitation, minutes, move_in, passkey, user, user_id};
use crate::support::{
    database::{Database, on_both_databases},
    databases::migrated,
};

on_both_databases! {
    a_code_is_spent_by_exactly_one,
    an_invitation_is_spent_by_exactly_one,
    the_first_wrong_password_counts_once_however_many_guess,
    a_later_wrong_password_counts_once_however_many_guess,
    a_right_password_among_wrong_ones_is_taken_or_refused_but_not_both,
    every_wrong_password_of_an_account_is_counted,
    the_tenth_passkey_is_claimed_once_and_the_eleventh_never,
}

/// Lets `count` threads write together and gives what they were told.
fn together<T: Send + 'static>(
    store: &Store,
    count: usize,
    work: impl Fn(usize, &mut Tx<'_>) -> StoreResult<T> + Send + Sync + 'static,
) -> Vec<T> {
    let (start, work) = (Arc::new(Barrier::new(count)), Arc::new(work));
    let threads: Vec<_> = (0..count)
        .map(|number| {
            let (store, start, work) = (store.clone(), Arc::clone(&start), Arc::clone(&work));
            thread::spawn(move || {
                start.wait();
                store.write(move |tx| work(number, tx)).expect("the write is answered")
            })
        })
        .collect();
    threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
}

fn how_many(answers: &[bool]) -> usize {
    answers.iter().filter(|answer| **answer).count()
}

fn a_code_is_spent_by_exactly_one(database: Database) {
    let store = migrated(&database);
    let answers = together(&store, 64, |_, tx| spent::spend(tx, "code", NOW));
    assert_eq!(how_many(&answers), 1);
    assert!(store.read(|conn| spent::is_spent(conn, "code")).expect("an answer"));
    assert!(!store.read(|conn| spent::is_spent(conn, "another")).expect("an answer"));
}

fn an_invitation_is_spent_by_exactly_one(database: Database) {
    let store = migrated(&database);
    move_in(&store);
    store.write(|tx| invitations::insert(tx, &invitation("link"))).expect("an invitation");
    let answers = together(&store, 64, |_, tx| invitations::spend(tx, &InvitationId::new("link"), NOW));
    assert_eq!(how_many(&answers), 1);
}

fn the_first_wrong_password_counts_once_however_many_guess(database: Database) {
    let store = migrated(&database);
    let next = Attempts { failures: 1, not_before: NOW };
    let answers = together(&store, 64, move |_, tx| password_attempts::fail(tx, "a", "192.0.2.1", None, &next));
    assert_eq!(how_many(&answers), 1);
    assert_eq!(store.read(|conn| password_attempts::find(conn, "a", "192.0.2.1")).expect("a row"), Some(next));
}

fn a_later_wrong_password_counts_once_however_many_guess(database: Database) {
    let store = migrated(&database);
    let (read, next) =
        (Attempts { failures: 1, not_before: NOW }, Attempts { failures: 2, not_before: NOW.plus(minutes(1)) });
    store.write(move |tx| password_attempts::fail(tx, "a", "192.0.2.1", None, &read)).expect("a first failure");
    let answers = together(&store, 64, move |_, tx| password_attempts::fail(tx, "a", "192.0.2.1", Some(&read), &next));
    assert_eq!(how_many(&answers), 1);
    assert_eq!(store.read(|conn| password_attempts::find(conn, "a", "192.0.2.1")).expect("a row"), Some(next));
    assert_eq!(store.read(|conn| password_attempts::find(conn, "a", "192.0.2.2")).expect("no row"), None);
}

/// The last of sixty-four guesses is right: it stands only if no failure was counted before it.
fn a_right_password_among_wrong_ones_is_taken_or_refused_but_not_both(database: Database) {
    let store = migrated(&database);
    let wrong = Attempts { failures: 1, not_before: NOW.plus(minutes(1)) };
    let answers = together(&store, 64, move |number, tx| match number {
        63 => password_attempts::clear(tx, "a", "192.0.2.1", None),
        _ => password_attempts::fail(tx, "a", "192.0.2.1", None, &wrong),
    });
    assert_eq!(how_many(&answers[..63]), 1, "one wrong guess counts, before or after the right one");
    assert_eq!(store.read(|conn| password_attempts::find(conn, "a", "192.0.2.1")).expect("a row"), Some(wrong));
    assert!(!store.write(|tx| password_attempts::clear(tx, "a", "192.0.2.1", None)).expect("an answer"));
    assert!(store.write(move |tx| password_attempts::clear(tx, "a", "192.0.2.1", Some(&wrong))).expect("an answer"));
    assert_eq!(store.read(|conn| password_attempts::find(conn, "a", "192.0.2.1")).expect("no row"), None);
}

fn every_wrong_password_of_an_account_is_counted(database: Database) {
    let store = migrated(&database);
    move_in(&store);
    let mut counts = together(&store, 64, |_, tx| users::count_password_failure(tx, &user_id()));
    counts.sort_unstable();
    assert_eq!(counts, (1..=64).collect::<Vec<_>>());
}

fn the_tenth_passkey_is_claimed_once_and_the_eleventh_never(database: Database) {
    let store = migrated(&database);
    move_in(&store);
    let claim = |number: usize, tx: &mut Tx<'_>| {
        let room =
            users::still_active(tx, &user_id())? && users::claim_passkey_slot(tx, &user_id(), User::PASSKEY_LIMIT)?;
        Ok(room && passkeys::insert(tx, &passkey(&number.to_string()))?)
    };
    for number in 100..109 {
        assert!(store.write(move |tx| claim(number, tx)).expect("an answer"));
    }
    assert_eq!(how_many(&together(&store, 2, claim)), 1, "two at nine of ten");
    assert_eq!(how_many(&together(&store, 2, claim)), 0, "two at ten of ten");
    let (person, keys) = store
        .read(|conn| Ok((users::find(conn, &user_id())?, passkeys::list_for_user(conn, &user_id())?)))
        .expect("a read");
    assert_eq!((person.map(|person| person.passkey_count), keys.len()), (Some(10), 10));
    assert_eq!(user().passkey_count, 0, "the cast begins without passkeys");
}
