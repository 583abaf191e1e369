//! Who has to sign in (again), and what the ID token says about when: `prompt`, `max_age`, `id_token_hint`, and the
//! wishes that never fail (OpenID Connect Core §3.1.2.1).

use std::time::Duration;

use genkan::{
    domain::{KeyState, SigningAlg},
    keys::{KeyRing, Keys, MasterKey},
    random::Random,
};
use serde_json::json;

use super::party::{MISAKI, Party, Tokens, part, waiting};
use crate::support::{
    app::{PASSWORD, TestApp},
    database::Database,
    person::Person,
};

fn app() -> TestApp {
    TestApp::start(Database::sqlite())
}

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

#[test]
fn prompt_login_signs_in_again_and_moves_auth_time() {
    let app = app();
    let party = Party::booking(&app);
    let person = Person::at(&app);
    let first = party.sign_in_to_tokens(&person, &[]);
    for prompt in ["login", "select_account"] {
        app.advance(seconds(2));
        let before = party.tokens(&party.callback(&person, &[]).code());
        let again = party.sign_in_to_tokens(&person, &[("prompt", prompt)]);
        assert!(again.auth_time() >= before.auth_time() + 2, "{prompt}");
        // The applications that were entered before stay in.
        assert_eq!((again.text("sub"), again.text("sid")), (first.text("sub"), first.text("sid")), "{prompt}");
        assert_eq!(party.userinfo(&first.access_token).status, 200);
    }
    // A second request with it wants another sign-in, however young the last.
    waiting(&party.ask(&person, &[("prompt", "login")]));
}

#[test]
fn a_sign_in_for_another_request_does_not_meet_prompt_login() {
    let app = app();
    let party = Party::booking(&app);
    let person = Person::at(&app);
    let sealed = waiting(&party.ask(&person, &[("prompt", "login")]));
    party.sign_in(&person, &[]).code();
    waiting(&person.get(&format!("/oauth/authorize?continue={sealed}")));
}

#[test]
fn prompt_none_without_a_session_says_login_required_by_redirect() {
    let app = app();
    let party = Party::booking(&app);
    let stranger = Person::at(&app);
    assert_eq!(party.callback(&stranger, &[("prompt", "none")]).error(), "login_required");
    let posted = party.ask_by_post(&[("prompt", "none")]);
    assert_eq!(party.came_back(&stranger.get(posted.location())).error(), "login_required");
    // Nor with a session that has been idle for too long.
    let person = Person::at(&app);
    party.sign_in(&person, &[]);
    app.advance(seconds(31 * 60));
    assert_eq!(party.callback(&person, &[("prompt", "none")]).error(), "login_required");
}

#[test]
fn prompt_none_with_a_session_answers_at_once_with_the_same_auth_time() {
    let app = app();
    let party = Party::booking(&app);
    let person = Person::at(&app);
    let first = party.sign_in_to_tokens(&person, &[]);
    app.advance(seconds(90));
    let second = party.tokens(&party.callback(&person, &[("prompt", "none")]).code());
    for claim in ["sub", "auth_time", "sid", "acr", "amr"] {
        assert_eq!(first.claims[claim], second.claims[claim], "{claim}");
    }
    assert!(second.claims["iat"].as_i64() > first.claims["iat"].as_i64());
    assert_ne!(first.access_token, second.access_token);
}

#[test]
fn prompt_none_with_an_enrolling_session_says_interaction_required() {
    let app = app();
    let party = Party::booking(&app);
    let hanako = Person::at(&app);
    hanako.sign_in("hanako@sakura.example", PASSWORD, None);
    assert_eq!(party.callback(&hanako, &[("prompt", "none")]).error(), "interaction_required");
}

#[test]
fn max_age_1_signs_in_again_after_two_seconds() {
    let app = app();
    let party = Party::booking(&app);
    let person = Person::at(&app);
    let first = party.sign_in_to_tokens(&person, &[]);
    app.advance(seconds(1));
    party.callback(&person, &[("max_age", "1")]).code();
    app.advance(seconds(1));
    assert_eq!(party.callback(&person, &[("max_age", "1"), ("prompt", "none")]).error(), "login_required");
    let second = party.sign_in_to_tokens(&person, &[("max_age", "1")]);
    assert_eq!(second.auth_time(), first.auth_time() + 2);
    // 0 is the same as prompt=login.
    party.sign_in(&person, &[("max_age", "0")]).code();
}

