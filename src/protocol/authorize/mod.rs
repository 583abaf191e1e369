//! The authorization request (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1): one check per file, run in the order of
//! [`CHECKS`]. The first that refuses decides. Nothing is ever sent to a redirect URI that is not proven.

mod interaction;
mod refusal;
mod request;

pub use interaction::{Decision, Hinted, SessionFacts, decide};
pub use refusal::{AuthorizeRefusal, ErrorRedirect, PageReason, Refused};
pub use request::{AuthorizationRequest, Display, Prompt};

use super::params::Params;
use crate::domain::Client;

/// What came in. `client`: whom `client_id` names, if anybody.
pub struct Unchecked<'a> {
    pub params: &'a Params,
    pub client: Option<&'a Client>,
}

pub struct Check {
    pub name: &'static str,
    pub run: fn(&Unchecked<'_>) -> Result<(), Refused>,
}

/// Read from top to bottom.
pub const CHECKS: &[Check] = &[];

/// Runs the list; what passes is a request that may go on to sign-in.
pub fn check(_list: &[Check], _unchecked: &Unchecked<'_>) -> Result<AuthorizationRequest, AuthorizeRefusal> {
    todo!()
}
