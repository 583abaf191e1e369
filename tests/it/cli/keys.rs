//! `genkan keys`

use std::os::unix::fs::PermissionsExt;

use genkan::flows::signing_keys::{Plan, rotate_when_due};
use genkan::{
    clock::Clock,
    domain::{AuditKind, SigningAlg},
    flows::admin::By,
    keys::{Keys, MasterKey},
    random::Random,
    store::audit_events,
};
use serde_json::Value;

use super::Place;
use super::place::text;
use crate::support::database::{Database, on_both_databases};

on_both_databases! { keys_are_rotated_replaced_and_sealed_again_by_hand }

/// What a first start makes.
fn started(place: &Place) {
    let master = MasterKey::read_file(&place.file("genkan.key")).expect("the key");
    let plan = Plan { algorithms: vec![SigningAlg::Rs256, SigningAlg::Es256], age: std::time::Duration::MAX };
    let by = By::command_line(Clock::System.now(), Random);
    rotate_when_due(&place.store(), &Keys::new(&master), &by, &plan).expect("the first keys");
}

/// `state` of each key, in order of the alphabet.
fn states(keys: &Value) -> Vec<String> {
    let mut states: Vec<_> = keys.as_array().expect("a list").iter().map(|key| text(&key["state"])).collect();
    states.sort();
    states
}

fn keys_are_rotated_replaced_and_sealed_again_by_hand(database: Database) {
    let place = Place::begun_on(database);
    started(&place);
    assert_eq!(states(&place.json(&["keys", "list"])), ["active", "active"]);

    let rotated = place.json(&["keys", "rotate"]);
    assert_eq!(states(&rotated), ["active", "active", "next", "next"]);
    let next = rotated.as_array().expect("a list").iter().find(|key| key["state"] == "next").expect("a next key");
    assert!(text(&next["activates_at"]) > text(&next["created_at"]));
    assert_eq!(states(&place.json(&["keys", "rotate"])), states(&rotated), "there is a next key already");

    let replaced = place.run(&["keys", "rotate", "--compromised"]).done();
    assert!(replaced.contains("stay signed in") && replaced.contains("verify no more"), "{replaced}");
    let left = place.json(&["keys", "list"]);
    assert_eq!(states(&left), ["active", "active"]);
    assert!(!left.to_string().contains(&text(&next["kid"])));
    let trail = place.store().read(|conn| audit_events::list(conn, None, 1000)).expect("the trail");
    let count = |kind: AuditKind| trail.iter().filter(|event| event.kind == kind).count();
    assert_eq!((count(AuditKind::KeyCreated), count(AuditKind::KeyRemoved)), (6, 4));

    let told = place.run(&["keys", "rewrap"]).done();
    let new = place.file("genkan.key.new");
    let squeezed: String = told.split_whitespace().collect();
    assert!(squeezed.contains(std::fs::read_to_string(&new).expect("the new key").trim()), "its recovery sheet");
    assert_eq!(std::fs::metadata(&new).expect("the new key").permissions().mode() & 0o777, 0o600);
    assert!(place.run(&["keys", "rotate"]).refused().contains("another master key"));
    place.write("genkan.toml", "[keys]\nmaster_key_file = \"genkan.key.new\"\n");
    place.run(&["check"]).done();
    assert_eq!(place.json(&["keys", "list"]), left, "the same keys");
    place.json(&["keys", "rotate"]);
    assert_eq!(place.event("key.rewrapped")["detail"]["keys"], 2);
}

#[test]
fn a_new_master_key_overwrites_nothing() {
    let place = Place::begun();
    place.write("genkan.key.new", "somebody's\n");
    assert!(place.run(&["keys", "rewrap"]).refused().contains("nothing is overwritten"));
    place.run(&["check"]).done();
    let elsewhere = place.json(&["keys", "rewrap", "--to", "other.key"]);
    assert!(text(&elsewhere["master_key_file"]).ends_with("other.key"), "{elsewhere}");
}

#[test]
fn a_master_key_of_the_environment_is_replaced_by_a_file_that_is_named() {
    let place = Place::begun();
    let key = std::fs::read_to_string(place.file("genkan.key")).expect("the key");
    let config = place.file("genkan.toml");
    let args = ["keys", "rewrap", "--config", config.to_str().expect("a plain path")];
    assert!(place.run_with(&args, &[("GENKAN_MASTER_KEY", key.trim())]).refused().contains("--to FILE"));
}
