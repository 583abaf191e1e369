//! The database gone and back: applications are told in their own form to come back (503, `Retry-After`), and nothing of
//! what they held is burnt.

use std::{fs, path::PathBuf};

use super::party::Party;
use crate::support::{
    app::TestApp,
    database::Database,
    person::{Answer, Person},
};

fn is_to_come_back(answer: &Answer) {
    assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (503, Some("2")), "{}", answer.body);
    assert_eq!(answer.json()["error"], "temporarily_unavailable");
}

#[test]
fn without_its_database_applications_are_told_to_come_back_and_lose_nothing() {
    let database = Database::sqlite();
    let here = PathBuf::from(database.url().strip_prefix("sqlite:").expect("a file"));
    let away = here.with_extension("away");
    let app = TestApp::start(database);
    let party = Party::booking(&app);
    let person = Person::at(&app);
    let tokens = party.sign_in_to_tokens(&person, &[]);
    let code = party.callback(&person, &[]).code();
    fs::rename(&here, &away).expect("the file moves away");
    is_to_come_back(&party.exchange(&code, &[]));
    is_to_come_back(&party.userinfo(&tokens.access_token));
    is_to_come_back(&party.post("/oauth/introspect", format!("token={}", tokens.access_token)));
    is_to_come_back(&party.post("/oauth/revoke", format!("token={}", tokens.access_token)));
    let page = party.ask(&person, &[]);
    assert_eq!((page.status.as_u16(), page.header("retry-after"), page.header("location")), (503, Some("2"), None));
    assert!(page.body.contains("<html"), "people are shown a page");
    fs::rename(&away, &here).expect("the file comes back");
    assert_eq!(party.userinfo(&tokens.access_token).status, 200);
    party.tokens(&code);
}

#[test]
fn what_no_endpoint_of_machines_takes_is_refused_in_json() {
    let app = TestApp::start(Database::sqlite());
    let party = Party::booking(&app);
    for path in ["/oauth/token", "/oauth/introspect", "/oauth/revoke"] {
        let answer = party.itself.get(path);
        assert_eq!(answer.status, 405, "{path}");
        let allowed = answer.header("allow").expect("what it takes");
        assert!(allowed.split(',').any(|method| method == "POST") && !allowed.contains("GET"), "{allowed}");
        assert_eq!(answer.json()["error"], "invalid_request");
    }
}

/// RFC 6749 §2.3, RFC 6750 §2: not more than one way at a time.
#[test]
fn an_authorization_header_sent_twice_or_unreadable_proves_nobody() {
    let app = TestApp::start(Database::sqlite());
    let party = Party::booking(&app);
    let tokens = party.sign_in_to_tokens(&Person::at(&app), &[]);
    let ask = |headers: &[&[u8]]| {
        let request = party.itself.http.get(app.url("/oauth/userinfo"));
        let request = headers.iter().fold(request, |request, value| {
            request.header("authorization", reqwest::header::HeaderValue::from_bytes(value).expect("a value"))
        });
        party.itself.send(request).status.as_u16()
    };
    let good = format!("Bearer {}", tokens.access_token);
    assert_eq!(ask(&[good.as_bytes()]), 200);
    assert_eq!(ask(&[good.as_bytes(), good.as_bytes()]), 401);
    assert_eq!(ask(&["Bearer \u{e9}".as_bytes()]), 401);
    let by_form = party.itself.http.post(app.url("/oauth/userinfo")).header("authorization", &b"\xe9"[..]);
    let by_form = by_form.header("content-type", "application/x-www-form-urlencoded");
    let answer = party.itself.send(by_form.body(format!("access_token={}", tokens.access_token)));
    assert_ne!(answer.status, 200, "the token of the form does not stand beside it");
}
