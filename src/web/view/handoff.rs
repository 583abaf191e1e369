//! A phone registers its own passkey: the PC's page, and the phone's.

use serde::Serialize;

use super::Page;
use crate::domain::UnixTime;

/// `/settings/passkeys/phone`.
#[derive(Clone, Debug, Serialize)]
pub struct HandoffPage {
    pub enrolling: bool,
    /// What the page's script compares what it hears with.
    pub seen: String,
    /// A `HandoffStage`; never `done`, which is the list of passkeys.
    pub stage: &'static str,
    /// For the QR code, as long as nobody has pressed.
    pub link: Option<String>,
    /// After wrong digits.
    pub tries_left: Option<i32>,
    pub pressed_elsewhere: bool,
    /// Empty when the time was over.
    pub end_reason: Option<String>,
    pub expires_at: UnixTime,
    /// The sealed request that waits.
    pub continue_to: Option<String>,
    pub contact: Option<String>,
}

/// `/phone/{token}`.
#[derive(Clone, Debug, Serialize)]
pub struct PhonePage {
    /// Part of its addresses.
    pub token: String,
    pub stage: &'static str,
    /// For the person to type at the PC.
    pub digits: Option<String>,
    pub person: String,
    pub clinic: String,
    /// Or so its browser says.
    pub is_phone: bool,
    pub limit: i32,
    pub expires_at: UnixTime,
    pub orphan: Option<Orphan>,
    pub contact: Option<String>,
}

/// What this phone made and nobody registered: its passkey manager may forget it (WebAuthn Level 3 §5.1.10).
#[derive(Clone, Debug, Serialize)]
pub struct Orphan {
    pub rp_id: String,
    pub credential_id: String,
}

impl Page for HandoffPage {
    const TEMPLATE: &'static str = "pages/handoff.html";
}

impl Page for PhonePage {
    const TEMPLATE: &'static str = "pages/phone.html";
}
