//! `genkan group {add,list,show,rename,remove,restore,add-person,remove-person}`

use serde_json::json;

use super::Place;
use super::place::{ADMIN, text};

#[test]
fn a_group_is_made_filled_renamed_removed_and_restored() {
    let place = Place::begun();
    let clinic = place.clinic();
    let id = text(&place.json(&["group", "add", "3階病棟", "--clinic", &clinic])["id"]);
    assert_eq!(place.event("group.created")["detail"]["name"], "3階病棟");
    let put = place.json(&["group", "add-person", &id, ADMIN]);
    assert_eq!(put, json!({ "group": id, "email": ADMIN, "inside": true }));
    let listed = place.json(&["group", "list", "--clinic", &clinic]);
    assert_eq!((&listed[0]["people"], &listed[0]["removed_at"]), (&1.into(), &().into()));
    assert_eq!(place.json(&["group", "list", "--clinic", "another"]), json!([]));
    let shown = place.json(&["group", "show", &id]);
    assert_eq!(shown["people"], json!([{ "email": ADMIN, "name": "伊藤 誠", "active": true }]));
    let renamed = place.run(&["group", "rename", &id, "--name", "東病棟"]).done();
    assert!(renamed.contains("東病棟"), "{renamed}");
    let removed = place.run(&["group", "remove", &id]).done();
    assert!(removed.contains("東病棟, removed"), "{removed}");
    assert!(place.run(&["group", "list"]).done().contains("removed"));
    assert_eq!(place.json(&["group", "restore", &id])["removed_at"], json!(null));
    let out = place.run(&["group", "remove-person", &id, ADMIN]).done();
    assert!(out.contains("no longer belongs to 東病棟"), "{out}");
    assert_eq!([place.count("group.joined"), place.count("group.left"), place.count("group.changed")], [1, 1, 3]);
}

#[test]
fn what_is_not_there_or_makes_no_sense_is_refused() {
    let place = Place::begun();
    let clinic = place.clinic();
    let id = text(&place.json(&["group", "add", "受付", "--clinic", &clinic])["id"]);
    for (args, said) in [
        (vec!["group", "add", "受付", "--clinic", &clinic], "has a group 受付 already"),
        (vec!["group", "add", "", "--clinic", &clinic], "1 to 100 characters"),
        (vec!["group", "add", "検査", "--clinic", "another"], "no clinic another"),
        (vec!["group", "rename", "another", "--name", "検査"], "no group another"),
        (vec!["group", "show", "another"], "no group another"),
        (vec!["group", "add-person", &id, "nobody@sakura.example"], "nobody here has the address"),
        (vec!["group", "add-person", &id, "nobody"], "not an e-mail address"),
        (vec!["group", "remove-person", &id, ADMIN], "does not belong to the group"),
    ] {
        let refused = place.run(&args).refused();
        assert!(refused.contains(said), "{args:?}: {refused}");
    }
    place.run(&["group", "add-person", &id, ADMIN]).done();
    assert!(place.run(&["group", "add-person", &id, ADMIN]).refused().contains("belongs to the group already"));
    place.run(&["group", "remove", &id]).done();
    assert!(place.run(&["group", "remove-person", &id, ADMIN]).refused().contains("genkan group restore"));
    assert!(place.run(&["group", "rename", &id, "--name", "検査"]).refused().contains("genkan group restore"));
}
