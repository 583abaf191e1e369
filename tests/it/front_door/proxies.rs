//! Behind a reverse proxy: forwarded headers are believed from the named ones alone.

use genkan::config::ProxyHeader;
use reqwest::RequestBuilder;

use crate::support::{
    app::{PASSWORD, TestApp},
    database::Database,
    person::{Answer, Person},
};

fn behind(proxies: &[&str], header: ProxyHeader) -> TestApp {
    TestApp::start_with(Database::sqlite(), |config| {
        let networks = proxies.iter().map(|text| text.parse().expect("a network"));
        config.server.trusted_proxies = networks.collect();
        config.server.proxy_header = header;
        config.passwords.failures_per_minute = 10;
    })
}

/// The address in the trail of a wrong password that came with these headers.
fn address_in_trail(app: &TestApp, headers: &[(&str, &str)]) -> String {
    let before = app.trail().len();
    assert_eq!(sign_in(app, "wrong", headers).status, 401);
    let trail = app.trail();
    let [event] = &trail[before..] else { panic!("one event: {trail:?}") };
    event.request.ip.clone()
}

fn sign_in(app: &TestApp, password: &str, headers: &[(&str, &str)]) -> Answer {
    // Past the waiting after a wrong one.
    app.advance(std::time::Duration::from_secs(900));
    let person = Person::at(app);
    let token = person.get("/login").hidden("form_token").expect("a token");
    let fields = [("form_token", token.as_str()), ("email", "misaki@demo.example"), ("password", password)];
    person.send(with(person.http.post(app.url("/login/password")).form(&fields), headers))
}

fn with(request: RequestBuilder, headers: &[(&str, &str)]) -> RequestBuilder {
    headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))
}

#[test]
fn a_strangers_word_on_where_it_comes_from_leaves_no_trace() {
    for proxies in [&[][..], &["192.0.2.0/24"]] {
        for header in [ProxyHeader::XForwardedFor, ProxyHeader::Forwarded] {
            let app = behind(proxies, header);
            let lies = [
                ("x-forwarded-for", "203.0.113.7"),
                ("x-real-ip", "203.0.113.7"),
                ("forwarded", "for=203.0.113.7;host=evil.example;proto=http"),
                ("x-forwarded-host", "evil.example"),
                ("x-forwarded-proto", "https"),
            ];
            assert_eq!(address_in_trail(&app, &lies), "127.0.0.1", "{proxies:?}");
        }
    }
}

#[test]
fn a_trusted_proxy_says_who_the_client_is_and_a_client_cannot() {
    let app = behind(&["127.0.0.1/32", "10.0.0.0/8"], ProxyHeader::XForwardedFor);
    // The client wrote the first, the outer proxy the second, the inner one the third.
    let way = [("x-forwarded-for", "198.51.100.1, 203.0.113.7, 10.1.2.3"), ("forwarded", "for=198.51.100.1")];
    assert_eq!(address_in_trail(&app, &way), "203.0.113.7");
    let app = behind(&["127.0.0.1/32"], ProxyHeader::Forwarded);
    let way = [("forwarded", "for=198.51.100.1, for=\"[2001:db8::7]:4711\""), ("x-forwarded-for", "198.51.100.1")];
    assert_eq!(address_in_trail(&app, &way), "2001:db8::7");
}

#[test]
fn guesses_count_against_the_client_and_not_against_its_proxy() {
    let app = behind(&["127.0.0.1/32"], ProxyHeader::XForwardedFor);
    let spray = Person::at(&app);
    let token = spray.get("/login").hidden("form_token").expect("a token");
    for n in 0..10 {
        let email = format!("somebody-{n}@demo.example");
        let fields = [("form_token", token.as_str()), ("email", &email), ("password", "wrong")];
        let request = spray.http.post(app.url("/login/password")).form(&fields);
        assert_eq!(spray.send(with(request, &[("x-forwarded-for", "203.0.113.7")])).status, 401);
    }
    let fields = [("form_token", token.as_str()), ("email", "misaki@demo.example"), ("password", PASSWORD)];
    let from = |address| {
        let request = spray.http.post(app.url("/login/password")).form(&fields);
        spray.send(with(request, &[("x-forwarded-for", address)])).status.as_u16()
    };
    assert_eq!((from("203.0.113.7"), from("203.0.113.8")), (429, 303));
}

#[test]
fn host_and_scheme_are_those_that_the_client_asked_the_proxy_for() {
    let app = behind(&["127.0.0.1/32"], ProxyHeader::XForwardedFor);
    let ours = app.issuer.split_once("://").expect("an issuer").1;
    for (host, forwarded, scheme, status) in [
        ("genkan.internal:8080", ours, "http", 200),
        (ours, ours, "http", 200),
        (ours, "evil.example", "http", 308),
        ("genkan.internal:8080", "evil.example", "http", 308),
        (ours, ours, "https", 308),
    ] {
        let person = Person::at(&app);
        let headers = [("host", host), ("x-forwarded-host", forwarded), ("x-forwarded-proto", scheme)];
        let answer = person.send(with(person.http.get(app.url("/login")), &headers));
        assert_eq!(answer.status, status, "{headers:?}");
        assert!(status == 200 || answer.location() == app.url("/login"), "{headers:?}");
        let posted = person.send(with(person.http.post(app.url("/oauth/token")), &headers));
        assert_eq!(posted.status == 421, status == 308, "{headers:?}");
    }
}
