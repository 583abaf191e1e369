//! A person. Account, password and passkeys are global; what ties them to a clinic is a membership.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use unicode_normalization::UnicodeNormalization;

use super::{PasswordHash, Profile, UnixTime, UserId, password::PasswordClass};

/// An e-mail address as typed, with a lower-cased key by which it is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Refuses what no mail address looks like; whether it receives mail only a mail can tell. At most 254 bytes.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (local, host) = text.rsplit_once('@')?;
        let plain = !text.chars().any(|c| c.is_whitespace() || c.is_control());
        let sized = text.len() <= 254 && !local.is_empty() && !host.is_empty();
        (plain && sized).then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }
}

/// WebAuthn `user.id`: 16 random bytes that say nothing about the person (a UUID, since webauthn-rs asks for one).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UserHandle(pub uuid::Uuid);

impl UserHandle {
    /// As WebAuthn's JSON has it.
    pub fn to_base64url(self) -> String {
        URL_SAFE_NO_PAD.encode(self.0.as_bytes())
    }
}

#[derive(Clone, Debug)]
pub struct User {
    pub id: UserId,
    pub handle: UserHandle,
    pub email: Email,
    /// The person has opened a letter that went to this address.
    pub email_verified: bool,
    /// `None` until a password is chosen.
    pub password_hash: Option<PasswordHash>,
    /// Which rule it met when it was chosen.
    pub password_class: PasswordClass,
    /// Wrong passwords and codes in a row, from any address.
    pub password_failures: i32,
    pub profile: Profile,
    pub passkey_count: i32,
    /// Has ever held a passkey or second factor: from then on a password alone enrols nothing.
    pub ever_enrolled: bool,
    pub disabled_at: Option<UnixTime>,
    pub created_at: UnixTime,
    pub updated_at: UnixTime,
}

impl User {
    /// An account's password way closes after so many failures in a row (NIST SP 800-63B §3.2.2).
    pub const PASSWORD_FAILURE_LIMIT: i32 = 100;
    /// Passkeys that one person may hold.
    pub const PASSKEY_LIMIT: i32 = 10;

    pub fn is_active(&self) -> bool {
        self.disabled_at.is_none()
    }

    /// What people are listed and found by: as it sounds, as it is written, and the address, each [`folded`].
    pub fn name_key(&self) -> String {
        let Profile { name, name_kana, .. } = &self.profile;
        let sound = name_kana.as_ref().unwrap_or(name);
        format!("{} {} {}", folded(sound), folded(name), self.email.key())
    }

    pub fn password_way_is_open(&self) -> bool {
        self.password_failures < Self::PASSWORD_FAILURE_LIMIT
    }
}

/// However it was typed: in either width or case, in hiragana or katakana, with spaces or without.
pub fn folded(text: &str) -> String {
    let as_katakana = |c| match c {
        'ぁ'..='ゖ' => char::from_u32(u32::from(c) + 0x60).unwrap_or(c),
        _ => c,
    };
    text.nfkc().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).map(as_katakana).collect()
}

#[cfg(test)]
mod tests {
    use super::folded;

    #[test]
    fn a_name_is_the_same_however_it_is_typed() {
        for typed in ["ヤマダ ハナコ", "ﾔﾏﾀﾞ　ﾊﾅｺ", "やまだはなこ"] {
            assert_eq!(folded(typed), "ヤマダハナコ");
        }
        assert_eq!(folded("Ｏ'Neill"), "o'neill");
    }
}
