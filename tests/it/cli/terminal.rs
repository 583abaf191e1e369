//! `genkan terminal {add,list,set,revoke}`

use super::Place;
use super::place::text;

#[test]
fn a_pc_is_offered_listed_changed_and_revoked() {
    let place = Place::begun();
    let clinic = place.clinic();
    let added = place.json(&["terminal", "add", "処置室 PC-3", "--clinic", &clinic, "--kind", "personal"]);
    let link = text(&added["link"]);
    let (_, secret) = link.split_once("/terminal/").expect("a link");
    assert_eq!((secret.len(), &added["state"], &added["registered"]), (43, &"waiting".into(), &().into()));
    let event = place.event("terminal.added");
    assert_eq!((&event["clinic_id"], &event["detail"]["name"]), (&added["clinic_id"], &"処置室 PC-3".into()));
    assert!(!event.to_string().contains(secret), "the link is for the PC alone");

    let id = text(&added["id"]);
    let listed = place.run(&["terminal", "list", "--clinic", &clinic]).done();
    assert!(listed.contains("処置室 PC-3  personal  waiting"), "{listed}");
    assert_eq!(place.json(&["terminal", "list", "--clinic", "another"]), serde_json::json!([]));
    assert_eq!(place.json(&["terminal", "list"])[0]["signed_in"], serde_json::json!([]));

    let changed = place.json(&["terminal", "set", &id, "--kind", "shared", "--name", "受付 PC-1"]);
    assert_eq!((&changed["kind"], &changed["name"]), (&"shared".into(), &"受付 PC-1".into()));
    assert_eq!(place.event("terminal.changed")["detail"]["before"]["kind"], "personal");
    let revoked = place.run(&["terminal", "revoke", &id]).done();
    assert!(revoked.contains("受付 PC-1, shared, revoked"), "{revoked}");
    assert_eq!(place.count("terminal.revoked"), 1);

    let shown = place.run(&["terminal", "add", "受付 PC-1", "--clinic", &clinic, "--kind", "shared"]).done();
    assert!(shown.contains("/terminal/") && shown.contains("Open this link on the PC"), "{shown}");
}

#[test]
fn what_is_not_there_or_makes_no_sense_is_refused() {
    let place = Place::begun();
    let clinic = place.clinic();
    let id = text(&place.json(&["terminal", "add", "受付", "--clinic", &clinic, "--kind", "shared"])["id"]);
    let long = "あ".repeat(101);
    for name in ["", " ", "受\n付", &long] {
        let refused = place.run(&["terminal", "add", name, "--clinic", &clinic, "--kind", "shared"]).refused();
        assert!(refused.contains("1 to 100 characters"), "{refused}");
        assert!(place.run(&["terminal", "set", &id, "--name", name]).refused().contains("1 to 100 characters"));
    }
    assert!(
        place.run(&["terminal", "add", "受付", "--clinic", "no", "--kind", "shared"]).refused().contains("no clinic")
    );
    assert!(place.run(&["terminal", "revoke", "nothing"]).refused().contains("no terminal nothing"));
    place.run(&["terminal", "revoke", &id]).done();
    for again in [&["terminal", "revoke", &id][..], &["terminal", "set", &id, "--kind", "personal"]] {
        assert!(place.run(again).refused().contains("is revoked"));
    }
    assert!(
        place
            .run(&["terminal", "add", "受付", "--clinic", &clinic, "--kind", "mine"])
            .misused()
            .contains("shared, personal")
    );
    assert_eq!((place.count("terminal.added"), place.count("terminal.changed")), (1, 0));
}
