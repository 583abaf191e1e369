//! `/admin/invitations` and `/admin/people/invite`: who is on their way in, and the sheet that is handed over.

use serde::Serialize;

use super::Page;
use crate::{
    domain::{InvitationId, UnixTime},
    flows::admin::members::{Guest, Open, Wrong},
};

#[derive(Clone, Debug, Serialize)]
pub struct InvitationsPage {
    pub clinic: String,
    pub open: Vec<Open>,
    /// Where the next page begins.
    pub more_after: Option<InvitationId>,
    /// This is not the first one.
    pub later: bool,
    pub may_invite: bool,
    pub notice: Option<&'static str>,
}

impl Page for InvitationsPage {
    const TEMPLATE: &'static str = "admin/invitations.html";
}

#[derive(Clone, Debug, Serialize)]
pub struct InvitePage {
    pub clinic: String,
    pub guest: Guest,
    /// That may be given, lowest first.
    pub roles: Vec<&'static str>,
    /// Letters can be sent.
    pub mails: bool,
    pub wrong: Option<Wrong>,
    /// Where to sign in again, where the sign-in is not recent or strong enough.
    pub sign_in_uri: Option<String>,
}

impl Page for InvitePage {
    const TEMPLATE: &'static str = "admin/invite.html";
}

/// On paper. The answer to the press that makes the link, which is kept nowhere.
#[derive(Serialize)]
pub struct SheetPage {
    pub clinic: String,
    pub contact: String,
    pub person: String,
    /// The link.
    pub address: String,
    pub until: UnixTime,
}

impl Page for SheetPage {
    const TEMPLATE: &'static str = "admin/sheet.html";
}
