//! `genkan init`

use std::os::unix::fs::PermissionsExt;

use super::Place;
use super::place::{ADMIN, names, text};

#[test]
fn init_writes_configuration_and_key_and_invites_the_first_administrator() {
    let place = Place::empty();
    let made = place.init().json();
    assert_eq!(names(&made), ["clinic_id", "config", "expires_at", "link", "master_key_file"]);
    assert!(text(&made["link"]).starts_with("http://localhost:8080/invite/"), "{made}");
    let mode = |name: &str| std::fs::metadata(place.file(name)).expect("made").permissions().mode() & 0o777;
    assert_eq!(mode("genkan.key"), 0o600);
    assert!(place.file("genkan.db").exists());

    let people = place.json(&["user", "list"]);
    assert_eq!(people[0]["email"], ADMIN);
    assert_eq!(people[0]["clinics"][0]["roles"], serde_json::json!(["system_admin"]));
    assert_eq!(people[0]["has_password"], false);
    for kind in ["clinic.created", "account.created", "role.changed", "invitation.created"] {
        assert_eq!(place.count(kind), 1, "{kind}");
    }
}

#[test]
fn init_prints_a_recovery_sheet_that_holds_the_key() {
    let place = Place::empty();
    let config = place.file("genkan.toml");
    let printed = place.run(&[
        "init",
        "--issuer",
        "https://login.sakura.example",
        "--clinic-name=さくら",
        "--clinic-contact=101",
        "--admin-email",
        ADMIN,
        "--admin-name=伊藤",
        "--admin-kana=イトウ",
    ]);
    let printed = printed.done();
    let key = std::fs::read_to_string(place.file("genkan.key")).expect("made");
    let squeezed: String = printed.split_whitespace().collect();
    assert!(squeezed.contains(key.trim()), "{printed}");
    assert!(printed.contains("https://login.sakura.example/invite/"), "{printed}");
    let written = std::fs::read_to_string(config).expect("written");
    assert!(written.contains("issuer = \"https://login.sakura.example\"") && !written.contains(key.trim()));
}

#[test]
fn init_overwrites_nothing() {
    let place = Place::begun();
    let key = std::fs::read(place.file("genkan.key")).expect("made");
    let why = place.init().refused();
    assert!(why.contains("nothing is overwritten"), "{why}");
    assert_eq!(std::fs::read(place.file("genkan.key")).expect("still there"), key);
}

#[test]
fn an_init_that_fails_leaves_the_place_as_it_was() {
    let place = Place::empty();
    place.write("genkan.key", "somebody else's\n");
    let why = place.init().refused();
    assert!(why.contains("genkan.key"), "{why}");
    assert!(!place.file("genkan.toml").exists());
    assert_eq!(std::fs::read_to_string(place.file("genkan.key")).expect("untouched"), "somebody else's\n");
}

#[test]
fn init_on_a_store_of_another_key_is_refused() {
    let place = Place::begun();
    std::fs::remove_file(place.file("genkan.key")).expect("lost");
    std::fs::remove_file(place.file("genkan.toml")).expect("lost");
    let why = place.init().refused();
    assert!(why.contains("another master key"), "{why}");
}
