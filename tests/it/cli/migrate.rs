//! `genkan migrate`

use super::Place;

#[test]
fn migrate_makes_the_store_and_then_has_nothing_to_do() {
    let place = Place::empty();
    place.write("genkan.toml", "");
    let ran = place.json(&["migrate"])["ran"].clone();
    assert!(ran.as_array().is_some_and(|ran| !ran.is_empty()), "{ran}");
    assert_eq!(place.json(&["migrate"])["ran"], serde_json::json!([]));
    assert!(place.run(&["migrate"]).done().contains("up to date"));
}

#[test]
fn a_store_that_is_not_there_is_not_made_by_asking() {
    let place = Place::empty();
    place.write("genkan.toml", "");
    assert!(place.run(&["client", "list"]).refused().contains("genkan migrate"));
    assert!(!place.file("genkan.db").exists());
}

#[test]
fn a_store_that_is_behind_is_refused() {
    let place = Place::empty();
    place.write("genkan.toml", "");
    place.write("genkan.db", "");
    assert!(place.run(&["client", "list"]).refused().contains("genkan migrate"));
}
