//! What browsers send: a `PublicKeyCredential` as its `toJSON()` gives it (Web Authentication Level 3 §5.1).
//!
//! Every member that we read must be what it should be; members that we do not know are ignored, as new ones come with
//! every browser.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;
use webauthn_rs::prelude::{PublicKeyCredential, RegisterPublicKeyCredential};

use super::{
    PasskeyRefusal, attestation_object::AttestationObject, authenticator_data::AuthenticatorData,
    client_data::ClientData,
};
use crate::domain::Attachment;

/// §4, «credential ID».
pub const LONGEST_CREDENTIAL_ID: usize = 1023;
/// A browser names a handful of short ones.
const MOST_TRANSPORTS: usize = 16;
const LONGEST_TRANSPORT: usize = 32;

/// The answer of `navigator.credentials.get`.
pub struct Assertion {
    pub(super) credential_id: String,
    pub(super) user_handle: Option<Vec<u8>>,
    pub(super) client_data: ClientData,
    pub(super) authenticator_data: AuthenticatorData,
    /// For the library: its own members alone, no extension outputs, since none were asked for.
    pub(super) credential: PublicKeyCredential,
}

/// The answer of `navigator.credentials.create`.
pub struct Attestation {
    pub(super) credential_id: Vec<u8>,
    pub(super) transports: Vec<String>,
    pub(super) attachment: Option<Attachment>,
    /// `credProps.rk`: the browser's word on whether the passkey is discoverable.
    pub(super) discoverable: Option<bool>,
    pub(super) client_data: ClientData,
    /// Attestation statement format.
    pub(super) format: String,
    pub(super) authenticator_data: AuthenticatorData,
    /// For the library: without the statement, and with it.
    pub(super) credential: RegisterPublicKeyCredential,
    pub(super) stated: RegisterPublicKeyCredential,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raw<Response> {
    id: String,
    raw_id: String,
    r#type: String,
    #[serde(default)]
    authenticator_attachment: Option<String>,
    response: Response,
    #[serde(default)]
    client_extension_results: ExtensionResults,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawAssertion {
    #[serde(rename = "clientDataJSON")]
    client_data_json: String,
    authenticator_data: String,
    signature: String,
    #[serde(default)]
    user_handle: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawAttestation {
    #[serde(rename = "clientDataJSON")]
    client_data_json: String,
    attestation_object: String,
    #[serde(default)]
    transports: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ExtensionResults {
    #[serde(default)]
    cred_props: CredProps,
}

#[derive(Default, Deserialize)]
struct CredProps {
    #[serde(default)]
    rk: Option<bool>,
}

impl Assertion {
    pub fn parse(credential: Value) -> Result<Self, PasskeyRefusal> {
        let raw: Raw<RawAssertion> = read(credential)?;
        let credential_id = raw.credential_id()?;
        let response = &raw.response;
        Ok(Self {
            user_handle: response.user_handle.as_deref().map(decode).transpose()?,
            client_data: ClientData::parse(&decode(&response.client_data_json)?)?,
            authenticator_data: AuthenticatorData::of_assertion(&decode(&response.authenticator_data)?)?,
            credential: read(json!({
                "id": raw.id,
                "rawId": raw.raw_id,
                "type": raw.r#type,
                "extensions": {},
                "response": {
                    "clientDataJSON": response.client_data_json,
                    "authenticatorData": response.authenticator_data,
                    "signature": response.signature,
                    "userHandle": response.user_handle,
                },
            }))?,
            credential_id: URL_SAFE_NO_PAD.encode(credential_id),
        })
    }

    /// base64url, as stored.
    pub fn credential_id(&self) -> &str {
        &self.credential_id
    }
}

impl Attestation {
    pub fn parse(credential: Value) -> Result<Self, PasskeyRefusal> {
        let raw: Raw<RawAttestation> = read(credential)?;
        let credential_id = raw.credential_id()?;
        let response = raw.response;
        let too_much = |transport: &String| transport.len() > LONGEST_TRANSPORT;
        if response.transports.len() > MOST_TRANSPORTS || response.transports.iter().any(too_much) {
            return Err(PasskeyRefusal::Malformed);
        }
        let object = AttestationObject::parse(&decode(&response.attestation_object)?)?;
        let for_library = |object: &str| {
            read(json!({
                "id": raw.id,
                "rawId": raw.raw_id,
                "type": raw.r#type,
                "extensions": {},
                "response": { "clientDataJSON": response.client_data_json, "attestationObject": object },
            }))
        };
        Ok(Self {
            // What the next standard adds counts as unsaid.
            attachment: raw.authenticator_attachment.as_deref().and_then(Attachment::parse),
            discoverable: raw.client_extension_results.cred_props.rk,
            client_data: ClientData::parse(&decode(&response.client_data_json)?)?,
            credential: for_library(&URL_SAFE_NO_PAD.encode(object.bare))?,
            stated: for_library(&response.attestation_object)?,
            format: object.format,
            authenticator_data: object.authenticator_data,
            credential_id,
            transports: response.transports,
        })
    }

    pub(super) fn aaguid(&self) -> Uuid {
        self.authenticator_data.attested.as_ref().map(|attested| attested.aaguid).unwrap_or_default()
    }

    /// base64url, as it would be stored.
    pub fn credential_id(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.credential_id)
    }
}

impl<Response> Raw<Response> {
    fn credential_id(&self) -> Result<Vec<u8>, PasskeyRefusal> {
        let id = decode(&self.raw_id)?;
        let good = self.r#type == "public-key" && self.id == self.raw_id && !id.is_empty();
        if good && id.len() <= LONGEST_CREDENTIAL_ID { Ok(id) } else { Err(PasskeyRefusal::Malformed) }
    }
}

fn read<T: serde::de::DeserializeOwned>(json: Value) -> Result<T, PasskeyRefusal> {
    serde_json::from_value(json).map_err(|_| PasskeyRefusal::Malformed)
}

fn decode(base64url: &str) -> Result<Vec<u8>, PasskeyRefusal> {
    URL_SAFE_NO_PAD.decode(base64url).map_err(|_| PasskeyRefusal::Malformed)
}
