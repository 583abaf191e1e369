//! What each kind of session, hint and demand leads to.

use super::*;
use crate::protocol::{
    authorize::{CHECKS, Unchecked, check},
    testing::{NOW, client, good_but},
};

const ID: &str = "this-request";

fn request(changes: &[(&str, &str)]) -> AuthorizationRequest {
    let client = client();
    check(CHECKS, &Unchecked { params: &good_but(changes), client: Some(&client) }).unwrap()
}

fn hanako() -> UserId {
    UserId::new("hanako")
}

/// Signed in by passkey 100 s ago, for another request.
fn session(subject: &UserId) -> SessionFacts<'_> {
    let auth_time = NOW.minus(Duration::from_secs(100));
    SessionFacts {
        subject,
        enrolling: false,
        acr: Acr::Passkey,
        auth_time,
        authenticated_for: Some("another"),
        asks_who: false,
    }
}

fn decided(changes: &[(&str, &str)], change: impl FnOnce(&mut SessionFacts<'_>)) -> Decision {
    let subject = hanako();
    let mut session = session(&subject);
    change(&mut session);
    answered(changes, Hinted::Nobody, Some(session))
}

fn answered(changes: &[(&str, &str)], hinted: Hinted<'_>, session: Option<SessionFacts<'_>>) -> Decision {
    demanding(&Demands::default(), changes, hinted, session)
}

fn demanding(
    demands: &Demands,
    changes: &[(&str, &str)],
    hinted: Hinted<'_>,
    session: Option<SessionFacts<'_>>,
) -> Decision {
    decide(Asked { request: &request(changes), id: ID, demands }, hinted, session, NOW)
}

fn done(session: &mut SessionFacts<'_>) {
    session.authenticated_for = Some(ID);
}

fn failed_with(decision: Decision) -> Option<AuthorizeError> {
    match decision {
        Decision::Fail(error, _) => Some(error),
        _ => None,
    }
}

#[test]
fn who_is_signed_in_is_simply_in() {
    assert_eq!(decided(&[], |_| ()), Decision::Issue);
    assert_eq!(decided(&[("prompt", "none")], |_| ()), Decision::Issue);
    assert_eq!(decided(&[("prompt", "consent create")], |_| ()), Decision::Issue);
}

#[test]
fn who_is_not_signed_in_signs_in_and_never_under_prompt_none() {
    assert_eq!(answered(&[], Hinted::Nobody, None), Decision::SignIn);
    let silent = answered(&[("prompt", "none")], Hinted::Nobody, None);
    assert_eq!(failed_with(silent), Some(AuthorizeError::LoginRequired));
}

#[test]
fn prompt_login_is_met_only_by_a_sign_in_for_this_request() {
    for prompt in ["login", "select_account", "login consent"] {
        assert_eq!(decided(&[("prompt", prompt)], |_| ()), Decision::SignIn, "{prompt}");
        assert_eq!(decided(&[("prompt", prompt)], |s| s.auth_time = NOW), Decision::SignIn, "{prompt}");
        assert_eq!(decided(&[("prompt", prompt)], done), Decision::Issue, "{prompt}");
    }
}

#[test]
fn max_age_is_met_by_a_young_sign_in_or_by_one_for_this_request() {
    assert_eq!(decided(&[("max_age", "100")], |_| ()), Decision::Issue);
    assert_eq!(decided(&[("max_age", "99")], |_| ()), Decision::SignIn);
    assert_eq!(decided(&[("max_age", "99")], done), Decision::Issue);
    assert_eq!(decided(&[("max_age", "0")], |s| s.auth_time = NOW), Decision::SignIn);
    let silent = decided(&[("max_age", "99"), ("prompt", "none")], |_| ());
    assert_eq!(failed_with(silent), Some(AuthorizeError::LoginRequired));
}

#[test]
fn who_is_enrolling_registers_a_passkey_first_even_under_prompt_login() {
    for changes in [&[][..], &[("prompt", "login")], &[("max_age", "1")]] {
        assert_eq!(decided(changes, |s| s.enrolling = true), Decision::EnrolFirst);
    }
    let silent = decided(&[("prompt", "none")], |s| s.enrolling = true);
    assert_eq!(failed_with(silent), Some(AuthorizeError::InteractionRequired));
}

#[test]
fn a_hint_for_this_person_changes_nothing() {
    let subject = hanako();
    let same = Hinted::Person(&subject);
    let decision = answered(&[("prompt", "none")], same, Some(session(&subject)));
    assert_eq!(decision, Decision::Issue);
}

#[test]
fn a_hint_for_another_person_asks_for_a_sign_in_once_and_fails_under_prompt_none() {
    let (subject, other) = (hanako(), UserId::new("taro"));
    let hinted = Hinted::Person(&other);
    let decide = |changes: &[(&str, &str)], session| answered(changes, hinted, Some(session));
    assert_eq!(decide(&[], session(&subject)), Decision::SignIn);
    let silent = decide(&[("prompt", "none")], session(&subject));
    assert_eq!(failed_with(silent), Some(AuthorizeError::LoginRequired));
    let again = decide(&[], SessionFacts { authenticated_for: Some(ID), ..session(&subject) });
    assert_eq!(failed_with(again), Some(AuthorizeError::LoginRequired));
}

#[test]
fn an_unreadable_hint_fails_under_prompt_none_and_is_ignored_otherwise() {
    let subject = hanako();
    let decide = |changes: &[(&str, &str)]| answered(changes, Hinted::Unreadable, Some(session(&subject)));
    assert_eq!(failed_with(decide(&[("prompt", "none")])), Some(AuthorizeError::LoginRequired));
    assert_eq!(decide(&[]), Decision::Issue);
}

#[test]
fn a_sub_asked_for_by_value_works_like_a_hint() {
    let claims = |sub: &str| format!(r#"{{"id_token":{{"sub":{{"value":"{sub}"}}}}}}"#);
    assert_eq!(decided(&[("claims", &claims("hanako"))], |_| ()), Decision::Issue);
    assert_eq!(decided(&[("claims", &claims("taro"))], |_| ()), Decision::SignIn);
}

#[test]
fn an_essential_acr_is_reached_or_the_request_fails() {
    let claims = r#"{"id_token":{"acr":{"essential":true,"values":["phr"]}}}"#;
    let password = |s: &mut SessionFacts<'_>| s.acr = Acr::Password;
    assert_eq!(decided(&[("claims", claims)], |_| ()), Decision::Issue);
    assert_eq!(decided(&[("claims", claims)], password), Decision::SignIn);
    let again = decided(&[("claims", claims)], |s| {
        password(s);
        done(s);
    });
    assert_eq!(failed_with(again), Some(AuthorizeError::UnmetAuthenticationRequirements));
    let unknown = decided(&[("claims", &claims.replace("phr", "gold"))], |_| ());
    assert_eq!(failed_with(unknown), Some(AuthorizeError::UnmetAuthenticationRequirements));
}

#[test]
fn a_passkey_reaches_an_essential_second_factor() {
    let claims = r#"{"id_token":{"acr":{"essential":true,"values":["urn:genkan:acr:mfa"]}}}"#;
    for (acr, expected) in [
        (Acr::HardwarePasskey, Decision::Issue),
        (Acr::Passkey, Decision::Issue),
        (Acr::SecondFactor, Decision::Issue),
        (Acr::Temporary, Decision::SignIn),
        (Acr::Password, Decision::SignIn),
    ] {
        assert_eq!(decided(&[("claims", claims)], |s| s.acr = acr), expected, "{acr:?}");
    }
}

#[test]
fn what_the_client_demands_is_offered_once_and_then_refused() {
    let demands = Demands { min_acr: Some(Acr::Passkey), ..Demands::default() };
    let subject = hanako();
    let decided = |changes: &[(&str, &str)], acr, authenticated_for| {
        let session = SessionFacts { acr, authenticated_for, ..session(&subject) };
        demanding(&demands, changes, Hinted::Nobody, Some(session))
    };
    assert_eq!(decided(&[], Acr::Passkey, None), Decision::Issue);
    assert_eq!(decided(&[], Acr::SecondFactor, None), Decision::SignIn);
    assert_eq!(decided(&[], Acr::SecondFactor, Some(ID)), Decision::TooWeak(Barrier::Passkey));
    let silent = [("prompt", "none")];
    assert_eq!(failed_with(decided(&silent, Acr::Password, None)), Some(AuthorizeError::LoginRequired));
    let done = decided(&silent, Acr::Password, Some(ID));
    assert_eq!(failed_with(done), Some(AuthorizeError::UnmetAuthenticationRequirements));
}

#[test]
fn what_would_do_is_the_stricter_of_what_the_client_demands_and_asks_for() {
    let needs = |min_acr, takes_temporary, essential: &str| {
        let claims = format!(r#"{{"id_token":{{"acr":{{"essential":true,"values":[{essential}]}}}}}}"#);
        let demands = Demands { min_acr, takes_temporary, ..Demands::default() };
        needed(&request(&[("claims", &claims)]), &demands)
    };
    assert_eq!(needs(None, true, ""), None);
    assert_eq!(needs(None, true, r#""urn:genkan:acr:pwd""#), None);
    assert_eq!(needs(None, true, r#""phrh","urn:genkan:acr:mfa","gold""#), Some(Barrier::SecondFactor));
    assert_eq!(needs(Some(Acr::Passkey), true, r#""urn:genkan:acr:mfa""#), Some(Barrier::Passkey));
    assert_eq!(needs(Some(Acr::SecondFactor), false, r#""phrh""#), Some(Barrier::HardwarePasskey));
    assert_eq!(needs(None, false, ""), Some(Barrier::Temporary));
}

#[test]
fn where_somebody_else_may_sit_it_is_asked_who_and_never_under_prompt_none() {
    let unsure = |s: &mut SessionFacts<'_>| s.asks_who = true;
    assert_eq!(decided(&[], unsure), Decision::Confirm);
    let silent = decided(&[("prompt", "none")], unsure);
    assert_eq!(failed_with(silent), Some(AuthorizeError::InteractionRequired));
    assert_eq!(decided(&[("prompt", "login")], unsure), Decision::SignIn, "a sign-in says more");
}

#[test]
fn voluntary_acr_values_never_make_a_request_fail() {
    assert_eq!(decided(&[("acr_values", "gold phr")], |s| s.acr = Acr::Password), Decision::Issue);
    let claims = r#"{"id_token":{"acr":{"values":["phr"]}}}"#;
    assert_eq!(decided(&[("claims", claims)], |s| s.acr = Acr::Password), Decision::Issue);
}