#[test]
fn max_age_10000_answers_at_once_and_both_id_tokens_tell_the_same_auth_time() {
    let app = app();
    let party = Party::booking(&app);
    let person = Person::at(&app);
    let first = party.sign_in_to_tokens(&person, &[("max_age", "15000")]);
    app.advance(seconds(5));
    let second = party.tokens(&party.callback(&person, &[("max_age", "10000")]).code());
    assert_eq!(first.auth_time(), second.auth_time());
}

#[test]
fn a_hint_for_this_person_answers_at_once_even_when_it_has_expired() {
    let app = app();
    let party = Party::booking(&app);
    let person = Person::at(&app);
    let first = party.sign_in_to_tokens(&person, &[]);
    let silent = [("prompt", "none"), ("id_token_hint", first.id_token.as_str())];
    for age in [0, 20 * 60] {
        app.advance(seconds(age));
        let second = party.tokens(&party.callback(&person, &silent).code());
        assert_eq!((first.text("sub"), first.auth_time()), (second.text("sub"), second.auth_time()));
    }
    assert!(first.claims["exp"].as_i64() < Some(app.clock().now().secs()));
}

#[test]
fn a_hint_for_somebody_else_never_answers_for_this_person() {
    let app = app();
    let party = Party::booking(&app);
    let person = Person::at(&app);
    let first = party.sign_in_to_tokens(&person, &[]);
    let mut claims = first.claims.clone();
    claims["sub"] = json!(app.hanako.id.as_str());
    let hint = app.cx().ring.sign(SigningAlg::Rs256, "JWT", &claims).expect("a token of ours");
    let silent = [("prompt", "none"), ("id_token_hint", hint.as_str())];
    assert_eq!(party.callback(&person, &silent).error(), "login_required");
    // She is asked once; who signs in as the wrong person all the same is not asked for ever.
    assert_eq!(party.sign_in(&person, &silent[1..]).error(), "login_required");
}

#[test]
fn a_hint_that_no_key_of_ours_signed_vouches_for_nobody() {
    let app = app();
    let party = Party::booking(&app);
    let person = Person::at(&app);
    let first = party.sign_in_to_tokens(&person, &[]);
    for (what, hint) in forged_hints(&app, &first) {
        let silent = [("prompt", "none"), ("id_token_hint", hint.as_str())];
        assert_eq!(party.callback(&person, &silent).error(), "login_required", "{what}");
    }
}

/// Tokens that say what `good` says and prove nothing.
pub fn forged_hints(app: &TestApp, good: &Tokens) -> Vec<(&'static str, String)> {
    let foreign = Keys::new(&MasterKey::generate(Random));
    let key =
        KeyRing::generate(SigningAlg::Rs256, KeyState::Active, &foreign, Random, app.clock().now()).expect("a key");
    let foreign = KeyRing::load(vec![key], &foreign).expect("another provider's keys");
    let encode = |value: &serde_json::Value| {
        use base64::Engine as _;
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(value.to_string())
    };
    let (header, rest) = good.id_token.split_once('.').expect("a JWT");
    let (claims, signature) = rest.split_once('.').expect("a JWT");
    let (mut none, mut other) = (part(&good.id_token, 0), good.claims.clone());
    none["alg"] = json!("none");
    other["iat"] = json!(1);
    let mut elsewhere = good.claims.clone();
    elsewhere["iss"] = json!("https://evil.example");
    let ours = &app.cx().ring;
    vec![
        ("foreign key", foreign.sign(SigningAlg::Rs256, "JWT", &good.claims).expect("signed")),
        ("alg none", format!("{}.{claims}.", encode(&none))),
        ("alg none with the old signature", format!("{}.{claims}.{signature}", encode(&none))),
        ("no signature", format!("{header}.{claims}.")),
        ("changed claims", format!("{header}.{}.{signature}", encode(&other))),
        ("another issuer's", ours.sign(SigningAlg::Rs256, "JWT", &elsewhere).expect("signed")),
        ("another kind of token", ours.sign(SigningAlg::Rs256, "logout+jwt", &good.claims).expect("signed")),
        ("an access token", good.access_token.clone()),
        ("no JWT", "x".to_owned()),
        ("dots", "...".to_owned()),
    ]
}

