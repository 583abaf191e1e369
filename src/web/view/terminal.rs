//! `/terminal/{token}`: opening the link changes nothing; the press of 「この端末を登録」 spends it. `/admin/terminals`: where that link
//! comes from.

use serde::Serialize;

use super::Page;
use crate::domain::{ClinicId, Seen, TerminalId, UnixTime};

#[derive(Clone, Debug, Serialize)]
pub struct TerminalPage {
    /// Part of the form's address, `POST /terminal/{token}`.
    pub token: String,
    pub name: String,
    /// `shared` or `personal`; the catalogue has each in plain words.
    pub kind: &'static str,
    pub clinic: String,
    pub expires_at: UnixTime,
    pub contact: String,
}

impl Page for TerminalPage {
    const TEMPLATE: &'static str = "pages/terminal.html";
}

/// What the PC that somebody sits at counts as.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TerminalHere {
    /// Of a registered one.
    pub name: Option<String>,
    /// `None`: that depends on the clinic of whoever signs in.
    pub kind: Option<&'static str>,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct TerminalsPage {
    pub clinic: String,
    /// It isn't the one that the administrator works for.
    pub other_clinic: Option<ClinicId>,
    pub terminals: Vec<TerminalLine>,
    /// Where the next page begins.
    pub more_after: Option<TerminalId>,
    /// This is not the first one.
    pub later: bool,
    pub may_manage: bool,
    /// Where to sign in before anything is changed.
    pub sign_in_uri: Option<String>,
    pub name_limit: usize,
    /// One has just been.
    pub revoked: bool,
    pub bad_name: bool,
    /// As they had been entered.
    pub typed: String,
    pub kind: &'static str,
}

#[derive(Clone, Debug, Serialize)]
pub struct TerminalLine {
    pub id: TerminalId,
    pub name: String,
    pub kind: &'static str,
    /// `waiting` or `registered`.
    pub state: &'static str,
    /// Of the link that waits.
    pub until: UnixTime,
    pub registered: Option<Seen>,
    pub last_seen: Option<Seen>,
    /// Where people seem to be who are signed in there: more than one, and its cookie may have been copied.
    pub places: usize,
}

impl Page for TerminalsPage {
    const TEMPLATE: &'static str = "admin/terminals.html";
}

/// Seen once.
#[derive(Clone, Serialize)]
pub struct TerminalLinkPage {
    pub clinic: String,
    pub name: String,
    pub kind: &'static str,
    pub link: String,
    pub until: UnixTime,
    pub back: String,
}

impl Page for TerminalLinkPage {
    const TEMPLATE: &'static str = "admin/terminal_link.html";
}

#[derive(Clone, Debug, Serialize)]
pub struct RevokeTerminalPage {
    pub clinic: String,
    pub name: String,
    pub action: String,
    pub back: String,
    pub sign_in_uri: Option<String>,
}

impl Page for RevokeTerminalPage {
    const TEMPLATE: &'static str = "admin/revoke_terminal.html";
}
