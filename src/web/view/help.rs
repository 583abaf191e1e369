//! `/help`, `/help/check`, `/help/downtime`: the guide, what this terminal can do, and the card for a bad day.

use serde::Serialize;

use super::{Page, TerminalHere};
use crate::domain::User;

#[derive(Clone, Debug, Serialize)]
pub struct GuidePage {
    /// When what it says last changed.
    updated: &'static str,
    /// Passkeys that one person may have.
    limit: i32,
    /// Whom to ask; without it 「院内の管理者」.
    contact: Option<String>,
}

impl GuidePage {
    pub const fn new(contact: Option<String>) -> Self {
        Self { updated: "2026-11-25", limit: User::PASSKEY_LIMIT, contact }
    }
}

impl Page for GuidePage {
    const TEMPLATE: &'static str = "pages/help/guide.html";
}

/// What the server sees of a terminal; the rest finds `assets/check.js`.
#[derive(Clone, Debug, Serialize)]
pub struct CheckPage {
    pub user_agent: String,
    pub address: String,
    pub https: bool,
    /// Our cookie came back.
    pub cookie: bool,
    pub terminal: TerminalHere,
    pub contact: Option<String>,
}

impl Page for CheckPage {
    const TEMPLATE: &'static str = "pages/help/check.html";
}

/// To be printed before it is needed.
#[derive(Clone, Debug, Serialize)]
pub struct DowntimePage {
    pub contact: Option<String>,
}

impl Page for DowntimePage {
    const TEMPLATE: &'static str = "pages/help/downtime.html";
}
