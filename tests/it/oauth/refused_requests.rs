//! Authorization requests that are refused: by a page of ours until client and redirect URI are proven, by redirect after.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use genkan::{
    domain::{ClientId, ClientType},
    flows::admin::clients,
};

use super::party::{Party, STATE, assert_page, waiting};
use crate::support::{
    app::{CALLBACK, PASSWORD, Registered, TestApp, draft},
    database::Database,
    person::Person,
};

fn app() -> TestApp {
    TestApp::start(Database::sqlite())
}

/// By GET and by POST.
fn both_ways(party: &Party<'_>, query: &str) -> [crate::support::person::Answer; 2] {
    let person = Person::at(party.app);
    [person.get(&format!("/oauth/authorize?{query}")), party.post_request(query.to_owned())]
}

/// A running server knows a change of a client within a second.
const KNOWN_WITHIN: Duration = Duration::from_secs(1);

pub fn set_enabled(app: &TestApp, client: &Registered, enabled: bool) {
    set_enabled_unnoticed(app, client, enabled);
    app.advance(KNOWN_WITHIN);
}

/// The server goes on with what it knows.
pub fn set_enabled_unnoticed(app: &TestApp, client: &Registered, enabled: bool) {
    let draft = clients::Draft { enabled: Some(enabled), ..clients::Draft::default() };
    let id = ClientId::new(client.client_id.as_str());
    clients::set(app.store(), &app.by(), id, draft, &[genkan::domain::SigningAlg::Rs256])
        .expect("no fault")
        .expect("set");
}

#[test]
fn a_client_that_is_unknown_missing_or_named_twice_gets_a_page() {
    let app = app();
    let party = Party::booking(&app);
    let twice = format!("{}&client_id={}", party.request(&[]), app.booking.client_id);
    let long = "a".repeat(60_000);
    for query in [
        party.request(&[("client_id", "00000000-0000-7000-8000-000000000000")]),
        party.request(&[("client_id", &app.booking.client_id.to_uppercase())]),
        party.request(&[("client_id", "' OR 1=1 --")]),
        party.request(&[("client_id", "診療")]),
        party.request(&[("client_id", &long)]),
        party.request(&[("client_id", "")]),
        twice,
    ] {
        for answer in both_ways(&party, &query) {
            assert_page(&answer);
        }
    }
    party.sign_in(&Person::at(&app), &[]).code();
}

#[test]
fn a_disabled_client_gets_a_page_even_for_a_request_that_waits() {
    let app = app();
    let party = Party::booking(&app);
    let person = Person::at(&app);
    let sealed = waiting(&party.ask(&person, &[]));
    set_enabled(&app, &app.booking, false);
    for answer in both_ways(&party, &party.request(&[])) {
        assert_page(&answer);
    }
    for answer in both_ways(&party, &party.request(&[("prompt", "none")])) {
        assert_page(&answer);
    }
    let signed_in = person.sign_in(super::party::MISAKI, crate::support::app::PASSWORD, Some(&sealed));
    assert_page(&person.follow(signed_in));
    set_enabled(&app, &app.booking, true);
    party.callback(&person, &[]).code();
}

#[test]
fn a_redirect_uri_that_differs_in_any_letter_is_never_gone_to() {
    let app = app();
    let party = Party::booking(&app);
    let person = Person::at(&app);
    party.sign_in(&person, &[]);
    let variants = [
        ("extra path", "http://127.0.0.1:9/callback/x7Gq"),
        ("shorter path", "http://127.0.0.1:9/call"),
        ("no path", "http://127.0.0.1:9"),
        ("query", "http://127.0.0.1:9/callback?foo=bar"),
        ("empty query", "http://127.0.0.1:9/callback?"),
        ("case of the path", "http://127.0.0.1:9/Callback"),
        ("case of the scheme", "HTTP://127.0.0.1:9/callback"),
        ("scheme", "https://127.0.0.1:9/callback"),
        ("port", "http://127.0.0.1:10/callback"),
        ("no port", "http://127.0.0.1/callback"),
        ("host", "http://localhost:9/callback"),
        ("host beside it", "http://127.0.0.1:9.evil.example/callback"),
        ("fragment", "http://127.0.0.1:9/callback#x"),
        ("empty fragment", "http://127.0.0.1:9/callback#"),
        ("userinfo", "http://hanako@127.0.0.1:9/callback"),
        ("userinfo as a host", "http://127.0.0.1:9@evil.example/callback"),
        ("trailing slash", "http://127.0.0.1:9/callback/"),
        ("dot segments", "http://127.0.0.1:9/x/../callback"),
        ("a dot segment", "http://127.0.0.1:9/./callback"),
        ("encoded dot segments", "http://127.0.0.1:9/x/%2e%2e/callback"),
        ("an encoded letter", "http://127.0.0.1:9/c%61llback"),
        ("a space behind", "http://127.0.0.1:9/callback "),
        ("a line end behind", "http://127.0.0.1:9/callback\r\nset-cookie: a=b"),
        ("a backslash", "http://127.0.0.1:9\\callback"),
        ("the post-logout one", crate::support::app::LOGGED_OUT),
        ("relative", "/callback"),
        ("a script", "javascript:alert(1)"),
        ("another's", "https://evil.example/callback"),
        ("missing", ""),
    ];
    for (what, variant) in variants {
        for more in [&[][..], &[("prompt", "none")], &[("response_type", "")], &[("request", "e30.e30.")]] {
            let changes = [&[("redirect_uri", variant)], more].concat();
            let answer = party.ask(&person, &changes);
            assert_eq!(answer.status, 400, "{what}: {answer:?}");
            assert_page(&answer);
            assert_page(&party.ask_by_post(&changes));
        }
    }
    let twice = party.request(&[]) + "&redirect_uri=http%3A%2F%2F127.0.0.1%3A9%2Fcallback";
    for answer in both_ways(&party, &twice) {
        assert_page(&answer);
    }
}

