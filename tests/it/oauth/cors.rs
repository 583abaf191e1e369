//! Which pages of other origins may read our answers (the Fetch standard, «HTTP-CORS protocol»).

use std::time::Duration;

use genkan::{domain::ClientType, flows::admin::clients};

use super::{
    party::{OFFLINE, Party, renewing},
    refused_requests::set_enabled,
};
use crate::support::{
    app::TestApp,
    database::Database,
    person::{Answer, Person},
};

const ORIGIN: &str = "https://chart.sakura.example";
const CALLBACK: &str = "https://chart.sakura.example/signed-in";
const READABLE: &[&str] = &["/oauth/token", "/oauth/userinfo", "/oauth/revoke"];

fn spa(app: &TestApp) -> Party<'_> {
    let draft = clients::Draft {
        kind: Some(ClientType::Spa),
        redirect_uris: Some(vec![CALLBACK.to_owned(), "http://localhost:5173/back".to_owned()]),
        ..renewing("問診票")
    };
    Party { redirect_uri: CALLBACK.to_owned(), ..Party::new(app, &app.register(draft)) }
}

fn preflight(person: &Person<'_>, path: &str, origin: &str) -> Answer {
    let request = person.http.request(reqwest::Method::OPTIONS, person.app.url(path)).header("origin", origin);
    let request = request.header("access-control-request-method", "POST");
    person.send(request.header("access-control-request-headers", "authorization,content-type"))
}

fn posted(person: &Person<'_>, path: &str, origin: &str) -> Answer {
    person.send(person.http.post(person.app.url(path)).header("origin", origin).form(&[("token", "x")]))
}

fn allowed(answer: &Answer) -> Option<&str> {
    let allowed = answer.header("access-control-allow-origin");
    assert_eq!(answer.header("access-control-allow-credentials"), None);
    assert_eq!(answer.header("vary"), Some("origin"), "{answer:?}");
    allowed
}

#[test]
fn a_single_page_application_signs_in_renews_and_leaves_from_its_own_origin() {
    let app = TestApp::start(Database::sqlite());
    let party = spa(&app);
    let tokens = party.tokens(&party.sign_in(&Person::at(&app), &[("scope", OFFLINE)]).code());
    for (path, header, form) in [
        ("/oauth/token", "", vec![("grant_type", "refresh_token"), ("refresh_token", tokens.refresh_token.as_str())]),
        ("/oauth/userinfo", tokens.access_token.as_str(), vec![]),
        ("/oauth/revoke", "", vec![("token", tokens.access_token.as_str())]),
    ] {
        let asked = preflight(&party.itself, path, ORIGIN);
        assert_eq!((asked.status.as_u16(), allowed(&asked)), (204, Some(ORIGIN)), "{path}");
        assert_eq!(asked.header("access-control-allow-methods"), Some("GET, POST"));
        assert_eq!(asked.header("access-control-allow-headers"), Some("authorization, content-type"));
        let form: Vec<_> = form.into_iter().chain([("client_id", party.client.client_id.as_str())]).collect();
        let mut request = party.itself.http.post(app.url(path)).header("origin", ORIGIN).form(&form);
        if !header.is_empty() {
            request = request.bearer_auth(header);
        }
        let answer = party.itself.send(request);
        assert_eq!((answer.status.as_u16(), allowed(&answer)), (200, Some(ORIGIN)), "{path}: {}", answer.body);
        assert!(answer.header("access-control-expose-headers").is_some_and(|names| names.contains("www-authenticate")));
    }
    assert_eq!(
        allowed(&posted(&party.itself, "/oauth/userinfo", "http://localhost:5173")),
        Some("http://localhost:5173")
    );
}

#[test]
fn no_other_origin_may_read_and_none_of_a_client_that_is_switched_off_after_a_second() {
    let app = TestApp::start(Database::sqlite());
    let party = spa(&app);
    let web =
        clients::Draft { redirect_uris: Some(vec!["https://web.sakura.example/".to_owned()]), ..renewing("受付") };
    app.register(web);
    let anybody = Person::at(&app);
    for path in READABLE {
        for origin in [
            "https://evil.example",
            "https://web.sakura.example",
            "http://chart.sakura.example",
            "https://chart.sakura.example:8443",
            "https://chart.sakura.example.evil.example",
            "https://Chart.sakura.example",
            "null",
            "",
        ] {
            assert_eq!(allowed(&preflight(&anybody, path, origin)), None, "{path} for {origin}");
            assert_eq!(allowed(&posted(&anybody, path, origin)), None, "{path} for {origin}");
        }
        assert_eq!(allowed(&posted(&anybody, path, ORIGIN)), Some(ORIGIN));
    }
    set_enabled(&app, &party.client, false);
    app.advance(Duration::from_secs(1));
    assert_eq!(allowed(&preflight(&anybody, READABLE[0], ORIGIN)), None);
    set_enabled(&app, &party.client, true);
    app.advance(Duration::from_secs(1));
    assert_eq!(allowed(&preflight(&anybody, READABLE[0], ORIGIN)), Some(ORIGIN));
}

#[test]
fn public_documents_are_everybodys_and_everything_else_is_nobodys() {
    let app = TestApp::start(Database::sqlite());
    spa(&app);
    let anybody = Person::at(&app);
    let get = |path: &str| anybody.send(anybody.http.get(app.url(path)).header("origin", "https://anywhere.example"));
    for path in ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", "/oauth/jwks"] {
        assert_eq!(get(path).header("access-control-allow-origin"), Some("*"), "{path}");
    }
    for path in ["/oauth/authorize", "/oauth/introspect", "/oauth/logout", "/oauth/consent", "/login", "/settings/apps"]
    {
        for answer in [preflight(&anybody, path, ORIGIN), get(path), posted(&anybody, path, ORIGIN)] {
            assert_eq!(answer.header("access-control-allow-origin"), None, "{path}");
        }
    }
    let plain = anybody.send(anybody.http.request(reqwest::Method::OPTIONS, app.url("/oauth/token")));
    assert_eq!(plain.status, 405, "no preflight");
}
