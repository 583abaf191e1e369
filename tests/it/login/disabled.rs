//! Somebody who was shut out a second ago.

use genkan::{domain::User, store};

use crate::support::{
    app::{PASSWORD, TestApp},
    ceremony::{begin_login, begin_registration, enrolled, error, finish_login, finish_registration},
    database::Database,
    meanwhile::meanwhile,
    person::Person,
};

fn suspend(app: &TestApp) {
    let (user, clinic, now) = (app.hanako.id.clone(), app.sakura.id.clone(), app.clock().now());
    let suspended = app.store().write(move |tx| store::memberships::suspend(tx, &user, &clinic, now));
    assert!(suspended.expect("no fault"));
}

#[test]
fn the_passkey_of_a_disabled_person_is_refused() {
    let app = TestApp::start(Database::sqlite());
    let (_, key) = enrolled(&app, "hanako@sakura.example");
    app.disable(&app.hanako);
    let before = app.trail().len();
    let answer = Person::at(&app).passkey(&key, None);
    assert_eq!((answer.status.as_u16(), error(&answer).as_str()), (403, "account_disabled"));
    assert_eq!(answer.json().get("signal_unknown"), None, "the passkey stays on its device: the person may come back");
    assert_eq!(app.recorded_since(before), ["auth.passkey failure account_disabled"]);
}

#[test]
fn a_person_disabled_between_challenge_and_answer_is_refused() {
    let app = TestApp::start(Database::sqlite());
    let (_, key) = enrolled(&app, "hanako@sakura.example");
    let browser = Person::at(&app);
    let begun = begin_login(&browser);
    app.disable(&app.hanako);
    let answer = finish_login(&browser, &begun, &key.login(&begun["options"]).expect("an assertion"));
    assert_eq!((answer.status.as_u16(), error(&answer).as_str()), (403, "account_disabled"));
}

#[test]
fn a_person_disabled_while_registering_registers_nothing() {
    let app = TestApp::start(Database::sqlite());
    let (hanako, key) = enrolled(&app, "hanako@sakura.example");
    let begun = begin_registration(&hanako).json();
    app.disable(&app.hanako);
    let answer = finish_registration(&hanako, &begun, &key.forge_registration(&begun["options"], |_| {}));
    assert_eq!((answer.status.as_u16(), error(&answer).as_str()), (401, "signed_out"));
    assert_eq!(app.passkeys(&app.hanako).len(), 1);
}

#[test]
fn a_disabled_person_is_signed_out_everywhere_at_once() {
    let app = TestApp::start(Database::sqlite());
    let (hanako, _) = enrolled(&app, "hanako@sakura.example");
    assert_eq!(hanako.get("/settings/sessions").status, 200);
    app.disable(&app.hanako);
    assert_eq!(hanako.get("/settings/sessions").location(), "/login?notice=session_ended");
}

#[test]
fn a_suspended_membership_signs_nobody_in() {
    let app = TestApp::start(Database::sqlite());
    let (hanako, key) = enrolled(&app, "hanako@sakura.example");
    let browser = Person::at(&app);
    let begun = begin_login(&browser);
    suspend(&app);
    let before = app.trail().len();
    let answer = finish_login(&browser, &begun, &key.login(&begun["options"]).expect("an assertion"));
    assert_eq!((answer.status.as_u16(), error(&answer).as_str()), (403, "no_membership"));
    assert_eq!(app.recorded_since(before), ["auth.passkey failure no_membership"]);
    assert_eq!(hanako.get("/settings/sessions").location(), "/login?notice=session_ended", "the session is no good");
}

/// Acts while she is being shut out: what was read says that she is active, and the write waits until she is not.
fn while_being_disabled(url: &str, user: &User, act: impl FnOnce() -> u16 + Send) -> u16 {
    meanwhile(url, &format!("UPDATE users SET disabled_at = 1 WHERE id = '{}'", user.id), act)
}

fn last_event(app: &TestApp) -> (String, Option<String>) {
    let last = app.trail().pop().expect("an event");
    (last.kind.as_str().to_owned(), last.reason)
}

#[test]
fn a_person_disabled_while_her_password_is_checked_gets_no_session() {
    let database = Database::postgres();
    let url = database.url().to_owned();
    let app = TestApp::start(database);
    let misaki = Person::at(&app);
    let sign_in = || misaki.sign_in("misaki@demo.example", PASSWORD, None).status.as_u16();
    assert_eq!(while_being_disabled(&url, &app.misaki, sign_in), 401);
    assert_eq!(app.sessions(&app.misaki).len(), 0);
    assert_eq!(last_event(&app), ("auth.password".to_owned(), Some("changed_meanwhile".to_owned())));
}

#[test]
fn a_person_disabled_while_her_passkey_is_checked_gets_no_session() {
    let database = Database::postgres();
    let url = database.url().to_owned();
    let app = TestApp::start(database);
    let (_, key) = enrolled(&app, "hanako@sakura.example");
    let browser = Person::at(&app);
    let begun = begin_login(&browser);
    let credential = key.login(&begun["options"]).expect("an assertion");
    let before = app.sessions(&app.hanako).len();
    let sign_in = || finish_login(&browser, &begun, &credential).status.as_u16();
    assert_eq!(while_being_disabled(&url, &app.hanako, sign_in), 403);
    assert_eq!(app.sessions(&app.hanako).len(), before);
    assert_eq!(last_event(&app), ("auth.passkey".to_owned(), Some("changed_meanwhile".to_owned())));
}

#[test]
fn a_person_disabled_while_her_new_passkey_is_checked_registers_nothing() {
    let database = Database::postgres();
    let url = database.url().to_owned();
    let app = TestApp::start(database);
    let (hanako, key) = enrolled(&app, "hanako@sakura.example");
    let begun = begin_registration(&hanako).json();
    let credential = key.forge_registration(&begun["options"], |_| {});
    let register = || finish_registration(&hanako, &begun, &credential).status.as_u16();
    assert_eq!(while_being_disabled(&url, &app.hanako, register), 403);
    assert_eq!(app.passkeys(&app.hanako).len(), 1);
    assert_eq!(last_event(&app), ("passkey.register_refused".to_owned(), Some("session_ended".to_owned())));
}

#[test]
fn a_password_changed_while_the_old_one_is_checked_opens_no_session() {
    let database = Database::postgres();
    let url = database.url().to_owned();
    let app = TestApp::start(database);
    let misaki = Person::at(&app);
    let sign_in = || misaki.sign_in("misaki@demo.example", PASSWORD, None).status.as_u16();
    let change = format!("UPDATE users SET password_hash = 'another' WHERE id = '{}'", app.misaki.id);
    assert_eq!(meanwhile(&url, &change, sign_in), 401);
    assert_eq!(app.sessions(&app.misaki).len(), 0);
    assert_eq!(last_event(&app), ("auth.password".to_owned(), Some("changed_meanwhile".to_owned())));
}
