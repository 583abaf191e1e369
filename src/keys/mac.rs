//! Keyed hashes (HMAC-SHA256, RFC 2104): form tokens, buckets for unknown accounts, administrators' codes, the mark of the
//! master key.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::Keys;
use crate::domain::{AccessCodeId, AccessDigits, SecretHash};

impl Keys {
    /// base64url; bound to its purpose.
    pub fn mac(&self, purpose: &str, text: &str) -> String {
        URL_SAFE_NO_PAD.encode(self.hmac(purpose, text).finalize().into_bytes())
    }

    /// In constant time.
    pub fn mac_matches(&self, purpose: &str, text: &str, presented: &str) -> bool {
        URL_SAFE_NO_PAD.decode(presented).is_ok_and(|mac| self.hmac(purpose, text).verify_slice(&mac).is_ok())
    }

    /// A number below `of`, which nobody without the master key can foresee.
    pub fn bucket(&self, text: &str, of: u16) -> u16 {
        let mac = self.hmac("bucket", text).finalize().into_bytes();
        let number = mac.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        u16::try_from(number % u64::from(of.max(1))).unwrap_or(0)
    }

    /// As the store keeps it. Each code has its own: one hash that was seen before tells nothing of the next.
    pub fn access_code_hash(&self, id: &AccessCodeId, digits: &AccessDigits) -> SecretHash {
        SecretHash::from_stored(self.mac("access-code", &format!("{id}:{}", digits.reveal())))
    }

    /// Kept in the store, to find out that it was made with another master key. Tells nothing about the key.
    pub fn check_value(&self) -> String {
        self.mac("check", "genkan")
    }

    fn hmac(&self, purpose: &str, text: &str) -> Hmac<Sha256> {
        let key = self.derive(&format!("mac:{purpose}"));
        let mut mac = Hmac::new_from_slice(key.as_slice()).expect("HMAC takes keys of any length");
        mac.update(text.as_bytes());
        mac
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        domain::{AccessCodeId, AccessDigits},
        keys::{Keys, MasterKey},
        random::Random,
    };

    fn keys() -> Keys {
        Keys::new(&MasterKey::generate(Random))
    }

    #[test]
    fn a_mac_matches_its_own_purpose_text_and_key_alone() {
        let keys = keys();
        let mac = keys.mac("form", "browser");
        assert!(keys.mac_matches("form", "browser", &mac));
        assert!(!keys.mac_matches("form", "another browser", &mac));
        assert!(!keys.mac_matches("hash", "browser", &mac));
        assert!(!self::keys().mac_matches("form", "browser", &mac));
        for wrong in ["", "*", &mac[..42], &format!("{mac}A")] {
            assert!(!keys.mac_matches("form", "browser", wrong));
        }
    }

    #[test]
    fn buckets_are_stable_and_spread_over_their_range() {
        let keys = keys();
        let buckets: std::collections::HashSet<_> =
            (0..1000).map(|n| keys.bucket(&format!("{n}@example.jp"), 16)).collect();
        assert_eq!(buckets, (0..16).collect());
        assert_eq!(keys.bucket("a@example.jp", 1024), keys.bucket("a@example.jp", 1024));
        assert_eq!(keys.bucket("a@example.jp", 0), 0);
    }

    #[test]
    fn a_code_has_the_same_hash_for_its_own_id_and_key_alone() {
        let (keys, id) = (keys(), AccessCodeId::new("code"));
        let digits = |typed| AccessDigits::parse(typed).expect("eight digits");
        let hash = keys.access_code_hash(&id, &digits("12345678"));
        assert_eq!(keys.access_code_hash(&id, &digits("1234 5678")), hash);
        assert_ne!(keys.access_code_hash(&id, &digits("12345679")), hash);
        assert_ne!(keys.access_code_hash(&AccessCodeId::new("other"), &digits("12345678")), hash);
        assert_ne!(self::keys().access_code_hash(&id, &digits("12345678")), hash);
    }

    #[test]
    fn the_check_value_tells_master_keys_apart() {
        let master = MasterKey::generate(Random);
        assert_eq!(Keys::new(&master).check_value(), Keys::new(&master).check_value());
        assert_ne!(Keys::new(&master).check_value(), keys().check_value());
    }
}
