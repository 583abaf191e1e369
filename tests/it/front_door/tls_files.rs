//! Certificate files that are replaced, well and badly, and what is no TLS at all.

use std::fs;

use genkan::config::Tls;
use openssl::x509::X509;
use tempfile::TempDir;

use crate::support::{
    app::TestApp,
    database::Database,
    person::Person,
    raw::Raw,
    tls::{Kind, certificate, connect, serving},
};

struct Place {
    app: TestApp,
    first: X509,
    tls: Tls,
    folder: TempDir,
}

fn on_https() -> Place {
    let folder = TempDir::new().expect("a folder");
    let (first, tls) = certificate(Kind::Ecdsa, folder.path());
    let app = serving(Database::sqlite(), tls.clone(), |_| {});
    Place { app, first, tls, folder }
}

impl Place {
    /// Whether this is the certificate that is served.
    fn serves(&self, certificate: &X509) -> bool {
        connect(&self.app.issuer, certificate, |_| {}).is_ok()
    }

    fn ready(&self) -> (u16, String) {
        let answer = Person::at(&self.app).get(&self.app.ops("/readyz"));
        (answer.status.as_u16(), answer.body)
    }
}

#[test]
fn a_new_certificate_is_served_without_a_restart() {
    let place = on_https();
    let mut kept = connect(&place.app.issuer, &place.first, |_| {}).expect("a handshake");
    let (second, _) = certificate(Kind::Rsa, place.folder.path());
    place.app.certificates().look_again();
    assert!(place.serves(&second) && !place.serves(&place.first));
    let host = place.app.issuer.split_once("://").expect("an issuer").1;
    let request = format!("GET /oauth/jwks HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    let (head, _) = crate::support::tls::ask(&mut kept, &request);
    assert!(head.starts_with("http/1.1 200"), "who was connected stays so: {head}");
}

#[test]
fn a_broken_certificate_leaves_the_old_one_and_is_told_of() {
    let place = on_https();
    assert_eq!(place.ready().0, 200);
    let (chain, key) = (fs::read(&place.tls.certificate).expect("it"), fs::read(&place.tls.key).expect("it"));
    let elsewhere = TempDir::new().expect("a folder");
    let (_, other) = certificate(Kind::Ecdsa, elsewhere.path());
    let another = fs::read(&other.key).expect("it");
    let break_with: [(&str, &dyn Fn()); 5] = [
        ("key.pem", &|| fs::write(&place.tls.key, "").expect("emptied")),
        ("chain.pem", &|| fs::write(&place.tls.certificate, "-----BEGIN CERTIFICATE-----\nAAAA\n").expect("broken")),
        ("chain.pem", &|| fs::write(&place.tls.certificate, &chain[..chain.len() / 2]).expect("cut short")),
        ("chain.pem", &|| fs::remove_file(&place.tls.certificate).expect("lost")),
        ("go together", &|| fs::write(&place.tls.key, &another).expect("another's key")),
    ];
    for (words, spoil) in break_with {
        spoil();
        place.app.certificates().look_again();
        assert!(place.serves(&place.first), "{words}: the old one stays");
        let (status, said) = place.ready();
        assert_eq!(status, 200, "it serves");
        assert!(said.contains("certificate") && said.contains(words), "{words} in {said}");
        assert_eq!(place.app.metric("genkan_certificate_refused"), 1.0);
        fs::write(&place.tls.certificate, &chain).expect("mended");
        fs::write(&place.tls.key, &key).expect("mended");
        place.app.certificates().look_again();
        assert!(!place.ready().1.contains(words), "all is well again");
        assert_eq!(place.app.metric("genkan_certificate_refused"), 0.0);
    }
}

#[test]
fn garbage_is_no_handshake_and_harms_nobody() {
    let place = on_https();
    let long = "\u{16}\u{3}\u{1}".to_owned() + &"x".repeat(70_000);
    for garbage in ["\0", "\u{16}\u{3}\u{1}\0\u{5}\u{1}\0\0\u{1}\0", "GET / HTTP/1.1\r\n\r\n", "SSH-2.0-x\r\n", &long] {
        let mut stranger = Raw::at(&place.app);
        stranger.try_send(garbage);
        stranger.close_sending();
        assert!(!stranger.rest().contains("HTTP"), "{:?}", garbage.get(..10));
    }
    assert!(place.serves(&place.first));
}
