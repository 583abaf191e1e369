//! The sealed challenge of a passkey sign-in: 60 s unless a clinic gives more, one browser, one use.

use std::{sync::atomic::Ordering, time::Duration};

use genkan::{clock::Clock, flows::admin::clinics::RegistrationDraft};
use serde_json::{Value, json};

use crate::support::{
    app::{PASSWORD, TestApp},
    ceremony::{begin_login, begin_registration, enrolled, error, finish_login},
    database::{Database, on_both_databases},
    person::Person,
};

on_both_databases! {
    a_challenge_is_used_once,
    a_challenge_used_by_many_at_once_signs_one_in,
}

fn a_challenge_is_used_once(database: Database) {
    let app = TestApp::start(database);
    let (_, key) = enrolled(&app, "hanako@sakura.example");
    let browser = Person::at(&app);
    let begun = begin_login(&browser);
    let credential = key.login(&begun["options"]).expect("an assertion");
    assert_eq!(finish_login(&browser, &begun, &credential).status, 200);
    let before = app.trail().len();
    let replayed = finish_login(&browser, &begun, &credential);
    assert_eq!((replayed.status.as_u16(), error(&replayed).as_str()), (403, "challenge_used"));
    assert_eq!(app.recorded_since(before), ["auth.passkey failure challenge_used"]);
}

fn a_challenge_used_by_many_at_once_signs_one_in(database: Database) {
    let app = TestApp::start(database);
    let (_, key) = enrolled(&app, "hanako@sakura.example");
    let browser = Person::at(&app);
    let begun = begin_login(&browser);
    let credential = key.login(&begun["options"]).expect("an assertion");
    let before = app.sessions(&app.hanako).len();
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let tries: Vec<_> =
            (0..8).map(|_| scope.spawn(|| finish_login(&browser, &begun, &credential).status.as_u16())).collect();
        tries.into_iter().map(|one| one.join().expect("an answer")).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert_eq!(app.sessions(&app.hanako).len(), before + 1);
}

/// What a state is refused with after something was done to it or to the clock.
fn verdict_on(change: impl FnOnce(&TestApp, &Person<'_>, &mut Value)) -> (u16, String) {
    let app = TestApp::start(Database::sqlite());
    let (hanako, key) = enrolled(&app, "hanako@sakura.example");
    let mut begun = begin_login(&hanako);
    let credential = key.login(&begun["options"]).expect("an assertion");
    change(&app, &hanako, &mut begun);
    let answer = finish_login(&hanako, &begun, &credential);
    (answer.status.as_u16(), answer.json()["error"].as_str().unwrap_or_default().to_owned())
}

fn refused(reason: &str) -> (u16, String) {
    (403, reason.to_owned())
}

#[test]
fn an_answer_after_59_seconds_is_in_time() {
    assert_eq!(verdict_on(|app, _, _| app.advance(Duration::from_secs(59))), (200, String::new()));
}

#[test]
fn an_answer_after_66_seconds_is_too_late() {
    assert_eq!(verdict_on(|app, _, _| app.advance(Duration::from_secs(66))), refused("challenge_expired"));
}

#[test]
fn a_clinic_may_give_its_people_more_time_and_nobody_else_s() {
    let app = TestApp::start(Database::sqlite());
    let (hanako, misaki) = (enrolled(&app, "hanako@sakura.example"), enrolled(&app, "misaki@demo.example"));
    let challenge = Some(Duration::from_secs(200));
    app.registration(&app.sakura, RegistrationDraft { challenge, ..RegistrationDraft::default() });
    app.advance(Duration::from_secs(1));
    for ((person, key), seconds, reason) in
        [(&hanako, 204, ""), (&hanako, 205, "challenge_expired"), (&misaki, 64, ""), (&misaki, 66, "challenge_expired")]
    {
        let begun = begin_login(person);
        assert_eq!(begun["options"]["publicKey"]["timeout"], 200_000, "nobody knows yet whose it is");
        let credential = key.login(&begun["options"]).expect("an assertion");
        app.advance(Duration::from_secs(seconds));
        let before = app.trail().len();
        let answer = finish_login(person, &begun, &credential);
        assert_eq!(answer.json()["error"].as_str().unwrap_or_default(), reason, "after {seconds} s");
        if !reason.is_empty() {
            assert_eq!(app.recorded_since(before), ["auth.passkey failure challenge_expired"], "and of whom is known");
        }
    }
}

#[test]
fn a_challenge_of_the_future_is_refused() {
    let from_the_future = |app: &TestApp, _: &Person<'_>, _: &mut Value| {
        let Clock::Manual(clock) = app.clock() else { panic!("a manual clock") };
        clock.fetch_sub(61_000, Ordering::SeqCst);
    };
    assert_eq!(verdict_on(from_the_future), refused("bad_challenge"));
}

