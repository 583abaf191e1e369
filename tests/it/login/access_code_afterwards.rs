//! What a one-time code leaves behind: what it gave ends, and whoever did not type it is told and says so.

use std::time::Duration;

use genkan::flows::admin::clinics;
use serde_json::json;

use super::access_code::came_in;
use crate::{
    oauth::party::{OFFLINE, Party, renewing, token_error},
    support::{
        access_code::{issue, type_code},
        app::{PASSWORD, TestApp},
        ceremony::enrolled,
        database::Database,
        person::Person,
    },
};

const HANAKO: &str = "hanako@sakura.example";

/// A passkey renews the session, and not what was given before it.
#[test]
fn what_was_given_by_a_code_ends_with_its_twelve_hours() {
    let app = TestApp::start(Database::sqlite());
    let absolute = Some(Duration::from_secs(24 * 3600));
    let draft = clinics::Draft { session_absolute: absolute, ..clinics::Draft::default() };
    clinics::set(app.store(), &app.by(), app.sakura.id.clone(), draft).expect("no fault").expect("set");
    let (_, key) = enrolled(&app, HANAKO);
    let hanako = came_in(&app);
    let party = Party::new(&app, &app.register(renewing("訪問看護")));
    let tokens = party.tokens(&party.callback(&hanako, &[("scope", OFFLINE)]).code());
    app.advance(Duration::from_secs(60));
    assert_eq!(hanako.passkey(&key, None).status, 200);
    app.advance(Duration::from_secs(12 * 3600 - 60) - Duration::from_millis(1));
    let renewed = party.refresh(&tokens.refresh_token, &[]).json()["refresh_token"].as_str().expect("one").to_owned();
    app.advance(Duration::from_millis(1));
    assert_eq!(token_error(&party.refresh(&renewed, &[])), "invalid_grant");
}

/// Whoever did not type it says so where they sign in next, and no other code of theirs stays good.
#[test]
fn a_sign_in_by_code_is_told_at_the_next_and_can_be_disowned() {
    let app = TestApp::start(Database::sqlite());
    let (hanako, _) = enrolled(&app, HANAKO);
    let stranger = came_in(&app);
    app.advance(Duration::from_secs(1));
    let news = Person::at(&app);
    let (code, before) = (issue(&app, &app.hanako), app.trail().len());
    assert_eq!(type_code(&news, (HANAKO, PASSWORD, &code), None).location(), "/");
    let home = news.get("/").body;
    assert!(home.contains("ワンタイムコードでログインしました"), "{home}");
    let open = issue(&app, &app.hanako);
    let event = app.trail().into_iter().take(before).rev().find(|it| it.kind.as_str() == "auth.access_code");
    let event = event.expect("the sign-in");
    let to = format!("/settings/history/{}/not-me", event.id);
    let before = app.trail().len();
    assert!(hanako.submit("/help", &to, &[]).location().contains("disowned"));
    assert_eq!(stranger.get("/settings/sessions").location(), "/login?notice=session_ended");
    assert!(app.recorded_since(before).contains(&"access_code.withdrawn success disowned".to_owned()));
    let disowned = app.trail().pop().and_then(|event| event.detail).expect("a detail");
    assert_eq!((&disowned["sessions_ended"], &disowned["access_codes_withdrawn"]), (&json!(2), &json!(1)));
    app.advance(Duration::from_secs(1));
    assert_eq!(type_code(&Person::at(&app), (HANAKO, PASSWORD, &open), None).status, 401);
}
