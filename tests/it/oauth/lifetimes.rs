//! How long what an application is given lasts, its secret too, and when it was last used.

use std::time::Duration;

use genkan::{
    domain::{Client, ClientId},
    flows::admin::clients::{Draft, Limits},
    store,
};

use super::party::{Party, assert_dead, renewing, token_error};
use crate::support::{
    app::{TestApp, draft},
    database::{Database, on_both_databases},
    person::Person,
};

on_both_databases! {
    when_an_application_was_used_is_said_once_an_hour,
}

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 3600);

fn text(count: &str) -> Option<String> {
    Some(count.to_owned())
}

fn find(app: &TestApp, party: &Party<'_>) -> Client {
    let id = ClientId::new(party.client.client_id.as_str());
    app.store().read(|conn| store::clients::find(conn, &id)).expect("a read").expect("the client")
}

#[test]
fn tokens_last_as_long_as_their_application_says() {
    let app = TestApp::start(Database::sqlite());
    let limits = Limits {
        access_token_minutes: text("5"),
        id_token_minutes: text("1"),
        refresh_token_days: text("2"),
        ..Limits::default()
    };
    let native = Draft { kind: Some(genkan::domain::ClientType::Native), limits, ..renewing("往診") };
    let party = Party::new(&app, &app.register(native));
    let person = Person::at(&app);
    let tokens = party.sign_in_offline(&person);
    let lasts =
        |claims: &serde_json::Value| claims["exp"].as_i64().zip(claims["iat"].as_i64()).map(|(end, at)| end - at);
    assert_eq!(lasts(&tokens.claims), Some(60));
    let answer = party.refresh(&tokens.refresh_token, &[]);
    assert_eq!(answer.json()["expires_in"], 300);
    let access = answer.json()["access_token"].as_str().expect("a token").to_owned();
    app.advance(5 * MINUTE - Duration::from_millis(1));
    assert_eq!(party.userinfo(&access).status, 200);
    app.advance(Duration::from_millis(1));
    assert_dead(&party.userinfo(&access));
    let refresh = answer.json()["refresh_token"].as_str().expect("a token").to_owned();
    app.advance(2 * DAY - 6 * MINUTE);
    let answer = party.refresh(&refresh, &[]);
    assert_eq!(answer.status, 200, "{}", answer.body);
    let refresh = answer.json()["refresh_token"].as_str().expect("a token").to_owned();
    app.advance(MINUTE);
    assert_eq!(token_error(&party.refresh(&refresh, &[])), "invalid_grant");
}

fn when_an_application_was_used_is_said_once_an_hour(database: Database) {
    let app = TestApp::start(database);
    let party = Party::renewing(&app);
    assert_eq!(find(&app, &party).last_used_at, None);
    let person = Person::at(&app);
    let begun = app.clock().now();
    let registered = find(&app, &party).updated_at;
    let tokens = party.sign_in_offline(&person);
    assert_eq!(find(&app, &party).last_used_at, Some(begun));
    app.advance(59 * MINUTE);
    let refreshed = party.refresh(&tokens.refresh_token, &[]);
    assert_eq!((refreshed.status.as_u16(), find(&app, &party).last_used_at), (200, Some(begun)));
    app.advance(MINUTE);
    let again = refreshed.json()["refresh_token"].as_str().expect("a token").to_owned();
    assert_eq!(party.refresh(&again, &[]).status, 200);
    let used = find(&app, &party);
    assert_eq!((used.last_used_at, used.updated_at), (Some(app.clock().now()), registered));
}

#[test]
fn a_secret_ends_when_it_was_said_to_and_rotation_begins_anew() {
    use genkan::{config::Config, flows::admin::clients};

    let app = TestApp::start(Database::sqlite());
    let limits = Limits { secret_days: text("40"), ..Limits::default() };
    let mut party = Party::new(&app, &app.register(Draft { limits, ..draft("電子カルテ") }));
    let registered = app.clock().now();
    assert_eq!(find(&app, &party).secret_expires_at, Some(registered.plus(40 * DAY)));
    let enters = |party: &Party<'_>| {
        let code = party.sign_in(&Person::at(&app), &[]).code();
        party.exchange(&code, &[]).status.as_u16()
    };
    let soon = || find(&app, &party).secret_ends_soon(app.clock().now());
    app.advance(10 * DAY - Duration::from_millis(1));
    assert_eq!(soon(), None);
    app.advance(Duration::from_millis(1));
    assert_eq!(soon(), Some(registered.plus(40 * DAY)));
    let rotate = |keep: u64| {
        let (id, keep) = (ClientId::new(party.client.client_id.as_str()), DAY * u32::try_from(keep).expect("days"));
        let change = clients::Change::RotateSecret { keep };
        let done = clients::change(app.store(), &app.by(), id, change, &Config::sample().keys.algorithms);
        app.advance(Duration::from_secs(1));
        done.expect("no fault").expect("rotated").secret.map(|secret| secret.reveal().to_owned())
    };
    app.advance(29 * DAY);
    let second = rotate(7);
    let former = find(&app, &party).former_secret.expect("kept");
    assert_eq!(former.until, registered.plus(40 * DAY), "no longer than it was good for");
    assert_eq!((enters(&party), soon()), (200, None));
    app.advance(DAY);
    assert_eq!(enters(&party), 401, "the first one is over");
    party.client.secret = second;
    assert_eq!(enters(&party), 200);
    app.advance(40 * DAY);
    assert_eq!(enters(&party), 401, "and so is the second");
}
