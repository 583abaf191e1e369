//! Everything that a stranger could agree on with the TLS listener, tried by sslscan: only TLS 1.3, and 1.2 with ECDHE and
//! AES-GCM.

use std::process::Command;

use crate::support::{
    database::Database,
    tls::{Kind, on_https},
};

/// What sslscan found, element by element as its XML has them.
fn scanned(kind: Kind) -> String {
    let (app, _) = on_https(Database::sqlite(), kind);
    let authority = app.issuer.strip_prefix("https://").expect("https");
    let scan = Command::new("sslscan").args(["--no-colour", "--xml=-", authority]).output();
    let scan = scan.expect("sslscan is installed: tests/run.sh installs it");
    String::from_utf8(scan.stdout).expect("text")
}

/// The values of one attribute, of all elements of this name.
fn attributes<'a>(xml: &'a str, element: &str, name: &str) -> Vec<&'a str> {
    let begin = format!("<{element} ");
    let elements = xml.split(begin.as_str()).skip(1).filter_map(|rest| rest.split_once('>')).map(|(head, _)| head);
    let pattern = format!("{name}=\"");
    elements.filter_map(|head| head.split(pattern.as_str()).nth(1)?.split('"').next()).collect()
}

#[test]
fn a_scan_finds_nothing_but_what_is_allowed() {
    for (kind, name) in [(Kind::Ecdsa, "ECDSA"), (Kind::Rsa, "RSA")] {
        let xml = scanned(kind);
        let versions = attributes(&xml, "protocol", "version").into_iter().zip(attributes(&xml, "protocol", "enabled"));
        let enabled: Vec<_> = versions.filter(|(_, enabled)| *enabled == "1").map(|(version, _)| version).collect();
        assert_eq!(enabled, ["1.2", "1.3"], "{xml}");
        let versions = attributes(&xml, "cipher", "sslversion").into_iter();
        let mut agreed: Vec<_> = versions.zip(attributes(&xml, "cipher", "cipher")).collect();
        agreed.sort_unstable();
        let of_1_2 = ["AES128-GCM-SHA256", "AES256-GCM-SHA384"].map(|suite| format!("ECDHE-{name}-{suite}"));
        let expected = [
            ("TLSv1.2", of_1_2[0].as_str()),
            ("TLSv1.2", of_1_2[1].as_str()),
            ("TLSv1.3", "TLS_AES_128_GCM_SHA256"),
            ("TLSv1.3", "TLS_AES_256_GCM_SHA384"),
            ("TLSv1.3", "TLS_CHACHA20_POLY1305_SHA256"),
        ];
        assert_eq!(agreed, expected, "{xml}");
        assert!(!attributes(&xml, "compression", "supported").contains(&"1"), "{xml}");
    }
}
