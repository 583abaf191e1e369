//! A running server and keys that somebody else changed in the store: another node, or the command line.

use std::time::Duration;

use genkan::{
    domain::KeyState,
    flows::admin::keys,
    keys::{Keys, MasterKey},
    random::Random,
    store::{Store, StoreOptions},
};

use super::{kids, published};
use crate::support::{
    app::{PASSWORD, TestApp},
    database::{Database, on_both_databases},
    person::Person,
};

on_both_databases! {
    keys_that_another_changed_are_followed_within_a_second,
    a_clock_put_back_by_an_hour_stops_nobody_from_following,
    a_server_whose_master_key_was_replaced_says_so_and_seals_nothing_more,
}

const SECOND: Duration = Duration::from_secs(1);

/// As another process would.
fn replace_compromised(app: &TestApp, url: &str) {
    let other = Store::open(&StoreOptions::new(url)).expect("the store opens");
    let cx = app.cx();
    keys::replace_compromised(&other, &cx.keys, &app.by(), &cx.site.signing).expect("new keys");
}

fn keys_that_another_changed_are_followed_within_a_second(database: Database) {
    let url = database.url().to_owned();
    let app = TestApp::start(database);
    let (old, signed) = (published(&app), app.cx().ring.clone());
    let hint = signed.sign(genkan::domain::SigningAlg::Rs256, "JWT", &serde_json::json!({ "sub": "hanako" }));
    let hint = hint.expect("a token of ours");
    let before = app.trail().len();
    replace_compromised(&app, &url);
    let mut recorded = app.recorded_since(before);
    recorded.sort();
    assert_eq!(recorded, [["key.created success"; 2], ["key.removed success"; 2]].concat());
    app.advance(SECOND);
    let new = published(&app);
    assert_eq!((old.len(), new.len()), (2, 2));
    assert!(old.iter().all(|kid| !new.contains(kid)), "nothing of a compromised key is published");
    assert!(app.cx().ring.verify_own(&hint).is_none(), "and nothing that it signed is believed");
    assert_eq!(kids(&app, KeyState::Active).len(), 1);
    assert_eq!(Person::at(&app).sign_in("misaki@demo.example", PASSWORD, None).status, 303);
}

fn a_clock_put_back_by_an_hour_stops_nobody_from_following(database: Database) {
    let url = database.url().to_owned();
    let app = TestApp::start(database);
    let old = published(&app);
    app.turn_back(Duration::from_secs(3600));
    published(&app);
    replace_compromised(&app, &url);
    app.advance(SECOND);
    assert_ne!(published(&app), old);
}

fn a_server_whose_master_key_was_replaced_says_so_and_seals_nothing_more(database: Database) {
    let app = TestApp::start(database);
    let (person, cx) = (Person::at(&app), app.cx());
    assert_eq!(person.sign_in("misaki@demo.example", PASSWORD, None).status, 303);
    let new = Keys::new(&MasterKey::generate(Random));
    assert_eq!(keys::rewrap(app.store(), &cx.keys, &new, &app.by()).expect("sealed again"), 2);
    assert!(keys::rewrap(app.store(), &cx.keys, &new, &app.by()).is_err(), "the old key opens nothing any more");
    app.advance(SECOND);
    for path in ["/", "/settings/passkeys", "/oauth/jwks"] {
        assert_eq!(person.get(path).status, 503, "{path}");
    }
    assert_eq!(person.get(&app.ops("/readyz")).status, 503);
    app.advance(Duration::from_secs(88 * 24 * 3600));
    let rotated = keys::rotate(app.store(), &cx.keys, &app.by(), &cx.site.signing);
    assert!(rotated.expect_err("not with the old key").to_string().contains("another master key"));
    // A server with the new key finds the same signing keys.
    let ring = genkan::flows::secrets::Secrets::open(app.store(), &new, app.clock().now()).expect("opens").held();
    assert_eq!(ring.ring.jwks(), cx.ring.jwks());
}
