//! Sessions and grants: found together with whose they are, changed only while they live.

use std::{sync::Barrier, thread};

use genkan::{
    domain::{
        Acr, Authentication, Clinic, ClinicId, EnrolledBy, Grant, InvitationId, Membership, MembershipId, Rotation,
        Session, SessionId, SessionKind, UnixTime,
    },
    store::{
        Store, clinics, grants, invitations, memberships,
        sessions::{self, Ended},
        users,
    },
};

use super::cast::{
    NOW, clinic, clinic_id, grant, hash, insert_grant, invitation, membership, minutes, move_in, session, session_id,
    user_id,
};
use crate::support::{
    database::{Database, on_both_databases},
    databases::migrated,
};

on_both_databases! {
    a_session_is_found_by_its_secret_with_its_person_and_the_clinic_it_works_for,
    a_session_is_not_found_by_another_secret,
    an_ended_session_is_still_found_for_the_caller_to_judge,
    every_kind_of_session_comes_back_as_it_was,
    a_new_sign_in_keeps_the_session_and_changes_its_secret,
    a_new_sign_in_is_refused_with_a_secret_that_was_replaced,
    a_new_sign_in_is_refused_on_an_ended_session,
    being_seen_never_goes_back_and_never_revives,
    a_list_holds_what_has_not_ended,
    all_sessions_but_one_end_together,
    a_grant_is_found_with_its_person_and_what_it_stands_on,
    a_revoked_grant_is_revoked_once,
    ending_takes_every_grant_of_a_session_but_those_that_outlive_it,
    a_grant_moves_to_its_next_refresh_token_once,
    of_16_that_move_a_grant_on_one_does,
}

fn moved_in(database: &Database) -> Store {
    let store = migrated(database);
    move_in(&store);
    store
}

fn a_session_is_found_by_its_secret_with_its_person_and_the_clinic_it_works_for(database: Database) {
    let store = moved_in(&database);
    let other = Clinic { id: ClinicId::new("other"), name: "デモ医院".to_owned(), ..clinic() };
    store
        .write(move |tx| {
            clinics::insert(tx, &other)?;
            let second = Membership { id: MembershipId::new("second"), clinic_id: other.id, ..membership() };
            memberships::insert(tx, &second)
        })
        .expect("she works for two");
    let by_secret = store.read(|conn| sessions::find_signed_in(conn, &hash("cookie"))).expect("a read");
    let by_id = store.read(|conn| sessions::find_signed_in_by_id(conn, &session_id())).expect("a read");
    let found = by_secret.expect("the session");
    assert_eq!(format!("{:?}", found.session), format!("{:?}", session()));
    assert_eq!(
        (&found.user.id, &found.membership.clinic_id, &found.clinic.id),
        (&user_id(), &clinic_id(), &clinic_id())
    );
    assert_eq!(format!("{found:?}"), format!("{:?}", by_id.expect("the same")));
    assert!(found.is_good(NOW));
    let both = store.read(|conn| memberships::list_for_user(conn, &user_id())).expect("a list");
    assert_eq!(both.len(), 2);
}

fn a_session_is_not_found_by_another_secret(database: Database) {
    let store = moved_in(&database);
    assert!(store.read(|conn| sessions::find_signed_in(conn, &hash("guess"))).expect("a read").is_none());
}

fn an_ended_session_is_still_found_for_the_caller_to_judge(database: Database) {
    let store = moved_in(&database);
    assert!(store.write(|tx| sessions::end(tx, &session_id(), "logout", NOW)).expect("an answer"));
    assert!(!store.write(|tx| sessions::end(tx, &session_id(), "logout", NOW)).expect("an answer"), "once");
    let found = store.read(|conn| sessions::find_signed_in(conn, &hash("cookie"))).expect("a read").expect("the row");
    assert!(!found.is_good(NOW));
}

fn every_kind_of_session_comes_back_as_it_was(database: Database) {
    let store = moved_in(&database);
    store.write(|tx| invitations::insert(tx, &invitation("link"))).expect("an invitation");
    let kinds = [
        SessionKind::Ordinary,
        SessionKind::Enrolling(EnrolledBy::Password),
        SessionKind::Enrolling(EnrolledBy::Invitation(InvitationId::new("link"))),
    ];
    for (number, kind) in kinds.into_iter().enumerate() {
        let id = SessionId::new(format!("session {number}"));
        let made = Session { id: id.clone(), kind: kind.clone(), ..session() };
        store.write(move |tx| sessions::insert(tx, &made, &hash(made.id.as_str()))).expect("a session");
        let found = store.read(|conn| sessions::find(conn, &id)).expect("a read").expect("the session");
        assert_eq!(found.kind, kind);
    }
}

