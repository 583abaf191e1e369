//! Those who take their time, and those who never end.

use std::time::Duration;

use genkan::config::Config;
use tempfile::TempDir;

use crate::support::{
    app::TestApp,
    database::Database,
    person::Person,
    raw::Raw,
    tls::{Kind, certificate, connect, serving},
};

fn impatient() -> TestApp {
    TestApp::start_with(Database::sqlite(), hurry)
}

fn hurry(config: &mut Config) {
    config.limits.head = Duration::from_secs(1);
    config.limits.body = Duration::from_secs(1);
    config.limits.idle = Duration::from_secs(1);
}

fn host(app: &TestApp) -> &str {
    app.issuer.split_once("://").expect("an issuer").1
}

fn post(app: &TestApp, path: &str, more: &str) -> String {
    let form = "Content-Type: application/x-www-form-urlencoded";
    format!("POST {path} HTTP/1.1\r\nHost: {}\r\n{form}\r\n{more}\r\n\r\n", host(app))
}

#[test]
fn a_head_that_comes_byte_by_byte_is_cut_off() {
    let app = impatient();
    let mut slow = Raw::at(&app);
    slow.send("GET /login HTTP/1.1\r\nHost: x\r\nX: ");
    assert_eq!(slow.drip(b'x'), "");
    let mut silent = Raw::at(&app);
    assert_eq!(silent.rest(), "", "nor may one say nothing at all");
}

#[test]
fn a_handshake_that_comes_byte_by_byte_is_cut_off() {
    let folder = TempDir::new().expect("a folder");
    let (trusted, tls) = certificate(Kind::Ecdsa, folder.path());
    let app = serving(Database::sqlite(), tls, hurry);
    let mut slow = Raw::at(&app);
    // The head of a record that promises a kilobyte.
    slow.send("\u{16}\u{3}\u{1}\u{4}\0");
    assert_eq!(slow.drip(1), "");
    assert_eq!(Raw::at(&app).rest(), "", "nor may one say nothing at all");
    assert!(connect(&app.issuer, &trusted, |_| {}).is_ok(), "still serving");
}

#[test]
fn a_connection_is_kept_for_the_next_request_and_not_for_ever() {
    let app = impatient();
    let mut kept = Raw::at(&app);
    assert!(kept.is_served(&app) && kept.is_served(&app));
    assert_eq!(kept.rest(), "", "closed without a word");
    assert_eq!(Person::at(&app).get("/login").status, 200);
}

#[test]
fn a_body_that_comes_byte_by_byte_is_refused_in_the_words_of_its_endpoint() {
    let app = impatient();
    let token = Person::at(&app).get("/login").hidden("form_token").expect("a token");
    for (path, status, words) in [
        ("/login/password", "408 Request Timeout", "<html"),
        ("/oauth/token", "400 Bad Request", "invalid_request"),
        ("/oauth/userinfo", "400 Bad Request", ""),
    ] {
        let mut slow = Raw::at(&app);
        slow.send(&post(&app, path, "Content-Length: 60000"));
        slow.send(&format!("form_token={token}&email="));
        let answer = slow.drip(b'x') + &slow.rest();
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")) && answer.contains(words), "{path}: {answer}");
    }
}

#[test]
fn what_never_ends_is_refused_without_being_kept() {
    let app = TestApp::start(Database::sqlite());
    let chunk = format!("4000\r\n{}\r\n", "x".repeat(0x4000));
    for (path, status) in [("/login/password", "413"), ("/oauth/token", "400"), ("/no-such-page", "404")] {
        let mut endless = Raw::at(&app);
        endless.send(&post(&app, path, "Transfer-Encoding: chunked"));
        let answer = endless.flood(&chunk);
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{path}: {answer}");
    }
    for (head, line) in [("GET /", "x"), ("GET / HTTP/1.1\r\n", "X: y\r\n"), ("GET / HTTP/1.1\r\nX: ", "y")] {
        let mut endless = Raw::at(&app);
        endless.send(head);
        let answer = endless.flood(&line.repeat(1000));
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{head}: {answer}");
    }
    assert_eq!(Person::at(&app).get("/login").status, 200, "still serving");
}
