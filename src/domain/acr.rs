//! How a sign-in is described to applications: `acr` (OpenID Connect Core §2, OpenID EAP ACR values) and `amr` (RFC 8176).

use super::{Custody, UnixTime, named::named};

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
    /// One that never leaves its authenticator, whose maker vouches for that.
    HardwarePasskey,
}

impl Acr {
    /// Strongest first.
    pub const ALL: &'static [Self] =
        &[Self::HardwarePasskey, Self::Passkey, Self::SecondFactor, Self::Temporary, Self::Password];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "urn:genkan:acr:pwd",
            Self::Temporary => "urn:genkan:acr:temporary",
            Self::SecondFactor => "urn:genkan:acr:mfa",
            Self::Passkey => "phr",
            Self::HardwarePasskey => "phrh",
        }
    }

    /// As told to an application that names the values it knows: by the strongest of them that it reaches, since who asks for a
    /// second factor or for a passkey gets no less by one in hardware. What is temporary is always told as that.
    #[must_use]
    pub fn among(self, named: &[String]) -> Self {
        let knows = |acr: &Self| named.iter().any(|name| name == acr.as_str());
        let reached = |acr: &Self| *acr == self || (*acr < self && *acr != Self::Temporary);
        match self {
            Self::Temporary => self,
            other => Self::ALL.iter().copied().find(|acr| reached(acr) && knows(acr)).unwrap_or(other),
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
        /// Hardware-secured key: bound to its device, with verified attestation.
        Hwk = "hwk",
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

    pub fn by_passkey(custody: Custody, at: UnixTime) -> Self {
        let (acr, key) = match custody {
            Custody::Synced => (Acr::Passkey, Some(Amr::Swk)),
            Custody::Device => (Acr::Passkey, None),
            Custody::Hardware => (Acr::HardwarePasskey, Some(Amr::Hwk)),
        };
        Self { acr, amr: [Amr::Pop, Amr::User, Amr::Mfa].into_iter().chain(key).collect(), at }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asks_for_a_passkey_is_told_of_one_and_no_password_is_called_so() {
        let among =
            |acr: Acr, named: &[&str]| acr.among(&named.iter().map(|&name| name.to_owned()).collect::<Vec<_>>());
        let hardware = Acr::HardwarePasskey;
        assert_eq!(among(hardware, &[]), hardware);
        assert_eq!(among(hardware, &["gold"]), hardware);
        assert_eq!(among(hardware, &["gold", "phr"]), Acr::Passkey);
        assert_eq!(among(hardware, &["phr", "phrh"]), hardware);
        for acr in [Acr::Passkey, Acr::SecondFactor, Acr::Temporary, Acr::Password] {
            assert_eq!(among(acr, &["phr"]), acr);
            assert!(hardware > acr);
        }
    }

    #[test]
    fn who_asks_for_a_second_factor_gets_one_by_any_passkey_and_none_by_less() {
        let among =
            |acr: Acr, named: &[Acr]| acr.among(&named.iter().map(|acr| acr.as_str().to_owned()).collect::<Vec<_>>());
        let [second, pwd, temporary] = [Acr::SecondFactor, Acr::Password, Acr::Temporary];
        for acr in [Acr::HardwarePasskey, Acr::Passkey, second] {
            assert_eq!(among(acr, &[second]), second);
            assert_eq!(among(acr, &[pwd]), pwd);
            assert_eq!(among(acr, &[temporary]), acr, "never called what it is not");
        }
        assert_eq!(among(Acr::Passkey, &[second, Acr::Passkey]), Acr::Passkey);
        assert_eq!(among(pwd, &[second]), pwd);
        assert_eq!(among(temporary, &[pwd, second]), temporary);
    }
}
