//! Values that travel sealed, in URLs, forms and cookies, instead of being stored.
//!
//! XChaCha20-Poly1305 with a key per purpose (HKDF-SHA256, RFC 5869, from the master key), the purpose as associated
//! data and the time of sealing inside. Single use is not decided here: flows record what was spent.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use serde::{Serialize, de::DeserializeOwned};
use zeroize::Zeroizing;

use super::Keys;
use crate::{
    domain::{Fault, UnixTime},
    random::Random,
};

/// What may be sealed: for one purpose, for so long.
pub trait Sealable: Serialize + DeserializeOwned {
    /// Of no other type.
    const PURPOSE: &'static str;
    const LIFETIME: Duration;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Also what was sealed for another purpose, in another epoch, with another master key, or for an older version of
    /// its type.
    #[error("not sealed by this server for this purpose")]
    Forged,
    #[error("expired")]
    Expired,
    /// The clock was set back, or another node's runs ahead.
    #[error("from the future")]
    Future,
}

/// A value that was sealed here, late or not.
#[derive(Debug)]
pub struct Opened<T> {
    pub value: T,
    pub issued_at: UnixTime,
    pub expired: bool,
}

/// How far the clocks of two nodes may lie apart.
const CLOCK_SKEW: Duration = Duration::from_secs(60);
const NONCE: usize = 24;
const TIME: usize = 8;

impl Keys {
    /// base64url; never the same twice.
    ///
    /// # Panics
    /// When `T` cannot be written as JSON, which is a mistake in `T` that its first test finds.
    pub fn seal<T: Sealable>(&self, value: &T, now: UnixTime, random: Random) -> String {
        let mut plain = Zeroizing::new(now.millis().to_be_bytes().to_vec());
        serde_json::to_writer(&mut *plain, value).expect("a sealable value is JSON");
        self.encrypt(&self.purpose_of::<T>(), &plain, random)
    }

    pub fn open<T: Sealable>(&self, sealed: &str, now: UnixTime) -> Result<T, SealError> {
        let opened = self.open_late(sealed, now)?;
        if opened.expired { Err(SealError::Expired) } else { Ok(opened.value) }
    }

    /// For whoever must ask something else before «has it expired?».
    pub fn open_late<T: Sealable>(&self, sealed: &str, now: UnixTime) -> Result<Opened<T>, SealError> {
        let plain = self.decrypt(&self.purpose_of::<T>(), sealed).ok_or(SealError::Forged)?;
        let (time, json) = plain.split_first_chunk::<TIME>().ok_or(SealError::Forged)?;
        let issued_at = UnixTime::from_millis(i64::from_be_bytes(*time));
        if issued_at.since(now) > CLOCK_SKEW {
            return Err(SealError::Future);
        }
        let value = serde_json::from_slice(json).map_err(|_| SealError::Forged)?;
        Ok(Opened { value, issued_at, expired: now >= issued_at.plus(T::LIFETIME) })
    }

    /// The private part of a signing key, for the store; opens only under the same `kid`.
    pub(super) fn seal_private(&self, kid: &str, private: &[u8], random: Random) -> String {
        self.encrypt(&private_purpose(kid), private, random)
    }

    pub(super) fn open_private(&self, kid: &str, sealed: &str) -> Result<Zeroizing<Vec<u8>>, Fault> {
        self.decrypt(&private_purpose(kid), sealed)
            .ok_or_else(|| Fault::Internal(format!("the signing key {kid} was not sealed with this master key")))
    }

    fn purpose_of<T: Sealable>(&self) -> String {
        format!("seal:{}@{}", T::PURPOSE, self.epoch)
    }

    pub(super) fn encrypt(&self, purpose: &str, plain: &[u8], random: Random) -> String {
        let nonce: [u8; NONCE] = random.bytes();
        let payload = Payload { msg: plain, aad: purpose.as_bytes() };
        let cipher = self.cipher(purpose).encrypt(&XNonce::from(nonce), payload).expect("far below the 256 GiB limit");
        URL_SAFE_NO_PAD.encode([nonce.as_slice(), &cipher].concat())
    }

    pub(super) fn decrypt(&self, purpose: &str, sealed: &str) -> Option<Zeroizing<Vec<u8>>> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, cipher) = bytes.split_first_chunk::<NONCE>()?;
        let payload = Payload { msg: cipher, aad: purpose.as_bytes() };
        self.cipher(purpose).decrypt(&XNonce::from(*nonce), payload).ok().map(Zeroizing::new)
    }

    fn cipher(&self, purpose: &str) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.derive(purpose)).into())
    }
}

