//! Attestation objects (Web Authentication Level 3 §6.5.4): authenticator data, and a statement about who made them.
//!
//! The statement is asked for because Windows hides whose a passkey is unless it is, and the format tells a TPM apart. For
//! the ceremony the statement itself is put aside, and the library is handed the same authenticator data with the format
//! `none`: what a statement is made of decides whether a person can register only where their clinic wants proof, which is
//! a question of its own (`attestation.rs`).

use std::collections::BTreeMap;

use serde_cbor_2::Value;

use super::{PasskeyRefusal, authenticator_data::AuthenticatorData};

pub struct AttestationObject {
    /// One of [`FORMATS`], or the next standard's.
    pub format: String,
    pub authenticator_data: AuthenticatorData,
    /// Without its statement.
    pub bare: Vec<u8>,
}

/// Of the registry that RFC 8809 §2.1 opened, those that browsers pass on.
pub const FORMATS: [&str; 7] = ["none", "packed", "tpm", "apple", "android-key", "android-safetynet", "fido-u2f"];

/// With its certificates. Maps of CBOR cost more than their length to read, and strangers may send some.
const LONGEST: usize = 16 * 1024;

impl AttestationObject {
    pub fn parse(cbor: &[u8]) -> Result<Self, PasskeyRefusal> {
        let short = Some(cbor).filter(|cbor| cbor.len() <= LONGEST);
        let object = short.and_then(|cbor| serde_cbor_2::from_slice(cbor).ok());
        let Some(Value::Map(mut object)) = object else { return Err(PasskeyRefusal::Malformed) };
        let mut take = |name: &str| object.remove(&text(name));
        let (Some(Value::Text(format)), Some(Value::Map(statement)), Some(Value::Bytes(data))) =
            (take("fmt"), take("attStmt"), take("authData"))
        else {
            return Err(PasskeyRefusal::Malformed);
        };
        // §8.7
        if format == "none" && !statement.is_empty() {
            return Err(PasskeyRefusal::Malformed);
        }
        Ok(Self { format, authenticator_data: AuthenticatorData::of_attestation(&data)?, bare: bare(data)? })
    }
}

fn bare(data: Vec<u8>) -> Result<Vec<u8>, PasskeyRefusal> {
    let members = [
        (text("fmt"), text("none")),
        (text("attStmt"), Value::Map(BTreeMap::new())),
        (text("authData"), Value::Bytes(data)),
    ];
    serde_cbor_2::to_vec(&Value::Map(members.into())).map_err(|_| PasskeyRefusal::Malformed)
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(format: &Value, statement: &Value) -> Vec<u8> {
        let data = Value::Bytes([[7; 32].as_slice(), &[0, 0, 0, 0, 1]].concat());
        let members = [("fmt", format), ("attStmt", statement), ("authData", &data)];
        let members = members.map(|(name, value)| (text(name), value.clone()));
        serde_cbor_2::to_vec(&Value::Map(members.into())).expect("CBOR")
    }

    fn empty() -> Value {
        Value::Map(BTreeMap::new())
    }

    #[test]
    fn the_statement_is_put_aside_and_nothing_else() {
        let statement = Value::Map([(text("sig"), Value::Bytes(vec![1; 70]))].into());
        let packed = AttestationObject::parse(&object(&text("packed"), &statement)).expect("an object");
        assert_eq!((packed.format.as_str(), packed.authenticator_data.sign_count), ("packed", 1));
        assert_eq!(packed.bare, object(&text("none"), &empty()));
    }

    #[test]
    fn an_attestation_object_that_is_none_is_refused() {
        assert!(AttestationObject::parse(&object(&text("none"), &empty())).is_ok());
        let said = Value::Map([(text("sig"), Value::Bytes(vec![1]))].into());
        for (format, statement) in
            [(text("none"), said), (Value::Integer(1), empty()), (text("none"), Value::Null), (Value::Null, empty())]
        {
            assert!(AttestationObject::parse(&object(&format, &statement)).is_err(), "{format:?} {statement:?}");
        }
        for cbor in [b"".as_slice(), b"\xa0", b"\x80", b"\xff", &[0x9f; 5000], &[0x81; 5000]] {
            assert!(AttestationObject::parse(cbor).is_err());
        }
    }

    #[test]
    fn an_object_longer_than_any_statement_s_is_not_even_read() {
        let with = |length: usize| {
            let statement = Value::Map([(text("x5c"), Value::Bytes(vec![1; length]))].into());
            object(&text("packed"), &statement)
        };
        let frame = with(LONGEST).len() - LONGEST;
        assert!(AttestationObject::parse(&with(LONGEST - frame)).is_ok());
        assert!(AttestationObject::parse(&with(LONGEST - frame + 1)).is_err());
    }
}
