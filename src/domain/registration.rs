//! Which passkeys a clinic's people may register: the policy of a clinic.
//!
//! The AAGUID and the format are the authenticator's word, verified only where a clinic demands it; transports and attachment are the browser's
//! (WebAuthn Level 3 §5.2.1, §5.1), and whoever has developer tools can make them up. This is a rule of how a clinic
//! works, no wall against an attacker.

mod candidate;
mod together;

use std::{ops::RangeInclusive, time::Duration};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{AttestationDemand, named::named};
use candidate::Kept;
pub use candidate::{Attachment, Candidate, Channel};
pub use together::{Accepted, RegistrationPolicies};

named! {
    /// The strictest first.
    #[derive(PartialOrd, Ord, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    AllowedPasskeys {
        /// A phone, by QR code or on the phone itself.
        PhoneOnly = "phone_only",
        /// A phone to begin with, then whatever is no Windows Hello.
        PhoneFirst = "phone_first",
        AnyButWindowsHello = "any_but_windows_hello",
        Any = "any",
    }
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    SecurityKeys {
        Never = "never",
        /// Beside another passkey.
        Later = "later",
        Always = "always",
    }
    /// What becomes of a passkey of which nobody can tell where it is kept.
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    Unclear { Accept = "accept", Refuse = "refuse" }
    /// Choices that fit together; each can be changed afterwards.
    Preset {
        /// 「スマホQR」
        Phone = "phone",
        /// 「閉域網(USBキー)」: PCs without Bluetooth or internet.
        ClosedNetwork = "closed_network",
        /// 「個人PC」
        PersonalPc = "personal_pc",
    }
    NotAllowed {
        WindowsHello = "windows_hello_blocked",
        /// This device, or where only phones are allowed whatever is none.
        PlatformAuthenticator = "platform_authenticator_blocked",
        SecurityKey = "security_key_blocked",
        Synced = "synced_blocked",
        /// By the clinic's own lists of AAGUIDs.
        Listed = "authenticator_not_allowed",
        Unclear = "unclear_authenticator",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistrationPolicy {
    pub passkeys: AllowedPasskeys,
    pub security_keys: SecurityKeys,
    /// Passkeys that may be on several devices at once (BE).
    pub allow_synced: bool,
    pub unclear: Unclear,
    /// Clinics from before there was a choice made none.
    #[serde(default)]
    pub attestation: AttestationDemand,
    /// On a PC that is registered as one person's own, Windows Hello may follow another passkey.
    pub windows_hello_on_personal_pc: bool,
    /// AAGUIDs that are never accepted.
    pub blocked: Vec<Uuid>,
    /// The only ones that are, unless empty. A hidden AAGUID is none of them.
    pub only: Vec<Uuid>,
    /// How long somebody may take with the device, at signing in too.
    pub challenge_seconds: u64,
}

impl Default for RegistrationPolicy {
    fn default() -> Self {
        Preset::Phone.into()
    }
}

impl From<Preset> for RegistrationPolicy {
    fn from(preset: Preset) -> Self {
        let (passkeys, security_keys) = match preset {
            Preset::Phone | Preset::PersonalPc => (AllowedPasskeys::PhoneFirst, SecurityKeys::Later),
            Preset::ClosedNetwork => (AllowedPasskeys::AnyButWindowsHello, SecurityKeys::Always),
        };
        Self {
            passkeys,
            security_keys,
            allow_synced: true,
            unclear: Unclear::Accept,
            attestation: AttestationDemand::None,
            windows_hello_on_personal_pc: preset == Preset::PersonalPc,
            blocked: Vec::new(),
            only: Vec::new(),
            challenge_seconds: Self::CHALLENGE.start().as_secs(),
        }
    }
}

impl RegistrationPolicy {
    /// What a clinic may choose; the longer for those who need it (WCAG 2.2, success criterion 2.2.1).
    pub const CHALLENGE: RangeInclusive<Duration> = Duration::from_secs(60)..=Duration::from_secs(300);

    fn judge(&self, new: &Candidate<'_>) -> Result<(), NotAllowed> {
        let listed = |list: &[Uuid]| !new.aaguid.is_nil() && list.contains(&new.aaguid);
        if listed(&self.blocked) || !(self.only.is_empty() || listed(&self.only)) {
            return Err(NotAllowed::Listed);
        }
        if self.passkeys != AllowedPasskeys::Any {
            self.judge_place(new)?;
        }
        if new.backup_eligible && !self.allow_synced { Err(NotAllowed::Synced) } else { Ok(()) }
    }

    fn judge_place(&self, new: &Candidate<'_>) -> Result<(), NotAllowed> {
        let wants_phone = self.wants_phone(new.first);
        let personal = self.windows_hello_on_personal_pc && new.personal_pc && !new.first && !wants_phone;
        match new.kept() {
            Kept::Phone => Ok(()),
            Kept::WindowsHello | Kept::HiddenDevice if personal => Ok(()),
            Kept::WindowsHello => Err(NotAllowed::WindowsHello),
            Kept::HiddenDevice => Err(NotAllowed::PlatformAuthenticator),
            Kept::Device if wants_phone => Err(NotAllowed::PlatformAuthenticator),
            Kept::Device => Ok(()),
            Kept::SecurityKey if self.takes_security_key(new.first) => Ok(()),
            Kept::SecurityKey if self.passkeys == AllowedPasskeys::PhoneOnly => Err(NotAllowed::PlatformAuthenticator),
            Kept::SecurityKey => Err(NotAllowed::SecurityKey),
            Kept::Unclear if self.unclear == Unclear::Accept => Ok(()),
            Kept::Unclear => Err(NotAllowed::Unclear),
        }
    }

    /// This device would be refused, whatever it is.
    fn wants_phone(&self, first: bool) -> bool {
        match self.passkeys {
            AllowedPasskeys::PhoneOnly => true,
            AllowedPasskeys::PhoneFirst => first,
            AllowedPasskeys::AnyButWindowsHello | AllowedPasskeys::Any => false,
        }
    }

    fn takes_security_key(&self, first: bool) -> bool {
        match self.security_keys {
            SecurityKeys::Never => false,
            SecurityKeys::Later => !first,
            SecurityKeys::Always => true,
        }
    }
}

#[cfg(test)]
mod tests;
