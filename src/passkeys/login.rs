//! Signing in with a passkey (Web Authentication Level 3 §7.2).

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use webauthn_rs::prelude::{Credential, DiscoverableAuthentication, Passkey as StoredCredential};

use super::{
    Assertion, PasskeyRefusal, Passkeys,
    ceremony::{Ceremony, refuse_unless},
};
use crate::domain::{Fault, Passkey, UserHandle};

/// What a login challenge has to remember. Its time and its single use are decided where it is sealed.
#[derive(Clone, Serialize, Deserialize)]
pub struct LoginState {
    challenge: String,
    library: DiscoverableAuthentication,
}

impl std::fmt::Debug for LoginState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LoginState(…)")
    }
}

/// What a verified assertion told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginProof {
    /// As the authenticator counts, for the store.
    pub sign_count: i64,
    /// A risk signal, not a refusal (§7.2 step 22): the authenticator may have been cloned.
    pub counter_went_back: bool,
    pub backup_state: bool,
}

/// An assertion beside everything that it is judged by.
pub struct LoginCheck<'a> {
    ceremony: Ceremony<'a>,
    state: &'a LoginState,
    assertion: &'a Assertion,
    passkey: &'a Passkey,
    owner: UserHandle,
}

/// Steps run in the order of their list; the first that refuses names the reason.
#[derive(Clone, Copy)]
pub struct LoginStep {
    pub name: &'static str,
    run: fn(&LoginCheck<'_>) -> Result<(), PasskeyRefusal>,
}

/// Every one is needed: a test leaves out each in turn and finds a verdict changed.
/// `enabled` comes last, so that only the holder of a key learns that it is suspended.
pub const STEPS: &[LoginStep] = &[
    LoginStep { name: "credential", run: credential },
    LoginStep { name: "type", run: |check| check.ceremony.r#type() },
    LoginStep { name: "challenge", run: |check| check.ceremony.challenge() },
    LoginStep { name: "origin", run: |check| check.ceremony.origin() },
    LoginStep { name: "cross_origin", run: |check| check.ceremony.cross_origin() },
    LoginStep { name: "rp_id", run: |check| check.ceremony.rp_id() },
    LoginStep { name: "user_present", run: |check| check.ceremony.user_present() },
    LoginStep { name: "user_verified", run: |check| check.ceremony.user_verified() },
    LoginStep { name: "user_handle", run: user_handle },
    LoginStep { name: "backup_flags", run: |check| check.ceremony.backup_flags() },
    LoginStep { name: "backup_eligible", run: backup_eligible },
    LoginStep { name: "signature", run: signature },
    LoginStep { name: "enabled", run: enabled },
];

impl Passkeys {
    /// `{"publicKey": …}` for `navigator.credentials.get`. It lists no credentials, so it tells nobody whose account
    /// exists; whether it runs as autofill or as a dialogue is the page's business.
    pub fn start_login(&self, timeout: Duration) -> Result<(Value, LoginState), Fault> {
        let (asked, library) = self
            .0
            .webauthn
            .start_discoverable_authentication()
            .map_err(|error| Fault::internal("starting a passkey login", error))?;
        let challenge = URL_SAFE_NO_PAD.encode(&asked.public_key.challenge);
        let options = json!({
            "publicKey": {
                "challenge": challenge,
                "rpId": self.0.rp_id,
                "allowCredentials": [],
                "userVerification": "required",
                "timeout": timeout.as_millis(),
            }
        });
        Ok((options, LoginState { challenge, library }))
    }

    /// `passkey` is the one that the assertion names, `owner` the handle of its person.
    pub fn verify_login(
        &self,
        state: &LoginState,
        assertion: &Assertion,
        passkey: &Passkey,
        owner: UserHandle,
    ) -> Result<LoginProof, PasskeyRefusal> {
        self.verify_login_by(STEPS, state, assertion, passkey, owner)
    }

    /// By a list of one's own: for the test that shows every step to be needed.
    #[doc(hidden)]
    pub fn verify_login_by(
        &self,
        steps: &[LoginStep],
        state: &LoginState,
        assertion: &Assertion,
        passkey: &Passkey,
        owner: UserHandle,
    ) -> Result<LoginProof, PasskeyRefusal> {
        let ceremony = Ceremony {
            site: &self.0,
            expected_type: "webauthn.get",
            challenge: &state.challenge,
            client_data: &assertion.client_data,
            authenticator_data: &assertion.authenticator_data,
        };
        let check = LoginCheck { ceremony, state, assertion, passkey, owner };
        steps.iter().try_for_each(|step| (step.run)(&check))?;
        let sign_count = i64::from(assertion.authenticator_data.sign_count);
        let counts = sign_count > 0 || passkey.sign_count > 0;
        Ok(LoginProof {
            sign_count,
            counter_went_back: counts && sign_count <= passkey.sign_count,
            backup_state: assertion.authenticator_data.backup_state(),
        })
    }
}

fn credential(check: &LoginCheck<'_>) -> Result<(), PasskeyRefusal> {
    refuse_unless(check.assertion.credential_id == check.passkey.credential_id, PasskeyRefusal::WrongCredentialId)
}

/// Nobody was named beforehand, so the answer must name its person (step 6).
fn user_handle(check: &LoginCheck<'_>) -> Result<(), PasskeyRefusal> {
    let handle = check.assertion.user_handle.as_deref().ok_or(PasskeyRefusal::NoUserHandle)?;
    refuse_unless(handle == check.owner.0.as_bytes(), PasskeyRefusal::OtherUser)
}

/// BE never changes (§6.1.3).
fn backup_eligible(check: &LoginCheck<'_>) -> Result<(), PasskeyRefusal> {
    let eligible = check.assertion.authenticator_data.backup_eligible();
    refuse_unless(eligible == check.passkey.backup_eligible, PasskeyRefusal::BackupFlags)
}

/// The library's verification, with the signature itself. It is given the flags of our own columns, which are newer
/// than its JSON, and a counter of zero: it would refuse one that went back, which we only report.
fn signature(check: &LoginCheck<'_>) -> Result<(), PasskeyRefusal> {
    let stored: StoredCredential =
        serde_json::from_str(&check.passkey.credential).map_err(|_| PasskeyRefusal::UnreadableCredential)?;
    let mut stored = Credential::from(stored);
    stored.counter = 0;
    stored.backup_eligible = check.passkey.backup_eligible;
    stored.backup_state = check.passkey.backup_state;
    let library = check.state.library.clone();
    check
        .ceremony
        .site
        .webauthn
        .finish_discoverable_authentication_v2(&check.assertion.credential, library, &stored)
        .map(drop)
        .map_err(|_| PasskeyRefusal::BadSignature)
}

fn enabled(check: &LoginCheck<'_>) -> Result<(), PasskeyRefusal> {
    refuse_unless(check.passkey.is_enabled(), PasskeyRefusal::Suspended)
}
