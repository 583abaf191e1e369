//! A passkey as the provider knows it: a public key and what was seen of it, never a private key nor a biometric.

use super::{PasskeyId, UnixTime, UserId};

#[derive(Clone, Debug)]
pub struct Passkey {
    pub id: PasskeyId,
    pub user_id: UserId,
    /// base64url; unique over all people.
    pub credential_id: String,
    /// webauthn-rs' own JSON of the credential (public key, algorithm).
    pub credential: String,
    /// 「自分のスマホ」
    pub name: String,
    pub aaguid: uuid::Uuid,
    /// As the browser reported them, unchanged, unsigned.
    pub transports: Vec<String>,
    /// BE: may be synced between devices.
    pub backup_eligible: bool,
    /// BS: is synced now.
    pub backup_state: bool,
    pub sign_count: i64,
    /// `false` while suspended: stays listed and excluded, signs nobody in.
    pub enabled: bool,
    pub created_at: UnixTime,
    pub created_ip: String,
    pub created_user_agent: String,
    pub last_used_at: Option<UnixTime>,
    pub last_used_ip: Option<String>,
    pub last_used_user_agent: Option<String>,
    pub use_count: i64,
}

impl Passkey {
    /// Characters of a name.
    pub const NAME_LIMIT: usize = 40;
}

/// A name for a new passkey: the person's own, or what can be told from how it was registered.
pub fn device_name(typed: Option<&str>, transports: &[String], user_agent: &str) -> String {
    if let Some(name) = typed.and_then(clean_name) {
        return name;
    }
    let has = |name: &str| transports.iter().any(|transport| transport == name);
    if has("usb") || has("nfc") {
        return "セキュリティキー".to_owned();
    }
    let by_phone = ["iPhone", "Android"].iter().any(|phone| user_agent.contains(phone));
    let name = if by_phone || (has("hybrid") && !has("internal")) {
        "スマートフォン"
    } else {
        "この端末のパスキー"
    };
    name.to_owned()
}

/// Trimmed, without control characters, 1 to [`Passkey::NAME_LIMIT`] characters.
pub fn clean_name(typed: &str) -> Option<String> {
    let name: String = typed.trim().chars().filter(|c| !c.is_control()).take(Passkey::NAME_LIMIT).collect();
    (!name.is_empty()).then_some(name)
}
