//! `genkan audit {list,show,export}` and `genkan keys list`

use super::Place;
use super::place::names;

#[test]
fn an_export_is_one_event_a_line_and_ends_with_itself() {
    let place = Place::begun();
    let first = place.trail();
    let last = first.last().expect("events");
    assert_eq!(last["event"], "audit.exported");
    assert_eq!(names(last), ["actor", "event", "id", "outcome", "request_id", "ts"]);
    let second = place.trail();
    assert_eq!(second.get(..first.len()), Some(first.as_slice()), "what was exported stays as it was");
    assert_eq!(second.len(), first.len() + 1);
}

#[test]
fn an_export_to_read_is_one_event_a_line_too() {
    let place = Place::begun();
    let lines = place.run(&["audit", "export"]).done();
    assert!(lines.lines().any(|line| line.contains("clinic.created") && line.contains("command_line")), "{lines}");
}

#[test]
fn a_list_is_narrowed_down_as_the_page_is_and_recorded() {
    let place = Place::begun();
    let list = |arguments: &[&str]| {
        let lines = place.run(&[&["audit", "list", "--json"], arguments].concat()).done();
        lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect::<Vec<serde_json::Value>>()
    };
    let created = list(&["--kind", "clinic.created"]);
    assert_eq!((created.len(), &created[0]["event"]), (1, &"clinic.created".into()));
    assert_eq!(
        list(&["--kind", "people", "--outcome", "success", "--until", "2020-01-01"]),
        Vec::<serde_json::Value>::new()
    );
    assert_eq!(list(&["--limit", "2"]).len(), 2);
    let viewed = place.trail().into_iter().find(|event| event["event"] == "audit.viewed").expect("a record");
    assert_eq!(
        (&viewed["detail"]["kind"], &viewed["actor"]["type"]),
        (&"clinic.created".into(), &"command_line".into())
    );
    assert_eq!(place.run(&["audit", "show", "482915"]).done(), "");
    for (arguments, said) in [
        (vec!["list", "--kind", "nonsense"], "no such kind"),
        (vec!["list", "--from", "yesterday"], "the beginning is no time"),
        (vec!["list", "--person", "いない人"], "nobody of that name"),
        (vec!["show", "12345"], "six digits"),
    ] {
        let refused = place.run(&[&["audit"], &arguments[..]].concat()).refused();
        assert!(refused.contains(said), "{refused}");
    }
}

#[test]
fn before_the_first_start_there_are_no_signing_keys() {
    let place = Place::begun();
    assert_eq!(place.json(&["keys", "list"]), serde_json::json!([]));
    assert!(place.run(&["keys", "list"]).done().contains("genkan serve"));
}
