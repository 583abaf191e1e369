//! Registering a passkey (Web Authentication Level 3 §7.1).

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use webauthn_rs_core::proto::{self, UserVerificationPolicy};

use super::{
    Attestation, PasskeyRefusal, Passkeys,
    attestation::prove,
    attestation_object::FORMATS,
    authenticator_data::AttestedCredential,
    ceremony::{Ceremony, refuse_unless},
    response::LONGEST_CREDENTIAL_ID,
};
use crate::domain::{Attachment, Fault, Passkey, UnixTime, Unproven, UserHandle};

/// What a registration challenge has to remember. Its time, its single use, and whose it is are decided where it is
/// sealed; the exclude list is not in it.
#[derive(Clone, Serialize, Deserialize)]
pub struct RegistrationState {
    challenge: String,
    library: proto::RegistrationState,
}

impl std::fmt::Debug for RegistrationState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RegistrationState(…)")
    }
}

/// What browsers are asked to offer, and how long they may take.
#[derive(Clone, Debug)]
pub struct Asked {
    /// `hints` (§5.8.8), the best first.
    pub hints: &'static [&'static str],
    /// What is carried here alone: a phone by its QR code, a security key.
    pub cross_platform: bool,
    /// `direct`: without it Windows hides whose the passkey is (§5.4.7).
    pub attestation: bool,
    pub timeout: Duration,
}

/// What of a new passkey is stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewCredential {
    /// base64url
    pub credential_id: String,
    /// webauthn-rs' own JSON; never changes.
    pub credential: String,
    /// All zero when the browser or the system hides it.
    pub aaguid: uuid::Uuid,
    /// Attestation statement format.
    pub format: String,
    /// What the statement proves of who made the authenticator.
    #[serde(default = "Unproven::unasked")]
    pub proven: Result<(), Unproven>,
    pub transports: Vec<String>,
    pub attachment: Option<Attachment>,
    pub backup_eligible: bool,
    pub backup_state: bool,
    pub sign_count: i64,
}

/// An attestation beside everything that it is judged by.
pub struct RegistrationCheck<'a> {
    ceremony: Ceremony<'a>,
    attestation: &'a Attestation,
    attested: &'a AttestedCredential,
}

/// COSE numbers (RFC 9053, RFC 8812) of what we ask for.
const ES256: i128 = -7;
const RS256: i128 = -257;

