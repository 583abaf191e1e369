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