fn signed_in_again() -> Session {
    let later = NOW.plus(minutes(5));
    Session {
        kind: SessionKind::Enrolling(EnrolledBy::Password),
        authentication: Authentication::by_password(later),
        authenticated_for: None,
        passkey_id: None,
        last_seen_at: later,
        expires_at: later.plus(minutes(60)),
        ..session()
    }
}

fn a_new_sign_in_keeps_the_session_and_changes_its_secret(database: Database) {
    let store = moved_in(&database);
    let changed = store
        .write(|tx| sessions::reauthenticate(tx, &signed_in_again(), &hash("cookie"), &hash("new cookie")))
        .expect("an answer");
    assert!(changed);
    let old = store.read(|conn| sessions::find_signed_in(conn, &hash("cookie"))).expect("a read");
    assert!(old.is_none(), "the old secret opens nothing");
    let new = store.read(|conn| sessions::find_signed_in(conn, &hash("new cookie"))).expect("a read");
    let new = new.expect("the session").session;
    assert_eq!(format!("{new:?}"), format!("{:?}", signed_in_again()));
    assert_eq!(new.authentication.acr, Acr::Password);
}

fn a_new_sign_in_is_refused_with_a_secret_that_was_replaced(database: Database) {
    let store = moved_in(&database);
    let again = |old: &'static str, new: &'static str| {
        store
            .write(move |tx| sessions::reauthenticate(tx, &signed_in_again(), &hash(old), &hash(new)))
            .expect("an answer")
    };
    assert!(again("cookie", "second"));
    assert!(!again("cookie", "third"));
}

fn a_new_sign_in_is_refused_on_an_ended_session(database: Database) {
    let store = moved_in(&database);
    let changed = store
        .write(|tx| {
            sessions::end(tx, &session_id(), "revoked", NOW)?;
            sessions::reauthenticate(tx, &signed_in_again(), &hash("cookie"), &hash("new cookie"))
        })
        .expect("an answer");
    assert!(!changed);
}

fn being_seen_never_goes_back_and_never_revives(database: Database) {
    let store = moved_in(&database);
    let seen = |now: UnixTime| store.write(move |tx| sessions::touch(tx, &session_id(), now)).expect("an answer");
    assert!(seen(NOW.plus(minutes(2))));
    assert!(!seen(NOW.plus(minutes(1))), "an older request that was slower");
    let found = store.read(|conn| sessions::find(conn, &session_id())).expect("a read").expect("the session");
    assert_eq!(found.last_seen_at, NOW.plus(minutes(2)));
    assert!(store.write(|tx| sessions::end(tx, &session_id(), "logout", NOW)).expect("an answer"));
    assert!(!seen(NOW.plus(minutes(3))));
}

fn with_three_sessions(database: &Database) -> Store {
    let store = moved_in(database);
    for (id, age) in [("older", 10), ("oldest", 12 * 60)] {
        let (created_at, expires_at) = (NOW.minus(minutes(age)), NOW.minus(minutes(age)).plus(minutes(12 * 60)));
        let made = Session { id: SessionId::new(id), created_at, expires_at, ..session() };
        store.write(move |tx| sessions::insert(tx, &made, &hash(made.id.as_str()))).expect("a session");
    }
    store
}

fn a_list_holds_what_has_not_ended(database: Database) {
    let store = with_three_sessions(&database);
    let list = store.read(|conn| sessions::list_for_user(conn, &user_id(), NOW)).expect("a list");
    let ids: Vec<_> = list.iter().map(|session| session.id.as_str()).collect();
    assert_eq!(ids, ["session", "older"], "newest first, without the one past its limit");
}

fn all_sessions_but_one_end_together(database: Database) {
    let store = with_three_sessions(&database);
    let mut ended = store
        .write(|tx| sessions::end_all_for_user(tx, &user_id(), Some(&session_id()), "password_changed", NOW))
        .expect("an answer");
    ended.sort_by_key(|ended| ended.id.clone());
    let gone = |id: SessionId| Ended { id, user_id: user_id(), clinic_id: clinic_id() };
    assert_eq!(ended, ["older", "oldest"].map(|id| gone(SessionId::new(id))));
    let rest = store.write(|tx| sessions::end_all_for_user(tx, &user_id(), None, "disabled", NOW)).expect("an answer");
    assert_eq!(rest, [gone(session_id())]);
}

