//! Authorization codes: bound to client, redirect URI and verifier, good once, for a minute, while person, session and
//! client are good (RFC 6749 §4.1.2 and §4.1.3, RFC 7636 §4.6).

use std::{thread, time::Duration};

use genkan::{domain::ClientAuthMethod, flows::admin::clients, store};

use super::{
    party::{Party, STATE, Tokens, assert_dead, token_error},
    refused_requests::{set_enabled, set_enabled_unnoticed},
};
use crate::support::{
    app::{TestApp, draft},
    database::{Database, on_both_databases},
    meanwhile::meanwhile,
    person::Person,
};

on_both_databases! {
    a_code_used_twice_takes_back_what_it_gave,
    of_64_uses_at_once_at_most_one_gives_a_token_and_that_one_is_taken_back,
    a_wrong_try_burns_nothing,
    who_was_disabled_a_second_ago_gets_no_token_and_loses_the_one_they_have,
    a_session_that_ended_meanwhile_gives_no_token_and_takes_back_the_others,
    a_client_that_was_disabled_meanwhile_gets_no_token,
    what_a_token_stands_on_is_asked_in_the_write_that_gives_it,
}

fn count(app: &TestApp, event: &str) -> usize {
    app.recorded_since(0).iter().filter(|recorded| *recorded == event).count()
}

fn a_code_used_twice_takes_back_what_it_gave(database: Database) {
    let app = TestApp::start(database);
    let party = Party::booking(&app);
    let code = party.sign_in(&Person::at(&app), &[]).code();
    let tokens = party.tokens(&code);
    assert_eq!(party.userinfo(&tokens.access_token).status, 200);
    assert_eq!(token_error(&party.exchange(&code, &[])), "invalid_grant");
    assert_dead(&party.userinfo(&tokens.access_token));
    assert_eq!(count(&app, "token.reuse_detected denied"), 1);
    assert_eq!(token_error(&party.exchange(&code, &[])), "invalid_grant");
}

