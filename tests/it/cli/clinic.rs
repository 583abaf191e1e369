//! `genkan clinic {add,list,set}`

use super::Place;
use super::place::{names, text};

const ADD: &[&str] = &["clinic", "add", "--name", "デモ医院", "--contact", "事務 03-1234-5678"];

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [ADD, more].concat()
}

#[test]
fn a_clinic_begins_with_the_configured_limits_and_without_password_sign_in() {
    let place = Place::begun();
    let added = place.json(ADD);
    assert_eq!(
        names(&added),
        [
            "contact",
            "created_at",
            "id",
            "name",
            "name_en",
            "name_kana",
            "password_fallback",
            "registration",
            "session_absolute_seconds",
            "session_idle_seconds",
            "unregistered_terminal",
        ]
    );
    assert_eq!(added["password_fallback"], serde_json::json!({ "allowed": false }));
    assert_eq!(added["session_idle_seconds"], 1800);
    assert_eq!(added["session_absolute_seconds"], 43_200);
    assert_eq!(added["unregistered_terminal"], "shared");
    assert_eq!(place.event("clinic.created")["clinic_id"], added["id"]);
    assert_eq!(place.json(&["clinic", "list"]).as_array().map(Vec::len), Some(2));
}

#[test]
fn password_sign_in_is_allowed_with_its_reason_recorded_and_denied_again() {
    let place = Place::begun();
    let added = place.json(&with(&["--allow-password", "端末の入替中", "--until", "2099-03-31"]));
    let expected =
        serde_json::json!({ "allowed": true, "reason": "端末の入替中", "until": "2099-03-31T15:00:00.000Z" });
    assert_eq!(added["password_fallback"], expected);
    let id = text(&added["id"]);
    let denied = place.json(&["clinic", "set", &id, "--deny-password"]);
    assert_eq!(denied["password_fallback"]["allowed"], false);
    assert_eq!(place.event("clinic.changed")["detail"]["changed"], serde_json::json!(["password_fallback"]));
}

#[test]
fn which_passkeys_a_clinic_takes_is_chosen_by_a_preset_and_then_one_by_one() {
    let place = Place::begun();
    let id = text(&place.json(ADD)["id"]);
    let begun = serde_json::json!({
        "passkeys": "phone_first",
        "security_keys": "later",
        "allow_synced": true,
        "unclear": "accept",
        "windows_hello_on_personal_pc": false,
        "blocked": [],
        "only": [],
        "challenge_seconds": 60,
    });
    let list = place.json(&["clinic", "list"]);
    let listed = list.as_array().expect("a list").iter().find(|clinic| clinic["id"] == id.as_str());
    assert_eq!(listed.expect("it is listed")["registration"], begun);
    let aaguid = "fdb141b2-5d84-443e-8a35-4698c205a502";
    let change =
        ["--preset", "closed_network", "--security-keys", "later", "--block-aaguid", aaguid, "--challenge", "5 min"];
    let after = place.json(&[["clinic", "set", &id].as_slice(), &change].concat());
    let mut expected = begun;
    expected["passkeys"] = "any_but_windows_hello".into();
    expected["blocked"] = serde_json::json!([aaguid]);
    expected["challenge_seconds"] = 300.into();
    assert_eq!(after["registration"], expected);
    assert_eq!(place.event("clinic.changed")["detail"]["changed"], serde_json::json!(["registration"]));
    assert_eq!(place.json(&["clinic", "set", &id, "--any-aaguid"])["registration"]["blocked"], serde_json::json!([]));
    let shown = place.run(&["clinic", "set", &id, "--preset", "personal_pc"]).done();
    assert!(
        shown.contains("phone_first; security keys later; unclear ones accept; 300 s each; Windows Hello later"),
        "{shown}"
    );
}

#[test]
fn setting_changes_what_is_named_and_keeps_the_rest() {
    let place = Place::begun();
    let id = place.clinic();
    let after = place.json(&["clinic", "set", &id, "--idle", "15 min", "--name-en", "Sakura Clinic"]);
    assert_eq!(after["session_idle_seconds"], 900);
    assert_eq!(after["name"], "さくらクリニック");
    assert_eq!(after["name_en"], "Sakura Clinic");
    assert!(place.run(&["clinic", "set", &id, "--idle", "15 min"]).done().contains("nothing changed"));
    assert_eq!(place.count("clinic.changed"), 1);
}

#[test]
fn what_an_unregistered_pc_counts_as_is_the_clinics_own_setting() {
    let place = Place::begun();
    let id = place.clinic();
    let shown = place.run(&["clinic", "set", &id, "--unregistered-terminal", "personal"]).done();
    assert!(shown.contains("terminals personal until they are registered"), "{shown}");
    assert!(shown.contains("changed: unregistered_terminal"), "{shown}");
    assert_eq!(place.json(&["clinic", "list"])[0]["unregistered_terminal"], "personal");
    assert!(
        place.run(&["clinic", "set", &id, "--unregistered-terminal", "mine"]).misused().contains("shared, personal")
    );
}

#[test]
fn what_a_clinic_may_not_choose_is_refused() {
    let place = Place::begun();
    for (more, why) in [
        (&["--idle", "2 h"][..], "between 1 and 60 minutes"),
        (&["--absolute", "2 days"], "between 5 and 1440 minutes"),
        (&["--idle", "30 min", "--absolute", "10 min"], "idle"),
        (&["--challenge", "59 s"], "between 1 and 5 minutes"),
        (&["--challenge", "301 s"], "between 1 and 5 minutes"),
        (&["--allow-password", " "], "reason"),
        (&["--allow-password", "端末の入替中", "--until", "2020-01-01"], "past"),
    ] {
        let refused = place.run(&with(more)).refused();
        assert!(refused.contains(why), "{more:?}: {refused}");
    }
    assert!(place.run(&["clinic", "set", "nowhere", "--name", "x"]).refused().contains("no clinic nowhere"));
    assert_eq!(place.count("clinic.created"), 1);
}

#[test]
fn flags_that_contradict_are_wrong_usage() {
    let place = Place::begun();
    place.run(&with(&["--allow-password", "x", "--deny-password"])).misused();
    place.run(&with(&["--until", "2099-03-31"])).misused();
    assert!(place.run(&with(&["--passkeys", "some"])).misused().contains("phone_only, phone_first"));
    place.run(&with(&["--block-aaguid", "YubiKey"])).misused();
    assert!(place.run(&with(&["--idle", "30"])).misused().contains("unit"));
}
