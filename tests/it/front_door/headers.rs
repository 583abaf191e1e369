//! Security headers, on every kind of answer.

use serde_json::json;

use crate::support::{
    app::{PASSWORD, TestApp},
    database::Database,
    person::{Answer, Person},
};

/// What every answer carries, whatever it is.
const ALWAYS: &[&str] = &[
    "content-security-policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
        connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'",
    "permissions-policy: publickey-credentials-get=(self), publickey-credentials-create=(self)",
    "referrer-policy: same-origin",
    "x-content-type-options: nosniff",
    "x-frame-options: DENY",
];

/// Headers that say what the answer is, not how it is to be treated.
const OWN: &[&str] = &["date", "content-length", "set-cookie", "location", "vary", "transfer-encoding"];

/// The answer's headers beyond [`ALWAYS`] and [`OWN`], all of which must be there.
fn more(answer: &Answer) -> Vec<String> {
    let mut lines: Vec<String> = answer
        .headers
        .iter()
        .filter(|(name, _)| !OWN.contains(&name.as_str()))
        .map(|(name, value)| format!("{name}: {}", value.to_str().expect("text")))
        .collect();
    for needed in ALWAYS {
        assert!(lines.iter().any(|line| line == needed), "{needed} is missing: {lines:#?}");
    }
    lines.retain(|line| !ALWAYS.contains(&line.as_str()));
    lines.sort();
    lines
}

#[test]
fn every_answer_carries_the_same_security_headers() {
    let app = TestApp::start(Database::sqlite());
    let misaki = Person::at(&app);
    assert_eq!(misaki.sign_in("misaki@demo.example", PASSWORD, None).status, 303);
    let login = Person::at(&app).get("/login").body;
    let style = login.split('"').find(|text| text.ends_with("genkan.css")).expect("a style sheet");
    let page: &[&str] = &["cache-control: no-store", "content-language: ja", "content-type: text/html; charset=utf-8"];
    let in_its_own_room: &[&str] = &[page[0], page[1], page[2], "cross-origin-opener-policy: same-origin"];
    let gets: [(&str, u16, &[&str]); 12] = [
        ("/login?notice=session_ended&continue=x", 200, page),
        ("/", 200, page),
        ("/settings/passkeys", 200, in_its_own_room),
        ("/settings/password", 200, in_its_own_room),
        ("/settings/sessions", 200, in_its_own_room),
        ("/settings/apps", 200, in_its_own_room),
        ("/settings/no-such-page", 404, in_its_own_room),
        ("/no-such-page", 404, page),
        ("/login", 303, &["cache-control: no-store"]),
        ("/.well-known/change-password", 303, &["cache-control: no-store"]),
        ("/invite/unknown", 410, page),
        (style, 200, &["cache-control: public, max-age=31536000, immutable", "content-type: text/css; charset=utf-8"]),
    ];
    for (path, status, expected) in gets {
        let answer = misaki.get(path);
        assert_eq!(answer.status.as_u16(), status, "{path}");
        assert_eq!(more(&answer), expected, "{path}");
    }
    let json = misaki.post_json("/login/passkey/begin", &json!({}));
    assert_eq!(more(&json), ["cache-control: no-store", "content-type: application/json"]);
    let refused = misaki.post_json("/login/passkey/finish", &json!({}));
    assert_eq!(more(&refused), ["cache-control: no-store", "content-type: application/json"]);
}

#[test]
fn nothing_is_said_of_https_on_http() {
    let app = TestApp::start(Database::sqlite());
    let login = Person::at(&app).get("/login");
    assert!(!login.headers.contains_key("strict-transport-security"));
    assert!(!login.header("set-cookie").expect("a cookie").contains("Secure"));
}

#[test]
fn an_address_that_is_not_there_is_a_page_of_ours() {
    let app = TestApp::start(Database::sqlite());
    for path in ["/no-such-page", "/settings", "/login/", "/LOGIN", "/assets/0/none.js", "/../login", "/%2e%2e/x"] {
        let answer = Person::at(&app).get(path);
        if path == "/../login" {
            assert_eq!(answer.status, 200, "clients take dot segments away themselves");
            continue;
        }
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.body.contains("<html"), "{path}");
    }
}

#[test]
fn another_method_is_a_page_of_ours_that_names_the_right_ones() {
    let app = TestApp::start(Database::sqlite());
    let person = Person::at(&app);
    let cases = [
        ("DELETE", "/login", "GET,HEAD"),
        ("GET", "/login/password", "POST"),
        ("PUT", "/settings/password", "GET,HEAD,POST"),
        ("GET", "/login/passkey/begin", "POST"),
    ];
    for (method, path, allowed) in cases {
        let method = method.parse().expect("a method");
        let answer = person.send(person.http.request(method, app.url(path)));
        assert_eq!(answer.status, 405, "{path}");
        assert_eq!(answer.header("allow"), Some(allowed), "{path}: RFC 9110 §15.5.6");
        assert!(answer.body.contains("<html"), "{path}");
    }
}
