//! What stands between a login and whoever would break in.

use std::time::Duration;

use genkan::config::Issuer;

use super::{HANAKO, MISAKI};
use crate::support::{
    app::{PASSWORD, TestApp},
    ceremony::enrolled,
    database::Database,
    person::Person,
    tls::{Kind, ask, connect, on_https},
};

/// 「1分あたりの回数やIP単位の上限を設定し、攻撃を抑止」「レート制限」
#[test]
fn g_18_an_address_and_an_account_may_fail_so_often_a_minute_and_then_wait() {
    let app = TestApp::start_with(Database::sqlite(), |config| config.passwords.failures_per_minute = 10);
    let (_, key) = enrolled(&app, HANAKO);
    let stranger = Person::at(&app);
    assert_eq!(stranger.sign_in(MISAKI, "wrong", None).status, 401);
    let account = stranger.sign_in(MISAKI, PASSWORD, None);
    assert_eq!((account.status.as_u16(), account.header("retry-after")), (429, Some("1")), "the account waits");
    app.advance(Duration::from_secs(60));
    for n in 0..10 {
        assert_eq!(stranger.sign_in(&format!("somebody-{n}@demo.example"), "wrong", None).status, 401);
    }
    let address = stranger.sign_in(MISAKI, PASSWORD, None);
    assert_eq!((address.status.as_u16(), address.header("retry-after")), (429, Some("6")), "and so does the address");
    assert_eq!(stranger.passkey(&key, None).status, 200, "for passwords: a passkey is no guess");
    app.run_jobs();
    assert!(app.trail().iter().any(|event| event.kind.as_str() == "rate_limited"), "which the trail tells");
}

/// 「通信の保護(TLS)」
#[test]
fn g_24_browsers_come_by_tls_and_are_told_never_to_come_without() {
    assert!(Issuer::parse("http://id.example.jp").is_none() && Issuer::parse("https://id.example.jp").is_some());
    let (app, trusted) = on_https(Database::sqlite(), Kind::Ecdsa);
    let mut stream = connect(&app.issuer, &trusted, |_| {}).expect("a handshake");
    assert!(matches!(stream.ssl().version_str(), "TLSv1.3" | "TLSv1.2"));
    let host = app.issuer.trim_start_matches("https://");
    let (head, _) = ask(&mut stream, &format!("GET /login HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"));
    assert!(head.starts_with("http/1.1 200") && head.contains("strict-transport-security: max-age=31536000"), "{head}");
}
