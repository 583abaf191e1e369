//! Go on, or what first? (OpenID Connect Core §3.1.2.3, §3.1.2.6.)

use std::time::Duration;

use crate::domain::{Acr, Barrier, Demands, UnixTime, UserId};
use crate::protocol::error::AuthorizeError;

use super::{AuthorizationRequest, Prompt};

/// What is asked: by the application now, and by what it is registered for.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    pub request: &'a AuthorizationRequest,
    /// Of this authorization request.
    pub id: &'a str,
    pub demands: &'a Demands,
}

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
    /// The person has just signed in, and not in a way that the application takes.
    TooWeak(Barrier),
}

/// The way of signing in that would do, where not every one does: for the page where that is chosen.
pub fn needed(request: &AuthorizationRequest, demands: &Demands) -> Option<Barrier> {
    let essential = request.claims.essential_acr.iter().filter_map(|acr| Acr::parse(acr)).min();
    let least = essential.max(demands.min_acr).and_then(Barrier::below);
    least.or((!demands.takes_temporary).then_some(Barrier::Temporary))
}

/// A sign-in for the request itself meets `prompt=login` and `max_age`, so that nobody is asked
/// twice; `prompt=none` never asks at all.
pub fn decide(
    Asked { request, id, demands }: Asked<'_>,
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
    if let Some(barrier) = demands.unmet_by(session.acr) {
        return if done && !silent {
            Decision::TooWeak(barrier)
        } else if done {
            Decision::Fail(AuthorizeError::UnmetAuthenticationRequirements, "the sign-in is too weak for this client")
        } else {
            sign_in("a stronger sign-in is required")
        };
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
mod tests;
