//! Leases: one holder at a time, whatever the clocks do.

use std::{
    sync::{Arc, Barrier},
    thread,
    time::Duration,
};

use genkan::{
    domain::UnixTime,
    store::{Store, leases},
};

use super::cast::{NOW, minutes};
use crate::support::{
    database::{Database, on_both_databases},
    databases::migrated,
};

on_both_databases! {
    one_holds_it_and_the_next_once_that_one_is_gone,
    a_clock_that_is_put_right_leaves_no_lease_behind,
    of_several_nodes_that_ask_at_once_one_gets_it,
}

const SPAN: Duration = Duration::from_secs(180);

fn take(store: &Store, holder: &str, now: UnixTime) -> bool {
    let holder = holder.to_owned();
    store.write(move |tx| leases::take(tx, "work", &holder, now, SPAN)).expect("an answer")
}

fn one_holds_it_and_the_next_once_that_one_is_gone(database: Database) {
    let store = migrated(&database);
    assert!(take(&store, "a", NOW));
    assert!(!take(&store, "b", NOW));
    assert!(take(&store, "a", NOW.plus(minutes(2))), "its holder renews it");
    let over = NOW.plus(minutes(2)).plus(SPAN);
    assert!(!take(&store, "b", over.minus(Duration::from_millis(1))));
    assert!(take(&store, "b", over), "its holder is taken for dead");
    assert!(!take(&store, "a", over), "who comes back finds another in its place");
    assert!(store.write(move |tx| leases::take(tx, "other work", "a", over, SPAN)).expect("an answer"));
}

fn a_clock_that_is_put_right_leaves_no_lease_behind(database: Database) {
    let store = migrated(&database);
    assert!(take(&store, "a", NOW.plus(minutes(60))), "taken by a clock an hour ahead");
    assert!(take(&store, "b", NOW), "it binds nobody once the clock is right");
    assert!(!take(&store, "c", NOW));
    assert!(!take(&store, "c", NOW.minus(Duration::from_secs(60))), "two clocks may differ a little");
    assert!(take(&store, "c", NOW.minus(minutes(60))), "nor one from before the clock was set back");
}

fn of_several_nodes_that_ask_at_once_one_gets_it(database: Database) {
    let store = migrated(&database);
    let start = Arc::new(Barrier::new(4));
    let nodes: Vec<_> = ["a", "b", "c", "d"]
        .map(|node| {
            let (store, start) = (store.clone(), Arc::clone(&start));
            thread::spawn(move || {
                start.wait();
                take(&store, node, NOW)
            })
        })
        .into();
    let got = nodes.into_iter().map(|node| node.join().expect("no panic")).filter(|got| *got).count();
    assert_eq!(got, 1);
}
