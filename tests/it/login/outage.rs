//! The database busy, gone, and back: 503 with `Retry-After` on pages and in JSON, and nothing that stays broken.

use std::{fs, path::PathBuf, sync::mpsc, time::Duration};

use diesel::{Connection, PgConnection, connection::SimpleConnection};
use serde_json::json;

use crate::support::{
    app::{PASSWORD, TestApp},
    ceremony::{begin_login, error},
    database::Database,
    lock::Locked,
    person::{Answer, Person},
};

fn is_page_of_trouble(answer: &Answer) {
    assert_eq!(answer.status, 503, "{}", answer.body);
    assert_eq!(answer.header("retry-after"), Some("2"));
    assert!(answer.body.contains("<html"), "a page of ours");
}

fn is_json_of_trouble(answer: &Answer, expected: &str) {
    assert_eq!((answer.status.as_u16(), error(answer).as_str()), (503, expected));
    assert_eq!(answer.header("retry-after"), Some("2"));
}

/// An answer to a challenge for which something must be written.
fn finish(browser: &Person<'_>) -> Answer {
    browser.post_json("/login/passkey/finish", &json!({ "state": "forged", "credential": {} }))
}

fn ready(app: &TestApp) -> (u16, u16) {
    let status = |path: &str| Person::at(app).get(&app.ops(path)).status.as_u16();
    (status("/livez"), status("/readyz"))
}

#[test]
fn more_writes_than_may_wait_are_told_that_we_are_busy() {
    let database = Database::sqlite();
    let lock = Locked::new(&database);
    let app = TestApp::start_with(database, |config| {
        // Enough for the timers, whose first round may be writing while the cast moves in.
        config.store.queue = 8;
        config.passwords.parallel = 12;
    });
    let browser = Person::at(&app);
    let token = browser.get("/login").hidden("form_token").expect("a token");
    let misaki = Person::at(&app);
    assert_eq!(misaki.sign_in("misaki@demo.example", PASSWORD, None).status, 303);
    app.advance(Duration::from_secs(60));
    let (answered, answers) = mpsc::channel();
    lock.hold(|give_back| {
        std::thread::scope(|scope| {
            for n in 0..12 {
                let (browser, token, answered) = (&browser, token.as_str(), answered.clone());
                scope.spawn(move || {
                    let email = format!("nobody-{n}@demo.example");
                    let fields = [("form_token", token), ("email", &email), ("password", "wrong")];
                    answered.send(browser.post_form("/login/password", &fields)).expect("somebody listens");
                });
            }
            // The writer holds one and eight wait; the others are told at once.
            for _ in 0..3 {
                is_page_of_trouble(&answers.recv().expect("an answer"));
            }
            is_json_of_trouble(&finish(&browser), "busy");
            assert_eq!(ready(&app), (200, 200), "reading goes on");
            let page = misaki.get("/settings/sessions");
            assert_eq!(page.status, 200, "though that she was seen should have been written");
            give_back();
        });
    });
    assert_eq!(Person::at(&app).sign_in("misaki@demo.example", PASSWORD, None).status, 303, "serving again");
}

/// Signed in, then without its database, then with it again.
fn goes_and_comes_back(app: &TestApp, go: impl FnOnce(), come_back: impl FnOnce()) {
    let misaki = Person::at(app);
    assert_eq!(misaki.sign_in("misaki@demo.example", PASSWORD, None).status, 303);
    begin_login(&misaki);
    assert_eq!(ready(app), (200, 200));
    let token = misaki.get("/settings/passkeys").hidden("form_token").expect("a token");
    let fields = [("form_token", token.as_str()), ("email", "misaki@demo.example"), ("password", PASSWORD)];
    go();
    assert_eq!(ready(app), (200, 503), "alive, but not ready");
    for path in ["/", "/settings/passkeys", "/settings/sessions"] {
        is_page_of_trouble(&misaki.get(path));
    }
    is_page_of_trouble(&misaki.post_form("/login/password", &fields));
    is_json_of_trouble(&finish(&misaki), "unavailable");
    is_json_of_trouble(&misaki.post_json("/settings/passkeys/begin", &json!({})), "unavailable");
    assert_eq!(Person::at(app).get("/login").status, 200, "what needs no database is served");
    come_back();
    assert_eq!(ready(app), (200, 200));
    assert_eq!(misaki.get("/settings/sessions").status, 200, "still signed in");
    assert_eq!(misaki.post_form("/login/password", &fields).status, 303);
    assert_eq!(error(&finish(&misaki)), "bad_challenge");
}

#[test]
fn without_the_file_of_its_database_it_is_unavailable_until_the_file_is_back() {
    let database = Database::sqlite();
    let here = PathBuf::from(database.url().strip_prefix("sqlite:").expect("a file"));
    let away = here.with_extension("away");
    let app = TestApp::start(database);
    goes_and_comes_back(
        &app,
        || fs::rename(&here, &away).expect("the file moves away"),
        || fs::rename(&away, &here).expect("the file comes back"),
    );
}

#[test]
fn without_its_database_server_it_is_unavailable_until_the_server_is_back() {
    let (database, neighbour) = (Database::postgres(), Database::postgres());
    let url = database.url().to_owned();
    let name = url.rsplit_once('/').and_then(|(_, name)| name.split('?').next()).expect("a name").to_owned();
    let app = TestApp::start(database);
    let server = |statement: String| {
        let mut other = PgConnection::establish(neighbour.url()).expect("the server answers");
        other.batch_execute(&statement).expect("the server obeys");
    };
    goes_and_comes_back(
        &app,
        || {
            server(format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false"));
            server(format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"));
        },
        || server(format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true")),
    );
}