#[test]
fn mere_wishes_and_unknown_parameters_never_fail() {
    let app = app();
    let party = Party::booking(&app);
    let person = Person::at(&app);
    party.sign_in(&person, &[]);
    for wish in [
        ("display", "page"),
        ("display", "popup"),
        ("display", "touch"),
        ("display", "wap"),
        ("display", "hologram"),
        ("ui_locales", "se"),
        ("ui_locales", "x y z"),
        ("claims_locales", "se"),
        ("login_hint", "buffy@localhost"),
        ("login_hint", "<script>"),
        ("acr_values", "1 2"),
        ("acr_values", "phrh gold"),
        ("extra", "foobar"),
        ("prompt", "create"),
        ("response_mode", "query"),
        ("audience", "x"),
        ("resource", "y"),
        ("claims", "{}"),
        ("scope", "openid offline_access unheard_of"),
    ] {
        party.tokens(&party.callback(&person, &[wish]).code());
        // On the way through the login page too.
        party.sign_in(&Person::at(&app), &[wish]).code();
    }
}

#[test]
fn acr_values_are_answered_with_one_of_them() {
    let app = app();
    let party = Party::booking(&app);
    let supported = party.itself.get("/.well-known/openid-configuration").json()["acr_values_supported"].clone();
    let supported: Vec<_> = supported.as_array().expect("a list").iter().filter_map(|acr| acr.as_str()).collect();
    let tokens = party.sign_in_to_tokens(&Person::at(&app), &[("acr_values", &supported.join(" "))]);
    assert!(supported.contains(&tokens.text("acr")), "{}", tokens.claims);
}

#[test]
fn an_essential_acr_that_is_not_reached_goes_back_as_unmet() {
    let app = app();
    let party = Party::booking(&app);
    let person = Person::at(&app);
    let essential = [("claims", r#"{"id_token":{"acr":{"essential":true,"values":["phr"]}}}"#)];
    assert_eq!(party.sign_in(&person, &essential).error(), "unmet_authentication_requirements");
    let reached = [("claims", r#"{"id_token":{"acr":{"essential":true,"values":["phr","urn:genkan:acr:pwd"]}}}"#)];
    party.callback(&person, &reached).code();
}

#[test]
fn scopes_and_parameters_in_another_order_work_alike() {
    let app = app();
    let party = Party::booking(&app);
    let person = Person::at(&app);
    party.sign_in(&person, &[]);
    let request = party.request(&[("scope", "email openid")]);
    let reversed: Vec<_> = request.split('&').rev().collect();
    let answer = person.get(&format!("/oauth/authorize?{}", reversed.join("&")));
    let tokens = party.tokens(&party.came_back(&answer).code());
    assert_eq!(party.userinfo(&tokens.access_token).json()["email"], MISAKI);
}

#[test]
fn a_request_by_post_reads_no_cookie_and_goes_on_by_get() {
    let app = app();
    let party = Party::booking(&app);
    let person = Person::at(&app);
    // Signed in: straight back. Not signed in: by way of the login page.
    let sealed = waiting(&party.ask_by_post(&[]));
    let login = person.get(&format!("/oauth/authorize?continue={sealed}"));
    let signed_in = person.sign_in(MISAKI, PASSWORD, Some(&waiting(&login)));
    party.tokens(&party.came_back(&person.follow(signed_in)).code());
    let sealed = waiting(&party.ask_by_post(&[("prompt", "none")]));
    party.tokens(&party.came_back(&person.get(&format!("/oauth/authorize?continue={sealed}"))).code());
}

#[test]
fn the_login_page_is_filled_in_by_the_hint_and_speaks_the_language_asked_for() {
    let app = app();
    let party = Party::booking(&app);
    let page = |changes: &[(&str, &str)]| {
        let person = Person::at(&app);
        let answer = person.follow(party.ask(&person, changes));
        assert_eq!(answer.status, 200);
        answer
    };
    let plain = page(&[]);
    assert!(plain.body.contains(r#"<html lang="ja""#) && plain.body.contains("さくら予約"), "{}", plain.body);
    assert!(page(&[("login_hint", MISAKI)]).body.contains(&format!(r#"value="{MISAKI}""#)));
    let escaped = page(&[("login_hint", r#""><script>alert(1)</script>"#)]).body;
    assert!(!escaped.contains("<script>alert"), "{escaped}");
    for (asked, spoken) in [("en", "en"), ("en-GB ja", "en"), ("fr en", "en"), ("ja en", "ja"), ("se", "ja")] {
        let answer = page(&[("ui_locales", asked)]);
        assert!(answer.body.contains(&format!(r#"<html lang="{spoken}""#)), "{asked}");
        assert_eq!(answer.header("content-language"), Some(spoken), "{asked}");
    }
}