fn of_64_uses_at_once_at_most_one_gives_a_token_and_that_one_is_taken_back(database: Database) {
    let app = TestApp::start(database);
    let party = Party::booking(&app);
    let code = party.sign_in(&Person::at(&app), &[]).code();
    let answers: Vec<_> = thread::scope(|scope| {
        let uses: Vec<_> = (0..64).map(|_| scope.spawn(|| party.exchange(&code, &[]))).collect();
        uses.into_iter().map(|one| one.join().expect("an answer")).collect()
    });
    let (good, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    assert_eq!((good.len(), refused.len()), (1, 63));
    for answer in refused {
        assert_eq!(token_error(answer), "invalid_grant");
    }
    for answer in good {
        assert_dead(&party.userinfo(&Tokens::of(answer).access_token));
    }
    assert_eq!((count(&app, "token.issued success"), count(&app, "token.reuse_detected denied")), (1, 63));
}

fn a_wrong_try_burns_nothing(database: Database) {
    let app = TestApp::start(database);
    let party = Party::booking(&app);
    let other = app.register(draft("別の予約"));
    let other = Party::new(&app, &other);
    let code = party.sign_in(&Person::at(&app), &[]).code();
    let wrong = "another-verifier-that-is-as-long-as-it-should-be-0";
    for (what, changes, error) in [
        ("wrong verifier", ("code_verifier", wrong), "invalid_grant"),
        ("the challenge itself", ("code_verifier", super::party::challenge().as_str()), "invalid_grant"),
        ("short verifier", ("code_verifier", "short"), "invalid_grant"),
        ("over-long verifier", ("code_verifier", &"v".repeat(30_000)), "invalid_grant"),
        ("missing verifier", ("code_verifier", ""), "invalid_grant"),
        ("another redirect URI", ("redirect_uri", "http://127.0.0.1:9/callback/"), "invalid_grant"),
        ("missing redirect URI", ("redirect_uri", ""), "invalid_request"),
        ("over-long code", ("code", &"c".repeat(60_000)), "invalid_grant"),
        ("missing code", ("code", ""), "invalid_request"),
        ("a letter less", ("code", &code[..code.len() - 1]), "invalid_grant"),
        ("missing grant type", ("grant_type", ""), "invalid_request"),
        ("another grant type", ("grant_type", "password"), "unsupported_grant_type"),
        ("a repeated code", ("code", code.as_str()), "invalid_request"),
    ] {
        let mut form = party.exchange_form(&code, &[changes]);
        if what == "a repeated code" {
            form = format!("{form}&code={code}");
        }
        assert_eq!(token_error(&party.post("/oauth/token", form)), error, "{what}");
    }
    assert_eq!(token_error(&other.exchange(&code, &[])), "invalid_grant", "of another client");
    let tokens = party.tokens(&code);
    assert_eq!(party.userinfo(&tokens.access_token).status, 200);
    // What is wrong in any other way is no use of the code either, and takes nothing back.
    assert_eq!(token_error(&other.exchange(&code, &[])), "invalid_grant");
    assert_eq!(token_error(&party.exchange(&code, &[("code_verifier", wrong)])), "invalid_grant");
    assert_eq!(party.userinfo(&tokens.access_token).status, 200);
}

fn who_was_disabled_a_second_ago_gets_no_token_and_loses_the_one_they_have(database: Database) {
    let app = TestApp::start(database);
    let party = Party::booking(&app);
    let person = Person::at(&app);
    let tokens = party.sign_in_to_tokens(&person, &[]);
    let code = party.callback(&person, &[]).code();
    app.disable(&app.misaki);
    assert_eq!(token_error(&party.exchange(&code, &[])), "invalid_grant");
    assert_dead(&party.userinfo(&tokens.access_token));
    assert_eq!(party.callback(&person, &[("prompt", "none")]).error(), "login_required");
}

fn a_session_that_ended_meanwhile_gives_no_token_and_takes_back_the_others(database: Database) {
    let app = TestApp::start(database);
    let party = Party::booking(&app);
    let person = Person::at(&app);
    let tokens = party.sign_in_to_tokens(&person, &[]);
    let code = party.callback(&person, &[]).code();
    person.submit("/oauth/logout", "/oauth/logout", &[]);
    assert_eq!(token_error(&party.exchange(&code, &[])), "invalid_grant");
    assert_dead(&party.userinfo(&tokens.access_token));
}

fn a_client_that_was_disabled_meanwhile_gets_no_token(database: Database) {
    let app = TestApp::start(database);
    let party = Party::booking(&app);
    let person = Person::at(&app);
    let tokens = party.sign_in_to_tokens(&person, &[]);
    let code = party.callback(&person, &[]).code();
    set_enabled(&app, &app.booking, false);
    assert_eq!(token_error(&party.exchange(&code, &[])), "invalid_client");
    assert_dead(&party.userinfo(&tokens.access_token));
    // Nothing was burnt.
    set_enabled(&app, &app.booking, true);
    party.tokens(&code);
}

#[test]
fn a_code_lives_for_a_minute() {
    let app = TestApp::start(Database::sqlite());
    let party = Party::booking(&app);
    let person = Person::at(&app);
    let in_time = party.sign_in(&person, &[]).code();
    app.advance(Duration::from_millis(59_999));
    party.tokens(&in_time);
    let late = party.callback(&person, &[]).code();
    app.advance(Duration::from_secs(60));
    assert_eq!(token_error(&party.exchange(&late, &[])), "invalid_grant");
}

#[test]
fn a_second_use_still_takes_back_when_the_code_has_long_expired() {
    let app = TestApp::start(Database::sqlite());
    let party = Party::booking(&app);
    let code = party.sign_in(&Person::at(&app), &[]).code();
    let tokens = party.tokens(&code);
    app.advance(Duration::from_secs(10 * 60));
    // As the timer does.
    let now = app.clock().now();
    app.store().write(move |tx| genkan::store::sweep(tx, now)).expect("a sweep");
    assert_eq!(party.userinfo(&tokens.access_token).status, 200);
    assert_eq!(token_error(&party.exchange(&code, &[])), "invalid_grant");
    assert_dead(&party.userinfo(&tokens.access_token));
    assert_eq!(count(&app, "token.reuse_detected denied"), 1);
}

#[test]
fn pkce_is_optional_only_where_registered_and_binding_wherever_used() {
    let app = TestApp::start(Database::sqlite());
    let optional = app.register(clients::Draft { pkce_required: Some(false), ..draft("旧システム") });
    let party = Party::new(&app, &optional);
    let person = Person::at(&app);
    let without = [("code_challenge", ""), ("code_challenge_method", "")];
    let code = party.sign_in(&person, &without).code();
    // A verifier where no challenge was: somebody took the challenge away.
    assert_eq!(token_error(&party.exchange(&code, &[])), "invalid_grant");
    assert_eq!(party.exchange(&code, &[("code_verifier", "")]).status, 200);
    let code = party.callback(&person, &[]).code();
    assert_eq!(token_error(&party.exchange(&code, &[("code_verifier", "")])), "invalid_grant");
    party.tokens(&code);
    assert_eq!(party.callback(&person, &without[..1]).error(), "invalid_request");
}

#[test]
fn a_code_is_long_random_and_never_the_same() {
    let app = TestApp::start(Database::sqlite());
    let party = Party::booking(&app);
    let person = Person::at(&app);
    let first = party.sign_in(&person, &[]).code();
    let second = party.callback(&person, &[]).code();
    let tokens = party.tokens(&first);
    assert_ne!(first, second);
    for secret in [&first, &second, &tokens.access_token] {
        assert!(secret.len() >= 64 && secret.is_ascii(), "{secret}");
        assert!(entropy(secret) > 96.0, "{secret}");
        // Nothing of what is inside can be read.
        assert!(!secret.contains(&app.booking.client_id) && !secret.contains(STATE));
    }
}

/// Shannon's estimate in bits, as conformance tests make it.
#[expect(clippy::cast_precision_loss, reason = "a code has far fewer characters than a float has digits")]
fn entropy(text: &str) -> f64 {
    let length = text.len() as f64;
    let mut counts = std::collections::HashMap::new();
    for letter in text.chars() {
        *counts.entry(letter).or_insert(0_u32) += 1;
    }
    let per_letter: f64 =
        counts.values().map(|&count| f64::from(count) / length).map(|share| -share * share.log2()).sum();
    per_letter * length
}

#[test]
fn each_way_of_client_authentication_works_for_the_client_registered_so() {
    let app = TestApp::start(Database::sqlite());
    let posting = clients::Draft { auth_method: Some(ClientAuthMethod::ClientSecretPost), ..draft("画像") };
    let posting = app.register(posting);
    let secret = posting.secret.clone().expect("a secret");
    let mut party = Party::new(&app, &posting);
    let code = party.sign_in(&Person::at(&app), &[]).code();
    // Registered for post: Basic is refused, with the challenge that its header asks for.
    let by_basic = party.exchange(&code, &[]);
    assert_eq!(token_error(&by_basic), "invalid_client");
    assert!(by_basic.header("www-authenticate").is_some_and(|challenge| challenge.starts_with("Basic ")));
    party.client.secret = None;
    for (sent, expected) in [("", 401), ("wrong", 401), (secret.as_str(), 200)] {
        let answer = party.exchange(&code, &[("client_secret", sent)]);
        assert_eq!(answer.status.as_u16(), expected, "{}", answer.body);
        assert_eq!(answer.header("www-authenticate"), None);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
    // A public client proves itself by its verifier alone.
    let public = app.register(clients::Draft { kind: Some(genkan::domain::ClientType::Spa), ..draft("待合表示") });
    let party = Party::new(&app, &public);
    party.sign_in_to_tokens(&Person::at(&app), &[]);
}

#[test]
fn the_token_endpoint_takes_forms_by_post_alone() {
    let app = TestApp::start(Database::sqlite());
    let party = Party::booking(&app);
    let code = party.sign_in(&Person::at(&app), &[]).code();
    let form = party.exchange_form(&code, &[]);
    let http = &party.itself.http;
    let by_get = party.itself.get(&format!("/oauth/token?{form}"));
    assert_eq!(by_get.status, 405);
    let json = http.post(app.url("/oauth/token")).json(&serde_json::json!({ "code": code }));
    assert_eq!(token_error(&party.itself.send(json)), "invalid_request");
    let too_long = format!("{form}&extra={}", "x".repeat(70_000));
    assert_eq!(token_error(&party.post("/oauth/token", too_long)), "invalid_request");
    assert_eq!(token_error(&party.post("/oauth/token", String::new())), "invalid_request");
    party.tokens(&code);
}

/// Each by itself, and the client while the server still takes it for enabled.
fn what_a_token_stands_on_is_asked_in_the_write_that_gives_it(database: Database) {
    let app = TestApp::start(database);
    let party = Party::booking(&app);
    let person = Person::at(&app);
    party.sign_in(&person, &[]);
    let (user, clinic, now) = (app.misaki.id.clone(), app.demo.id.clone(), app.clock().now());
    let code = || party.callback(&person, &[]).code();
    let refused = |code: &str, reason: &str| {
        assert_eq!(token_error(&party.exchange(code, &[])), "invalid_grant", "{reason}");
        assert_eq!(count(&app, &format!("token.refused denied {reason}")), 1);
    };
    party.tokens(&code());

    let held = code();
    let (member, of) = (user.clone(), clinic.clone());
    app.store().write(move |tx| store::memberships::suspend(tx, &member, &of, now)).expect("suspended");
    refused(&held, "membership_suspended");
    let (member, of) = (user.clone(), clinic);
    app.store().write(move |tx| store::memberships::resume(tx, &member, &of)).expect("resumed");

    let held = code();
    let person_id = user.clone();
    app.store().write(move |tx| store::users::disable(tx, &person_id, now)).expect("disabled");
    refused(&held, "account_disabled");
    app.store().write(move |tx| store::users::enable(tx, &user, now)).expect("enabled");

    let held = code();
    set_enabled_unnoticed(&app, &app.booking, false);
    refused(&held, "client_disabled");
    set_enabled(&app, &app.booking, true);

    let held = code();
    let session = app.sessions(&app.misaki)[0].id.clone();
    app.store().write(move |tx| store::sessions::end(tx, &session, "revoked", now)).expect("ended");
    refused(&held, "session_ended");
}

/// What was read says that all is well, and the write waits until it is not.
#[test]
fn what_ends_while_a_code_is_exchanged_gives_no_token() {
    let database = Database::postgres();
    let url = database.url().to_owned();
    let app = TestApp::start(database);
    let party = Party::booking(&app);
    let session = || app.sessions(&app.misaki)[0].id.to_string();
    let ends: [(&str, &dyn Fn() -> String); 3] = [
        ("session_ended", &|| format!("UPDATE sessions SET ended_at = 1 WHERE id = '{}'", session())),
        ("client_disabled", &|| format!("UPDATE clients SET disabled_at = 1 WHERE id = '{}'", app.booking.client_id)),
        ("account_disabled", &|| format!("UPDATE users SET disabled_at = 1 WHERE id = '{}'", app.misaki.id)),
    ];
    for (reason, end) in ends {
        let code = party.sign_in(&Person::at(&app), &[]).code();
        let end = end();
        let answer = meanwhile(&url, &end, || party.exchange(&code, &[]));
        assert_eq!(token_error(&answer), "invalid_grant", "{end}");
        assert_eq!(count(&app, &format!("token.refused denied {reason}")), 1);
        set_enabled(&app, &app.booking, true);
    }
    assert_eq!(count(&app, "token.issued success"), 0);
}
