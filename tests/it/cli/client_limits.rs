//! `genkan client {add,set,list}`: what an application demands of a sign-in, and how long things last.

use serde_json::json;

use super::Place;
use super::place::text;

const ADD: &[&str] = &["client", "add", "--name", "予約", "--redirect-uri", "https://app.example/callback"];

#[test]
fn limits_are_said_kept_and_taken_back() {
    let place = Place::begun();
    let flags = [
        ["--min-acr", "urn:genkan:acr:mfa"],
        ["--temporary-access", "false"],
        ["--terminals", "personal"],
        ["--access-token", "5"],
        ["--id-token", "1"],
        ["--refresh-token", "90"],
        ["--secret-days", "20"],
    ];
    let added = place.json(&[ADD, flags.as_flattened()].concat());
    let id = text(&added["client_id"]);
    let shown = place.json(&["client", "show", &id]);
    for (name, value) in [
        ("min_acr", json!("urn:genkan:acr:mfa")),
        ("temporary_access", json!(false)),
        ("terminals", json!(["personal"])),
        ("access_token_minutes", json!(5)),
        ("id_token_minutes", json!(1)),
        ("refresh_token_days", json!(90)),
        ("secret_days", json!(20)),
        ("last_used_at", json!(null)),
    ] {
        assert_eq!(shown[name], value, "{name}");
    }
    let ends = text(&shown["secret_expires_at"]);
    assert!(place.run(&["client", "list"]).done().contains(&ends), "it is warned of");
    assert_eq!(text(&place.json(&["client", "set", &id, "--name", "予約2"])["secret_expires_at"]), ends);
    let undone = [
        ["--min-acr", ""],
        ["--temporary-access", "true"],
        ["--terminals", "shared personal"],
        ["--access-token", ""],
        ["--secret-days", ""],
    ];
    let open = place.json(&[&["client", "set", &id][..], undone.as_flattened()].concat());
    for name in ["min_acr", "access_token_minutes", "secret_days", "secret_expires_at"] {
        assert!(open[name].is_null(), "{name}: {}", open[name]);
    }
    assert_eq!((&open["terminals"], &open["id_token_minutes"]), (&json!([]), &json!(1)));
    let changed = place.event("client.changed")["detail"]["changed"].clone();
    let names =
        ["min_acr", "temporary_access", "terminals", "access_token_minutes", "secret_days", "secret_expires_at"];
    assert_eq!(changed, json!(names));
}

#[test]
fn limits_that_cannot_be_are_refused() {
    let place = Place::begun();
    for (flags, why) in [
        (&["--min-acr", "urn:genkan:acr:pwd"][..], "urn:genkan:acr:mfa, phr, phrh"),
        (&["--terminals", "personal kiosk"], "shared, personal"),
        (&["--access-token", "1441"], "1 to 1440"),
        (&["--id-token", "0"], "id_token_minutes"),
        (&["--refresh-token", "1.5"], "1 to 365"),
        (&["--secret-days", "x"], "secret_days"),
        (&["--type", "spa", "--secret-days", "30"], "no secret"),
    ] {
        let refused = place.run(&[ADD, flags].concat()).refused();
        assert!(refused.contains(why), "{flags:?}: {refused}");
    }
    assert_eq!(place.json(&["client", "list"]), json!([]));
}
