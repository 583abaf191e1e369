//! An authenticator in software, with its browser: it registers and signs in as a phone would that scanned a QR code, and
//! forges on request.

use std::{
    pin::pin,
    sync::{Arc, Mutex, MutexGuard},
    task::{Context, Poll, Waker},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use genkan::random::Random;
use p256::ecdsa::SigningKey;
use passkey::{
    authenticator::{
        Authenticator, CredentialStore, DiscoverabilitySupport, StoreInfo, UiHint, UserCheck, UserValidationMethod,
    },
    client::{Client, DefaultClientData},
    crypto::{
        coset::{Label, cbor},
        rust_crypto::RustCryptoBackend,
    },
    types::{
        Passkey,
        ctap2::{
            Aaguid, Ctap2Error, StatusCode,
            make_credential::{Options, PublicKeyCredentialRpEntity, PublicKeyCredentialUserEntity},
        },
        webauthn::{CredentialCreationOptions, CredentialRequestOptions, PublicKeyCredentialDescriptor},
    },
};
use serde_json::{Value, json};
use url::Url;

use super::forgery::Forgery;

/// The AAGUID that it reports.
pub const AAGUID: [u8; 16] = *b"soft key genkan.";

/// Cheap to clone: clones hold the same keys.
#[derive(Clone)]
pub struct SoftKey {
    origin: Url,
    shelf: Shelf,
    counting: bool,
}

/// The private half of one passkey.
pub struct HeldKey {
    pub credential_id: Vec<u8>,
    pub user_handle: Vec<u8>,
    pub signing_key: SigningKey,
}

impl HeldKey {
    /// For whom the creation options are.
    pub fn new(options: &Value) -> Self {
        let user = options["publicKey"]["user"]["id"].as_str().and_then(|id| URL_SAFE_NO_PAD.decode(id).ok());
        let signing_key = SigningKey::from_slice(&Random.bytes::<32>()).expect("a private key");
        Self { credential_id: Random.bytes::<16>().to_vec(), user_handle: user.unwrap_or_default(), signing_key }
    }
}

impl SoftKey {
    /// `origin`: the site that its browser is on.
    pub fn new(origin: &str) -> Self {
        Self { origin: origin.parse().expect("an origin"), shelf: Shelf::default(), counting: false }
    }

    /// A key that counts its signatures; synced ones do not.
    pub fn counting(origin: &str) -> Self {
        Self { counting: true, ..Self::new(origin) }
    }

    /// `navigator.credentials.create(options)`, as `toJSON()` gives it; `Err` when the browser would throw.
    pub fn register(&self, options: &Value) -> Result<Value, String> {
        let request: CredentialCreationOptions = serde_json::from_value(options.clone()).expect("creation options");
        let mut client = Client::new(self.authenticator()).allows_insecure_localhost(true);
        let made = ready(client.register(&self.origin, request, DefaultClientData));
        let made = made.map_err(|error| format!("{error:?}"))?;
        Ok(json!({
            "id": made.id,
            "rawId": encode(&made.raw_id),
            "type": "public-key",
            "authenticatorAttachment": "cross-platform",
            "clientExtensionResults": { "credProps": { "rk": true } },
            "response": {
                "clientDataJSON": encode(&made.response.client_data_json),
                "attestationObject": encode(&made.response.attestation_object),
                "authenticatorData": encode(&made.response.authenticator_data),
                "publicKeyAlgorithm": made.response.public_key_algorithm,
                "transports": ["hybrid", "internal"],
            },
        }))
    }

    /// `navigator.credentials.get(options)`, as `toJSON()` gives it; `Err` when the browser would throw.
    pub fn login(&self, options: &Value) -> Result<Value, String> {
        let request: CredentialRequestOptions = serde_json::from_value(options.clone()).expect("request options");
        let mut client = Client::new(self.authenticator()).allows_insecure_localhost(true);
        let signed = ready(client.authenticate(&self.origin, request, DefaultClientData));
        let signed = signed.map_err(|error| format!("{error:?}"))?;
        Ok(json!({
            "id": signed.id,
            "rawId": encode(&signed.raw_id),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": encode(&signed.response.client_data_json),
                "authenticatorData": encode(&signed.response.authenticator_data),
                "signature": encode(&signed.response.signature),
                "userHandle": signed.response.user_handle.as_ref().map(|handle| encode(handle)),
            },
        }))
    }

    /// An answer to `options` signed by hand with the newest key held, good but for what `change` does to it.
    pub fn forge_login(&self, options: &Value, change: impl FnOnce(&mut Forgery)) -> Value {
        self.forge_login_of(&self.newest(), options, change)
    }

    pub fn forge_login_of(&self, key: &HeldKey, options: &Value, change: impl FnOnce(&mut Forgery)) -> Value {
        let mut forgery = Forgery::of_login(options, &self.origin(), key);
        change(&mut forgery);
        forgery.assertion(key)
    }

    /// The same for a registration; the new key is not kept.
    pub fn forge_registration(&self, options: &Value, change: impl FnOnce(&mut Forgery)) -> Value {
        self.forge_registration_of(&HeldKey::new(options), options, change)
    }

    pub fn forge_registration_of(&self, key: &HeldKey, options: &Value, change: impl FnOnce(&mut Forgery)) -> Value {
        let mut forgery = Forgery::of_registration(options, &self.origin(), key);
        change(&mut forgery);
        forgery.attestation(key)
    }

    fn origin(&self) -> String {
        self.origin.origin().ascii_serialization()
    }

    fn newest(&self) -> HeldKey {
        let keys = self.shelf.keys();
        let key = keys.last().expect("a key was registered");
        let private = key.key.params.iter().find(|(label, _)| *label == Label::Int(-4)).map(|(_, value)| value);
        let Some(cbor::Value::Bytes(private)) = private else { panic!("an ES256 key") };
        HeldKey {
            credential_id: key.credential_id.to_vec(),
            user_handle: key.user_handle.as_ref().map(|handle| handle.to_vec()).unwrap_or_default(),
            signing_key: SigningKey::from_slice(private).expect("a private key"),
        }
    }

    fn authenticator(&self) -> Authenticator<Shelf, Owner, RustCryptoBackend> {
        let mut authenticator = Authenticator::new(Aaguid::from(AAGUID), self.shelf.clone(), Owner, RustCryptoBackend);
        authenticator.set_make_credentials_with_signature_counter(self.counting);
        authenticator
    }
}

