//! The TLS listener: 1.3, and 1.2 with ECDHE and AES-GCM only.

use openssl::{
    ssl::{SslConnectorBuilder, SslVersion},
    x509::X509,
};

use crate::support::{
    app::{PASSWORD, TestApp},
    database::Database,
    tls::{Kind, ask, connect, on_https},
};

/// Version and cipher that a client with this offer comes to.
fn agreed(app: &TestApp, trusted: &X509, offer: impl FnOnce(&mut SslConnectorBuilder)) -> Option<(String, String)> {
    let stream = connect(&app.issuer, trusted, offer).ok()?;
    let cipher = stream.ssl().current_cipher().expect("a cipher").name().to_owned();
    Some((stream.ssl().version_str().to_owned(), cipher))
}

fn only(version: SslVersion, ciphers: &str) -> impl FnOnce(&mut SslConnectorBuilder) {
    move |builder: &mut SslConnectorBuilder| {
        builder.set_min_proto_version(Some(version)).expect("a version");
        builder.set_max_proto_version(Some(version)).expect("a version");
        if version == SslVersion::TLS1_3 {
            builder.set_ciphersuites(ciphers).expect("ciphers");
        } else {
            builder.set_cipher_list(ciphers).expect("ciphers");
        }
    }
}

#[test]
fn tls_1_3_is_spoken() {
    let (app, trusted) = on_https(Database::sqlite(), Kind::Ecdsa);
    for cipher in ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"] {
        let agreed = agreed(&app, &trusted, only(SslVersion::TLS1_3, cipher));
        assert_eq!(agreed, Some(("TLSv1.3".to_owned(), cipher.to_owned())));
    }
}

#[test]
fn tls_1_2_is_spoken_with_ecdhe_and_aes_gcm_only() {
    for (kind, name) in [(Kind::Ecdsa, "ECDSA"), (Kind::Rsa, "RSA")] {
        let (app, trusted) = on_https(Database::sqlite(), kind);
        for cipher in ["AES128-GCM-SHA256", "AES256-GCM-SHA384"] {
            let cipher = format!("ECDHE-{name}-{cipher}");
            let agreed = agreed(&app, &trusted, only(SslVersion::TLS1_2, &cipher));
            assert_eq!(agreed, Some(("TLSv1.2".to_owned(), cipher)));
        }
        for weak in ["AES128-SHA", "AES256-SHA", "AES128-SHA256", "AES256-SHA384", "CHACHA20-POLY1305"] {
            let weak = format!("ECDHE-{name}-{weak}");
            assert_eq!(agreed(&app, &trusted, only(SslVersion::TLS1_2, &weak)), None, "{weak}");
        }
        for weak in ["AES128-GCM-SHA256", "AES256-SHA", "DHE-RSA-AES128-GCM-SHA256"] {
            assert_eq!(agreed(&app, &trusted, only(SslVersion::TLS1_2, weak)), None, "{weak}: no ECDHE");
        }
    }
}

#[test]
fn tls_1_1_is_not_spoken() {
    let (app, trusted) = on_https(Database::sqlite(), Kind::Rsa);
    assert_eq!(agreed(&app, &trusted, only(SslVersion::TLS1_1, "ALL:@SECLEVEL=0")), None);
    assert!(agreed(&app, &trusted, only(SslVersion::TLS1_2, "ALL:@SECLEVEL=0")).is_some(), "the offer itself is good");
}

fn get(app: &TestApp, trusted: &X509, path: &str, cookie: &str) -> (String, String) {
    let authority = app.issuer.strip_prefix("https://").expect("https");
    let mut stream = connect(&app.issuer, trusted, |_| {}).expect("a handshake");
    ask(
        &mut stream,
        &format!("GET {path} HTTP/1.1\r\nHost: {authority}\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n"),
    )
}

#[test]
fn on_https_browsers_are_told_to_stay_there_and_cookies_are_bound_to_the_host() {
    let (app, trusted) = on_https(Database::sqlite(), Kind::Ecdsa);
    let (head, body) = get(&app, &trusted, "/login", "");
    assert!(head.starts_with("http/1.1 200"), "{head}");
    assert!(head.contains("\r\nstrict-transport-security: max-age=31536000; includesubdomains"), "{head}");
    let set = head.split("set-cookie: ").nth(1).and_then(|rest| rest.split("\r\n").next()).expect("a cookie");
    assert!(set.starts_with("__host-genkan-browser="), "{set}");
    assert!(set.ends_with("; httponly; samesite=lax; secure; path=/"), "{set}");
    assert!(body.replace("&#x2f;", "/").contains(&app.issuer), "the page names its own address");
}

#[test]
fn on_https_a_password_signs_in_and_its_cookie_is_bound_to_the_host() {
    let (app, trusted) = on_https(Database::sqlite(), Kind::Ecdsa);
    let authority = app.issuer.strip_prefix("https://").expect("https");
    // Any 43 characters are a browser.
    let browser = format!("__Host-genkan-browser={}", "b".repeat(43));
    let (_, login) = get(&app, &trusted, "/login", &browser);
    let token = login.split("name=\"form_token\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("it");
    let body = format!("form_token={token}&email=misaki%40demo.example&password={PASSWORD}");
    let mut stream = connect(&app.issuer, &trusted, |_| {}).expect("a handshake");
    let request = format!(
        "POST /login/password HTTP/1.1\r\nHost: {authority}\r\nOrigin: {}\r\nCookie: {browser}\r\nConnection: close\r\n\
        Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        app.issuer,
        body.len()
    );
    let (head, _) = ask(&mut stream, &request);
    assert!(head.starts_with("http/1.1 303"), "{head}");
    let set = head.split("set-cookie: ").nth(1).and_then(|rest| rest.split("\r\n").next()).expect("a cookie");
    assert!(set.starts_with("__host-genkan="), "{set}");
    assert!(set.ends_with("; httponly; samesite=lax; secure; path=/"), "{set}");
    let (head, _) = get(&app, &trusted, "/settings/sessions", "genkan=x; __Host-genkan-browser=x");
    assert!(head.starts_with("http/1.1 303"), "a cookie of a plain name is not read: {head}");
}

#[test]
fn plain_http_on_the_tls_listener_gets_no_answer() {
    use std::{
        io::{Read, Write},
        net::TcpStream,
    };
    let (app, trusted) = on_https(Database::sqlite(), Kind::Ecdsa);
    let mut plain = TcpStream::connect(app.issuer.strip_prefix("https://").expect("https")).expect("a connection");
    plain.write_all(b"GET /login HTTP/1.1\r\nHost: localhost\r\n\r\n").expect("sent");
    let mut answer = Vec::new();
    // Closed or reset: either is a refusal.
    let _ = plain.read_to_end(&mut answer);
    assert!(!answer.starts_with(b"HTTP"), "{answer:?}");
    assert!(agreed(&app, &trusted, |_| {}).is_some(), "still serving");
}
