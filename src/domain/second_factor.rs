//! A second factor beside the password, and the codes that are typed for it: six digits of an authenticator app (RFC 6238),
//! or one of ten codes kept on paper for the day when the app is lost (NIST SP 800-63B-4 §3.1.2, look-up secrets).

use zeroize::Zeroizing;

use super::{UnixTime, UserId, password::normalise};

/// An authenticator app as the provider knows it.
#[derive(Clone)]
pub struct SecondFactor {
    pub user_id: UserId,
    /// What the app and we share, sealed with the master key.
    pub sealed_seed: String,
    /// Of the newest code that was used; none of that step or before it is good any more.
    pub last_step: i64,
    pub created_at: UnixTime,
    pub last_used_at: Option<UnixTime>,
}

impl std::fmt::Debug for SecondFactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SecondFactor").field("user_id", &self.user_id).finish_non_exhaustive()
    }
}

/// Six digits as somebody typed them; whether they are right only the seed knows.
pub struct OneTimeCode(Zeroizing<String>);

impl OneTimeCode {
    pub const DIGITS: usize = 6;

    /// Full width or half, with blanks or dashes between them, as apps show them.
    pub fn parse(typed: &str) -> Option<Self> {
        let digits = without_gaps(typed);
        (digits.len() == Self::DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(Self(digits))
    }

    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// Fifty random bits in ten characters that nobody takes for one another (Crockford's Base32).
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode(Zeroizing<String>);

impl RecoveryCode {
    /// So many are given out together.
    pub const COUNT: usize = 10;
    const LENGTH: usize = 10;
    const ALPHABET: &'static [u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// Five bits of each byte count.
    pub fn from_bytes(bytes: [u8; Self::LENGTH]) -> Self {
        let letter = |byte: u8| char::from(Self::ALPHABET[usize::from(byte & 31)]);
        Self(Zeroizing::new(bytes.into_iter().map(letter).collect()))
    }

    /// As somebody typed it: in whatever case and width, and with the letters that are not in use taken for those digits
    /// that they look like.
    pub fn parse(typed: &str) -> Option<Self> {
        let plain = |c: char| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        let code = Zeroizing::new(without_gaps(typed).chars().map(plain).collect::<String>());
        let known = |byte: u8| Self::ALPHABET.contains(&byte);
        (code.len() == Self::LENGTH && code.bytes().all(known)).then_some(Self(code))
    }

    /// In two groups, for its person to write down.
    pub fn shown(&self) -> String {
        let (first, second) = self.0.split_at(Self::LENGTH / 2);
        format!("{first}-{second}")
    }

    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecoveryCode(…)")
    }
}

/// Nobody types more; what is longer is no code of anybody's.
const LONGEST: usize = 64;

pub(super) fn without_gaps(typed: &str) -> Zeroizing<String> {
    let kept = typed.chars().take(LONGEST).collect::<String>();
    Zeroizing::new(normalise(&kept).chars().filter(|c| !c.is_whitespace() && !"-‐−ー".contains(*c)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_digits_are_a_code_however_they_are_typed() {
        let parsed = |typed: &str| OneTimeCode::parse(typed).map(|code| code.reveal().to_owned());
        for typed in ["012345", "012 345", " 012-345 ", "０１２３４５", "０１２ー３４５"] {
            assert_eq!(parsed(typed).as_deref(), Some("012345"), "{typed}");
        }
        for typed in ["", "01234", "0123456", "01234a", "٠١٢٣٤٥", "012345\u{202e}", &"0".repeat(10_000)] {
            assert_eq!(parsed(typed), None, "{typed}");
        }
    }

    #[test]
    fn a_recovery_code_is_read_back_as_it_was_shown_and_as_people_write_it() {
        let code = RecoveryCode::from_bytes([0, 1, 31, 32, 63, 10, 17, 18, 19, 20]);
        assert_eq!(code.shown(), "01Z0Z-AHJKM");
        for typed in ["01Z0Z-AHJKM", "01z0zahjkm", "O1Z0Z AHJKM", "oiz0z-ahjkm", "０ｌＺ０Ｚ－ＡＨＪＫＭ"] {
            assert_eq!(RecoveryCode::parse(typed).as_ref(), Some(&code), "{typed}");
        }
        for typed in ["", "01Z0Z-AHJK", "01Z0Z-AHJKM0", "01Z0Z-AHJKU", "012345"] {
            assert_eq!(RecoveryCode::parse(typed), None, "{typed}");
        }
    }

    #[test]
    fn printing_shows_nothing() {
        let factor = SecondFactor {
            user_id: UserId::new("nurse"),
            sealed_seed: "sealed".to_owned(),
            last_step: 7,
            created_at: UnixTime::from_secs(0),
            last_used_at: None,
        };
        assert!(!format!("{factor:?}").contains("sealed"));
        assert_eq!(format!("{:?}", RecoveryCode::from_bytes([0; 10])), "RecoveryCode(…)");
    }
}