#[test]
fn a_challenge_that_was_tampered_with_is_refused() {
    let app = TestApp::start(Database::sqlite());
    let (hanako, key) = enrolled(&app, "hanako@sakura.example");
    let begun = begin_login(&hanako);
    let credential = key.login(&begun["options"]).expect("an assertion");
    let good = begun["state"].as_str().expect("a state");
    let flipped = |at: usize| {
        let mut bytes = good.as_bytes().to_vec();
        bytes[at] = if bytes[at] == b'A' { b'Q' } else { b'A' };
        String::from_utf8(bytes).expect("ASCII")
    };
    let forgeries = [
        String::new(),
        "AAAA".to_owned(),
        good[1..].to_owned(),
        flipped(0),
        flipped(good.len() / 2),
        format!("{good}A"),
    ];
    for forged in forgeries {
        let answer = finish_login(&hanako, &json!({ "state": forged }), &credential);
        assert_eq!((answer.status.as_u16(), error(&answer).as_str()), (403, "bad_challenge"), "{forged}");
    }
    assert_eq!(finish_login(&hanako, &begun, &credential).status, 200);
}

#[test]
fn what_was_sealed_for_another_purpose_is_no_challenge() {
    let of_a_registration = |_: &TestApp, hanako: &Person<'_>, begun: &mut Value| {
        begun["state"] = begin_registration(hanako).json()["state"].clone();
    };
    assert_eq!(verdict_on(of_a_registration), refused("bad_challenge"));
    let of_a_waiting_request = |app: &TestApp, _: &Person<'_>, begun: &mut Value| {
        let (url, _) = app.relying_party(&app.booking).authorize_url(&[]);
        let login = Person::at(app).get(url.as_str());
        begun["state"] = json!(login.location().split_once("continue=").expect("a waiting request").1);
    };
    assert_eq!(verdict_on(of_a_waiting_request), refused("bad_challenge"));
}

#[test]
fn a_login_challenge_registers_nothing() {
    let app = TestApp::start(Database::sqlite());
    let (hanako, key) = enrolled(&app, "hanako@sakura.example");
    let login = begin_login(&hanako);
    let begun = begin_registration(&hanako).json();
    let credential = key.forge_registration(&begun["options"], |_| {});
    let answer =
        hanako.post_json("/settings/passkeys/finish", &json!({ "state": login["state"], "credential": credential }));
    assert_eq!((answer.status.as_u16(), error(&answer).as_str()), (403, "bad_challenge"));
}

#[test]
fn a_challenge_belongs_to_the_browser_that_asked_for_it() {
    let app = TestApp::start(Database::sqlite());
    let (hanako, key) = enrolled(&app, "hanako@sakura.example");
    let begun = begin_login(&hanako);
    let credential = key.login(&begun["options"]).expect("an assertion");
    let attacker = Person::at(&app);
    attacker.get("/login");
    let stolen = finish_login(&attacker, &begun, &credential);
    assert_eq!((stolen.status.as_u16(), error(&stolen).as_str()), (403, "other_browser"));
    let without_cookies = finish_login(&Person::at(&app), &begun, &credential);
    assert_eq!(error(&without_cookies), "other_browser");
    assert_eq!(finish_login(&hanako, &begun, &credential).status, 200, "nothing was spent");
}

#[test]
fn a_browser_without_cookies_is_told_so_before_it_is_asked_for_a_gesture() {
    let app = TestApp::start(Database::sqlite());
    let answer = Person::at(&app).post_json("/login/passkey/begin", &json!({}));
    assert_eq!((answer.status.as_u16(), error(&answer).as_str()), (403, "no_cookies"));
}

#[test]
fn asking_for_a_challenge_writes_nothing() {
    let app = TestApp::start(Database::sqlite());
    let person = Person::at(&app);
    let before = app.trail().len();
    for _ in 0..3 {
        begin_login(&person);
    }
    assert_eq!(app.recorded_since(before), Vec::<String>::new());
    person.sign_in("misaki@demo.example", PASSWORD, None);
    assert!(app.trail().len() > before, "a sign-in does");
}
