//! `/terminal/{token}`: opening the link changes nothing; the press of 「この端末を登録」 spends it.

use serde::Serialize;

use super::Page;
use crate::domain::UnixTime;

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
