//! `genkan audit export` and `genkan keys list`

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
fn before_the_first_start_there_are_no_signing_keys() {
    let place = Place::begun();
    assert_eq!(place.json(&["keys", "list"]), serde_json::json!([]));
    assert!(place.run(&["keys", "list"]).done().contains("genkan serve"));
}
