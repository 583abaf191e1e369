//! Guessing at one-time codes: five tries whoever tries, wherever from and however many at once, and one answer for all.

use std::{collections::BTreeSet, thread, time::Duration};

use genkan::{config::ProxyHeader, store};

use crate::support::{
    access_code::{DOOR, issue, type_code, wrong},
    app::{PASSWORD, TestApp},
    database::{Database, on_both_databases},
    meanwhile::meanwhile,
    person::{Answer, Person},
};

on_both_databases! {
    the_fifth_wrong_try_ends_a_code,
    a_stranger_ends_no_code_and_holds_nobody_up,
    sixteen_guesses_from_sixteen_addresses_are_five,
    one_code_by_eight_at_once_is_used_once,
}

const HANAKO: &str = "hanako@sakura.example";

fn tries_left(app: &TestApp) -> Option<i32> {
    let code = app.store().read(|conn| store::access_codes::find_for_user(conn, &app.hanako.id));
    code.expect("a read").map(|code| code.tries_left)
}

fn the_fifth_wrong_try_ends_a_code(database: Database) {
    let app = TestApp::start(database);
    let code = issue(&app, &app.hanako);
    let before = app.trail().len();
    let wrong = wrong(&code);
    // Whichever half is right, and by whomever: somebody else's browser counts as her own.
    let tries = [
        (PASSWORD, wrong.as_str(), "wrong_code", 1),
        ("not-her-password", code.as_str(), "wrong_password", 2),
        (PASSWORD, wrong.as_str(), "wrong_code", 4),
        (PASSWORD, wrong.as_str(), "wrong_code", 8),
        (PASSWORD, wrong.as_str(), "wrong_code", 16),
    ];
    for (count, (password, typed, _, wait)) in tries.iter().enumerate() {
        assert_eq!(tries_left(&app), Some(5 - i32::try_from(count).expect("few")));
        let person = Person::at(&app);
        assert_eq!(type_code(&person, (HANAKO, password, typed), None).status, 401);
        let early = type_code(&person, (HANAKO, PASSWORD, &code), None);
        assert_eq!((early.status.as_u16(), early.header("retry-after")), (429, Some(wait.to_string().as_str())));
        app.advance(Duration::from_secs(*wait));
    }
    assert_eq!(type_code(&Person::at(&app), (HANAKO, PASSWORD, &code), None).status, 401, "the right one, too late");
    let mut expected: Vec<_> =
        tries.iter().map(|(.., reason, _)| format!("auth.access_code failure {reason}")).collect();
    expected.push("auth.access_code failure code_over".to_owned());
    assert_eq!(app.recorded_since(before), expected);
    let failures = app.trail().split_off(before);
    assert!(failures.iter().all(|failure| failure.clinic_id.as_ref() == Some(&app.sakura.id)), "{failures:?}");
    assert_eq!(app.reload(&app.hanako).password_failures, 6);
}

/// Who knows an address alone ends nobody's code, and nobody waits longer for it than half a minute.
fn a_stranger_ends_no_code_and_holds_nobody_up(database: Database) {
    let app = TestApp::start(database);
    // Behind the clinic's one address passwords have long been guessed at.
    for wait in [1, 2, 4, 8, 16, 32, 64] {
        assert_eq!(Person::at(&app).sign_in(HANAKO, "not-her-password", None).status, 401);
        app.advance(Duration::from_secs(wait));
    }
    assert_eq!(Person::at(&app).sign_in(HANAKO, "not-her-password", None).status, 401);
    let code = issue(&app, &app.hanako);
    let before = app.trail().len();
    let wrong = wrong(&code);
    let tries = [
        ("not-her-password", wrong.as_str(), 1),
        ("not-her-password", "", 2),
        ("", "", 4),
        ("", wrong.as_str(), 8),
        ("not-her-password", "123 456", 16),
        // No eight digits are no try, whoever knows the password.
        (PASSWORD, "", 30),
        (PASSWORD, "123 456", 30),
    ];
    for (password, typed, wait) in tries {
        let stranger = Person::at(&app);
        assert_eq!(type_code(&stranger, (HANAKO, password, typed), None).status, 401);
        let early = type_code(&stranger, (HANAKO, PASSWORD, &code), None);
        assert_eq!((early.status.as_u16(), early.header("retry-after")), (429, Some(wait.to_string().as_str())));
        app.advance(Duration::from_secs(wait));
    }
    assert_eq!(app.recorded_since(before).len(), tries.len(), "each is recorded");
    assert_eq!((tries_left(&app), app.reload(&app.hanako).password_failures), (Some(5), 15));
    assert_eq!(Person::at(&app).sign_in(HANAKO, PASSWORD, None).status, 429, "the password's own row waits on");
    assert_eq!(type_code(&Person::at(&app), (HANAKO, PASSWORD, &code), None).location(), "/");
}

