//! Refresh tokens: each used once, with a moment's grace, for as long as what they stand on (RFC 6749 §6, RFC 9700
//! §4.14.2, OpenID Connect Core §12).

use std::{thread, time::Duration};

use genkan::{
    domain::{AuditKind, ClientType, UnixTime},
    flows::{admin::clients, token::RefreshToken},
    keys::Sealable,
    random::Random,
    store,
};

use super::{
    party::{NONCE, OFFLINE, Party, Tokens, assert_dead, renewing, token_error},
    refused_requests::set_enabled,
};
use crate::support::{
    app::{TestApp, draft},
    database::{Database, on_both_databases},
    person::{Answer, Person},
};

on_both_databases! {
    a_refresh_goes_on_with_the_same_sign_in,
    used_twice_within_the_grace_it_gives_the_current_one_again,
    used_after_the_grace_it_ends_the_grant,
    used_by_16_at_once_it_moves_on_once,
    used_by_another_client_it_burns_nothing,
    used_for_a_wider_scope_it_burns_nothing_and_for_a_narrower_one_it_gives_that,
    used_after_logout_it_is_dead_but_for_a_native_application,
    used_after_disabling_it_is_dead,
    it_outlives_an_idle_session_and_ends_with_the_session_or_by_its_own_limit,
    a_code_used_twice_takes_back_its_refresh_token_too,
}

const MINUTE: Duration = Duration::from_secs(60);

fn recorded(app: &TestApp, event: &str) -> usize {
    app.recorded_since(0).iter().filter(|recorded| recorded.starts_with(event)).count()
}

fn number(app: &TestApp, refresh_token: &str) -> i64 {
    app.cx().keys.open::<RefreshToken>(refresh_token, app.clock().now()).expect("one of ours").n
}

fn assert_refused(answer: &Answer) {
    assert_eq!(token_error(answer), "invalid_grant", "{}", answer.body);
}

fn a_refresh_goes_on_with_the_same_sign_in(database: Database) {
    let app = TestApp::start(database);
    let party = Party::renewing(&app);
    let first = party.sign_in_offline(&Person::at(&app));
    assert_eq!((first.text("nonce"), first.scope.as_str()), (NONCE, OFFLINE));
    app.advance(15 * MINUTE);
    assert_dead(&party.userinfo(&first.access_token));
    let answer = party.refresh(&first.refresh_token, &[]);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let next = Tokens::of(&answer);
    for claim in ["iss", "sub", "aud", "auth_time", "acr", "amr", "sid"] {
        assert_eq!(next.claims[claim], first.claims[claim], "{claim}");
    }
    assert_eq!(next.claims.get("nonce"), None);
    let issued = |tokens: &Tokens| tokens.claims["iat"].as_i64().expect("iat");
    assert_eq!(issued(&next) - issued(&first), 900);
    assert!(next.claims["at_hash"].is_string() && next.refresh_token != first.refresh_token);
    assert_eq!((next.scope.as_str(), party.userinfo(&next.access_token).status.as_u16()), (OFFLINE, 200));

    let trail = app.trail();
    let event = trail.iter().find(|event| event.kind == AuditKind::TokenRefreshed).expect("recorded");
    assert_eq!(event.subject.as_ref(), Some(&app.misaki.id));
    assert_eq!(event.client_id.as_ref().map(|id| id.as_str()), Some(party.client.client_id.as_str()));
    assert!(event.session_ref.is_some() && event.acr.is_some() && event.clinic_id.is_some());
    let trail = format!("{trail:?}");
    assert!(!trail.contains(&first.refresh_token) && !trail.contains(&next.refresh_token));
}

fn used_twice_within_the_grace_it_gives_the_current_one_again(database: Database) {
    let app = TestApp::start(database);
    let party = Party::renewing(&app);
    let first = party.sign_in_offline(&Person::at(&app));
    let second = Tokens::of(&party.refresh(&first.refresh_token, &[]));
    app.advance(30_000 * Duration::from_millis(1));
    let again = Tokens::of(&party.refresh(&first.refresh_token, &[]));
    assert_eq!([&second, &again].map(|tokens| number(&app, &tokens.refresh_token)), [2, 2]);
    for tokens in [&first, &second, &again] {
        assert_eq!(party.userinfo(&tokens.access_token).status, 200);
    }
    let third = Tokens::of(&party.refresh(&again.refresh_token, &[]));
    assert_eq!(number(&app, &third.refresh_token), 3);
    assert_eq!(recorded(&app, "token.refreshed success"), 3);
    assert_eq!(recorded(&app, "token.refreshed success again"), 1);
}

