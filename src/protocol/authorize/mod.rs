//! The authorization request (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1): one check per file, run in the order of
//! [`CHECKS`]. The first that refuses decides. Nothing is ever sent to a redirect URI that is not proven.

mod claims_readable;
mod client_enabled;
mod client_known;
mod consent;
mod grant_allowed;
mod interaction;
mod lengths;
mod max_age;
mod not_repeated;
mod pkce;
mod prompt;
mod redirect_uri;
mod refusal;
mod request;
mod request_object;
mod response_mode;
mod response_type;
mod scope;
#[cfg(test)]
mod tests;

pub use consent::{Agreement, agreement};
pub use interaction::{Asked, Decision, Hinted, SessionFacts, decide, needed};
pub use refusal::{AuthorizeRefusal, ErrorRedirect, PageReason, Refused};
pub use request::{AuthorizationRequest, Display, Prompt};

use refusal::Proven;

use super::params::Params;
use crate::domain::Client;

/// What came in. `client`: whom `client_id` names, if anybody.
#[derive(Clone, Copy)]
pub struct Unchecked<'a> {
    pub params: &'a Params,
    pub client: Option<&'a Client>,
}

#[derive(Clone, Copy)]
pub struct Check {
    pub name: &'static str,
    pub run: fn(&Unchecked<'_>) -> Result<(), Refused>,
}

/// Read from top to bottom. The first three end on a page of ours; only after them there is somewhere to redirect to.
pub const CHECKS: &[Check] = &[
    Check { name: "client known", run: client_known::run },
    Check { name: "client enabled", run: client_enabled::run },
    Check { name: "redirect URI registered", run: redirect_uri::run },
    Check { name: "not repeated", run: not_repeated::run },
    Check { name: "lengths", run: lengths::run },
    Check { name: "no request object", run: request_object::run },
    Check { name: "response type", run: response_type::run },
    Check { name: "response mode", run: response_mode::run },
    Check { name: "grant allowed", run: grant_allowed::run },
    Check { name: "scope", run: scope::run },
    Check { name: "PKCE", run: pkce::run },
    Check { name: "prompt", run: prompt::run },
    Check { name: "max_age", run: max_age::run },
    Check { name: "claims readable", run: claims_readable::run },
];

/// Runs the list; what passes is a request that may go on to sign-in.
pub fn check(list: &[Check], unchecked: &Unchecked<'_>) -> Result<AuthorizationRequest, AuthorizeRefusal> {
    let unproven = AuthorizeRefusal::Page(PageReason::Unproven);
    for check in list {
        match (check.run)(unchecked) {
            Ok(()) => {}
            Err(Refused::Page(reason)) => return Err(AuthorizeRefusal::Page(reason)),
            Err(Refused::Error(error, description)) => {
                let proven = Proven::of(unchecked).ok_or(unproven)?;
                return Err(AuthorizeRefusal::Redirect(proven.error(unchecked.params, error, description)));
            }
        }
    }
    let proven = Proven::of(unchecked).ok_or(unproven)?;
    Ok(AuthorizationRequest::read(unchecked.params, &proven))
}
