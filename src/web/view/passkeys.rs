//! `/settings/passkeys`: one card per passkey, and the way to another.

use serde::Serialize;

use super::Page;
use crate::domain::{Passkey, PasskeyId, UnixTime};

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
    /// The next one is registered on a phone, by its QR code.
    pub by_phone: bool,
    /// This is no phone, and one may be sent a link.
    pub own_qr: bool,
    /// How long registering may take.
    pub challenge_seconds: u64,
    /// The sign-in is recent and strong enough to add, resume or delete.
    pub may_change: bool,
    /// Signing in again would not help: only an invitation opens the way back to a passkey.
    pub needs_invitation: bool,
    /// Where to sign in again when it isn't.
    pub sign_in_again_uri: String,
    /// For the browser's own list; not while enrolling.
    pub signal: Option<PasskeySignal>,
    pub notice: Option<PasskeysNotice>,
    pub contact: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
pub struct PasskeyCard {
    pub id: PasskeyId,
    pub name: String,
    /// Where it is kept, as far as that is known.
    pub authenticator: Option<&'static str>,
    /// A maker vouches for it whom the operator trusts.
    pub proven: bool,
    pub backup: Backup,
    pub suspended: Option<Suspended>,
    pub created_at: UnixTime,
    pub created_user_agent: String,
    pub last_use: Option<LastUse>,
    pub use_count: i64,
    /// The one that opened this session.
    pub current: bool,
}

/// Whether it can be on several devices (BE), and is (BS).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Backup {
    Synced,
    Syncable,
    OneDevice,
}

impl Backup {
    pub const fn of(passkey: &Passkey) -> Self {
        match (passkey.backup_eligible, passkey.backup_state) {
            (true, true) => Self::Synced,
            (true, false) => Self::Syncable,
            (false, _) => Self::OneDevice,
        }
    }
}

#[derive(Clone, Debug, Serialize)]
pub struct Suspended {
    pub at: UnixTime,
    /// Lifted by nobody else.
    pub by_administrator: bool,
    pub reason: Option<String>,
}

/// What the browser's passkey manager is told (WebAuthn Level 3 §5.1.10).
#[derive(Clone, Debug, Serialize)]
pub struct PasskeySignal {
    pub rp_id: String,
    /// The user handle, base64url.
    pub user_id: String,
    /// Every credential, suspended ones too: what is missing here may be deleted from the device for good.
    pub accepted: Vec<String>,
    pub name: String,
    pub display_name: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct LastUse {
    pub at: UnixTime,
    /// Whose sign-in it was; none when nothing waited.
    pub application: Option<String>,
    pub user_agent: String,
    pub address: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PasskeysNotice {
    Registered,
    Renamed,
    Suspended,
    Resumed,
    Deleted,
    /// An administrator suspended it; nothing was changed.
    ByAdministrator,
    /// The name was empty or too long; nothing was changed.
    BadName,
    /// A password was chosen a moment ago and a passkey comes next.
    PasswordSaved,
}

impl Page for PasskeysPage {
    const TEMPLATE: &'static str = "pages/passkeys.html";
}
