//! `genkan clinic {add,list,show,set}`

use genkan::{clock::Clock, domain::Email, store};
use serde_json::{Value, json};

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
            "accent",
            "admin_addresses",
            "code",
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
            "updated_at",
        ]
    );
    let expected = json!({ "policy": "second_factor", "in_force": "second_factor" });
    assert_eq!(added["password_fallback"], expected);
    assert_eq!(added["session_idle_seconds"], 1800);
    assert_eq!(added["session_absolute_seconds"], 43_200);
    assert_eq!(added["unregistered_terminal"], "shared");
    assert_eq!(place.event("clinic.created")["clinic_id"], added["id"]);
    assert_eq!(place.json(&["clinic", "list"]).as_array().map(Vec::len), Some(2));
}

#[test]
fn a_password_stands_alone_for_a_recorded_reason_until_a_date_that_may_be_moved() {
    let place = Place::begun();
    let alone = ["--password-fallback", "password_only", "--reason", "端末の入替中", "--until", "2098-03-31"];
    let added = place.json(&with(&alone));
    let id = text(&added["id"]);
    let longer = ["--password-fallback", "password_only", "--reason", "納品の遅れ", "--until", "2099-03-31"];
    let extended = place.json(&[["clinic", "set", &id].as_slice(), &longer].concat());
    let expected = json!({
        "policy": "password_only",
        "in_force": "password_only",
        "reason": "納品の遅れ",
        "until": "2099-03-31T15:00:00.000Z",
    });
    assert_eq!(extended["password_fallback"], expected);
    assert_eq!(
        place.event("clinic.changed")["detail"],
        json!({ "changed": ["password_fallback"], "password_fallback": expected, "locked_out": 0 }),
    );
    let denied = place.json(&["clinic", "set", &id, "--password-fallback", "deny"]);
    assert_eq!(denied["password_fallback"], json!({ "policy": "deny", "in_force": "deny" }));
}

/// Somebody with a password and nothing else, whose invitation has done its service.
fn invited(place: &Place, clinic: &str, name: &str) -> String {
    let email = format!("{name}@sakura.example");
    place.json(&["user", "invite", &email, "--name", name, "--kana", "ヤマダ", "--clinic", clinic]);
    let (store, now) = (place.store(), Clock::System.now());
    let address = Email::parse(&email).expect("an address");
    let user = store.read(|conn| store::users::find_by_email(conn, &address)).expect("no fault").expect("the person");
    let done = store.write(move |tx| {
        store::users::note_enrolment(tx, &user.id)?;
        store::invitations::revoke_unused_for_user(tx, &user.id, now)?;
        store::users::set_password(tx, &user.id, "hash", None, now)
    });
    assert!(done.expect("no fault"));
    email
}