/// Steps run in the order of their list; the first that refuses names the reason.
#[derive(Clone, Copy)]
pub struct RegistrationStep {
    pub name: &'static str,
    run: fn(&RegistrationCheck<'_>) -> Result<(), PasskeyRefusal>,
}

/// Every one is needed: a test leaves out each in turn and finds a verdict changed.
pub const STEPS: &[RegistrationStep] = &[
    RegistrationStep { name: "type", run: |check| check.ceremony.r#type() },
    RegistrationStep { name: "challenge", run: |check| check.ceremony.challenge() },
    RegistrationStep { name: "origin", run: |check| check.ceremony.origin() },
    RegistrationStep { name: "cross_origin", run: |check| check.ceremony.cross_origin() },
    RegistrationStep { name: "rp_id", run: |check| check.ceremony.rp_id() },
    RegistrationStep { name: "user_present", run: |check| check.ceremony.user_present() },
    RegistrationStep { name: "user_verified", run: |check| check.ceremony.user_verified() },
    RegistrationStep { name: "backup_flags", run: |check| check.ceremony.backup_flags() },
    RegistrationStep { name: "algorithm", run: algorithm },
    RegistrationStep { name: "format", run: format },
    RegistrationStep { name: "credential_id", run: credential_id },
    RegistrationStep { name: "discoverable", run: discoverable },
];

impl Passkeys {
    /// `{"publicKey": …}` for `navigator.credentials.create`. `held` is every passkey of the person, suspended ones
    /// too: their authenticators shall not make a second one.
    pub fn start_registration(
        &self,
        owner: UserHandle,
        name: &str,
        display_name: &str,
        held: &[Passkey],
        asked: &Asked,
    ) -> Result<(Value, RegistrationState), Fault> {
        let core = &self.0.core;
        let (drawn, library) = core
            .new_challenge_register_builder(owner.0.as_bytes(), name, display_name)
            .map(|builder| builder.user_verification_policy(UserVerificationPolicy::Required))
            .and_then(|builder| core.generate_challenge_register(builder))
            .map_err(|error| Fault::internal("starting a passkey registration", error))?;
        let challenge = URL_SAFE_NO_PAD.encode(&drawn.public_key.challenge);
        let exclude: Vec<Value> = held
            .iter()
            .map(|key| json!({ "type": "public-key", "id": key.credential_id, "transports": key.transports }))
            .collect();
        let mut selection = json!({
            "residentKey": "required",
            "requireResidentKey": true,
            "userVerification": "required",
        });
        if asked.cross_platform {
            selection["authenticatorAttachment"] = json!(Attachment::CrossPlatform.as_str());
        }
        let options = json!({
            "publicKey": {
                "rp": { "id": self.0.rp_id, "name": self.0.rp_name },
                "user": {
                    "id": owner.to_base64url(),
                    "name": name,
                    "displayName": display_name,
                },
                "challenge": challenge,
                "pubKeyCredParams": [
                    { "type": "public-key", "alg": ES256 as i64 },
                    { "type": "public-key", "alg": RS256 as i64 },
                ],
                "timeout": asked.timeout.as_millis(),
                "excludeCredentials": exclude,
                "authenticatorSelection": selection,
                "hints": asked.hints,
                "attestation": if asked.attestation { "direct" } else { "none" },
                "extensions": { "credProps": true },
            }
        });
        Ok((options, RegistrationState { challenge, library }))
    }

    pub fn verify_registration(
        &self,
        state: &RegistrationState,
        attestation: &Attestation,
        now: UnixTime,
    ) -> Result<NewCredential, PasskeyRefusal> {
        self.verify_registration_by(STEPS, state, attestation, now)
    }

    /// By a list of one's own: for the test that shows every step to be needed.
    #[doc(hidden)]
    pub fn verify_registration_by(
        &self,
        steps: &[RegistrationStep],
        state: &RegistrationState,
        attestation: &Attestation,
        now: UnixTime,
    ) -> Result<NewCredential, PasskeyRefusal> {
        let data = &attestation.authenticator_data;
        let attested = data.attested.as_ref().ok_or(PasskeyRefusal::Malformed)?;
        let ceremony = Ceremony {
            site: &self.0,
            expected_type: "webauthn.create",
            challenge: &state.challenge,
            client_data: &attestation.client_data,
            authenticator_data: data,
        };
        let check = RegistrationCheck { ceremony, attestation, attested };
        steps.iter().try_for_each(|step| (step.run)(&check))?;
        let credential = self
            .0
            .core
            .register_credential(&attestation.credential, &state.library, None)
            .map(webauthn_rs::prelude::Passkey::from)
            .map_err(|_| PasskeyRefusal::BadAttestation)?;
        Ok(NewCredential {
            credential_id: URL_SAFE_NO_PAD.encode(&attested.credential_id),
            credential: serde_json::to_string(&credential).map_err(|_| PasskeyRefusal::UnreadableCredential)?,
            aaguid: attested.aaguid,
            format: attestation.format.clone(),
            proven: prove(&self.0.core, &self.0.roots, attestation, &state.library, now),
            transports: attestation.transports.clone(),
            attachment: attestation.attachment,
            backup_eligible: data.backup_eligible(),
            backup_state: data.backup_state(),
            sign_count: i64::from(data.sign_count),
        })
    }
}

fn algorithm(check: &RegistrationCheck<'_>) -> Result<(), PasskeyRefusal> {
    let asked_for = matches!(check.attested.algorithm, Some(ES256 | RS256));
    refuse_unless(asked_for, PasskeyRefusal::UnsupportedAlgorithm)
}

fn format(check: &RegistrationCheck<'_>) -> Result<(), PasskeyRefusal> {
    refuse_unless(FORMATS.contains(&check.attestation.format.as_str()), PasskeyRefusal::UnknownFormat)
}

/// The one that the authenticator attests is the one that the browser names.
fn credential_id(check: &RegistrationCheck<'_>) -> Result<(), PasskeyRefusal> {
    let id = &check.attested.credential_id;
    let good = id.len() <= LONGEST_CREDENTIAL_ID && *id == check.attestation.credential_id;
    refuse_unless(good, PasskeyRefusal::WrongCredentialId)
}

/// A browser that says nothing is believed: a passkey that nobody can discover signs nobody in.
fn discoverable(check: &RegistrationCheck<'_>) -> Result<(), PasskeyRefusal> {
    refuse_unless(check.attestation.discoverable != Some(false), PasskeyRefusal::NotDiscoverable)
}
