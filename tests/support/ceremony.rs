//! Passkey ceremonies step by step, so that something can happen between two steps.

use serde_json::{Value, json};

use super::{
    app::{PASSWORD, TestApp},
    person::{Answer, Person},
    soft_key::SoftKey,
};

/// What `POST /login/passkey/begin` answers: `options` and `state`.
pub fn begin_login(person: &Person<'_>) -> Value {
    // The page gives the browser its cookie.
    person.get("/login");
    let begun = person.post_json("/login/passkey/begin", &json!({}));
    assert_eq!(begun.status, 200, "{}", begun.body);
    begun.json()
}

pub fn finish_login(person: &Person<'_>, begun: &Value, credential: &Value) -> Answer {
    person.post_json("/login/passkey/finish", &json!({ "state": begun["state"], "credential": credential }))
}

pub fn begin_registration(person: &Person<'_>) -> Answer {
    person.post_json("/settings/passkeys/begin", &json!({}))
}

pub fn finish_registration(person: &Person<'_>, begun: &Value, credential: &Value) -> Answer {
    person.post_json("/settings/passkeys/finish", &json!({ "state": begun["state"], "credential": credential }))
}

/// Somebody with a first passkey, signed in with it.
pub fn enrolled<'a>(app: &'a TestApp, email: &str) -> (Person<'a>, SoftKey) {
    let (person, key) = (Person::at(app), SoftKey::new(&app.issuer));
    person.sign_in(email, PASSWORD, None);
    let registered = person.register(&key);
    assert_eq!(registered.status, 200, "{}", registered.body);
    let signed_in = person.passkey(&key, None);
    assert_eq!(signed_in.status, 200, "{}", signed_in.body);
    (person, key)
}

/// `error` of a refusal in JSON.
pub fn error(answer: &Answer) -> String {
    answer.json()["error"].as_str().unwrap_or_default().to_owned()
}
