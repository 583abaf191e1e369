//! A passkey as the provider knows it: a public key and what was seen of it, never a private key nor a biometric.

use super::{PasskeyId, Proof, UnixTime, UserId, named::named};

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
    /// Of who made the authenticator, as of the registration.
    pub proof: Proof,
    /// Attestation statement format; unknown of passkeys older than the column.
    pub attestation_format: Option<String>,
    /// As the browser reported them, unchanged, unsigned.
    pub transports: Vec<String>,
    /// BE: may be synced between devices.
    pub backup_eligible: bool,
    /// BS: is synced now.
    pub backup_state: bool,
    pub sign_count: i64,
    /// Stays listed, and excluded from registering again, but signs nobody in.
    pub suspension: Option<Suspension>,
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

    pub const fn is_enabled(&self) -> bool {
        self.suspension.is_none()
    }

    /// A synced passkey has left the authenticator that a statement was about.
    pub fn custody(&self) -> Custody {
        match (self.backup_eligible, self.proof) {
            (true, _) => Custody::Synced,
            (false, Proof::Verified) => Custody::Hardware,
            (false, Proof::None | Proof::OfItself) => Custody::Device,
        }
    }
}

/// What keeps the private key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Custody {
    /// It may be on several devices at once.
    Synced,
    /// One device, as the device says.
    Device,
    /// One device, and a maker vouches for it.
    Hardware,
}

/// Since when a passkey is suspended, and by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspension {
    pub at: UnixTime,
    pub by: SuspendedBy,
    /// As an administrator gave it; their own people need not explain.
    pub reason: Option<String>,
}

named! {
    /// An administrator's suspension takes the place of the person's own, and only an administrator lifts it.
    SuspendedBy { Owner = "owner", Administrator = "administrator" }
}

/// Trimmed, without characters that only change how others are shown, 1 to [`Passkey::NAME_LIMIT`] characters.
pub fn clean_name(typed: &str) -> Option<String> {
    let name: String = typed.chars().filter(|c| !is_unseen(*c)).collect();
    let name: String = name.trim().chars().take(Passkey::NAME_LIMIT).collect();
    (!name.is_empty()).then_some(name)
}

/// Control characters, and those that turn the direction of a text or leave no trace (Unicode Standard Annex 9, §2). What
/// joins an emoji together stays.
pub fn is_unseen(c: char) -> bool {
    let turns = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_control() || turns || matches!(c, '\u{200b}' | '\u{2028}' | '\u{2029}' | '\u{2060}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_what_can_be_seen_of_it() {
        for (typed, name) in [
            ("  自分のスマホ ", Some("自分のスマホ")),
            ("院内\u{202e}PC\u{2069}", Some("院内PC")),
            ("\u{200b}\u{feff} \u{7}", None),
            ("👩\u{200d}⚕\u{fe0f}の鍵", Some("👩\u{200d}⚕\u{fe0f}の鍵")),
        ] {
            assert_eq!(clean_name(typed).as_deref(), name, "{typed:?}");
        }
        assert_eq!(clean_name(&"長".repeat(500)).map(|name| name.chars().count()), Some(Passkey::NAME_LIMIT));
    }
}
