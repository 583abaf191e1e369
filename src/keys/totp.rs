//! Codes of an authenticator app: TOTP (RFC 6238) with what every app takes, HMAC-SHA-1, six digits and 30 seconds.
//!
//! The seed is shown once, when the app is set up, and lies sealed in the store. Recovery codes are kept as hashes keyed
//! with it, so that they outlive a change of the master key and end with their app.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use sha1::Sha1;
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::Keys;
use crate::{
    domain::{Fault, OneTimeCode, RecoveryCode, SecretHash, UnixTime, UserId},
    random::Random,
};

/// What the app and we share. `Debug` shows nothing; travels and lies sealed alone.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(transparent)]
pub struct TotpSeed([u8; 20]);

const STEP_SECONDS: i64 = 30;
/// Of the apps' clocks, in steps, either way (RFC 6238 §6).
const SKEW: i64 = 1;

impl TotpSeed {
    pub fn generate(random: Random) -> Self {
        Self(random.bytes())
    }

    /// For typing it into an app that has no camera.
    pub fn to_base32(&self) -> Zeroizing<String> {
        Zeroizing::new(BASE32_NOPAD.encode(&self.0))
    }

    /// What the picture says that an app reads (Google Authenticator's `otpauth` key URI).
    pub fn to_uri(&self, site: &str, account: &str) -> Zeroizing<String> {
        let escaped = |text| utf8_percent_encode(text, NON_ALPHANUMERIC);
        let (site, account, secret) = (escaped(site), escaped(account), self.to_base32());
        Zeroizing::new(format!("otpauth://totp/{site}:{account}?secret={}&issuer={site}", *secret))
    }

    /// The step whose code this is, of those about `now` that come after `last`: none is good twice. In constant time.
    pub fn step_of(&self, code: &OneTimeCode, last: i64, now: UnixTime) -> Option<i64> {
        let current = now.secs().div_euclid(STEP_SECONDS);
        let mut found = None;
        for step in current.saturating_sub(SKEW)..=current.saturating_add(SKEW) {
            let same: bool = self.code(step).as_bytes().ct_eq(code.reveal().as_bytes()).into();
            if same && step > last {
                found = Some(step);
            }
        }
        found
    }

    /// RFC 4226 §5.3.
    fn code(&self, step: i64) -> Zeroizing<String> {
        let mut mac = Hmac::<Sha1>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(&step.to_be_bytes());
        let digest = mac.finalize().into_bytes();
        let offset = usize::from(digest[19] & 15);
        let number = digest.iter().skip(offset).take(4).fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
        let digits = OneTimeCode::DIGITS;
        Zeroizing::new(format!("{:0digits$}", (number & 0x7fff_ffff) % 1_000_000))
    }

    /// As the store keeps it.
    pub fn recovery_hash(&self, code: &RecoveryCode) -> SecretHash {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(b"genkan:recovery-code:");
        mac.update(code.reveal().as_bytes());
        SecretHash::from_stored(URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
    }
}

impl std::fmt::Debug for TotpSeed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TotpSeed(…)")
    }
}

impl Keys {
    /// For the store; opens only for the same person.
    pub fn seal_seed(&self, user: &UserId, seed: &TotpSeed, random: Random) -> String {
        self.encrypt(&purpose(user), &seed.0, random)
    }

    pub fn open_seed(&self, user: &UserId, sealed: &str) -> Result<TotpSeed, Fault> {
        let seed = self.decrypt(&purpose(user), sealed).and_then(|plain| plain.as_slice().try_into().ok());
        seed.map(TotpSeed).ok_or_else(|| Fault::Internal("a seed that was not sealed with this master key".to_owned()))
    }
}

fn purpose(user: &UserId) -> String {
    format!("totp-seed:{user}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::MasterKey;

    /// RFC 6238 appendix B, of whose eight digits six are ours.
    const SEED: TotpSeed = TotpSeed(*b"12345678901234567890");

    fn code(text: &str) -> OneTimeCode {
        OneTimeCode::parse(text).expect("six digits")
    }

    #[test]
    fn codes_are_those_of_the_rfc() {
        for (seconds, expected) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let now = UnixTime::from_secs(seconds);
            assert_eq!(SEED.step_of(&code(expected), 0, now), Some(seconds / 30), "{seconds}");
        }
    }

    #[test]
    fn a_clock_may_be_one_step_off_and_not_two() {
        let now = UnixTime::from_secs(1_111_111_109);
        let step = now.secs() / 30;
        let good = |off: i64| SEED.step_of(&code(&SEED.code(step + off)), 0, now);
        assert_eq!([-2, -1, 0, 1, 2].map(good), [None, Some(step - 1), Some(step), Some(step + 1), None]);
    }

    #[test]
    fn no_code_is_good_twice_nor_one_of_before_the_last() {
        let now = UnixTime::from_secs(1_111_111_109);
        let step = now.secs() / 30;
        let good = |off: i64, last: i64| SEED.step_of(&code(&SEED.code(step + off)), step + last, now);
        assert_eq!(good(0, 0), None);
        assert_eq!(good(-1, 0), None);
        assert_eq!(good(1, 0), Some(step + 1));
    }

    #[test]
    fn a_seed_opens_for_its_own_person_and_master_key_alone() {
        let keys = Keys::new(&MasterKey::generate(Random));
        let (nurse, doctor) = (UserId::new("nurse"), UserId::new("doctor"));
        let sealed = keys.seal_seed(&nurse, &SEED, Random);
        assert_eq!(keys.open_seed(&nurse, &sealed).expect("opens"), SEED);
        assert_eq!(keys.in_epoch("restored").open_seed(&nurse, &sealed).expect("opens"), SEED);
        assert!(keys.open_seed(&doctor, &sealed).is_err());
        assert!(Keys::new(&MasterKey::generate(Random)).open_seed(&nurse, &sealed).is_err());
        assert!(keys.open_seed(&nurse, "made-up").is_err());
    }

    #[test]
    fn an_app_is_told_everything_and_a_log_nothing() {
        let uri = SEED.to_uri("id.example.jp", "hanako+a@sakura.example");
        let expected = "otpauth://totp/id%2Eexample%2Ejp:hanako%2Ba%40sakura%2Eexample\
                        ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=id%2Eexample%2Ejp";
        assert_eq!(uri.as_str(), expected);
        assert_eq!(format!("{SEED:?}"), "TotpSeed(…)");
    }

    #[test]
    fn recovery_codes_are_hashed_for_their_own_seed() {
        let code = RecoveryCode::from_bytes([7; 10]);
        assert_eq!(SEED.recovery_hash(&code), SEED.recovery_hash(&code));
        assert_ne!(SEED.recovery_hash(&code), TotpSeed([7; 20]).recovery_hash(&code));
        assert_ne!(SEED.recovery_hash(&code), SEED.recovery_hash(&RecoveryCode::from_bytes([8; 10])));
    }
}