fn renewing(id: &str) -> Grant {
    Grant { rotation: Some(Rotation { n: 1, at: NOW }), ..grant(id) }
}

fn a_grant_is_found_with_its_person_and_what_it_stands_on(database: Database) {
    let store = moved_in(&database);
    let written = Grant { outlives_session: true, ..renewing("grant") };
    insert_grant(&store, &written);
    let (standing, person) =
        store.read(|conn| grants::find_with_user(conn, &written.id)).expect("a read").expect("the grant");
    assert_eq!(format!("{:?}", standing.grant), format!("{written:?}"));
    assert_eq!((person.id, standing.over(NOW)), (user_id(), None));
    assert!(store.read(|conn| grants::find_with_user(conn, &grant("another").id)).expect("a read").is_none());

    let standing = || store.read(|conn| grants::find_standing(conn, &grant("grant").id)).expect("a read").expect("it");
    assert_eq!(standing().session_expires_at, session().expires_at);
    store
        .write(|tx| {
            users::disable(tx, &user_id(), NOW)?;
            memberships::suspend(tx, &user_id(), &clinic_id(), NOW)?;
            sessions::end(tx, &session_id(), "logout", NOW)
        })
        .expect("all has ended");
    let found = standing();
    let ends = [found.user_disabled_at, found.membership_suspended_at, found.session_ended_at];
    assert_eq!(ends, [Some(NOW); 3]);
}

fn a_grant_moves_to_its_next_refresh_token_once(database: Database) {
    let store = moved_in(&database);
    for id in ["grant", "revoked"] {
        insert_grant(&store, &renewing(id));
    }
    store.write(|tx| grants::revoke(tx, &grant("revoked").id, NOW)).expect("revoked");
    let rotate = |id: &'static str, n, at: UnixTime| {
        let (from, to) = (Rotation { n, at: NOW }, Rotation { n: n + 1, at });
        store.write(move |tx| grants::rotate(tx, &grant(id).id, from, to)).expect("an answer")
    };
    assert_eq!([rotate("grant", 1, NOW.plus(minutes(1))), rotate("grant", 1, NOW)], [true, false]);
    assert!(!rotate("grant", 2, grant("grant").expires_at), "it has expired");
    assert!(!rotate("revoked", 1, NOW));
    let held = store.write(|tx| grants::hold(tx, &grant("grant").id)).expect("an answer").expect("the grant");
    assert_eq!(held.rotation, Some(Rotation { n: 2, at: NOW.plus(minutes(1)) }));
}

fn of_16_that_move_a_grant_on_one_does(database: Database) {
    let store = moved_in(&database);
    insert_grant(&store, &renewing("grant"));
    let start = Barrier::new(16);
    let moved: Vec<_> = thread::scope(|scope| {
        let all: Vec<_> = (0..16)
            .map(|_| {
                scope.spawn(|| {
                    start.wait();
                    let (from, to) = (Rotation { n: 1, at: NOW }, Rotation { n: 2, at: NOW });
                    store.write(move |tx| grants::rotate(tx, &grant("grant").id, from, to)).expect("an answer")
                })
            })
            .collect();
        all.into_iter().map(|one| one.join().expect("no panic")).collect()
    });
    assert_eq!(moved.into_iter().filter(|moved| *moved).count(), 1);
}

fn a_revoked_grant_is_revoked_once(database: Database) {
    let store = moved_in(&database);
    insert_grant(&store, &grant("grant"));
    let revoke = || store.write(|tx| grants::revoke(tx, &grant("grant").id, NOW)).expect("an answer");
    assert_eq!([revoke(), revoke()], [true, false]);
    let found = store.read(|conn| grants::find(conn, &grant("grant").id)).expect("a read").expect("the grant");
    assert!(!found.is_alive(NOW));
}

fn ending_takes_every_grant_of_a_session_but_those_that_outlive_it(database: Database) {
    let store = moved_in(&database);
    insert_grant(&store, &grant("one"));
    insert_grant(&store, &grant("two"));
    insert_grant(&store, &Grant { outlives_session: true, ..grant("three") });
    let of_session = store.write(|tx| grants::revoke_for_sessions(tx, &[session_id()], NOW)).expect("an answer");
    let of_user = store.write(|tx| grants::revoke_for_user(tx, &user_id(), None, NOW)).expect("an answer");
    assert_eq!((of_session, of_user), (2, 1));
}