pub fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Nothing in here ever waits.
fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("a software authenticator waits for nobody"),
    }
}

/// Where the keys are.
#[derive(Clone, Default)]
struct Shelf(Arc<Mutex<Vec<Passkey>>>);

impl Shelf {
    fn keys(&self) -> MutexGuard<'_, Vec<Passkey>> {
        self.0.lock().expect("no test panics in here")
    }
}

#[async_trait::async_trait]
impl CredentialStore for Shelf {
    type PasskeyItem = Passkey;

    /// Without `ids` every key of the site, the newest first: discoverable login.
    async fn find_credentials(
        &self,
        ids: Option<&[PublicKeyCredentialDescriptor]>,
        rp_id: &str,
        _user_handle: Option<&[u8]>,
    ) -> Result<Vec<Passkey>, StatusCode> {
        let named = |key: &Passkey| ids.is_none_or(|ids| ids.iter().any(|id| id.id == key.credential_id));
        Ok(self.keys().iter().rev().filter(|key| key.rp_id == rp_id && named(key)).cloned().collect())
    }

    async fn save_credential(
        &mut self,
        key: Passkey,
        _user: PublicKeyCredentialUserEntity,
        _rp: PublicKeyCredentialRpEntity,
        _options: Options,
    ) -> Result<(), StatusCode> {
        self.keys().push(key);
        Ok(())
    }

    async fn update_credential(&mut self, key: &Passkey) -> Result<(), StatusCode> {
        let mut keys = self.keys();
        let held = keys.iter_mut().find(|held| held.credential_id == key.credential_id);
        *held.ok_or(Ctap2Error::NoCredentials)? = key.clone();
        Ok(())
    }

    async fn get_info(&self) -> StoreInfo {
        StoreInfo { discoverability: DiscoverabilitySupport::ForcedDiscoverable }
    }
}

/// Always there, and always proves it.
struct Owner;

#[async_trait::async_trait]
impl UserValidationMethod for Owner {
    type PasskeyItem = Passkey;

    async fn check_user<'a>(
        &self,
        hint: UiHint<'a, Passkey>,
        presence: bool,
        verification: bool,
    ) -> Result<UserCheck, Ctap2Error> {
        match hint {
            UiHint::InformExcludedCredentialFound(_) => Err(Ctap2Error::CredentialExcluded),
            UiHint::InformNoCredentialsFound => Err(Ctap2Error::NoCredentials),
            UiHint::RequestNewCredential(..) | UiHint::RequestExistingCredential(_) => {
                Ok(UserCheck { presence, verification })
            }
        }
    }

    fn is_presence_enabled(&self) -> bool {
        true
    }

    fn is_verification_enabled(&self) -> Option<bool> {
        Some(true)
    }
}
