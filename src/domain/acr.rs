//! How a sign-in is described to applications: `acr` (OpenID Connect Core §2, OpenID EAP ACR values) and `amr` (RFC 8176).

use super::{UnixTime, named::named};

/// Ordered by strength, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Acr {
    /// A password alone, where the clinic allows it.
    Password,
    /// An administrator's one-time code, for a day: they have seen who it is, and no device has.
    Temporary,
    /// A password and a second factor.
    SecondFactor,
    /// A passkey with user verification: phishing-resistant.
    Passkey,
}

impl Acr {
    /// Every value that discovery lists.
    pub const ALL: &'static [Self] = &[Self::Passkey, Self::SecondFactor, Self::Temporary, Self::Password];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "urn:genkan:acr:pwd",
            Self::Temporary => "urn:genkan:acr:temporary",
            Self::SecondFactor => "urn:genkan:acr:mfa",
            Self::Passkey => "phr",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|acr| acr.as_str() == text)
    }
}

named! {
    /// RFC 8176 §2.
    Amr {
        /// Proof of possession of a key.
        Pop = "pop",
        /// User presence test.
        User = "user",
        /// More than one factor.
        Mfa = "mfa",
        /// Software-secured key: a synced passkey.
        Swk = "swk",
        Pwd = "pwd",
        /// One-time password.
        Otp = "otp",
    }
}

/// One authentication of one person: what ID tokens say about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authentication {
    pub acr: Acr,
    pub amr: Vec<Amr>,
    pub at: UnixTime,
}

impl Authentication {
    pub fn by_password(at: UnixTime) -> Self {
        Self { acr: Acr::Password, amr: vec![Amr::Pwd], at }
    }

    /// From an authenticator app, or one of those kept for the day when it is lost.
    pub fn by_password_and_code(at: UnixTime) -> Self {
        Self { acr: Acr::SecondFactor, amr: vec![Amr::Pwd, Amr::Otp, Amr::Mfa], at }
    }

    /// `password`: theirs was checked beside it.
    pub fn by_access_code(password: bool, at: UnixTime) -> Self {
        let amr = if password { vec![Amr::Pwd, Amr::Otp] } else { vec![Amr::Otp] };
        Self { acr: Acr::Temporary, amr, at }
    }

    /// `synced`: the credential's backup-eligible flag (BE). Without verified attestation a device-bound key is not `hwk`.
    pub fn by_passkey(synced: bool, at: UnixTime) -> Self {
        let mut amr = vec![Amr::Pop, Amr::User, Amr::Mfa];
        if synced {
            amr.push(Amr::Swk);
        }
        Self { acr: Acr::Passkey, amr, at }
    }
}
