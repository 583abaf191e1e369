//! The whole path, by an independent client library.

use reqwest::Url;

use crate::support::{
    app::{PASSWORD, TestApp},
    database::{Database, on_both_databases},
    person::Person,
    runtime::block_on,
    soft_key::SoftKey,
};

on_both_databases! {
    a_password_brings_a_verified_id_token_and_userinfo,
    a_first_passkey_brings_the_waiting_application,
}

fn waiting(location: &str) -> String {
    location.split_once("continue=").expect("a waiting request").1.to_owned()
}

fn a_password_brings_a_verified_id_token_and_userinfo(database: Database) {
    let app = TestApp::start(database);
    let misaki = Person::at(&app);
    let party = app.relying_party(&app.booking);
    let (url, pending) = party.authorize_url(&[]);
    let login = misaki.get(url.as_str());
    let signed_in = misaki.sign_in("misaki@demo.example", PASSWORD, Some(&waiting(login.location())));
    let back = misaki.follow(signed_in);
    let callback = Url::parse(back.location()).expect("the callback");
    let tokens = block_on(party.exchange(pending, &callback)).expect("verified tokens");
    assert_eq!(tokens.sub(), app.misaki.id.as_str());
    assert_eq!(tokens.acr(), Some("urn:genkan:acr:pwd"));
    assert_eq!(tokens.amr(), ["pwd"]);
    assert!(tokens.sid().is_some());
    let userinfo = block_on(party.userinfo(&tokens)).expect("userinfo");
    assert_eq!(userinfo.email().map(|email| email.as_str()), Some("misaki@demo.example"));
}

fn a_first_passkey_brings_the_waiting_application(database: Database) {
    let app = TestApp::start(database);
    let hanako = Person::at(&app);
    let phone = SoftKey::new(&app.issuer);
    let party = app.relying_party(&app.booking);
    let (url, pending) = party.authorize_url(&[]);
    let login = hanako.get(url.as_str());
    let enrolling = hanako.sign_in("hanako@sakura.example", PASSWORD, Some(&waiting(login.location())));
    assert!(enrolling.location().starts_with("/settings/passkeys?continue="), "{enrolling:?}");
    let sealed = waiting(enrolling.location());
    let registered = hanako.register(&phone);
    assert_eq!(registered.status, 200, "{}", registered.body);
    let next = hanako.passkey(&phone, Some(&sealed)).json();
    let back = hanako.get(next["next"].as_str().expect("where to go on"));
    let callback = Url::parse(back.location()).expect("the callback");
    let tokens = block_on(party.exchange(pending, &callback)).expect("verified tokens");
    assert_eq!(tokens.acr(), Some("phr"));
    assert_eq!(tokens.sub(), app.hanako.id.as_str());
}
