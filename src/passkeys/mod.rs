//! Passkey ceremonies (Web Authentication Level 3 §7).

mod login;
mod refusal;
mod registration;
mod response;

pub use login::{LoginProof, LoginState};
pub use refusal::PasskeyRefusal;
pub use registration::{NewCredential, RegistrationState};
pub use response::{Assertion, Attestation};

use crate::domain::{Fault, Passkey, UserHandle};

/// The relying party: one RP ID, one origin, for ever.
#[derive(Clone)]
pub struct Passkeys {}

impl Passkeys {
    /// `origin` is the issuer: no path, no trailing slash.
    pub fn new(_rp_id: &str, _origin: &str, _rp_name: &str) -> Result<Self, Fault> {
        todo!()
    }

    pub fn rp_id(&self) -> &str {
        todo!()
    }

    /// `{"publicKey": …}` for `navigator.credentials.get`; whether it is conditional is the browser's business.
    pub fn start_login(&self) -> Result<(serde_json::Value, LoginState), Fault> {
        todo!()
    }

    /// `owner`: the handle of the person whose passkey this is.
    pub fn verify_login(
        &self,
        _state: &LoginState,
        _assertion: &Assertion,
        _passkey: &Passkey,
        _owner: UserHandle,
    ) -> Result<LoginProof, PasskeyRefusal> {
        todo!()
    }

    /// `{"publicKey": …}` for `navigator.credentials.create`. `held`: every passkey of the person, suspended ones too.
    pub fn start_registration(
        &self,
        _owner: UserHandle,
        _name: &str,
        _display_name: &str,
        _held: &[Passkey],
    ) -> Result<(serde_json::Value, RegistrationState), Fault> {
        todo!()
    }

    pub fn verify_registration(
        &self,
        _state: &RegistrationState,
        _attestation: &Attestation,
    ) -> Result<NewCredential, PasskeyRefusal> {
        todo!()
    }
}
