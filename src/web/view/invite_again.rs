//! `/admin/people/{member}/invite-again`: a new invitation for who has lost every way in.

use serde::Serialize;

use super::Page;
use crate::{
    domain::IdentityCheck,
    flows::admin::members::{Again, Wish, WrongAgain},
};

#[derive(Clone, Debug, Serialize)]
pub struct InviteAgainPage {
    pub clinic: String,
    pub person: String,
    /// They have never been in: nothing ends, and nobody has to make sure of them.
    pub anew: bool,
    /// Where a letter would go.
    pub email: String,
    /// The person is known to read there.
    pub proven: bool,
    /// Letters can be sent.
    pub mails: bool,
    /// Those that would be suspended.
    pub passkeys: usize,
    /// What an administrator asked for, and nobody agreed to yet.
    pub wish: Option<Wish>,
    /// A one-time code was asked for, which gives way to it.
    pub other: bool,
    /// A one-time code that can still be typed would end.
    pub open: bool,
    /// Whoever prints it, or has it sent to where nobody is known to read, needs a second to agree.
    pub needs_second: bool,
    /// What was to be agreed to waits no longer.
    pub over: bool,
    pub checks: &'static [IdentityCheck],
    /// As it was typed; of who agrees, how they made sure of the person.
    pub typed: Again,
    pub reason_limit: usize,
    pub wrong: Option<WrongAgain>,
    /// Where the form goes.
    pub action: String,
    pub back: String,
    /// Where to sign in again, where the sign-in is not recent or strong enough.
    pub sign_in_uri: Option<String>,
    /// There is nothing to sign in with: it leads to where a passkey is registered.
    pub no_passkey: bool,
}

impl Page for InviteAgainPage {
    const TEMPLATE: &'static str = "admin/invite_again.html";
}
