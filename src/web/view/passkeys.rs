//! `/settings/passkeys`: one card per passkey, and the way to another.

use serde::Serialize;

use super::Page;
use crate::domain::{PasskeyId, UnixTime};

#[derive(Clone, Debug, Serialize)]
pub struct PasskeysPage {
    /// The session reaches nothing else until a passkey has signed in.
    pub enrolling: bool,
    /// Name of the application that waits.
    pub application: Option<String>,
    /// The sealed request that waits; goes with the passkey sign-in that ends an enrolling session.
    pub continue_to: Option<String>,
    pub passkeys: Vec<PasskeyCard>,
    pub limit: i32,
    /// The sign-in is recent and strong enough to add, rename or delete.
    pub may_change: bool,
    /// Signing in again would not help: only an invitation opens the way back to a passkey.
    pub needs_invitation: bool,
    /// Where to sign in again when it isn't.
    pub sign_in_again_uri: String,
    pub notice: Option<PasskeysNotice>,
    pub contact: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
pub struct PasskeyCard {
    pub id: PasskeyId,
    pub name: String,
    pub synced: bool,
    pub enabled: bool,
    pub created_at: UnixTime,
    pub last_use: Option<LastUse>,
    pub use_count: i64,
    /// The one that opened this session.
    pub current: bool,
}

#[derive(Clone, Debug, Serialize)]
pub struct LastUse {
    pub at: UnixTime,
    pub user_agent: String,
    pub address: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PasskeysNotice {
    Registered,
    Renamed,
    Deleted,
    /// The name was empty or too long; nothing was changed.
    BadName,
    /// A password was chosen a moment ago and a passkey comes next.
    PasswordSaved,
}

impl Page for PasskeysPage {
    const TEMPLATE: &'static str = "pages/passkeys.html";
}