/// What remains: of who has no password nothing can be half right.
#[test]
fn a_code_that_stands_alone_is_ended_by_five_times_eight_digits() {
    let app = TestApp::start(Database::sqlite());
    let (user, now) = (app.hanako.id.clone(), app.clock().now());
    app.store().write(move |tx| store::users::forget_password(tx, &user, now)).expect("no fault");
    let code = issue(&app, &app.hanako);
    let wrong = wrong(&code);
    for (typed, left) in [("", 5), ("123 456", 5), (wrong.as_str(), 4), (wrong.as_str(), 3)] {
        assert_eq!(type_code(&Person::at(&app), (HANAKO, "", typed), None).status, 401);
        assert_eq!(tries_left(&app), Some(left), "{typed}");
        app.advance(Duration::from_secs(30));
    }
    assert_eq!(type_code(&Person::at(&app), (HANAKO, "", &code), None).location(), "/");
}

/// Each from an address of its own, so that none of them waits for another.
fn sixteen_guesses_from_sixteen_addresses_are_five(database: Database) {
    let app = TestApp::start_with(database, |config| {
        config.server.trusted_proxies = vec!["127.0.0.1/32".parse().expect("a network")];
        config.server.proxy_header = ProxyHeader::XForwardedFor;
    });
    let code = issue(&app, &app.hanako);
    let wrong = wrong(&code);
    let from = |address: usize, typed: &str| {
        let person = Person::at(&app);
        let token = person.get(DOOR).hidden("form_token").expect("a token");
        let fields = [("form_token", token.as_str()), ("email", HANAKO), ("password", PASSWORD), ("code", typed)];
        let request = person.http.post(app.url(DOOR)).header("origin", &app.issuer);
        person.send(request.header("x-forwarded-for", format!("203.0.113.{address}")).form(&fields))
    };
    let guess = |address| from(address, &wrong).status.as_u16();
    let answers: Vec<_> = thread::scope(|scope| {
        let guess = &guess;
        let tries: Vec<_> = (1..=16).map(|address| scope.spawn(move || guess(address))).collect();
        tries.into_iter().map(|one| one.join().expect("an answer")).collect()
    });
    assert_eq!(answers, [401; 16]);
    assert_eq!(tries_left(&app), Some(0));
    assert_eq!(from(17, &code).status, 401);
    assert!(app.sessions(&app.hanako).is_empty());
}

fn one_code_by_eight_at_once_is_used_once(database: Database) {
    let app = TestApp::start(database);
    let code = issue(&app, &app.hanako);
    let answers: Vec<_> = thread::scope(|scope| {
        let typed = || type_code(&Person::at(&app), (HANAKO, PASSWORD, &code), None);
        let tries: Vec<_> = (0..8).map(|_| scope.spawn(typed)).collect();
        tries.into_iter().map(|one| one.join().expect("an answer")).collect()
    });
    assert_eq!(answers.iter().filter(|answer| answer.location() == "/").count(), 1, "{answers:?}");
    assert_eq!((app.sessions(&app.hanako).len(), tries_left(&app)), (1, None));
}