fn private_purpose(kid: &str) -> String {
    format!("signing-key:{kid}")
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::keys::MasterKey;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Note(String);

    impl Sealable for Note {
        const PURPOSE: &'static str = "note";
        const LIFETIME: Duration = Duration::from_secs(60);
    }

    /// The same bytes for another purpose.
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Other(String);

    impl Sealable for Other {
        const PURPOSE: &'static str = "other";
        const LIFETIME: Duration = Duration::from_secs(60);
    }

    const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);

    fn keys() -> Keys {
        Keys::new(&MasterKey::generate(Random))
    }

    fn note() -> Note {
        Note("桜".to_owned())
    }

    #[test]
    fn a_sealed_value_opens_until_its_time_is_over() {
        let keys = keys();
        let sealed = keys.seal(&note(), NOW, Random);
        let last = NOW.plus(Note::LIFETIME).minus(Duration::from_millis(1));
        assert_eq!(keys.open::<Note>(&sealed, NOW), Ok(note()));
        assert_eq!(keys.open::<Note>(&sealed, last), Ok(note()));
        assert_eq!(keys.open::<Note>(&sealed, NOW.plus(Note::LIFETIME)), Err(SealError::Expired));
    }

    #[test]
    fn a_late_value_can_still_be_read_by_who_asks_for_it() {
        let keys = keys();
        let sealed = keys.seal(&note(), NOW, Random);
        let opened = keys.open_late::<Note>(&sealed, NOW.plus(Duration::from_secs(3600))).expect("opens");
        assert_eq!((opened.value, opened.issued_at, opened.expired), (note(), NOW, true));
        assert!(!keys.open_late::<Note>(&sealed, NOW).expect("opens").expired);
    }

    #[test]
    fn a_value_from_more_than_a_minute_ahead_is_refused() {
        let keys = keys();
        let sealed = keys.seal(&note(), NOW, Random);
        let early = |millis| keys.open::<Note>(&sealed, NOW.minus(Duration::from_millis(millis)));
        assert_eq!(early(60_000), Ok(note()));
        assert_eq!(early(60_001), Err(SealError::Future));
    }

    #[test]
    fn a_value_sealed_for_another_purpose_is_refused() {
        let keys = keys();
        assert_eq!(keys.open::<Other>(&keys.seal(&note(), NOW, Random), NOW), Err(SealError::Forged));
    }

    #[test]
    fn a_value_sealed_in_another_epoch_is_refused_and_what_lies_in_the_store_is_not() {
        let before = keys();
        let after = before.in_epoch("restored");
        assert_eq!(after.open::<Note>(&before.seal(&note(), NOW, Random), NOW), Err(SealError::Forged));
        assert_eq!(before.open::<Note>(&after.seal(&note(), NOW, Random), NOW), Err(SealError::Forged));
        assert_eq!(after.open::<Note>(&after.seal(&note(), NOW, Random), NOW), Ok(note()));
        let stored = before.seal_private("a", b"private", Random);
        assert_eq!(after.open_private("a", &stored).expect("opens").as_slice(), b"private");
    }

    #[test]
    fn a_value_sealed_with_another_master_key_is_refused() {
        assert_eq!(keys().open::<Note>(&keys().seal(&note(), NOW, Random), NOW), Err(SealError::Forged));
    }

    #[test]
    fn a_value_changed_anywhere_is_refused() {
        let keys = keys();
        let bytes = URL_SAFE_NO_PAD.decode(keys.seal(&note(), NOW, Random)).expect("base64url");
        for index in 0..bytes.len() {
            let mut forged = bytes.clone();
            forged[index] ^= 1;
            let forged = URL_SAFE_NO_PAD.encode(forged);
            assert_eq!(keys.open::<Note>(&forged, NOW), Err(SealError::Forged), "byte {index}");
        }
    }

    #[test]
    fn what_is_no_sealed_value_at_all_is_refused() {
        for text in ["", "x", "桜", "AAAA", "====", &"A".repeat(33), &"A".repeat(100_000)] {
            assert_eq!(keys().open::<Note>(text, NOW), Err(SealError::Forged));
        }
    }

    #[test]
    fn sealing_twice_never_gives_the_same_text() {
        let keys = keys();
        assert_ne!(keys.seal(&note(), NOW, Random), keys.seal(&note(), NOW, Random));
    }

    #[test]
    fn a_sealed_private_key_opens_under_its_own_kid_alone() {
        let keys = keys();
        let sealed = keys.seal_private("a", b"private", Random);
        assert_eq!(keys.open_private("a", &sealed).expect("opens").as_slice(), b"private");
        assert!(keys.open_private("b", &sealed).is_err());
        assert!(super::super::Keys::new(&MasterKey::generate(Random)).open_private("a", &sealed).is_err());
    }
}
