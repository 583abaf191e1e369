//! Go on, or what first? (OpenID Connect Core §3.1.2.3, §3.1.2.6.)

use crate::domain::{Acr, UnixTime, UserId};
use crate::protocol::error::AuthorizeError;

use super::AuthorizationRequest;

/// What counts of the session that the browser holds; it is alive and its person active.
#[derive(Clone, Copy, Debug)]
pub struct SessionFacts<'a> {
    pub subject: &'a UserId,
    pub enrolling: bool,
    pub acr: Acr,
    pub auth_time: UnixTime,
    /// Id of the authorization request that this session last authenticated for.
    pub authenticated_for: Option<&'a str>,
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
    Fail(AuthorizeError, &'static str),
}

/// `id`: of this authorization request.
pub fn decide(
    _request: &AuthorizationRequest,
    _id: &str,
    _hinted: Hinted<'_>,
    _session: Option<SessionFacts<'_>>,
    _now: UnixTime,
) -> Decision {
    todo!()
}
