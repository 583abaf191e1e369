//! Signing keys and the master key over time: rotation, what is done by hand, and servers that follow.

mod followed;
mod rotation;

use genkan::{
    domain::{KeyState, SigningAlg},
    store::signing_keys,
};
use serde_json::Value;

use crate::support::{app::TestApp, person::Person};

/// `kid`s that are published.
fn published(app: &TestApp) -> Vec<String> {
    let answer = Person::at(app).get("/oauth/jwks");
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let keys = answer.json()["keys"].as_array().expect("keys").clone();
    keys.iter().map(|key| key["kid"].as_str().expect("a kid").to_owned()).collect()
}

/// Of the default algorithm, in the store.
fn kids(app: &TestApp, state: KeyState) -> Vec<String> {
    let stored = app.store().read(signing_keys::list).expect("the keys");
    let wanted = stored.into_iter().filter(|key| key.state == state && key.alg == SigningAlg::Rs256);
    wanted.map(|key| key.kid).collect()
}

/// Of the header of a JWT.
fn kid(jwt: &str) -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let header = URL_SAFE_NO_PAD.decode(jwt.split('.').next().expect("a header")).expect("base64url");
    let header: Value = serde_json::from_slice(&header).expect("JSON");
    header["kid"].as_str().expect("a kid").to_owned()
}
