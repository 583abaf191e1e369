//! `POST /login/passkey/finish`: one test for everything that an authenticator's answer can get wrong. The steps
//! themselves are tried one by one in `passkeys`; here the answer, the cookie and the trail are looked at.

use crate::support::{
    app::TestApp,
    ceremony::{begin_login, enrolled, error, finish_login},
    database::Database,
    forgery::{Forgery, UP, UV},
    person::Person,
    soft_key::SoftKey,
};

/// Hanako with a passkey, on a browser that is signed out; what a forged answer is refused with.
fn refused(expected: &str, change: impl FnOnce(&TestApp, &mut Forgery)) {
    let app = TestApp::start(Database::sqlite());
    let (_, key) = enrolled(&app, "hanako@sakura.example");
    let browser = Person::at(&app);
    let begun = begin_login(&browser);
    let before = app.trail().len();
    let answer = finish_login(&browser, &begun, &key.forge_login(&begun["options"], |it| change(&app, it)));
    assert_eq!((answer.status.as_u16(), error(&answer).as_str()), (403, expected), "{}", answer.body);
    assert!(!answer.headers.contains_key("set-cookie"), "{answer:?}");
    assert_eq!(app.recorded_since(before), [format!("auth.passkey failure {expected}")]);
    assert_eq!(browser.get("/settings/sessions").status, 303, "nobody is signed in");
    let mended = finish_login(&browser, &begun, &key.forge_login(&begun["options"], |_| {}));
    assert_eq!(mended.status, 200, "the same challenge takes the right answer: {}", mended.body);
}

#[test]
fn an_answer_for_another_origin_is_refused() {
    refused("wrong_origin", |_, it| it.origin = "https://localhost.evil.example".to_owned());
}

#[test]
fn an_answer_made_in_a_frame_of_another_site_is_refused() {
    refused("cross_origin", |_, it| it.cross_origin = Some(true));
}

#[test]
fn an_answer_for_another_rp_id_is_refused() {
    refused("wrong_rp_id", |_, it| it.rp_id = "evil.example".to_owned());
}

#[test]
fn an_answer_without_user_verification_is_refused() {
    refused("user_not_verified", |_, it| it.flags &= !UV);
}

#[test]
fn an_answer_without_user_presence_is_refused() {
    refused("user_not_present", |_, it| it.flags &= !UP);
}

#[test]
fn the_user_handle_of_another_person_is_refused() {
    refused("other_user", |app, it| it.user_handle = Some(app.misaki.handle.0.as_bytes().to_vec()));
}

#[test]
fn a_spoilt_signature_is_refused() {
    refused("bad_signature", |_, it| it.spoil_signature = true);
}

#[test]
fn members_of_the_future_inside_the_credential_are_ignored() {
    let app = TestApp::start(Database::sqlite());
    let (_, key) = enrolled(&app, "hanako@sakura.example");
    let browser = Person::at(&app);
    let begun = begin_login(&browser);
    let answer = finish_login(&browser, &begun, &key.forge_login(&begun["options"], |it| it.more_members = true));
    assert_eq!(answer.status, 200, "{}", answer.body);
}

#[test]
fn a_counter_that_goes_back_is_an_event_and_no_refusal() {
    let app = TestApp::start(Database::sqlite());
    let (hanako, key) = enrolled(&app, "hanako@sakura.example");
    let with_counter = |counter| {
        let begun = begin_login(&hanako);
        finish_login(&hanako, &begun, &key.forge_login(&begun["options"], |it| it.counter = counter))
    };
    assert_eq!(with_counter(9).status, 200);
    let before = app.trail().len();
    assert_eq!(with_counter(5).status, 200);
    assert_eq!(
        app.recorded_since(before),
        ["passkey.counter_back success", "session.started success", "auth.passkey success"]
    );
    let event = &app.trail()[before];
    assert_eq!(event.detail, Some(serde_json::json!({ "stored": 9, "presented": 5 })));
    assert_eq!(app.passkeys(&app.hanako)[0].sign_count, 5);
}

#[test]
fn an_unknown_credential_is_named_so_that_the_browser_can_forget_it() {
    let app = TestApp::start(Database::sqlite());
    let (hanako, key) = enrolled(&app, "hanako@sakura.example");
    let id = app.passkeys(&app.hanako)[0].clone();
    let deleted =
        hanako.submit("/settings/passkeys", &format!("/settings/passkeys/{}/delete", id.id), &[("knows_last", "yes")]);
    assert_eq!(deleted.location(), "/settings/passkeys?notice=deleted");
    let answer = Person::at(&app).passkey(&key, None);
    assert_eq!(answer.status, 403);
    let expected = serde_json::json!({ "error": "unknown_credential", "signal_unknown": id.credential_id });
    assert_eq!(answer.json(), expected);
}

#[test]
fn what_is_no_credential_is_refused() {
    let app = TestApp::start(Database::sqlite());
    let browser = Person::at(&app);
    let begun = begin_login(&browser);
    let empty_id = serde_json::json!({ "id": "", "rawId": "", "type": "public-key", "response": {
        "clientDataJSON": "e30", "authenticatorData": "", "signature": "" } });
    for credential in [serde_json::json!({}), serde_json::json!(null), serde_json::json!("text"), empty_id] {
        let answer = finish_login(&browser, &begun, &credential);
        assert_eq!((answer.status.as_u16(), error(&answer).as_str()), (403, "malformed_credential"), "{credential}");
    }
}

#[test]
fn a_sign_in_writes_down_when_where_and_how_often_a_passkey_was_used() {
    let app = TestApp::start(Database::sqlite());
    let (hanako, key) = enrolled(&app, "hanako@sakura.example");
    app.advance(std::time::Duration::from_secs(600));
    let again = hanako.passkey(&key, None);
    assert_eq!(again.status, 200);
    let passkey = app.passkeys(&app.hanako)[0].clone();
    assert_eq!(passkey.use_count, 2);
    assert_eq!(passkey.last_used_at, Some(app.clock().now()));
    assert_eq!(passkey.last_used_ip.as_deref(), Some("127.0.0.1"));
    assert_eq!(app.sessions(&app.hanako)[0].passkey_id, Some(passkey.id));
}

#[test]
fn a_passkey_of_another_site_is_never_offered() {
    let app = TestApp::start(Database::sqlite());
    enrolled(&app, "hanako@sakura.example");
    let begun = begin_login(&Person::at(&app));
    let elsewhere = SoftKey::new(&app.issuer);
    assert!(elsewhere.login(&begun["options"]).is_err(), "a key without a passkey of ours has nothing to say");
    assert_eq!(begun["options"]["publicKey"]["allowCredentials"], serde_json::json!([]), "nobody's passkeys are told");
}
