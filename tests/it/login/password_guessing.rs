//! Guessing: waiting that grows, guesses at once that are one, and the password way that closes.

use std::time::Duration;

use genkan::store;

use crate::support::{
    app::{PASSWORD, TestApp},
    ceremony::enrolled,
    database::{Database, on_both_databases},
    person::{Answer, Person},
};

on_both_databases! {
    sixty_four_guesses_at_once_count_once,
    a_right_password_among_guesses_at_once_is_one_guess_too,
}

const MISAKI: &str = "misaki@demo.example";

fn wrong(app: &TestApp) -> Answer {
    Person::at(app).sign_in(MISAKI, "wrong", None)
}

fn right(app: &TestApp) -> Answer {
    Person::at(app).sign_in(MISAKI, PASSWORD, None)
}

/// Tries all at once, on one browser.
fn at_once(app: &TestApp, passwords: &[&str]) -> Vec<u16> {
    let browser = Person::at(app);
    let token = browser.get("/login").hidden("form_token").expect("a token");
    let (browser, token) = (&browser, token.as_str());
    std::thread::scope(|scope| {
        let guess = |password| {
            let fields = [("form_token", token), ("email", MISAKI), ("password", password)];
            browser.post_form("/login/password", &fields).status.as_u16()
        };
        let tries: Vec<_> = passwords.iter().map(|password| scope.spawn(move || guess(password))).collect();
        tries.into_iter().map(|one| one.join().expect("an answer")).collect()
    })
}

fn sixty_four_guesses_at_once_count_once(database: Database) {
    let app = TestApp::start(database);
    let statuses = at_once(&app, &["wrong"; 64]);
    assert!(statuses.iter().all(|status| matches!(status, 401 | 429)), "{statuses:?}");
    assert_eq!(app.reload(&app.misaki).password_failures, 1);
    assert_eq!(wrong(&app).header("retry-after"), Some("1"), "as long as after one");
    app.advance(Duration::from_secs(1));
    assert_eq!(right(&app).status, 303);
}

fn a_right_password_among_guesses_at_once_is_one_guess_too(database: Database) {
    let app = TestApp::start(database);
    let mut passwords = ["wrong"; 16];
    passwords[11] = PASSWORD;
    let statuses = at_once(&app, &passwords);
    let signed_in = statuses.iter().filter(|status| **status == 303).count();
    assert_eq!(app.sessions(&app.misaki).len(), signed_in);
    assert!(app.reload(&app.misaki).password_failures <= 1 + i32::from(signed_in == 1), "{statuses:?}");
}

#[test]
fn each_wrong_password_doubles_the_waiting() {
    let app = TestApp::start(Database::sqlite());
    for seconds in [1, 2, 4, 8] {
        assert_eq!(wrong(&app).status, 401);
        let early = right(&app);
        assert_eq!(early.status, 429, "even the right one");
        assert_eq!(early.header("retry-after"), Some(seconds.to_string().as_str()));
        assert!(early.body.contains(&seconds.to_string()), "the page says how long");
        app.advance(Duration::from_secs(seconds) - Duration::from_millis(1));
        assert_eq!(wrong(&app).status, 429, "a guess too early is no guess");
        app.advance(Duration::from_millis(1));
    }
}

#[test]
fn the_waiting_ends_at_a_quarter_of_an_hour() {
    let app = TestApp::start(Database::sqlite());
    for _ in 0..12 {
        assert_eq!(wrong(&app).status, 401);
        app.advance(Duration::from_secs(15 * 60));
    }
    wrong(&app);
    assert_eq!(wrong(&app).header("retry-after"), Some("900"));
}

#[test]
fn a_sign_in_clears_what_was_counted() {
    let app = TestApp::start(Database::sqlite());
    for seconds in [1, 2] {
        wrong(&app);
        app.advance(Duration::from_secs(seconds));
    }
    assert_eq!(right(&app).status, 303);
    assert_eq!(app.reload(&app.misaki).password_failures, 0);
    wrong(&app);
    assert_eq!(wrong(&app).header("retry-after"), Some("1"), "it begins anew");
}

