//! A clinic or hospital and its policies.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::{
    Accent, AllowList, ClinicId, InstitutionCode, RegistrationPolicy, TerminalKind, UnixTime, folded, named::named,
    password::PasswordClass,
};

#[derive(Clone, Debug)]
pub struct Clinic {
    pub id: ClinicId,
    pub name: String,
    pub name_kana: Option<String>,
    pub name_en: Option<String>,
    /// 医療機関コード; no two clinics have the same.
    pub code: Option<InstitutionCode>,
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
    /// On pages for its people, instead of our own.
    pub accent: Option<Accent>,
    /// From where those who work for it open the administration pages.
    pub admin_addresses: AllowList,
    pub created_at: UnixTime,
    pub updated_at: UnixTime,
}

impl Clinic {
    /// What a clinic may choose (NIST SP 800-63B-4 §2.2.3: within 24 h, idle within 1 h).
    pub const SESSION_IDLE: RangeInclusive<Duration> = Duration::from_secs(60)..=Duration::from_secs(3600);
    pub const SESSION_ABSOLUTE: RangeInclusive<Duration> = Duration::from_secs(300)..=Duration::from_secs(24 * 3600);

    /// What it is listed and found by: as it sounds, as it is written, and its code, each [`folded`].
    pub fn name_key(&self) -> String {
        let sound = self.name_kana.as_ref().unwrap_or(&self.name);
        let name_en = self.name_en.as_deref().unwrap_or_default();
        let code = self.code.as_ref().map(InstitutionCode::as_str).unwrap_or_default();
        format!("{} {} {} {code}", folded(sound), folded(&self.name), folded(name_en))
    }
}

named! {
    /// What a right password leads to. Ordered by strictness: of several clinics' the last counts.
    #[derive(PartialOrd, Ord)]
    Fallback {
        /// Into the house.
        PasswordOnly = "password_only",
        /// To the question for a code.
        SecondFactor = "second_factor",
        /// Nowhere: it is checked as ever, and nobody learns what came of it.
        Deny = "deny",
    }
}

impl Fallback {
    /// What a password has to be that is chosen under it.
    pub const fn least_password(self) -> PasswordClass {
        match self {
            Self::SecondFactor => PasswordClass::WithSecondFactor,
            Self::PasswordOnly | Self::Deny => PasswordClass::Alone,
        }
    }
}

/// What a clinic has chosen for its people's passwords.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum PasswordFallback {
    #[default]
    SecondFactor,
    /// A password alone signs in, for the recorded reason, until the date: from then on a second factor is asked for.
    PasswordOnly {
        reason: String,
        until: UnixTime,
    },
    Deny,
}

impl PasswordFallback {
    pub const fn chosen(&self) -> Fallback {
        match self {
            Self::SecondFactor => Fallback::SecondFactor,
            Self::PasswordOnly { .. } => Fallback::PasswordOnly,
            Self::Deny => Fallback::Deny,
        }
    }

    pub fn in_force(&self, now: UnixTime) -> Fallback {
        match self {
            Self::PasswordOnly { until, .. } if now >= *until => Fallback::SecondFactor,
            other => other.chosen(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_alone_signs_in_until_its_date_and_no_longer() {
        let until = UnixTime::from_secs(1_000);
        let fallback = PasswordFallback::PasswordOnly { reason: "更新待ち".to_owned(), until };
        assert_eq!(fallback.in_force(UnixTime::from_millis(999_999)), Fallback::PasswordOnly);
        assert_eq!(fallback.in_force(until), Fallback::SecondFactor);
        assert_eq!(PasswordFallback::default().in_force(until), Fallback::SecondFactor);
        assert_eq!(PasswordFallback::Deny.in_force(until), Fallback::Deny);
    }
}