#[test]
fn a_native_application_on_a_loopback_address_chooses_its_port_and_nothing_else() {
    let app = app();
    let native = clients::Draft { kind: Some(ClientType::Native), ..draft("訪問看護") };
    let client = app.register(native);
    let mut party = Party::new(&app, &client);
    let person = Person::at(&app);
    party.sign_in(&person, &[]).code();
    for other in ["http://127.0.0.1:9/callback/", "http://localhost:9/callback", "http://127.0.0.1:99999/callback"] {
        assert_page(&party.ask(&person, &[("redirect_uri", other)]));
    }
    let chosen = "http://127.0.0.1:51234/callback";
    party.redirect_uri = chosen.to_owned();
    let code = party.callback(&person, &[]).code();
    // The exchange names the address that was used, not the registered one.
    assert_eq!(super::party::token_error(&party.exchange(&code, &[("redirect_uri", CALLBACK)])), "invalid_grant");
    party.tokens(&code);
}

#[test]
fn a_repeated_parameter_is_an_invalid_request_that_goes_back() {
    let app = app();
    let party = Party::booking(&app);
    for name in [
        "response_type",
        "response_mode",
        "scope",
        "nonce",
        "code_challenge",
        "code_challenge_method",
        "prompt",
        "max_age",
        "display",
        "login_hint",
        "ui_locales",
        "claims_locales",
        "acr_values",
        "id_token_hint",
        "claims",
        "request",
        "request_uri",
        "registration",
    ] {
        let query = format!("{}&{name}=1&{name}=1", party.request(&[]));
        for answer in both_ways(&party, &query) {
            assert_eq!(party.came_back(&answer).error(), "invalid_request", "{name}");
        }
    }
    // Of two states there is no telling which to send back.
    for answer in both_ways(&party, &format!("{}&state=other", party.request(&[]))) {
        assert_eq!(party.came_back(&answer).error_without_state(&[]), "invalid_request");
    }
    // What we don't know may come as often as it likes.
    party.sign_in(&Person::at(&app), &[("extra", "foobar"), ("extra", "again")]).code();
}

#[test]
fn a_value_may_be_as_long_as_its_limit_and_no_longer() {
    let app = app();
    let party = Party::booking(&app);
    for (name, limit) in [
        ("scope", 2048),
        ("nonce", 2048),
        ("prompt", 256),
        ("display", 256),
        ("login_hint", 512),
        ("ui_locales", 512),
        ("claims_locales", 512),
        ("acr_values", 1024),
        ("id_token_hint", 8192),
        ("claims", 8192),
    ] {
        let padded = |length: usize| match name {
            "scope" => format!("openid {}", "x".repeat(length - 7)),
            "claims" => format!("{{{}}}", " ".repeat(length - 2)),
            _ => "x".repeat(length),
        };
        waiting(&party.ask(&Person::at(&app), &[(name, &padded(limit))]));
        for answer in both_ways(&party, &party.request(&[(name, &padded(limit + 1))])) {
            assert_eq!(party.came_back(&answer).error(), "invalid_request", "{name}");
        }
    }
    let longest = "s".repeat(2048);
    let silent = party.callback(&Person::at(&app), &[("state", &longest), ("prompt", "none")]);
    assert_eq!(silent.get("state"), Some(longest.as_str()));
    let too_long = party.callback(&Person::at(&app), &[("state", &(longest + "s"))]);
    assert_eq!(too_long.error_without_state(&[]), "invalid_request");
}