#[test]
fn waiting_for_one_account_holds_up_no_other() {
    let app = TestApp::start(Database::sqlite());
    wrong(&app);
    assert_eq!(wrong(&app).status, 429);
    assert_eq!(Person::at(&app).sign_in("hanako@sakura.example", PASSWORD, None).status, 303);
}

#[test]
fn a_hundred_wrong_passwords_in_a_row_close_the_password_way_and_a_passkey_opens_it() {
    let app = TestApp::start(Database::sqlite());
    let (_, key) = enrolled(&app, MISAKI);
    let id = app.misaki.id.clone();
    let counted =
        app.store().write(move |tx| (0..98).try_for_each(|_| store::users::count_password_failure(tx, &id).map(drop)));
    counted.expect("no fault");
    wrong(&app);
    app.advance(Duration::from_secs(1));
    assert!(app.reload(&app.misaki).password_way_is_open(), "99 do not");
    let before = app.trail().len();
    wrong(&app);
    assert_eq!(
        app.recorded_since(before),
        ["auth.password failure wrong_password", "account.locked success"],
        "closing is an event"
    );
    app.advance(Duration::from_secs(2));
    let before = app.trail().len();
    assert_eq!(right(&app).status, 401, "closed");
    assert_eq!(app.recorded_since(before), ["auth.password failure password_closed"], "once closed is no news");
    assert_eq!(Person::at(&app).passkey(&key, None).status, 200, "a passkey is never locked");
    app.advance(Duration::from_secs(15 * 60));
    assert_eq!(right(&app).status, 303, "and opens the password way");
}

#[test]
fn passkeys_and_other_requests_are_no_guesses() {
    let app = TestApp::start(Database::sqlite());
    let (misaki, key) = enrolled(&app, MISAKI);
    for _ in 0..5 {
        let begun = crate::support::ceremony::begin_login(&misaki);
        let spoilt = key.forge_login(&begun["options"], |it| it.spoil_signature = true);
        assert_eq!(crate::support::ceremony::finish_login(&misaki, &begun, &spoilt).status, 403);
    }
    assert_eq!(app.reload(&app.misaki).password_failures, 0);
    assert_eq!(right(&app).status, 303);
}

#[test]
fn an_address_that_fails_too_often_waits_whomever_it_tries() {
    let app = TestApp::start_with(Database::sqlite(), |config| config.passwords.failures_per_minute = 10);
    let (misaki, key) = enrolled(&app, MISAKI);
    assert_eq!(right(&app).status, 303, "a success is no guess");
    let spray = Person::at(&app);
    for n in 0..10 {
        assert_eq!(spray.sign_in(&format!("somebody-{n}@demo.example"), "wrong", None).status, 401);
    }
    let hashed = app.cx().hasher.runs();
    let refused = spray.sign_in("hanako@sakura.example", PASSWORD, None);
    assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (429, Some("6")), "a tenth of a minute");
    assert_eq!(app.cx().hasher.runs(), hashed, "no work for it");
    assert_eq!(misaki.passkey(&key, None).status, 200, "a passkey is never held up");
    app.advance(Duration::from_secs(6));
    assert_eq!(spray.sign_in("hanako@sakura.example", PASSWORD, None).status, 303);
}

/// Known or not, who shares a row with a guess waits for it: nothing tells an account that is here from one that is not.
#[test]
fn known_and_unknown_accounts_share_the_same_rows() {
    let app = TestApp::start(Database::sqlite());
    let row = |email: &str| app.cx().keys.bucket(email, 16_384);
    let neighbour = (0..)
        .map(|n| format!("nobody-{n}@demo.example"))
        .find(|email| row(email) == row(MISAKI))
        .expect("somebody shares it");
    assert_eq!(wrong(&app).status, 401);
    let answer = Person::at(&app).sign_in(&neighbour, "wrong", None);
    assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (429, Some("1")));
}

#[test]
fn whoever_does_not_wait_uses_up_what_their_address_may_fail() {
    let app = TestApp::start_with(Database::sqlite(), |config| config.passwords.failures_per_minute = 10);
    assert_eq!(wrong(&app).status, 401);
    for _ in 0..9 {
        assert_eq!(wrong(&app).status, 429);
    }
    let other = Person::at(&app).sign_in("hanako@sakura.example", PASSWORD, None);
    assert_eq!(other.status, 429, "whoever it is tried for");
}