#[test]
fn who_could_not_sign_in_any_more_is_listed_before_a_stricter_rule_shuts_them_out() {
    let place = Place::begun();
    let id = place.clinic();
    fn set<'a>(id: &'a str, more: &[&[&'a str]]) -> Vec<&'a str> {
        [["clinic", "set", id].as_slice(), &more.concat()].concat()
    }
    let alone = ["--password-fallback", "password_only", "--reason", "更新待ち", "--until", "2099-03-31"];
    place.run(&set(&id, &[&alone])).done();
    let [hanako, taro] = ["hanako", "taro"].map(|name| invited(&place, &id, name));
    let strict = ["--password-fallback", "second_factor"];
    let emails = |answer: &Value| -> Vec<String> {
        answer["locked_out"].as_array().expect("a list").iter().map(|person| text(&person["email"])).collect()
    };
    let would = place.json(&set(&id, &[&strict, &["--dry-run"]]));
    assert_eq!(emails(&would), [hanako.clone(), taro.clone()]);
    assert_eq!((&would["dry_run"], &would["changed"]), (&json!(true), &json!(["password_fallback"])));
    let told = place.run(&set(&id, &[&strict, &["--dry-run"]])).done();
    assert!(told.contains("2 of its people could not sign in any more") && told.contains(&taro), "{told}");
    let refused = place.run(&set(&id, &[&strict])).refused();
    assert!(refused.contains("2 people could then not sign in") && refused.contains(&hanako), "{refused}");
    assert_eq!(place.json(&["clinic", "list"])[0]["password_fallback"]["policy"], "password_only", "nothing changed");
    place.run(&set(&id, &[&strict, &["--dry-run", "--lock-out"]])).misused();
    // One of them gets a passkey's worth of an answer: an invitation that still lets them in.
    place.json(&["user", "invite", &taro, "--clinic", &id, "--checked", "受付で職員証を確認"]);
    assert_eq!(emails(&place.json(&set(&id, &[&strict, &["--dry-run"]]))), std::slice::from_ref(&hanako));
    let done = place.run(&set(&id, &[&strict, &["--lock-out"]])).done();
    assert!(done.contains("1 of its people cannot sign in any more") && done.contains(&hanako), "{done}");
    assert_eq!(place.event("clinic.changed")["detail"]["locked_out"], 1);
    // What is looser, or changes something else, shuts out nobody.
    assert!(emails(&place.json(&set(&id, &[&alone, &["--dry-run"]]))).is_empty());
    assert!(emails(&place.json(&set(&id, &[&["--name-en", "Sakura", "--dry-run"]]))).is_empty());
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
        "attestation": "none",
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
fn code_colour_and_addresses_are_set_shown_and_taken_away() {
    let place = Place::begun();
    let id = place.clinic();
    let seven = ["--code", "0113719", "--prefecture", "01", "--fee-table", "1"];
    let rest = ["--accent", "#8a1f4d", "--admin-address", "192.0.2.0/24", "2001:db8::/32"];
    let after = place.json(&[["clinic", "set", &id].as_slice(), &seven, &rest].concat());
    assert_eq!((&after["code"], &after["accent"]), (&json!("0110113719"), &json!("8a1f4d")));
    assert_eq!(after["admin_addresses"], json!(["192.0.2.0/24", "2001:db8::/32"]));
    let shown = place.run(&["clinic", "show", &id]).done();
    for text in ["0110113719", "#8a1f4d", "from 192.0.2.0/24, 2001:db8::/32"] {
        assert!(shown.contains(text), "{text}: {shown}");
    }
    let as_json = place.json(&["clinic", "show", &id]);
    assert_eq!((&as_json["id"], as_json["administrators"].as_array().map(Vec::len)), (&json!(id), Some(1)));
    assert!(place.run(&["clinic", "list"]).done().contains("0110113719"));
    let away = place.json(&["clinic", "set", &id, "--code", "", "--accent", "", "--any-admin-address"]);
    assert_eq!((&away["code"], &away["accent"], &away["admin_addresses"]), (&Value::Null, &Value::Null, &json!([])));
    assert!(place.run(&["clinic", "show", "nowhere"]).refused().contains("no clinic nowhere"));
    place.run(&["clinic", "set", &id, "--prefecture", "01"]).misused();
    place.run(&["clinic", "set", &id, "--any-admin-address", "--admin-address", "192.0.2.1"]).misused();
}

#[test]
fn what_a_clinic_may_not_choose_is_refused() {
    let place = Place::begun();
    for (more, why) in [
        (&["--idle", "2 h"][..], "between 1 and 60 minutes"),
        (&["--absolute", "2 days"], "between 5 and 1440 minutes"),
        (&["--idle", "30 min", "--absolute", "10 min"], "idle"),
        (&["--code", "0110113718"], "last digit"),
        (&["--code", "0113719"], "ten digits"),
        (&["--accent", "#ffffff"], "too light"),
        (&["--accent", "red"], "#1d4e7a"),
        (&["--admin-address", "0.0.0.0/0"], "0.0.0.0/0"),
        (&["--challenge", "59 s"], "between 1 and 5 minutes"),
        (&["--challenge", "301 s"], "between 1 and 5 minutes"),
        (&["--password-fallback", "password_only", "--reason", " ", "--until", "2099-01-01"], "reason"),
        (&["--password-fallback", "password_only", "--reason", "端末の入替中", "--until", "2020-01-01"], "past"),
        (&["--password-fallback", "deny", "--reason", "端末の入替中"], "--reason and --until go with password_only"),
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
    place.run(&with(&["--password-fallback", "password_only", "--reason", "x"])).misused();
    place.run(&with(&["--password-fallback", "password_only", "--until", "2099-03-31"])).misused();
    assert!(
        place.run(&with(&["--password-fallback", "some"])).misused().contains("password_only, second_factor, deny")
    );
    place.run(&with(&["--until", "2099-03-31"])).misused();
    assert!(place.run(&with(&["--passkeys", "some"])).misused().contains("phone_only, phone_first"));
    place.run(&with(&["--block-aaguid", "YubiKey"])).misused();
    assert!(place.run(&with(&["--idle", "30"])).misused().contains("unit"));
}