fn used_after_the_grace_it_ends_the_grant(database: Database) {
    let app = TestApp::start(database);
    let party = Party::renewing(&app);
    for (what, older) in [("the one before, late", 1), ("an older one, at once", 0)] {
        let mut tokens = vec![party.sign_in_offline(&Person::at(&app))];
        for _ in 0..2 {
            let last = tokens.last().expect("one").refresh_token.clone();
            tokens.push(Tokens::of(&party.refresh(&last, &[])));
        }
        app.advance(Duration::from_millis(30_001 * older));
        let before = recorded(&app, "token.reuse_detected denied");
        let place = usize::try_from(older).expect("a place");
        assert_refused(&party.refresh(&tokens[place].refresh_token, &[]));
        assert_eq!(recorded(&app, "token.reuse_detected denied"), before + 1, "{what}");
        assert_refused(&party.refresh(&tokens[2].refresh_token, &[]));
        assert_dead(&party.userinfo(&tokens[2].access_token));
    }
}

fn used_by_16_at_once_it_moves_on_once(database: Database) {
    let app = TestApp::start(database);
    let party = Party::renewing(&app);
    let first = party.sign_in_offline(&Person::at(&app));
    let answers: Vec<_> = thread::scope(|scope| {
        let uses: Vec<_> = (0..16).map(|_| scope.spawn(|| party.refresh(&first.refresh_token, &[]))).collect();
        uses.into_iter().map(|one| Tokens::of(&one.join().expect("an answer"))).collect()
    });
    for tokens in &answers {
        assert_eq!(number(&app, &tokens.refresh_token), 2);
        assert_eq!(party.userinfo(&tokens.access_token).status, 200);
    }
    assert_eq!(recorded(&app, "token.refreshed success"), 16);
    assert_eq!(recorded(&app, "token.refreshed success again"), 15);
    assert_eq!(recorded(&app, "token.reuse_detected"), 0);
}

fn used_by_another_client_it_burns_nothing(database: Database) {
    let app = TestApp::start(database);
    let (party, other) = (Party::renewing(&app), Party::renewing(&app));
    let public = clients::Draft { kind: Some(ClientType::Spa), ..renewing("画面だけ") };
    let public = Party::new(&app, &app.register(public));
    let first = party.sign_in_offline(&Person::at(&app));
    for stranger in [&other, &public] {
        assert_refused(&stranger.refresh(&first.refresh_token, &[]));
    }
    let second = Tokens::of(&party.refresh(&first.refresh_token, &[]));
    // Nor does a replaced one that somebody else shows end anything.
    app.advance(MINUTE);
    for stranger in [&other, &public] {
        assert_refused(&stranger.refresh(&first.refresh_token, &[]));
    }
    Tokens::of(&party.refresh(&second.refresh_token, &[]));
    assert_eq!(recorded(&app, "token.reuse_detected"), 0);
}

fn used_for_a_wider_scope_it_burns_nothing_and_for_a_narrower_one_it_gives_that(database: Database) {
    let app = TestApp::start(database);
    let party = Party::renewing(&app);
    let first = party.sign_in_offline(&Person::at(&app));
    for wider in ["openid phone", "openid profile email offline_access address", "openid gold"] {
        assert_eq!(token_error(&party.refresh(&first.refresh_token, &[("scope", wider)])), "invalid_scope", "{wider}");
    }
    let email = Tokens::of(&party.refresh(&first.refresh_token, &[("scope", "email openid")]));
    assert_eq!((email.scope.as_str(), number(&app, &email.refresh_token)), ("openid email", 2));
    let claims = party.userinfo(&email.access_token).json();
    assert!(claims["email"].is_string() && claims.get("name").is_none(), "{claims}");

    let answer = party.refresh(&email.refresh_token, &[("scope", "profile")]);
    let body = answer.json();
    assert_eq!((answer.status.as_u16(), body.get("id_token")), (200, None), "{body}");
    let refused = party.userinfo(body["access_token"].as_str().expect("an access token"));
    assert_eq!(refused.status, 403);
    assert!(refused.header("www-authenticate").is_some_and(|why| why.contains("insufficient_scope")));

    // Narrowing narrows one answer: the refresh token still stands for everything.
    let all = Tokens::of(&party.refresh(body["refresh_token"].as_str().expect("a refresh token"), &[]));
    assert_eq!(all.scope, OFFLINE);
}

