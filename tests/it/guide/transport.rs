//! What protects everything on its way.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use openssl::ssl::SslVersion;

use crate::support::{
    database::Database,
    tls::{Kind, ask, connect, on_https},
};

/// 「通信の保護(TLS)と正当な接続元の検証(Origin制御)」
#[test]
fn g_24_what_is_sent_is_sent_over_tls_only_and_browsers_are_told_to_keep_to_it() {
    let (app, trusted) = on_https(Database::sqlite(), Kind::Ecdsa);
    let authority = app.issuer.strip_prefix("https://").expect("https");
    let request = format!("GET /login HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n");

    let (head, _) = ask(&mut connect(&app.issuer, &trusted, |_| {}).expect("a handshake"), &request);
    assert!(head.starts_with("http/1.1 200") && head.contains("strict-transport-security: max-age=31536000"), "{head}");

    let old = connect(&app.issuer, &trusted, |offer| {
        offer.set_cipher_list("ALL:@SECLEVEL=0").expect("ciphers");
        offer.set_max_proto_version(Some(SslVersion::TLS1_1)).expect("a version");
    });
    assert!(old.is_err(), "TLS 1.1");

    let mut plain = TcpStream::connect(authority).expect("a connection");
    plain.write_all(request.as_bytes()).expect("sent");
    let mut answer = Vec::new();
    // Closed or reset: either is a refusal.
    let _ = plain.read_to_end(&mut answer);
    assert!(!answer.starts_with(b"HTTP"), "{answer:?}");
}
