//! More than can be done: whoever is too many is told so at once, in the form of the endpoint, what needs no database
//! goes on, and afterwards all is as before.

use std::{sync::mpsc, time::Duration};

use serde_json::json;

use crate::support::{
    app::{PASSWORD, TestApp},
    database::{Database, on_both_databases},
    lock::Locked,
    person::{Answer, Person},
};

const MORE: usize = 8;

on_both_databases! { more_than_can_be_worked_on_are_told_that_we_are_busy }

/// One at work, one waiting.
fn narrow(database: Database) -> TestApp {
    TestApp::start_with(database, |config| {
        (config.limits.parallel, config.limits.waiting) = (1, 1);
        config.passwords.parallel = 64;
        config.limits.wait = Duration::from_secs(30);
    })
}

/// The answers of so many who ask at once, in the order in which they come.
fn crowd<'a>(
    scope: &'a std::thread::Scope<'a, '_>,
    size: usize,
    ask: impl Fn(usize) -> Answer + Send + Sync + Clone + 'a,
) -> mpsc::Receiver<Answer> {
    let (answered, answers) = mpsc::channel();
    for n in 0..size {
        let (answered, ask) = (answered.clone(), ask.clone());
        scope.spawn(move || answered.send(ask(n)).expect("somebody listens"));
    }
    answers
}

fn is_alive(app: &TestApp) {
    let person = Person::at(app);
    for path in ["/oauth/jwks", "/.well-known/openid-configuration"] {
        assert_eq!(person.get(path).status, 200, "{path}");
    }
    for path in ["/livez", "/readyz", "/metrics"] {
        assert_eq!(person.get(&app.ops(path)).status, 200, "{path}");
    }
}

fn is_busy(answer: &Answer, form: &str) {
    assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (503, Some("2")), "{}", answer.body);
    let kind = answer.header("content-type").unwrap_or_default();
    assert!(kind.starts_with(form), "{kind}");
}

/// Holds up two sign-ins while [`MORE`] are told that we are busy, and `meanwhile` looks about; the two are then answered,
/// and all is as before.
fn flood(database: Database, start: impl FnOnce(Database) -> TestApp, meanwhile: impl FnOnce(&Person<'_>)) -> TestApp {
    let locked = Locked::new(&database);
    let app = start(database);
    let misaki = Person::at(&app);
    let token = misaki.get("/login").hidden("form_token").expect("a token");
    let sign_in = |n: usize| {
        let email = format!("nobody-{n}@demo.example");
        misaki.post_form("/login/password", &[("form_token", &token), ("email", &email), ("password", "wrong")])
    };
    locked.hold(|release| {
        std::thread::scope(|scope| {
            let answers = crowd(scope, 2 + MORE, sign_in);
            (0..MORE).for_each(|_| is_busy(&answers.recv().expect("an answer"), "text/html"));
            meanwhile(&misaki);
            is_alive(&app);
            release();
            (0..2).for_each(|_| assert_eq!(answers.recv().expect("an answer").status, 401));
        });
    });
    assert_eq!(Person::at(&app).sign_in("misaki@demo.example", PASSWORD, None).status, 303, "as before");
    app
}

fn exchange(person: &Person<'_>) -> Answer {
    person.send(person.http.post(person.app.url("/oauth/token")).form(&[("grant_type", "x")]))
}

fn more_than_can_be_worked_on_are_told_that_we_are_busy(database: Database) {
    // On SQLite whoever needs no thread to think is served by those that serve.
    let needs_no_thread = database.url().starts_with("sqlite:");
    // One is at work and waits for the lock, one waits for its turn.
    let app = flood(database, narrow, |person| {
        if needs_no_thread {
            assert_eq!(exchange(person).status, 401);
            return;
        }
        is_busy(&exchange(person), "application/json");
        let assertion = json!({ "state": "x", "credential": {} });
        is_busy(&person.post_json("/login/passkey/finish", &assertion), "application/json");
    });
    let shed = app.metric("genkan_gate_shed_total{gate=\"requests\"}");
    assert!(shed >= MORE as f64, "{shed}");
}

#[test]
fn more_passwords_than_can_be_checked_are_told_that_we_are_busy() {
    let one_password =
        |database| TestApp::start_with(database, |config| (config.passwords.parallel, config.limits.waiting) = (1, 1));
    flood(Database::sqlite(), one_password, |person| {
        assert_eq!(exchange(person).status, 401, "who needs no password hashed is served");
    });
}

#[test]
fn an_address_that_guesses_is_limited_and_the_trail_tells_how_often_in_one_event() {
    let app = TestApp::start_with(Database::sqlite(), |config| config.passwords.failures_per_minute = 10);
    let spray = Person::at(&app);
    let guess = |n: usize| spray.sign_in(&format!("somebody-{n}@demo.example"), "wrong", None);
    (0..10).for_each(|n| assert_eq!(guess(n).status, 401));
    let before = app.trail().len();
    for n in 0..5 {
        let refused = guess(n);
        assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (429, Some("6")));
        assert!(refused.body.contains("<html"));
    }
    assert_eq!(app.recorded_since(before), Vec::<String>::new(), "not one by one");
    app.run_jobs();
    let trail = app.trail();
    let limited: Vec<_> = trail.iter().filter(|event| event.kind.as_str() == "rate_limited").collect();
    let [event] = limited.as_slice() else { panic!("one event: {limited:?}") };
    assert_eq!((event.request.ip.as_str(), event.detail.clone()), ("127.0.0.1", Some(json!({ "count": 5 }))));
    app.run_jobs();
    assert_eq!(app.trail().iter().filter(|event| event.kind.as_str() == "rate_limited").count(), 1, "told once");
    assert!(app.metric("genkan_sign_ins_total{way=\"Password\",outcome=\"Limited\"}") >= 5.0);
}
