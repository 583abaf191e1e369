//! Somebody who was shut out a second ago.

use diesel::{Connection, PgConnection, RunQueryDsl, connection::SimpleConnection, sql_query, sql_types::BigInt};
use genkan::{domain::User, store};

use crate::support::{
    app::{PASSWORD, TestApp},
    ceremony::{begin_login, begin_registration, enrolled, error, finish_login, finish_registration},
    database::Database,
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

/// Acts while somebody else's transaction is shutting the person out: what was read says that she is active, and the write
/// waits until she is not.
fn while_being_disabled(url: &str, user: &User, act: impl FnOnce() -> u16 + Send) -> u16 {
    let mut other = PgConnection::establish(url).expect("the server answers");
    let mut watch = PgConnection::establish(url).expect("the server answers");
    let disable = format!("BEGIN; UPDATE users SET disabled_at = 1 WHERE id = '{}'", user.id);
    other.batch_execute(&disable).expect("the row is free");
    std::thread::scope(|scope| {
        let waiting = scope.spawn(act);
        while waiters(&mut watch) == 0 && !waiting.is_finished() {
            std::thread::yield_now();
        }
        other.batch_execute("COMMIT").expect("she is disabled");
        waiting.join().expect("an answer")
    })
}

fn waiters(watch: &mut PgConnection) -> i64 {
    #[derive(diesel::QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    let waiting = "SELECT count(*) AS count FROM pg_stat_activity \
        WHERE datname = current_database() AND wait_event_type = 'Lock'";
    sql_query(waiting).get_result::<Count>(watch).expect("an answer").count
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
