//! What browsers send.

use super::PasskeyRefusal;

/// A `PublicKeyCredential` from `navigator.credentials.get`, as its `toJSON()` gives it.
pub struct Assertion {}

impl Assertion {
    pub fn parse(_credential: serde_json::Value) -> Result<Self, PasskeyRefusal> {
        todo!()
    }

    /// base64url, as stored.
    pub fn credential_id(&self) -> &str {
        todo!()
    }
}

/// A `PublicKeyCredential` from `navigator.credentials.create`, as its `toJSON()` gives it.
pub struct Attestation {}

impl Attestation {
    pub fn parse(_credential: serde_json::Value) -> Result<Self, PasskeyRefusal> {
        todo!()
    }
}