#[test]
fn a_request_that_is_too_long_altogether_is_refused_and_the_next_one_served() {
    let app = app();
    let party = Party::booking(&app);
    let query = party.request(&[("extra", &"x".repeat(70_000))]);
    let by_post = party.post_request(query.clone());
    assert_eq!((by_post.status.as_u16(), by_post.header("location")), (413, None));
    let answer = by_hand(&app, &format!("/oauth/authorize?{query}"));
    assert!(["HTTP/1.1 400", "HTTP/1.1 414"].iter().any(|status| answer.starts_with(status)), "{answer}");
    assert!(!answer.to_ascii_lowercase().contains("location:"), "{answer}");
    party.sign_in(&Person::at(&app), &[]).code();
}

/// A GET that no library would send.
fn by_hand(app: &TestApp, path: &str) -> String {
    let host = app.issuer.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).expect("a connection");
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("sent");
    let mut answer = Vec::new();
    // What was sent beyond what is read may end the connection hard; the answer comes before.
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn bad_percent_encoding_is_refused_at_every_endpoint() {
    let app = app();
    let party = Party::booking(&app);
    let person = Person::at(&app);
    for bad in ["%", "%2", "%zz", "%+1", "%ff", "%c3", "%ed%a0%80", "%00"] {
        let query = format!("{}&extra={bad}", party.request(&[]));
        for answer in both_ways(&party, &query) {
            assert_page(&answer);
        }
        let form = format!("{}&extra={bad}", party.exchange_form("code", &[]));
        assert_eq!(super::party::token_error(&party.post("/oauth/token", form)), "invalid_request", "{bad}");
        assert_page(&person.get(&format!("/oauth/logout?state={bad}")));
        let userinfo = person.http.post(app.url("/oauth/userinfo")).body(format!("access_token={bad}"));
        let answer = person.send(userinfo.header("content-type", "application/x-www-form-urlencoded"));
        assert_eq!((answer.status.as_u16(), answer.json()["error"].as_str()), (400, Some("invalid_request")), "{bad}");
    }
}

