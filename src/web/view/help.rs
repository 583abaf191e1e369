//! `/help`: the guide.

use serde::Serialize;

use super::Page;
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
