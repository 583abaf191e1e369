//! Values that travel sealed (codes, access tokens, waiting requests) are good for their purpose and their time alone.

use std::time::Duration;

use genkan::{
    domain::UnixTime,
    flows::{
        authorize::{Code, Waiting},
        token::AccessToken,
    },
    keys::{Keys, MasterKey, Sealable},
    random::Random,
};

use super::party::{MISAKI, Party, assert_dead, assert_page, token_error, waiting};
use crate::support::{
    app::{PASSWORD, TestApp},
    database::Database,
    person::Person,
};

/// What was sealed, sealed again otherwise.
struct Resealed {
    /// By another master key.
    foreign: String,
    /// In its last moment, past it, at the edge of what two clocks may differ, and beyond.
    dying: String,
    expired: String,
    ahead: String,
    future: String,
}

fn reseal<T: Sealable>(app: &TestApp, sealed: &str) -> Resealed {
    let (keys, now) = (app.cx().keys, app.clock().now());
    let value: T = keys.open(sealed, now).expect("ours");
    let at = |keys: &Keys, at: UnixTime| keys.seal(&value, at, Random);
    let moment = Duration::from_millis(1);
    let skew = Duration::from_secs(60);
    Resealed {
        foreign: at(&Keys::new(&MasterKey::generate(Random)), now),
        dying: at(&keys, now.minus(T::LIFETIME.checked_sub(moment).expect("a lifetime"))),
        expired: at(&keys, now.minus(T::LIFETIME)),
        ahead: at(&keys, now.plus(skew)),
        future: at(&keys, now.plus(skew + moment)),
    }
}

/// With one letter in the middle changed.
fn changed(sealed: &str) -> String {
    let middle = sealed.len() / 2;
    let other = if sealed[middle..].starts_with('A') { "B" } else { "A" };
    format!("{}{other}{}", &sealed[..middle], &sealed[middle + 1..])
}

#[test]
fn a_code_that_is_forged_expired_from_the_future_or_another_value_gives_nothing() {
    let app = TestApp::start(Database::sqlite());
    let party = Party::booking(&app);
    let person = Person::at(&app);
    let request = waiting(&party.ask(&person, &[]));
    let tokens = party.sign_in_to_tokens(&person, &[]);
    let code = party.callback(&person, &[]).code();
    let again = reseal::<Code>(&app, &code);
    for (what, bad) in [
        ("forged", "x"),
        ("no base64url", "診療"),
        ("changed", &changed(&code)),
        ("foreign", &again.foreign),
        ("expired", &again.expired),
        ("from the future", &again.future),
        ("an access token", &tokens.access_token),
        ("a waiting request", &request),
        ("an ID token", &tokens.id_token),
    ] {
        assert_eq!(token_error(&party.exchange(bad, &[])), "invalid_grant", "{what}");
    }
    party.tokens(&again.dying);
    let code = party.callback(&person, &[]).code();
    party.tokens(&reseal::<Code>(&app, &code).ahead);
}

#[test]
fn an_access_token_that_is_forged_expired_from_the_future_or_another_value_opens_nothing() {
    let app = TestApp::start(Database::sqlite());
    let party = Party::booking(&app);
    let person = Person::at(&app);
    let request = waiting(&party.ask(&person, &[]));
    let code = party.sign_in(&person, &[]).code();
    let tokens = party.tokens(&code);
    let again = reseal::<AccessToken>(&app, &tokens.access_token);
    for (what, bad) in [
        ("forged", "x"),
        ("changed", changed(&tokens.access_token).as_str()),
        ("foreign", &again.foreign),
        ("expired", &again.expired),
        ("from the future", &again.future),
        ("a code", &code),
        ("a waiting request", &request),
        ("an ID token", &tokens.id_token),
        ("no token at all", "\"x\""),
    ] {
        let answer = party.userinfo(bad);
        assert_dead(&answer);
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{what}");
    }
    for good in [&tokens.access_token, &again.dying, &again.ahead] {
        assert_eq!(party.userinfo(good).status, 200);
    }
    // The grant ends when the answer said so.
    app.advance(Duration::from_secs(15 * 60));
    assert_dead(&party.userinfo(&tokens.access_token));
}

#[test]
fn a_waiting_request_that_is_forged_expired_from_the_future_or_another_value_leads_nowhere() {
    let app = TestApp::start(Database::sqlite());
    let party = Party::booking(&app);
    let person = Person::at(&app);
    let request = waiting(&party.ask(&person, &[]));
    let tokens = party.sign_in_to_tokens(&person, &[]);
    let code = party.callback(&person, &[]).code();
    let again = reseal::<Waiting>(&app, &request);
    for (what, bad) in [
        ("forged", "x"),
        ("changed", changed(&request).as_str()),
        ("foreign", &again.foreign),
        ("expired", &again.expired),
        ("from the future", &again.future),
        ("a code", &code),
        ("an access token", &tokens.access_token),
    ] {
        let answer = person.get(&format!("/oauth/authorize?continue={bad}"));
        assert_eq!(answer.status, 400, "{what}");
        assert_page(&answer);
        // The person can still sign in, and comes to our own portal.
        let stranger = Person::at(&app);
        assert_eq!(stranger.get(&format!("/login?continue={bad}")).status, 200, "{what}");
        assert_eq!(stranger.sign_in(MISAKI, PASSWORD, Some(bad)).location(), "/", "{what}");
    }
    for good in [&request, &again.dying, &again.ahead] {
        party.came_back(&person.get(&format!("/oauth/authorize?continue={good}"))).code();
    }
}
