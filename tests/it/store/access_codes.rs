//! One-time codes: one a person, made once, tried five times, taken once.

use genkan::{
    domain::{AccessCode, AccessCodeId, IdentityCheck, Purpose},
    store::{access_codes, sweep},
};

use super::cast::{NOW, clinic_id, hash, minutes, move_in, user_id};
use crate::support::{
    database::{Database, on_both_databases},
    databases::migrated,
};

on_both_databases! {
    a_code_is_made_tried_and_taken_in_its_time,
    a_wish_for_an_invitation_is_taken_once_and_never_made_a_code,
    what_is_over_is_swept,
}

fn a_code_is_made_tried_and_taken_in_its_time(database: Database) {
    let store = migrated(&database);
    move_in(&store);
    let (id, until) = (AccessCodeId::new("code"), NOW.plus(minutes(15)));
    let wish = AccessCode::asked_for(id.clone(), (&user_id(), &clinic_id()), Some(&user_id()), "故障".to_owned(), NOW);
    let find = || store.read(|conn| access_codes::find_for_user(conn, &user_id())).expect("a read");
    let waiting = |now| store.read(|conn| access_codes::list_waiting(conn, &clinic_id(), now)).expect("a read").len();
    let asked = wish.clone();
    assert!(!store.write(move |tx| access_codes::replace(tx, &asked)).expect("an answer"));
    assert_eq!(format!("{:?}", find()), format!("{:?}", Some(&wish)));
    assert_eq!((waiting(NOW), waiting(wish.expires_at)), (1, 0));
    let try_it = |id: AccessCodeId| store.write(move |tx| access_codes::count_try(tx, &id)).expect("an answer");
    assert!(!try_it(id.clone()), "there is nothing to try yet");
    let make = |id: AccessCodeId, now| {
        store.write(move |tx| access_codes::make(tx, &id, &hash("12345678"), until, now)).expect("an answer")
    };
    assert!(!make(AccessCodeId::new("other"), NOW) && !make(id.clone(), wish.expires_at));
    assert!(make(id.clone(), NOW) && !make(id.clone(), NOW), "once");
    let made = find().expect("the code");
    assert!(made.code_hash == Some(hash("12345678")) && made.expires_at == until && made.reason == "故障");
    assert_eq!(waiting(NOW), 0);
    let tried = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..16).map(|_| scope.spawn(|| try_it(id.clone()))).collect();
        tries.into_iter().map(|one| one.join().expect("an answer")).filter(|counted| *counted).count()
    });
    assert_eq!((tried, find().expect("the code").tries_left), (5, 0), "sixteen at once are five");
    let take = |code: &AccessCode, now| {
        let code = code.clone();
        store.write(move |tx| access_codes::take(tx, &code, now)).expect("an answer")
    };
    assert!(!take(&made, NOW), "it was tried too often");
    let again = AccessCode { tries_left: 1, ..made };
    let replacing = again.clone();
    assert!(store.write(move |tx| access_codes::replace(tx, &replacing)).expect("an answer"));
    let other = AccessCode { code_hash: Some(hash("87654321")), ..again.clone() };
    assert!(!take(&other, NOW) && !take(&again, until));
    assert!(take(&again, NOW) && !take(&again, NOW), "once");
    assert!(find().is_none());
}

fn a_wish_for_an_invitation_is_taken_once_and_never_made_a_code(database: Database) {
    let store = migrated(&database);
    move_in(&store);
    let id = AccessCodeId::new("wish");
    let wish = |purpose, checked| {
        let to = (&user_id(), &clinic_id());
        let asked = AccessCode::asked_for(id.clone(), to, Some(&user_id()), "水没".to_owned(), NOW);
        AccessCode { purpose, checked, ..asked }
    };
    let replace = |wish: &AccessCode| {
        let wish = wish.clone();
        store.write(move |tx| access_codes::replace(tx, &wish)).expect("an answer")
    };
    let take = |now| {
        let id = id.clone();
        store.write(move |tx| access_codes::take_wish(tx, &id, now)).expect("an answer")
    };
    let asked = wish(Purpose::Invitation, Some(IdentityCheck::CallBack));
    replace(&asked);
    let found = store.read(|conn| access_codes::find_for_user(conn, &user_id())).expect("a read");
    assert_eq!(format!("{found:?}"), format!("{:?}", Some(&asked)));
    let (named, until) = (id.clone(), NOW.plus(minutes(15)));
    let made = store.write(move |tx| access_codes::make(tx, &named, &hash("12345678"), until, NOW));
    assert!(!made.expect("an answer"));
    assert!(!take(asked.expires_at) && take(NOW) && !take(NOW), "once, in its time");
    replace(&wish(Purpose::Code, None));
    assert!(!take(NOW), "a wish for a code is none for an invitation");
}

fn what_is_over_is_swept(database: Database) {
    let store = migrated(&database);
    move_in(&store);
    let to = (&user_id(), &clinic_id());
    let wish = AccessCode::asked_for(AccessCodeId::new("code"), to, None, "故障".to_owned(), NOW);
    let over = wish.expires_at;
    store.write(move |tx| access_codes::replace(tx, &wish)).expect("a wish");
    let swept = |now| store.write(move |tx| sweep(tx, now)).expect("a sweep").access_codes;
    assert_eq!((swept(over.minus(minutes(1))), swept(over), swept(over)), (0, 1, 0));
}