#[test]
fn every_other_refusal_goes_back_by_redirect_with_state_and_iss() {
    let app = app();
    let party = Party::booking(&app);
    let deep = format!(r#"{{"userinfo":{}{}}}"#, "[".repeat(4000), "]".repeat(4000));
    let table: &[(&[(&str, &str)], &str)] = &[
        (&[("response_type", "")], "invalid_request"),
        (&[("response_type", "token")], "unsupported_response_type"),
        (&[("response_type", "code id_token")], "unsupported_response_type"),
        (&[("response_type", "CODE")], "unsupported_response_type"),
        (&[("response_mode", "fragment")], "invalid_request"),
        (&[("response_mode", "form_post")], "invalid_request"),
        (&[("scope", "")], "invalid_scope"),
        (&[("scope", "profile email")], "invalid_scope"),
        (&[("code_challenge", "")], "invalid_request"),
        (&[("code_challenge", ""), ("code_challenge_method", "")], "invalid_request"),
        (&[("code_challenge_method", "")], "invalid_request"),
        (&[("code_challenge_method", "plain")], "invalid_request"),
        (&[("code_challenge_method", "s256")], "invalid_request"),
        (&[("code_challenge", "short")], "invalid_request"),
        (&[("prompt", "none login")], "invalid_request"),
        (&[("max_age", "-1")], "invalid_request"),
        (&[("max_age", "1.5")], "invalid_request"),
        (&[("max_age", "99999999999999999999")], "invalid_request"),
        (&[("claims", "{")], "invalid_request"),
        (&[("claims", "[]")], "invalid_request"),
        (&[("claims", &deep)], "invalid_request"),
        (&[("request", "eyJhbGciOiJub25lIn0.e30.")], "request_not_supported"),
        (&[("request_uri", "https://evil.example/object#x")], "request_uri_not_supported"),
        (&[("registration", "{}")], "registration_not_supported"),
    ];
    for (changes, error) in table {
        for answer in both_ways(&party, &party.request(changes)) {
            assert_eq!(party.came_back(&answer).error(), *error, "{changes:?}");
        }
    }
}

#[test]
fn a_request_object_by_value_or_by_reference_is_named_and_never_ignored() {
    let app = app();
    let party = Party::booking(&app);
    let person = Person::at(&app);
    party.sign_in(&person, &[]);
    let by_value = [("request", "eyJhbGciOiJub25lIn0.eyJzdGF0ZSI6IngifQ.")];
    assert_eq!(party.callback(&person, &by_value).error(), "request_not_supported");
    let inside_only = [by_value[0], ("state", "")];
    assert_eq!(party.callback(&person, &inside_only).error_without_state(&[]), "request_not_supported");
    let by_reference = [("request_uri", "https://127.0.0.1:1/object")];
    assert_eq!(party.callback(&person, &by_reference).error(), "request_uri_not_supported");
}

#[test]
fn a_machine_is_no_client_that_people_sign_in_to() {
    let app = app();
    let machine =
        clients::Draft { kind: Some(ClientType::Machine), scope: None, start_uri: None, ..draft("検査機器") };
    let client = app.register(machine);
    let party = Party::new(&app, &client);
    assert_eq!(party.callback(&Person::at(&app), &[]).error(), "unauthorized_client");
    assert_eq!(super::party::token_error(&party.exchange("code", &[])), "unauthorized_client");
}

#[test]
fn no_state_sent_is_no_state_returned() {
    let app = app();
    let party = Party::booking(&app);
    let silent = party.callback(&Person::at(&app), &[("state", ""), ("prompt", "none")]);
    assert_eq!(silent.error_without_state(&[]), "login_required");
    let back = party.sign_in(&Person::at(&app), &[("state", "")]);
    assert_eq!((back.get("state"), back.get("iss")), (None, Some(app.issuer.as_str())));
}

#[test]
fn a_state_comes_back_byte_for_byte() {
    let app = app();
    let party = Party::booking(&app);
    let person = Person::at(&app);
    assert_eq!(STATE.len(), 128);
    party.sign_in(&person, &[]).code();
    for state in
        ["a+b c%20d&e=f#g?h/i;j", "\"<script>'\\", "診療科=内科", "  ", "\r\nset-cookie: a=b", "~!@$^*(){}[]|:,.`"]
    {
        let back = party.callback(&person, &[("state", state)]);
        assert_eq!(back.get("state"), Some(state), "{}", back.location);
        assert!(back.location.is_ascii() && !back.location.contains(['+', '"', ' ', '\n']), "{}", back.location);
    }
}

/// RFC 6749 §3.1: what we do not know is ignored, though a page of ours uses the same name.
#[test]
fn an_unknown_parameter_changes_nothing_whatever_its_name() {
    let app = app();
    let party = Party::booking(&app);
    for name in ["extra", "continue", "form_token"] {
        let person = Person::at(&app);
        waiting(&party.ask(&person, &[(name, "foobar")]));
        let sent_on = party.ask_by_post(&[(name, "foobar")]);
        waiting(&person.get(sent_on.location()));
    }
}

#[test]
fn a_form_that_does_not_say_that_it_is_one_is_refused() {
    let app = app();
    let party = Party::booking(&app);
    let code = party.sign_in(&Person::at(&app), &[]).code();
    let without_type = |path: &str, body: String| {
        let secret = party.client.secret.as_deref();
        let request = party.itself.http.post(app.url(path)).basic_auth(&party.client.client_id, secret);
        party.itself.send(request.body(body)).status.as_u16()
    };
    assert_eq!(without_type("/oauth/token", party.exchange_form(&code, &[])), 400);
    assert_eq!(without_type("/oauth/authorize", party.request(&[])), 400);
    assert_eq!(without_type("/oauth/logout", "state=x".to_owned()), 400);
    assert_eq!(without_type("/login/password", "email=a&password=b".to_owned()), 400);
    assert_eq!(party.exchange(&code, &[]).status, 200, "and the code is as good as before");
}

#[test]
fn an_application_keeps_no_scope_that_was_taken_from_it_while_the_person_signed_in() {
    let app = app();
    let party = Party::booking(&app);
    let person = Person::at(&app);
    let sealed = waiting(&party.ask(&person, &[]));
    let set = |draft: clients::Draft| {
        let id = ClientId::new(party.client.client_id.as_str());
        clients::set(app.store(), &app.by(), id, draft, &[genkan::domain::SigningAlg::Rs256])
            .expect("no fault")
            .expect("set");
    };
    set(clients::Draft { scope: Some("openid profile".to_owned()), ..clients::Draft::default() });
    app.advance(KNOWN_WITHIN);
    let signed_in = person.sign_in(super::party::MISAKI, PASSWORD, Some(&sealed));
    let code = party.came_back(&person.follow(signed_in)).code();
    assert_eq!(party.exchange(&code, &[]).json()["scope"], "openid profile");
}
