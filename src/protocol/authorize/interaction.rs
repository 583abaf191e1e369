//! Go on, or what first? (OpenID Connect Core §3.1.2.3, §3.1.2.6.)

use std::time::Duration;

use crate::domain::{Acr, UnixTime, UserId};
use crate::protocol::error::AuthorizeError;

use super::{AuthorizationRequest, Prompt};

/// What counts of the session that the browser holds; it is alive and its person active.
#[derive(Clone, Copy, Debug)]
pub struct SessionFacts<'a> {
    pub subject: &'a UserId,
    pub enrolling: bool,
    pub acr: Acr,
    pub auth_time: UnixTime,
    /// Id of the authorization request that this session last authenticated for.
    pub authenticated_for: Option<&'a str>,
    /// It has been open for so long on a shared terminal that somebody else may sit there.
    pub asks_who: bool,
}

/// Whom `id_token_hint` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hinted<'a> {
    Nobody,
    Person(&'a UserId),
    /// A hint was sent that no key of ours signed: nobody matches it.
    Unreadable,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Give the code.
    Issue,
    SignIn,
    /// The session is there but may only register a first passkey; that will continue the request.
    EnrolFirst,
    /// The person first says that it is still they.
    Confirm,
    Fail(AuthorizeError, &'static str),
}

/// `id`: of this authorization request. A sign-in for it meets `prompt=login` and `max_age`, so that nobody is asked
/// twice; `prompt=none` never asks at all.
pub fn decide(
    request: &AuthorizationRequest,
    id: &str,
    hinted: Hinted<'_>,
    session: Option<SessionFacts<'_>>,
    now: UnixTime,
) -> Decision {
    let silent = request.asks(Prompt::None);
    let sign_in = |why| if silent { Decision::Fail(AuthorizeError::LoginRequired, why) } else { Decision::SignIn };

    let Some(session) = session else {
        return sign_in("nobody is signed in");
    };
    let done = session.authenticated_for == Some(id);

    if silent && hinted == Hinted::Unreadable {
        return Decision::Fail(AuthorizeError::LoginRequired, "id_token_hint is not an ID token of this provider");
    }
    if is_somebody_else(request, hinted, &session) {
        let why = "somebody else than the person asked for is signed in";
        return if done { Decision::Fail(AuthorizeError::LoginRequired, why) } else { sign_in(why) };
    }
    // Before any wish for a fresh sign-in: who is enrolling may have nothing to sign in with yet, and enrolling ends
    // with a passkey sign-in for this very request.
    if session.enrolling {
        return if silent {
            Decision::Fail(AuthorizeError::InteractionRequired, "a passkey has to be registered first")
        } else {
            Decision::EnrolFirst
        };
    }
    if !done && wants_fresh(request, &session, now) {
        return sign_in("a fresh sign-in is required");
    }
    if !meets_essential_acr(request, session.acr) {
        let why = "the essential acr was not reached";
        let reachable = request.claims.essential_acr.iter().any(|acr| Acr::parse(acr).is_some());
        return if done || !reachable {
            Decision::Fail(AuthorizeError::UnmetAuthenticationRequirements, why)
        } else {
            sign_in(why)
        };
    }
    if session.asks_who {
        return if silent {
            Decision::Fail(AuthorizeError::InteractionRequired, "the person has to say that it is still they")
        } else {
            Decision::Confirm
        };
    }
    Decision::Issue
}

fn is_somebody_else(request: &AuthorizationRequest, hinted: Hinted<'_>, session: &SessionFacts<'_>) -> bool {
    let hint_differs = matches!(hinted, Hinted::Person(person) if person != session.subject);
    let claim_differs = request.claims.sub.as_deref().is_some_and(|sub| sub != session.subject.as_str());
    hint_differs || claim_differs
}

/// `max_age=0` means the same as `prompt=login`.
fn wants_fresh(request: &AuthorizationRequest, session: &SessionFacts<'_>, now: UnixTime) -> bool {
    let asked = request.asks(Prompt::Login) || request.asks(Prompt::SelectAccount);
    let age = now.since(session.auth_time);
    asked || request.max_age.is_some_and(|limit| limit == 0 || age > Duration::from_secs(limit))
}

fn meets_essential_acr(request: &AuthorizationRequest, acr: Acr) -> bool {
    let wanted = &request.claims.essential_acr;
    wanted.is_empty() || wanted.iter().any(|value| value == acr.among(wanted).as_str())
}

#[cfg(test)]
mod tests {
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
        decide(&request(changes), ID, Hinted::Nobody, Some(session), NOW)
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
        assert_eq!(decide(&request(&[]), ID, Hinted::Nobody, None, NOW), Decision::SignIn);
        let silent = decide(&request(&[("prompt", "none")]), ID, Hinted::Nobody, None, NOW);
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
        let decision = decide(&request(&[("prompt", "none")]), ID, same, Some(session(&subject)), NOW);
        assert_eq!(decision, Decision::Issue);
    }

    #[test]
    fn a_hint_for_another_person_asks_for_a_sign_in_once_and_fails_under_prompt_none() {
        let (subject, other) = (hanako(), UserId::new("taro"));
        let hinted = Hinted::Person(&other);
        let decide = |changes: &[(&str, &str)], session| decide(&request(changes), ID, hinted, Some(session), NOW);
        assert_eq!(decide(&[], session(&subject)), Decision::SignIn);
        let silent = decide(&[("prompt", "none")], session(&subject));
        assert_eq!(failed_with(silent), Some(AuthorizeError::LoginRequired));
        let again = decide(&[], SessionFacts { authenticated_for: Some(ID), ..session(&subject) });
        assert_eq!(failed_with(again), Some(AuthorizeError::LoginRequired));
    }

    #[test]
    fn an_unreadable_hint_fails_under_prompt_none_and_is_ignored_otherwise() {
        let subject = hanako();
        let decide = |changes| decide(&request(changes), ID, Hinted::Unreadable, Some(session(&subject)), NOW);
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
}
