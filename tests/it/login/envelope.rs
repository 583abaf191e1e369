//! The JSON endpoints: `application/json` only, from our own pages only, at most 64 KiB, one strict shape.

use reqwest::header;
use serde_json::json;

use crate::support::{
    app::{PASSWORD, TestApp},
    ceremony::error,
    database::Database,
    person::{Answer, Person},
};

const ENDPOINTS: &[&str] =
    &["/login/passkey/begin", "/login/passkey/finish", "/settings/passkeys/begin", "/settings/passkeys/finish"];

/// Somebody signed in, so that nothing else is in the way.
fn misaki(app: &TestApp) -> Person<'_> {
    let misaki = Person::at(app);
    assert_eq!(misaki.sign_in("misaki@demo.example", PASSWORD, None).status, 303);
    misaki
}

fn post(person: &Person<'_>, path: &str, origin: Option<&str>, kind: Option<&str>, body: String) -> Answer {
    let mut request = person.http.post(person.app.url(path)).body(body);
    if let Some(origin) = origin {
        request = request.header(header::ORIGIN, origin);
    }
    if let Some(kind) = kind {
        request = request.header(header::CONTENT_TYPE, kind);
    }
    person.send(request)
}

/// Every endpoint answers so to these types and bodies.
fn every_endpoint_answers(expected: (u16, &str), sent: &[(Option<&str>, &str)]) {
    let app = TestApp::start(Database::sqlite());
    let misaki = misaki(&app);
    let before = app.trail().len();
    for path in ENDPOINTS {
        for (kind, body) in sent {
            let answer = post(&misaki, path, Some(&app.issuer), *kind, (*body).to_owned());
            assert_eq!((answer.status.as_u16(), error(&answer).as_str()), expected, "{path} {kind:?} {body:.60}");
        }
    }
    assert_eq!(app.recorded_since(before), Vec::<String>::new());
    assert_eq!(misaki.post_json("/login/passkey/begin", &json!({})).status, 200, "still serving");
}

const JSON: Option<&str> = Some("application/json");

#[test]
fn a_missing_content_type_is_refused() {
    every_endpoint_answers((415, "not_json"), &[(None, "{}")]);
}

#[test]
fn other_content_types_are_refused() {
    let kinds = ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", "text/json", ""];
    every_endpoint_answers((415, "not_json"), &kinds.map(|kind| (Some(kind), "{}")));
}

#[test]
fn what_is_no_json_is_refused() {
    let bodies = ["", "{", "null", "[]", "\"text\"", "{} {}", "{\"state\":1}", "\u{feff}{}", "[\"x\",null,{}]"];
    every_endpoint_answers((400, "bad_json"), &bodies.map(|body| (JSON, body)));
}

#[test]
fn json_that_is_too_deep_is_refused() {
    let deep = format!("{{\"state\":\"x\",\"credential\":{}{}}}", "[".repeat(20_000), "]".repeat(20_000));
    every_endpoint_answers((400, "bad_json"), &[(JSON, &deep)]);
}

#[test]
fn json_that_is_too_long_is_refused() {
    let long = format!("{{\"state\":\"{}\"}}", "x".repeat(64 * 1024));
    every_endpoint_answers((413, "too_large"), &[(JSON, &long)]);
}

#[test]
fn an_unknown_member_of_our_envelope_is_refused() {
    let finish = json!({ "state": "x", "credential": {}, "evil": 1 }).to_string();
    every_endpoint_answers((400, "bad_json"), &[(JSON, &finish), (JSON, "{\"evil\":1}")]);
}

#[test]
fn a_member_that_is_there_twice_is_refused() {
    every_endpoint_answers((400, "bad_json"), &[(JSON, "{\"continue\":\"a\",\"continue\":\"b\"}")]);
}

#[test]
fn a_foreign_or_absent_origin_is_refused() {
    let app = TestApp::start(Database::sqlite());
    let misaki = misaki(&app);
    let subdomain = app.issuer.replace("localhost", "evil.localhost");
    let longer = format!("{}.evil.example", app.issuer);
    let slash = format!("{}/", app.issuer);
    for origin in
        [None, Some("null"), Some(""), Some("https://evil.example"), Some(&subdomain), Some(&longer), Some(&slash)]
    {
        for path in ENDPOINTS {
            let answer = post(&misaki, path, origin, JSON, "{}".to_owned());
            let told = (answer.status.as_u16(), error(&answer));
            assert_eq!(told, (403, "foreign_origin".to_owned()), "{path} from {origin:?}");
        }
    }
    let ours = post(&misaki, "/login/passkey/begin", Some(&app.issuer), JSON, "{}".to_owned());
    assert_eq!(ours.status, 200);
    let with_charset = Some("application/json; charset=utf-8");
    assert_eq!(post(&misaki, "/login/passkey/begin", Some(&app.issuer), with_charset, "{}".to_owned()).status, 200);
}

#[test]
fn registering_is_for_those_who_are_signed_in() {
    let app = TestApp::start(Database::sqlite());
    let nobody = Person::at(&app);
    nobody.get("/login");
    for (path, body) in [
        ("/settings/passkeys/begin", json!({})),
        ("/settings/passkeys/finish", json!({ "state": "x", "credential": {} })),
    ] {
        let answer = nobody.post_json(path, &body);
        assert_eq!((answer.status.as_u16(), error(&answer).as_str()), (401, "signed_out"), "{path}");
    }
}
