//! A signing key's life by the timer: next, active, retired, gone, each step recorded, and no sign-in lost.

use std::{
    sync::{
        Arc, Barrier,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use genkan::{
    domain::{KeyState, SigningAlg},
    flows::{
        Cx, Site,
        admin::keys,
        signing_keys::{PUBLISHED_AHEAD, Plan, rotate_when_due},
    },
    jobs,
    keys::{Keys, MasterKey},
    random::Random,
    store::{Store, StoreOptions, leases, signing_keys},
};
use reqwest::Url;

use super::{kid, kids, published};
use crate::support::{
    app::{PASSWORD, TestApp},
    database::{Database, on_both_databases},
    databases::migrated,
    person::Person,
    relying_party::SignedIn,
    runtime::block_on,
};

on_both_databases! {
    a_key_is_published_activated_retired_and_removed_when_it_is_time,
    a_rotation_under_load_loses_no_sign_in,
    nodes_that_start_at_once_agree_on_one_key,
    keys_are_rotated_by_the_node_that_holds_the_lease,
}

const DAY: Duration = Duration::from_secs(24 * 3600);
const MOMENT: Duration = Duration::from_millis(1);

fn turn_timers(app: &TestApp) {
    jobs::once(app.store(), &app.cx()).expect("no fault");
}

/// The whole way, and every check that an application makes, with the keys as they are published afterwards.
fn sign_in(app: &TestApp) -> SignedIn {
    let (person, party) = (Person::at(app), app.relying_party(&app.booking));
    let (url, pending) = party.authorize_url(&[]);
    let waiting = person.get(url.as_str()).location().split_once("continue=").expect("it waits").1.to_owned();
    let back = person.follow(person.sign_in("misaki@demo.example", PASSWORD, Some(&waiting)));
    let code = party.code(&pending, &Url::parse(back.location()).expect("the callback")).expect("a code");
    block_on(app.relying_party(&app.booking).exchange_code(&code, &pending)).expect("a verified ID token")
}

/// What was recorded of keys since the trail was this long, each kind as often as there are algorithms.
fn recorded(app: &TestApp, before: usize) -> Vec<String> {
    let mut kinds = app.recorded_since(before);
    kinds.retain(|kind| kind.starts_with("key."));
    kinds.sort();
    kinds
}

fn a_key_is_published_activated_retired_and_removed_when_it_is_time(database: Database) {
    let app = TestApp::start(database);
    let [first] = kids(&app, KeyState::Active).try_into().expect("one key");
    let hint = sign_in(&app).id_token.to_string();
    assert_eq!(kid(&hint), first);

    let before = app.trail().len();
    app.advance(88 * DAY - MOMENT);
    turn_timers(&app);
    assert_eq!(recorded(&app, before), Vec::<String>::new(), "not before it is time");
    app.advance(MOMENT);
    turn_timers(&app);
    turn_timers(&app);
    assert_eq!(recorded(&app, before), ["key.created success"; 2], "one for each algorithm, once");
    let [next] = kids(&app, KeyState::Next).try_into().expect("one key");
    app.advance(Duration::from_secs(1));
    assert!(published(&app).contains(&next) && published(&app).contains(&first));
    assert_eq!(kid(&sign_in(&app).id_token.to_string()), first, "the next key does not sign yet");

    let before = app.trail().len();
    app.advance(PUBLISHED_AHEAD);
    turn_timers(&app);
    app.advance(Duration::from_secs(1));
    assert_eq!(recorded(&app, before), [["key.activated success"; 2], ["key.retired success"; 2]].concat());
    assert_eq!(kid(&sign_in(&app).id_token.to_string()), next);
    assert!(app.cx().ring.verify_own(&hint).is_some(), "a retired key still verifies hints");

    let before = app.trail().len();
    app.advance(365 * DAY);
    turn_timers(&app);
    app.advance(Duration::from_secs(1));
    assert!(recorded(&app, before).contains(&"key.removed success".to_owned()));
    assert!(!published(&app).contains(&first));
    assert!(app.cx().ring.verify_own(&hint).is_none(), "for a year");
}

fn a_rotation_under_load_loses_no_sign_in(database: Database) {
    let app = TestApp::start(database);
    let [first] = kids(&app, KeyState::Active).try_into().expect("one key");
    let plan = app.cx().site.signing.clone();
    keys::rotate(app.store(), &app.cx().keys, &app.by(), &plan).expect("a next key");
    app.advance(PUBLISHED_AHEAD - Duration::from_secs(2));
    let (signed_in, enough) = (AtomicUsize::new(0), 6);
    thread::scope(|scope| {
        let people: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    // Each goes on until there was a sign-in with the new key too.
                    let mut seen = Vec::new();
                    while !seen.contains(&false) {
                        seen.push(kid(&sign_in(&app).id_token.to_string()) == first);
                        signed_in.fetch_add(1, Ordering::SeqCst);
                    }
                    seen
                })
            })
            .collect();
        while signed_in.load(Ordering::SeqCst) < enough {
            thread::yield_now();
        }
        app.advance(Duration::from_secs(2));
        turn_timers(&app);
        app.advance(Duration::from_secs(1));
        let seen: Vec<bool> =
            people.into_iter().flat_map(|person| person.join().expect("nobody was turned away")).collect();
        assert!(seen.iter().filter(|old| **old).count() >= enough);
    });
}

fn nodes_that_start_at_once_agree_on_one_key(database: Database) {
    migrated(&database);
    let master = Keys::new(&MasterKey::generate(Random));
    let plan = Plan { algorithms: vec![SigningAlg::Rs256, SigningAlg::Es256], age: 90 * DAY };
    let by = genkan::flows::admin::By::command_line(super::super::store::cast::NOW, Random);
    let start = Arc::new(Barrier::new(4));
    let nodes: Vec<_> = (0..4)
        .map(|_| {
            let store = Store::open(&StoreOptions::new(database.url())).expect("the store opens");
            let (master, plan, by, start) = (master.clone(), plan.clone(), by.clone(), Arc::clone(&start));
            thread::spawn(move || {
                start.wait();
                rotate_when_due(&store, &master, &by, &plan).expect("all of them succeed");
                store.read(signing_keys::list).expect("the keys")
            })
        })
        .collect();
    for node in nodes {
        assert_eq!(node.join().expect("no panic").len(), 2, "one for each algorithm");
    }
}

fn keys_are_rotated_by_the_node_that_holds_the_lease(database: Database) {
    let app = TestApp::start(database);
    app.advance(88 * DAY);
    let other = Cx { site: Arc::new(Site { node: "another node".to_owned(), ..(*app.cx().site).clone() }), ..app.cx() };
    let span = Duration::from_secs(180);
    let take = |now| app.store().write(move |tx| leases::take(tx, "rotate_keys", "another node", now, span));
    // The server's own timer may have been first.
    while !take(app.clock().now()).expect("an answer") {
        app.advance(span);
    }
    turn_timers(&app);
    assert_eq!(kids(&app, KeyState::Next).len(), 0, "another node's work");
    jobs::once(app.store(), &other).expect("no fault");
    assert_eq!(kids(&app, KeyState::Next).len(), 1);
    // It dies before the key is to be activated.
    app.advance(PUBLISHED_AHEAD);
    turn_timers(&app);
    assert_eq!(kids(&app, KeyState::Next).len(), 0, "its lease was over");
}
