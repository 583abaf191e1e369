//! Introspection (RFC 7662).

use std::time::Duration;

use genkan::{domain::ClientType, flows::admin::clients};
use serde_json::{Value, json};

use super::party::{OFFLINE, Party, Tokens, renewing, token_error};
use crate::support::{
    app::{Registered, TestApp},
    database::{Database, on_both_databases},
    person::Person,
};

const INTROSPECT: &str = "/oauth/introspect";

on_both_databases! {
    a_client_learns_of_its_own_tokens_what_they_are_good_for,
}

fn told(party: &Party<'_>, token: &str, hint: &str) -> Value {
    let answer = party.show(INTROSPECT, token, hint);
    assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (200, Some("no-store")), "{answer:?}");
    assert_eq!(answer.header("content-type"), Some("application/json"));
    answer.json()
}

/// To the letter, so that nothing more can be read out of it.
fn assert_inactive(told: &Value) {
    assert_eq!(*told, json!({ "active": false }));
}

fn a_client_learns_of_its_own_tokens_what_they_are_good_for(database: Database) {
    let app = TestApp::start(database);
    let party = Party::renewing(&app);
    let first = party.sign_in_offline(&Person::at(&app));
    let now = app.clock().now().secs();
    let common = json!({
        "active": true,
        "iss": app.issuer,
        "sub": app.misaki.id.as_str(),
        "client_id": party.client.client_id,
        "scope": OFFLINE,
        "iat": now,
        "auth_time": first.auth_time(),
        "acr": first.text("acr"),
    });
    let with = |more: Value| {
        let mut whole = common.clone();
        whole.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        whole
    };
    for hint in ["access_token", "refresh_token", "gold", ""] {
        let of_access = told(&party, &first.access_token, hint);
        assert_eq!(of_access, with(json!({ "token_type": "Bearer", "exp": now + 900 })), "{hint}");
        let of_refresh = told(&party, &first.refresh_token, hint);
        assert_eq!(of_refresh, with(json!({ "exp": now + 30 * 86_400 })), "{hint}");
    }
    let next = Tokens::of(&party.refresh(&first.refresh_token, &[("scope", "openid")]));
    assert_eq!(told(&party, &next.access_token, "")["scope"], "openid");
    assert_eq!(told(&party, &first.refresh_token, "")["active"], true, "within the grace");
    app.advance(Duration::from_millis(30_001));
    assert_inactive(&told(&party, &first.refresh_token, ""));
    assert_eq!(told(&party, &next.refresh_token, "")["active"], true, "looking at a replaced one ends nothing");

    app.advance(Duration::from_secs(15 * 60));
    assert_inactive(&told(&party, &next.access_token, ""));
    let last = Tokens::of(&party.refresh(&next.refresh_token, &[]));
    app.disable(&app.misaki);
    for token in [&last.access_token, &last.refresh_token] {
        assert_inactive(&told(&party, token, ""));
    }
}

#[test]
fn of_everything_else_it_learns_that_it_is_not_active() {
    let app = TestApp::start(Database::sqlite());
    let (party, stranger) = (Party::renewing(&app), Party::renewing(&app));
    let code = party.sign_in(&Person::at(&app), &[("scope", OFFLINE)]).code();
    let tokens = party.tokens(&code);
    for token in [&tokens.access_token, &tokens.refresh_token] {
        assert_eq!(told(&party, token, "")["active"], true);
        assert_inactive(&told(&stranger, token, ""));
    }
    for token in ["made-up", "診療", &tokens.id_token, &code] {
        assert_inactive(&told(&party, token, ""));
    }
}

#[test]
fn a_public_client_or_one_that_proves_nothing_may_not_ask() {
    let app = TestApp::start(Database::sqlite());
    let party = Party::renewing(&app);
    let public = clients::Draft { kind: Some(ClientType::Native), ..renewing("外の端末") };
    let public = app.register(public);
    let wrong = Registered { secret: Some("wrong".to_owned()), ..party.client.clone() };
    let tokens = party.sign_in_offline(&Person::at(&app));
    for (somebody, challenged) in [(public, false), (wrong, true)] {
        let refused = Party::new(&app, &somebody).show(INTROSPECT, &tokens.access_token, "");
        assert_eq!(token_error(&refused), "invalid_client");
        assert_eq!(refused.header("www-authenticate").is_some(), challenged);
    }
    assert_eq!(token_error(&party.show(INTROSPECT, "", "")), "invalid_request");
    // A guess at a secret is counted here as it is at the token endpoint.
    app.advance(Duration::from_secs(60));
    genkan::flows::unattributed::close_minutes(app.store(), &app.cx()).expect("a minute is closed");
    assert!(app.recorded_since(0).iter().any(|recorded| recorded == "token.refused failure unattributed"));
}
