//! `genkan check`

use std::os::unix::fs::PermissionsExt;

use super::Place;
use super::place::names;
use crate::support::{
    maker::Maker,
    tls::{Kind, certificate},
};

/// What is bad, and what is said about it.
fn bad(place: &Place, env: &[(&str, &str)]) -> Vec<(String, String)> {
    let ended = place.run_with(&["check", "--json"], env);
    let answer: serde_json::Value = serde_json::from_str(&ended.out).expect("JSON");
    assert_eq!(names(&answer), ["findings", "ok"]);
    assert_eq!(ended.code == Some(0), answer["ok"] == true, "{answer}");
    let findings = answer["findings"].as_array().expect("a list");
    let said = |finding: &serde_json::Value, name: &str| finding[name].as_str().expect("a text").to_owned();
    let bad = findings.iter().filter(|finding| finding["ok"] == false);
    bad.map(|finding| (said(finding, "what"), said(finding, "found"))).collect()
}

#[track_caller]
fn assert_bad(place: &Place, what: &str, why: &str) {
    let found = bad(place, &[]);
    assert!(found.iter().any(|(name, said)| name == what && said.contains(why)), "{what}: {why} in {found:?}");
}

#[test]
fn after_init_all_is_well() {
    let place = Place::begun();
    let printed = place.run(&["check"]).done();
    // Whether the machine's clock is synchronised is no business of the test; backups are nobody's business yet.
    let mut others = printed
        .lines()
        .filter(|line| !line.contains("  clock ") && !line.starts_with("??   backup "))
        .filter(|line| !line.starts_with("??   mail "));
    assert!(printed.lines().count() > 7 && others.all(|line| line.starts_with("ok ")), "{printed}");
    assert!(printed.lines().any(|line| line.contains("  clock ") && line.contains("synchronised")), "{printed}");
    assert_eq!(bad(&place, &[]), []);
}

#[test]
fn a_key_that_others_may_read_is_found() {
    let place = Place::begun();
    std::fs::set_permissions(place.file("genkan.key"), std::fs::Permissions::from_mode(0o644)).expect("set");
    assert_bad(&place, "master key", "chmod 600");
}

#[test]
fn a_master_key_that_does_not_fit_the_store_is_found() {
    let place = Place::begun();
    let other = "ab".repeat(32);
    let found = bad(&place, &[("GENKAN_MASTER_KEY", &other)]);
    assert!(found.iter().any(|(what, why)| what == "belonging" && why.contains("another master key")), "{found:?}");
}

#[test]
fn an_issuer_that_the_passkeys_were_not_made_for_is_found() {
    let place = Place::begun();
    place.write("genkan.toml", "[server]\nissuer = \"https://other.example\"\n");
    assert_bad(&place, "belonging", "made for localhost");
}

#[test]
fn a_store_in_earnest_is_no_demonstration() {
    let place = Place::begun();
    place.write("genkan.toml", "[demo]\nenabled = true\n");
    assert_bad(&place, "belonging", "in earnest");
}

#[test]
fn a_missing_store_and_pending_migrations_are_found() {
    let place = Place::begun();
    std::fs::remove_file(place.file("genkan.db")).expect("lost");
    assert_bad(&place, "store", "no store");
    place.write("genkan.db", "");
    assert_bad(&place, "migrations", "genkan migrate");
}

#[test]
fn certificate_files_that_cannot_serve_are_found() {
    let place = Place::begun();
    place.write(
        "genkan.toml",
        "[server]\nissuer = \"https://localhost\"\n[server.tls]\ncertificate = \"a.pem\"\nkey = \"b.pem\"\n",
    );
    assert_bad(&place, "tls", "a.pem");
}

#[test]
fn a_certificate_that_ends_soon_is_doubted() {
    let place = Place::begun();
    let (_, tls) = certificate(Kind::Ecdsa, &place.file(""));
    std::fs::set_permissions(&tls.key, std::fs::Permissions::from_mode(0o600)).expect("set");
    let files = format!("certificate = {:?}\nkey = {:?}\n", tls.certificate, tls.key);
    place.write("genkan.toml", &format!("[server]\nissuer = \"https://localhost\"\n[server.tls]\n{files}"));
    let printed = place.run(&["check"]).out;
    assert!(printed.contains("??   tls            it ends in 1 days"), "{printed}");
}

#[test]
fn an_authority_that_cannot_be_read_is_found() {
    let place = Place::begun();
    place.write("genkan.toml", "[fetch]\nca_file = \"ours.pem\"\n");
    assert_bad(&place, "fetch", "ours.pem");
    place.write("ours.pem", "nothing");
    assert_bad(&place, "fetch", "no certificate");
}

#[test]
fn a_mail_password_that_others_may_read_is_found_and_never_shown() {
    let place = Place::begun();
    let text = "[mail]\nfrom = \"genkan@clinic.example\"\nhost = \"mail.example\"\nuser = \"genkan\"\npassword_file = \"mail.password\"\n";
    place.write("genkan.toml", text);
    assert_bad(&place, "mail", "mail.password");
    place.write("mail.password", "tanpopo-no-wata-3\n");
    std::fs::set_permissions(place.file("mail.password"), std::fs::Permissions::from_mode(0o644)).expect("set");
    assert_bad(&place, "mail", "chmod 600");
    std::fs::set_permissions(place.file("mail.password"), std::fs::Permissions::from_mode(0o600)).expect("set");
    let printed = place.run(&["check"]).done();
    assert!(printed.contains("ok   mail") && !printed.contains("tanpopo"), "{printed}");
}

#[test]
fn mistakes_in_the_configuration_are_all_the_answer() {
    let place = Place::begun();
    place.write("genkan.toml", "[tokens]\naccess_token = 5\n");
    assert_bad(&place, "configuration", "[tokens] access_token");
    assert_eq!(place.run(&["check"]).code, Some(1));
}

#[test]
fn makers_who_cannot_be_read_or_are_missing_where_a_clinic_needs_one_are_found() {
    let place = Place::begun();
    let id = place.clinic();
    let demand = ["clinic", "set", &id, "--attestation", "verified"];
    let lacking = place.run(&demand).refused();
    assert!(lacking.contains("[passkeys] attestation_roots"), "{lacking}");
    let original = std::fs::read_to_string(place.file("genkan.toml")).expect("a configuration");
    let trusting = original.clone() + "\n[passkeys]\nattestation_roots = \"makers\"\n";
    place.write("genkan.toml", &trusting);
    assert_bad(&place, "attestation", "makers: No such file");
    std::fs::create_dir(place.file("makers")).expect("a folder");
    assert_bad(&place, "attestation", "makers holds no certificate");
    place.write("makers/one.pem", "nonsense");
    assert_bad(&place, "attestation", "one.pem holds no certificate in PEM");
    assert!(place.run(&["serve"]).refused().contains("one.pem holds no certificate"));
    place.write("makers/one.pem", &Maker::new("One").pem());
    place.write("makers/README", "what is no *.pem is not read");
    assert_eq!(place.json(&demand)["registration"]["attestation"], "verified");
    let printed = place.run(&["check"]).done();
    assert!(printed.contains("1 root certificates"), "{printed}");
    place.write("genkan.toml", &original);
    assert_bad(
        &place,
        "attestation",
        &format!("no maker is trusted, and only passkeys with verified attestation are taken at {id}"),
    );
    assert!(place.run(&["serve"]).refused().contains("clinic set --attestation direct"));
}
