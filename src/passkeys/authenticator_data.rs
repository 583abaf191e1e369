//! Authenticator data (Web Authentication Level 3 §6.1): what the authenticator itself says, and signs.

use serde::Deserialize as _;
use serde_cbor_2::{Deserializer, Value};

use super::PasskeyRefusal;

pub struct AuthenticatorData {
    pub rp_id_hash: [u8; 32],
    flags: u8,
    pub sign_count: u32,
    /// In registrations, and read there alone.
    pub attested: Option<AttestedCredential>,
}

/// §6.5.1.
pub struct AttestedCredential {
    pub aaguid: uuid::Uuid,
    pub credential_id: Vec<u8>,
    /// COSE algorithm (RFC 9053); `None` if the key does not say.
    pub algorithm: Option<i128>,
}

const USER_PRESENT: u8 = 1;
const USER_VERIFIED: u8 = 1 << 2;
const BACKUP_ELIGIBLE: u8 = 1 << 3;
const BACKUP_STATE: u8 = 1 << 4;
const ATTESTED: u8 = 1 << 6;

/// More than any authenticator says. Maps of CBOR cost more than their length to read, and strangers may send some.
const LONGEST: usize = 4 * 1024;

impl AuthenticatorData {
    /// Of an assertion: what follows the counter is none of our business.
    pub fn of_assertion(bytes: &[u8]) -> Result<Self, PasskeyRefusal> {
        let short = Some(bytes).filter(|bytes| bytes.len() <= LONGEST);
        short.and_then(Self::read).map(|(data, _)| data).ok_or(PasskeyRefusal::Malformed)
    }

    /// Of a registration.
    pub fn of_attestation(bytes: &[u8]) -> Result<Self, PasskeyRefusal> {
        let short = Some(bytes).filter(|bytes| bytes.len() <= LONGEST);
        short.and_then(Self::attested).ok_or(PasskeyRefusal::Malformed)
    }

    fn attested(bytes: &[u8]) -> Option<Self> {
        let (data, rest) = Self::read(bytes)?;
        let attested = if data.flags & ATTESTED == 0 { None } else { Some(AttestedCredential::read(rest)?) };
        Some(Self { attested, ..data })
    }

    /// And what follows.
    fn read(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (rp_id_hash, rest) = bytes.split_first_chunk::<32>()?;
        let (&[flags], rest) = rest.split_first_chunk::<1>()?;
        let (sign_count, rest) = rest.split_first_chunk::<4>()?;
        let sign_count = u32::from_be_bytes(*sign_count);
        Some((Self { rp_id_hash: *rp_id_hash, flags, sign_count, attested: None }, rest))
    }

    pub fn user_present(&self) -> bool {
        self.flags & USER_PRESENT != 0
    }

    pub fn user_verified(&self) -> bool {
        self.flags & USER_VERIFIED != 0
    }

    /// BE
    pub fn backup_eligible(&self) -> bool {
        self.flags & BACKUP_ELIGIBLE != 0
    }

    /// BS
    pub fn backup_state(&self) -> bool {
        self.flags & BACKUP_STATE != 0
    }
}

impl AttestedCredential {
    fn read(bytes: &[u8]) -> Option<Self> {
        let (aaguid, rest) = bytes.split_first_chunk::<16>()?;
        let (length, rest) = rest.split_first_chunk::<2>()?;
        let (credential_id, key) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        // Extensions may follow the key, so only the first CBOR item is read.
        let Ok(Value::Map(key)) = Value::deserialize(&mut Deserializer::from_slice(key)) else { return None };
        let algorithm = match key.get(&Value::Integer(3)) {
            Some(Value::Integer(algorithm)) => Some(*algorithm),
            _ => None,
        };
        Some(Self { aaguid: uuid::Uuid::from_bytes(*aaguid), credential_id: credential_id.to_vec(), algorithm })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(flags: u8) -> Vec<u8> {
        [[7; 32].as_slice(), &[flags], &[0, 0, 1, 2]].concat()
    }

    #[test]
    fn every_flag_is_read_from_its_own_bit() {
        let read = |flags| {
            let data = AuthenticatorData::of_assertion(&plain(flags)).expect("parses");
            (data.user_present(), data.user_verified(), data.backup_eligible(), data.backup_state())
        };
        assert_eq!(read(0), (false, false, false, false));
        assert_eq!(read(0b0000_0001), (true, false, false, false));
        assert_eq!(read(0b0000_0100), (false, true, false, false));
        assert_eq!(read(0b0000_1000), (false, false, true, false));
        assert_eq!(read(0b0001_0000), (false, false, false, true));
        assert_eq!(AuthenticatorData::of_assertion(&plain(0)).expect("parses").sign_count, 258);
    }

    #[test]
    fn data_cut_off_anywhere_is_refused() {
        let key = serde_cbor_2::to_vec(&Value::Map([(Value::Integer(3), Value::Integer(-7))].into())).expect("CBOR");
        let whole = [plain(ATTESTED).as_slice(), &[9; 16], &[0, 2], b"id", &key].concat();
        let attested = AuthenticatorData::of_attestation(&whole).expect("parses").attested.expect("attested data");
        assert_eq!((attested.credential_id.as_slice(), attested.algorithm), (b"id".as_slice(), Some(-7)));
        for length in 0..whole.len() {
            assert!(AuthenticatorData::of_attestation(&whole[..length]).is_err(), "{length} bytes");
        }
    }

    #[test]
    fn data_longer_than_any_authenticator_s_is_not_even_read() {
        let key = serde_cbor_2::to_vec(&Value::Map([(Value::Integer(3), Value::Integer(-7))].into())).expect("CBOR");
        let short = [plain(ATTESTED).as_slice(), &[9; 16], &[0, 2], b"id", &key].concat();
        let padded = |length: usize| [short.as_slice(), &vec![0; length - short.len()]].concat();
        assert!(
            AuthenticatorData::of_attestation(&padded(LONGEST)).is_ok()
                && AuthenticatorData::of_attestation(&padded(LONGEST + 1)).is_err()
        );
        assert!(AuthenticatorData::of_assertion(&padded(LONGEST)).is_ok());
        assert!(AuthenticatorData::of_assertion(&padded(LONGEST + 1)).is_err());
    }

    #[test]
    fn what_follows_the_counter_of_an_assertion_is_not_read() {
        let nonsense = [plain(ATTESTED).as_slice(), b"no CBOR at all"].concat();
        assert!(AuthenticatorData::of_assertion(&nonsense).is_ok_and(|data| data.attested.is_none()));
        assert!(AuthenticatorData::of_attestation(&nonsense).is_err());
    }
}