/// Of an application of this type, misaki's.
fn party_of(app: &TestApp, kind: ClientType) -> Party<'_> {
    Party::new(app, &app.register(clients::Draft { kind: Some(kind), ..renewing("外の端末") }))
}

fn used_after_logout_it_is_dead_but_for_a_native_application(database: Database) {
    let app = TestApp::start(database);
    let person = Person::at(&app);
    let [web, spa, native] = [ClientType::Web, ClientType::Spa, ClientType::Native].map(|kind| party_of(&app, kind));
    let offline = |party: &Party<'_>| party.tokens(&party.callback(&person, &[("scope", OFFLINE)]).code());
    let of_web = web.sign_in_offline(&person);
    let (of_spa, of_native) = (offline(&spa), offline(&native));
    let short = native.tokens(&native.callback(&person, &[("scope", "openid")]).code());
    person.get(&format!("/oauth/logout?id_token_hint={}", of_web.id_token));
    for (party, tokens) in [(&web, &of_web), (&spa, &of_spa)] {
        assert_dead(&party.userinfo(&tokens.access_token));
        assert_refused(&party.refresh(&tokens.refresh_token, &[]));
    }
    assert_dead(&native.userinfo(&short.access_token));
    let next = Tokens::of(&native.refresh(&of_native.refresh_token, &[]));
    assert_eq!(native.userinfo(&next.access_token).status, 200);
    assert_eq!(recorded(&app, "token.refused denied session_ended"), 2);
}

fn used_after_disabling_it_is_dead(database: Database) {
    let app = TestApp::start(database);
    let person = Person::at(&app);
    let native = party_of(&app, ClientType::Native);
    let first = native.sign_in_offline(&person);

    let (user, clinic, now) = (app.misaki.id.clone(), app.demo.id.clone(), app.clock().now());
    app.store().write(move |tx| store::memberships::suspend(tx, &user, &clinic, now)).expect("suspended");
    assert_refused(&native.refresh(&first.refresh_token, &[]));
    let (user, clinic) = (app.misaki.id.clone(), app.demo.id.clone());
    app.store().write(move |tx| store::memberships::resume(tx, &user, &clinic)).expect("resumed");
    let second = Tokens::of(&native.refresh(&first.refresh_token, &[]));

    set_enabled(&app, &native.client, false);
    assert_eq!(token_error(&native.refresh(&second.refresh_token, &[])), "invalid_client");
    set_enabled(&app, &native.client, true);
    assert_refused(&native.refresh(&second.refresh_token, &[]));

    let third = native.tokens(&native.callback(&person, &[("scope", OFFLINE)]).code());
    app.disable(&app.misaki);
    assert_refused(&native.refresh(&third.refresh_token, &[]));
    assert_dead(&native.userinfo(&third.access_token));
    for reason in ["membership_suspended", "grant_revoked", "account_disabled"] {
        assert_eq!(recorded(&app, &format!("token.refused denied {reason}")), 1, "{reason}");
    }
}

fn it_outlives_an_idle_session_and_ends_with_the_session_or_by_its_own_limit(database: Database) {
    let app = TestApp::start(database);
    let person = Person::at(&app);
    let [web, native] = [ClientType::Web, ClientType::Native].map(|kind| party_of(&app, kind));
    let mut of_web = web.sign_in_offline(&person);
    let mut of_native = native.tokens(&native.callback(&person, &[("scope", OFFLINE)]).code());
    let began = app.clock().now();

    app.advance(60 * MINUTE);
    assert_eq!(web.callback(&person, &[("prompt", "none")]).error(), "login_required", "idle for single sign-on");
    of_web = Tokens::of(&web.refresh(&of_web.refresh_token, &[]));

    app.advance(12 * 60 * MINUTE - 60 * MINUTE - Duration::from_millis(1));
    of_web = Tokens::of(&web.refresh(&of_web.refresh_token, &[]));
    app.advance(Duration::from_millis(1));
    assert_refused(&web.refresh(&of_web.refresh_token, &[]));
    assert_dead(&web.userinfo(&of_web.access_token));

    for _ in 0..29 {
        app.advance(24 * 60 * MINUTE);
        of_native = Tokens::of(&native.refresh(&of_native.refresh_token, &[]));
    }
    let limit = began.plus(30 * 24 * 60 * MINUTE);
    app.advance(limit.since(app.clock().now()));
    assert_refused(&native.refresh(&of_native.refresh_token, &[]));
    assert_eq!(recorded(&app, "token.refused denied grant_expired"), 1);
}