/// Nothing is half done: a failure counts though its code is gone, and a code is not used where no session opens.
#[test]
fn a_failure_is_counted_and_a_code_is_not_used_for_nothing() {
    let database = Database::postgres();
    let url = database.url().to_owned();
    let app = TestApp::start(database);
    let (hanako, code) = (Person::at(&app), issue(&app, &app.hanako));
    assert_eq!(type_code(&hanako, (HANAKO, PASSWORD, &code), None).location(), "/");
    let code = issue(&app, &app.hanako);
    assert_eq!(type_code(&Person::at(&app), (HANAKO, PASSWORD, &wrong(&code)), None).status, 401);
    app.advance(Duration::from_secs(1));
    let before = app.trail().len();
    let answer =
        meanwhile(&url, "DELETE FROM access_codes", || type_code(&Person::at(&app), (HANAKO, PASSWORD, &code), None));
    assert_eq!(answer.status, 401);
    assert_eq!(app.recorded_since(before), ["auth.access_code failure changed_meanwhile"]);
    assert_eq!(app.reload(&app.hanako).password_failures, 2);

    app.advance(Duration::from_secs(2));
    let code = issue(&app, &app.hanako);
    let before = app.trail().len();
    let renew = "UPDATE sessions SET secret_hash = 'another'";
    let answer = meanwhile(&url, renew, || type_code(&hanako, (HANAKO, PASSWORD, &code), None));
    assert_eq!(answer.status, 503);
    assert!(app.recorded_since(before).is_empty());
    assert_eq!(type_code(&Person::at(&app), (HANAKO, PASSWORD, &code), None).location(), "/");
}

/// What differs from one answer to the next, and says nothing.
fn bare(answer: &Answer, email: &str) -> String {
    let mut text = answer.body.replace(email, "");
    for mark in ["name=\"form_token\" value=\"", "data-server-time=\""] {
        while let Some((before, after)) = text.split_once(mark) {
            let end = after.find('"').expect("it ends");
            text = format!("{before}{}", &after[end..]);
        }
    }
    text
}

#[test]
fn every_failure_gets_the_same_answer() {
    let app = TestApp::start(Database::sqlite());
    let code = issue(&app, &app.hanako);
    let disabled = app.hire(&app.sakura, genkan::domain::Role::Member, "ai@sakura.example", "佐藤 愛");
    let theirs = issue(&app, &disabled);
    let (user, now) = (disabled.id.clone(), app.clock().now());
    app.store().write(move |tx| store::users::disable(tx, &user, now)).expect("no fault");
    let before = app.trail().len();
    let answers: BTreeSet<_> = [
        ("nobody@sakura.example", PASSWORD, code.as_str()),
        ("no-address", PASSWORD, code.as_str()),
        (HANAKO, PASSWORD, "00000000"),
        ("misaki@demo.example", PASSWORD, code.as_str()),
        ("ai@sakura.example", PASSWORD, theirs.as_str()),
        (HANAKO, "not-her-password", code.as_str()),
    ]
    .into_iter()
    .map(|(email, password, typed)| {
        app.advance(Duration::from_secs(2));
        let answer = type_code(&Person::at(&app), (email, password, typed), None);
        (answer.status.as_u16(), bare(&answer, email))
    })
    .collect();
    assert_eq!(answers.len(), 1, "{answers:?}");
    let expected = ["wrong_code", "no_code", "account_disabled", "wrong_password"];
    let expected: Vec<_> = expected.iter().map(|reason| format!("auth.access_code failure {reason}")).collect();
    assert_eq!(app.recorded_since(before), expected, "the trail knows; who is unknown is counted");
    app.advance(Duration::from_secs(120));
    app.run_jobs();
    let counted = app.trail().into_iter().skip(before + 4).filter_map(|event| event.detail?["count"].as_i64());
    assert_eq!(counted.sum::<i64>(), 2);
}

#[test]
fn a_whole_address_that_fails_too_often_waits_here_too() {
    let app = TestApp::start_with(Database::sqlite(), |config| config.passwords.failures_per_minute = 2);
    for n in 0..2 {
        let email = format!("nobody{n}@sakura.example");
        assert_eq!(type_code(&Person::at(&app), (&email, PASSWORD, "00000000"), None).status, 401);
    }
    let code = issue(&app, &app.hanako);
    assert_eq!(type_code(&Person::at(&app), (HANAKO, PASSWORD, &code), None).status, 429);
    app.advance(Duration::from_secs(30));
    assert_eq!(type_code(&Person::at(&app), (HANAKO, PASSWORD, &code), None).location(), "/");
}
