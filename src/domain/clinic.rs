//! A clinic or hospital and its policies.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::{ClinicId, RegistrationPolicy, TerminalKind, UnixTime};

#[derive(Clone, Debug)]
pub struct Clinic {
    pub id: ClinicId,
    pub name: String,
    pub name_kana: Option<String>,
    pub name_en: Option<String>,
    /// Whom to ask, as shown on every refusal: a name, a telephone number, an extension.
    pub contact: String,
    pub password_fallback: PasswordFallback,
    pub registration: RegistrationPolicy,
    /// A session unused for so long no longer signs anybody in.
    pub session_idle: Duration,
    /// A session ends after so long, used or not.
    pub session_absolute: Duration,
    /// What a PC counts as that is not registered.
    pub unregistered_terminal: TerminalKind,
    pub created_at: UnixTime,
}

impl Clinic {
    /// What a clinic may choose (NIST SP 800-63B-4 §2.2.3: within 24 h, idle within 1 h).
    pub const SESSION_IDLE: RangeInclusive<Duration> = Duration::from_secs(60)..=Duration::from_secs(3600);
    pub const SESSION_ABSOLUTE: RangeInclusive<Duration> = Duration::from_secs(300)..=Duration::from_secs(24 * 3600);
}

/// What a password alone may do for the people of a clinic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PasswordFallback {
    /// It opens an enrolling session for somebody newly invited, and nothing else.
    Deny,
    /// It signs in, for the recorded reason, until a date if one is set.
    PasswordOnly { reason: String, until: Option<UnixTime> },
}

impl PasswordFallback {
    pub fn allows_password_alone(&self, now: UnixTime) -> bool {
        match self {
            Self::Deny => false,
            Self::PasswordOnly { until, .. } => until.is_none_or(|end| now < end),
        }
    }
}
