//! An administrator's one-time code: the way in for a day, for somebody whose phone is broken (医療情報システムの安全管理に関する
//! ガイドライン, システム運用編 14③).
//!
//! One administrator asks for it, and where the clinic has a second who could, that one has it made, and reads it out to whom
//! they have seen. It is typed once, within a quarter of an hour, beside the password of whoever has one.

use std::time::Duration;

use serde::Serialize;
use zeroize::Zeroizing;

use super::{
    AccessCodeId, ClinicId, IdentityCheck, Permission, SecretHash, UnixTime, UserId, named::named,
    second_factor::without_gaps,
};

named! {
    /// What an administrator asks another to agree to.
    #[derive(Serialize)]
    #[serde(rename_all = "snake_case")]
    Purpose {
        Code = "code",
        /// For somebody who has lost every way in. It is made when the other agrees, and kept as an invitation is.
        Invitation = "invitation",
    }
}

impl Purpose {
    /// Of both administrators.
    pub const fn permission(self) -> Permission {
        match self {
            Self::Code => Permission::IssueAccessCode,
            Self::Invitation => Permission::ReinvitePerson,
        }
    }
}

/// Asked for, or made. A person has one at most, whatever it is for.
#[derive(Clone, Debug)]
pub struct AccessCode {
    pub id: AccessCodeId,
    pub purpose: Purpose,
    /// Whose way in it is.
    pub user_id: UserId,
    /// Where they work by it, and nowhere else.
    pub clinic_id: ClinicId,
    pub reason: String,
    /// How whoever asked for an invitation made sure of the person.
    pub checked: Option<IdentityCheck>,
    /// `None`: at the server itself.
    pub asked_by: Option<UserId>,
    pub asked_at: UnixTime,
    /// Keyed with the master key: of eight digits a stolen store would give all away. `None`: it is not made yet.
    pub code_hash: Option<SecretHash>,
    pub tries_left: i32,
    /// Of the code, or of the wish for it.
    pub expires_at: UnixTime,
}

impl AccessCode {
    pub const LIFETIME: Duration = Duration::from_secs(15 * 60);
    /// A second administrator has so long to agree.
    pub const WAITS_FOR: Duration = Duration::from_secs(3600);
    pub const TRIES: i32 = 5;

    /// Nothing is made yet.
    pub fn asked_for(
        id: AccessCodeId,
        (user, clinic): (&UserId, &ClinicId),
        by: Option<&UserId>,
        reason: String,
        now: UnixTime,
    ) -> Self {
        Self {
            id,
            purpose: Purpose::Code,
            user_id: user.clone(),
            clinic_id: clinic.clone(),
            reason,
            checked: None,
            asked_by: by.cloned(),
            asked_at: now,
            code_hash: None,
            tries_left: Self::TRIES,
            expires_at: now.plus(Self::WAITS_FOR),
        }
    }

    /// A second administrator can still agree.
    pub fn is_waiting(&self, now: UnixTime) -> bool {
        self.code_hash.is_none() && now < self.expires_at
    }

    /// It can still be typed.
    pub fn is_open(&self, now: UnixTime) -> bool {
        self.code_hash.is_some() && self.tries_left > 0 && now < self.expires_at
    }
}

/// Eight digits, for one person to say and another to type. `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessDigits(Zeroizing<String>);

impl AccessDigits {
    pub const COUNT: usize = 8;

    /// Of as many bits as make each number as likely as any other, to one in a hundred thousand million.
    pub fn from_bytes(bytes: [u8; 8]) -> Self {
        let digits = Self::COUNT;
        Self(Zeroizing::new(format!("{:0digits$}", u64::from_be_bytes(bytes) % 100_000_000)))
    }

    /// As somebody typed them: full width or half, with blanks or dashes between them.
    pub fn parse(typed: &str) -> Option<Self> {
        let digits = without_gaps(typed);
        (digits.len() == Self::COUNT && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(Self(digits))
    }

    /// In two groups, to be read out.
    pub fn shown(&self) -> String {
        let (first, second) = self.0.split_at(Self::COUNT / 2);
        format!("{first} {second}")
    }

    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for AccessDigits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AccessDigits(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_digits_are_read_back_as_they_are_said() {
        let digits = AccessDigits::from_bytes(100_000_042_u64.to_be_bytes());
        assert_eq!(digits.shown(), "0000 0042");
        for typed in ["00000042", "0000 0042", " 0000-0042 ", "００００　００４２", "００００ー００４２"]
        {
            assert_eq!(AccessDigits::parse(typed).as_ref(), Some(&digits), "{typed}");
        }
        for typed in ["", "0000004", "000000042", "0000004a", "012345", "٠١٢٣٤٥٦٧", &"0".repeat(10_000)] {
            assert_eq!(AccessDigits::parse(typed), None, "{typed}");
        }
        assert_eq!(format!("{digits:?}"), "AccessDigits(…)");
    }

    #[test]
    fn it_waits_for_its_time_and_is_open_for_its_time() {
        let now = UnixTime::from_secs(1_800_000_000);
        let (user, clinic) = (UserId::new("nurse"), ClinicId::new("sakura"));
        let asked = AccessCode::asked_for(AccessCodeId::new("code"), (&user, &clinic), None, "故障".to_owned(), now);
        let before = UnixTime::from_millis(asked.expires_at.millis() - 1);
        assert!(asked.is_waiting(before) && !asked.is_waiting(asked.expires_at) && !asked.is_open(now));
        let made = AccessCode { code_hash: Some(SecretHash::from_stored("hash".to_owned())), ..asked };
        assert!(made.is_open(before) && !made.is_open(made.expires_at) && !made.is_waiting(now));
        assert!(!AccessCode { tries_left: 0, ..made }.is_open(now));
    }
}
