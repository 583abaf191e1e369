//! `/settings/history`, what is asked of 「これは自分ではありません」, and the uses of one passkey.

use serde::Serialize;

use super::Page;
use crate::{domain::UnixTime, flows::account::history::Entry};

#[derive(Clone, Debug, Serialize)]
pub struct HistoryPage {
    /// Newest first.
    pub entries: Vec<Entry>,
    /// Where the next page begins, if there is one.
    pub older: Option<String>,
    /// The first page.
    pub newest: bool,
    /// Something was disowned a moment ago.
    pub disowned: bool,
}

impl Page for HistoryPage {
    const TEMPLATE: &'static str = "pages/history.html";
}

#[derive(Clone, Debug, Serialize)]
pub struct NotMePage {
    pub entry: Entry,
    /// It was done in this very session, which would end too.
    pub this_session: bool,
    pub contact: Option<String>,
}

impl Page for NotMePage {
    const TEMPLATE: &'static str = "pages/not_me.html";
}

#[derive(Clone, Debug, Serialize)]
pub struct PasskeyUsesPage {
    pub name: String,
    pub use_count: i64,
    pub created_at: UnixTime,
    pub created_user_agent: String,
    pub created_address: String,
    pub entries: Vec<Entry>,
}

impl Page for PasskeyUsesPage {
    const TEMPLATE: &'static str = "pages/passkey_uses.html";
}
