//! `genkan user qualification {add,verify,remove,list}`

use serde_json::json;

use super::Place;
use super::place::ADMIN;

const OF: [&str; 3] = ["user", "qualification", "add"];

#[test]
fn a_profession_is_entered_verified_listed_and_taken_away() {
    let place = Place::begun();
    let clinic = place.clinic();
    let of = |what: &str, more: &[&str]| {
        let fixed = ["user", "qualification", what, ADMIN, "--clinic", &clinic];
        fixed.iter().chain(more).map(|arg| (*arg).to_owned()).collect::<Vec<_>>()
    };
    let json_of =
        |what: &str, more: &[&str]| place.json(&of(what, more).iter().map(String::as_str).collect::<Vec<_>>());
    let physician = ["--profession", "physician"];
    let added = json_of("add", &[&physician[..], &["--number", "第１２３４５６号"]].concat());
    assert_eq!(
        (&added["name"], &added["number"], &added["verified"]),
        (&"医師".into(), &"123456".into(), &json!(null))
    );
    let verified = json_of("verify", &[&physician[..], &["--method", "register"]].concat());
    assert_eq!(verified["verified"]["method"], "register");
    json_of("add", &["--profession", "medical_clerk"]);
    let listed = json_of("list", &[]);
    assert_eq!(listed.as_array().map(Vec::len), Some(2));
    assert_eq!(listed[0], verified);
    let shown = place.run(&of("list", &[]).iter().map(String::as_str).collect::<Vec<_>>()).done();
    assert!(shown.contains("医療事務  without a number  not verified"), "{shown}");
    json_of("remove", &physician);
    assert_eq!(json_of("list", &[]).as_array().map(Vec::len), Some(1));
    let event = place.event("qualification.verified");
    assert_eq!(event["detail"], json!({ "profession": "physician", "method": "register" }));
    assert!(!event.to_string().contains("123456"), "auditors read no licence numbers");
    assert_eq!([place.count("qualification.added"), place.count("qualification.removed")], [2, 1]);
}

#[test]
fn what_is_not_there_or_makes_no_sense_is_refused() {
    let place = Place::begun();
    let clinic = place.clinic();
    let run = |what: &str, email: &str, clinic: &str, more: &[&str]| {
        let fixed = [OF[0], OF[1], what, email, "--clinic", clinic, "--profession"];
        place.run(&[&fixed[..], more].concat())
    };
    run("add", ADMIN, &clinic, &["nurse"]).done();
    for (ended, said) in [
        (run("add", ADMIN, &clinic, &["nurse"]), "entered already"),
        (run("add", ADMIN, &clinic, &["physician", "--number", "12-34"]), "number of a licence"),
        (run("add", ADMIN, &clinic, &["medical_clerk", "--number", "1"]), "number of a licence"),
        (run("add", ADMIN, "another", &["physician"]), "does not work for"),
        (run("add", "nobody@sakura.example", &clinic, &["physician"]), "nobody here"),
        (run("verify", ADMIN, &clinic, &["physician", "--method", "copy"]), "not entered"),
        (run("remove", ADMIN, &clinic, &["physician"]), "not entered"),
    ] {
        let refused = ended.refused();
        assert!(refused.contains(said), "{said}: {refused}");
    }
    run("verify", ADMIN, &clinic, &["nurse", "--method", "copy"]).done();
    assert!(run("verify", ADMIN, &clinic, &["nurse", "--method", "original"]).refused().contains("somebody else"));
    assert_eq!(run("add", ADMIN, &clinic, &["wizard"]).code, Some(2));
}