fn a_code_used_twice_takes_back_its_refresh_token_too(database: Database) {
    let app = TestApp::start(database);
    let party = Party::renewing(&app);
    let code = party.sign_in(&Person::at(&app), &[("scope", OFFLINE)]).code();
    let tokens = party.tokens(&code);
    assert_refused(&party.exchange(&code, &[]));
    assert_refused(&party.refresh(&tokens.refresh_token, &[]));
}

#[test]
fn it_is_given_for_offline_access_to_a_client_that_is_registered_for_it_and_to_no_other() {
    let app = TestApp::start(Database::sqlite());
    let (person, party) = (Person::at(&app), Party::renewing(&app));
    assert_eq!(party.sign_in_to_tokens(&person, &[("scope", "openid profile")]).refresh_token, "");
    let booking = Party::booking(&app);
    let tokens = booking.tokens(&booking.callback(&person, &[("scope", OFFLINE)]).code());
    assert_eq!((tokens.refresh_token.as_str(), tokens.scope.as_str()), ("", "openid profile email"));
    let good = party.tokens(&party.callback(&person, &[("scope", OFFLINE)]).code());
    assert_eq!(token_error(&booking.refresh(&good.refresh_token, &[])), "unauthorized_client");
    for (scope, grants) in
        [("openid offline_access", "authorization_code"), ("openid", "authorization_code refresh_token")]
    {
        let half = clients::Draft { scope: Some(scope.to_owned()), grants: Some(grants.to_owned()), ..draft("半分") };
        let algorithms = [genkan::domain::SigningAlg::Rs256];
        let refused = clients::add(app.store(), &app.by(), half, &algorithms).expect("no fault");
        assert_eq!(refused.expect_err("refused").code(), "half_refresh");
    }
}

#[test]
fn one_that_is_forged_expired_from_the_future_or_another_value_gives_nothing() {
    let app = TestApp::start(Database::sqlite());
    let party = Party::renewing(&app);
    let tokens = party.sign_in_offline(&Person::at(&app));
    let (keys, now) = (app.cx().keys, app.clock().now());
    let value: RefreshToken = keys.open(&tokens.refresh_token, now).expect("ours");
    let again = |value: &RefreshToken, at: UnixTime| keys.seal(value, at, Random);
    let of = |n| RefreshToken { grant: value.grant.clone(), n, claims: Vec::new() };
    let middle = tokens.refresh_token.len() / 2;
    let letter = if tokens.refresh_token[middle..].starts_with('A') { "B" } else { "A" };
    let changed = format!("{}{letter}{}", &tokens.refresh_token[..middle], &tokens.refresh_token[middle + 1..]);
    for (what, bad) in [
        ("forged", "x".to_owned()),
        ("changed", changed),
        ("expired", again(&value, now.minus(RefreshToken::LIFETIME))),
        ("from the future", again(&value, now.plus(MINUTE + Duration::from_millis(1)))),
        ("an access token", tokens.access_token.clone()),
        ("an ID token", tokens.id_token.clone()),
        ("over-long", "r".repeat(60_000)),
    ] {
        assert_eq!(token_error(&party.refresh(&bad, &[])), "invalid_grant", "{what}");
    }
    assert_eq!(token_error(&party.refresh("", &[])), "invalid_request");
    let next = Tokens::of(&party.refresh(&tokens.refresh_token, &[]));
    // Sealed by us, but of a number that the store has not reached: it lost what came after, by a restore.
    assert_refused(&party.refresh(&again(&of(9), now), &[]));
    Tokens::of(&party.refresh(&next.refresh_token, &[]));
}
