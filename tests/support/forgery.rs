//! Answers of an authenticator made by hand, so that each part of one can be wrong.

use p256::ecdsa::{DerSignature, signature::Signer};
use serde_cbor_2::Value as Cbor;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::soft_key::{AAGUID, HeldKey, encode};

pub const UP: u8 = 1;
pub const UV: u8 = 1 << 2;
pub const BE: u8 = 1 << 3;
pub const BS: u8 = 1 << 4;
const AT: u8 = 1 << 6;

/// The members of an attestation statement, of what it is about.
pub type Statement = Box<dyn Fn(&Subject<'_>) -> Vec<(Cbor, Cbor)>>;

pub struct Subject<'a> {
    pub authenticator_data: &'a [u8],
    pub client_data_hash: &'a [u8],
    pub credential_id: &'a [u8],
    /// SEC 1 §2.3.3, uncompressed.
    pub public_key: &'a [u8],
}

/// A good answer to begin with.
pub struct Forgery {
    pub r#type: String,
    pub challenge: String,
    pub origin: String,
    pub cross_origin: Option<bool>,
    pub top_origin: Option<String>,
    /// Members of client data that no standard names yet.
    pub more_client_data: Map<String, Value>,
    pub rp_id: String,
    pub flags: u8,
    pub counter: u32,
    pub user_handle: Option<Vec<u8>>,
    /// As the browser names it.
    pub raw_id: Vec<u8>,
    /// As the authenticator attests it.
    pub attested_id: Vec<u8>,
    pub aaguid: [u8; 16],
    /// Of the attestation statement.
    pub format: String,
    /// Without one that of all formats but `none` is no real one.
    pub statement: Option<Statement>,
    pub transports: Vec<&'static str>,
    /// `authenticatorAttachment`
    pub attachment: Option<&'static str>,
    pub algorithm: i128,
    /// `credProps.rk`
    pub discoverable: Option<bool>,
    pub spoil_signature: bool,
    /// Members of the credential that no standard names yet.
    pub more_members: bool,
}

impl Forgery {
    pub fn of_login(options: &Value, origin: &str, key: &HeldKey) -> Self {
        let options = &options["publicKey"];
        Self::new("webauthn.get", &options["challenge"], &options["rpId"], origin, key)
    }

    pub fn of_registration(options: &Value, origin: &str, key: &HeldKey) -> Self {
        let options = &options["publicKey"];
        Self::new("webauthn.create", &options["challenge"], &options["rp"]["id"], origin, key)
    }

    fn new(r#type: &str, challenge: &Value, rp_id: &Value, origin: &str, key: &HeldKey) -> Self {
        Self {
            r#type: r#type.to_owned(),
            challenge: challenge.as_str().expect("a challenge").to_owned(),
            origin: origin.to_owned(),
            cross_origin: Some(false),
            top_origin: None,
            more_client_data: Map::new(),
            rp_id: rp_id.as_str().expect("an RP ID").to_owned(),
            flags: UP | UV | BE | BS,
            counter: 0,
            user_handle: Some(key.user_handle.clone()),
            raw_id: key.credential_id.clone(),
            attested_id: key.credential_id.clone(),
            aaguid: AAGUID,
            format: "none".to_owned(),
            statement: None,
            transports: vec!["hybrid", "internal", "of-the-future"],
            attachment: Some("cross-platform"),
            algorithm: -7,
            discoverable: Some(true),
            spoil_signature: false,
            more_members: false,
        }
    }

    pub fn assertion(self, key: &HeldKey) -> Value {
        let client_data = self.client_data();
        let authenticator_data = self.authenticator_data();
        let signed = [authenticator_data.as_slice(), &Sha256::digest(&client_data)].concat();
        let signature: DerSignature = key.signing_key.sign(&signed);
        let mut signature = signature.as_bytes().to_vec();
        if self.spoil_signature {
            *signature.last_mut().expect("a signature") ^= 1;
        }
        self.credential(json!({
            "clientDataJSON": encode(&client_data),
            "authenticatorData": encode(&authenticator_data),
            "signature": encode(&signature),
            "userHandle": self.user_handle.as_deref().map(encode),
        }))
    }

    pub fn attestation(mut self, key: &HeldKey) -> Value {
        self.flags |= AT;
        let length = u16::try_from(self.attested_id.len()).expect("below 64 KiB").to_be_bytes();
        let authenticator_data =
            [&self.authenticator_data(), self.aaguid.as_slice(), &length, &self.attested_id, &self.public_key(key)]
                .concat();
        let client_data = self.client_data();
        let point = key.signing_key.verifying_key().to_sec1_point(false);
        let said = match &self.statement {
            Some(statement) => statement(&Subject {
                authenticator_data: &authenticator_data,
                client_data_hash: &Sha256::digest(&client_data),
                credential_id: &self.attested_id,
                public_key: point.as_bytes(),
            }),
            None if self.format == "none" => Vec::new(),
            None => vec![(text("sig"), Cbor::Bytes(vec![0; 70]))],
        };
        let object = Cbor::Map(
            [
                (text("fmt"), text(&self.format)),
                (text("attStmt"), Cbor::Map(said.into_iter().collect())),
                (text("authData"), Cbor::Bytes(authenticator_data)),
            ]
            .into(),
        );
        self.credential(json!({
            "clientDataJSON": encode(&client_data),
            "attestationObject": encode(&serde_cbor_2::to_vec(&object).expect("CBOR")),
            "transports": self.transports,
        }))
    }

    fn client_data(&self) -> Vec<u8> {
        let mut data = self.more_client_data.clone();
        data.insert("type".to_owned(), json!(self.r#type));
        data.insert("challenge".to_owned(), json!(self.challenge));
        data.insert("origin".to_owned(), json!(self.origin));
        if let Some(cross_origin) = self.cross_origin {
            data.insert("crossOrigin".to_owned(), json!(cross_origin));
        }
        if let Some(top_origin) = &self.top_origin {
            data.insert("topOrigin".to_owned(), json!(top_origin));
        }
        Value::Object(data).to_string().into_bytes()
    }

    fn authenticator_data(&self) -> Vec<u8> {
        [Sha256::digest(&self.rp_id).as_slice(), &[self.flags], &self.counter.to_be_bytes()].concat()
    }

    /// COSE (RFC 9053 §7.1).
    fn public_key(&self, key: &HeldKey) -> Vec<u8> {
        let point = key.signing_key.verifying_key().to_sec1_point(false);
        let (x, y) = point.as_bytes()[1..].split_at(32);
        let members = [
            (1, Cbor::Integer(2)),
            (3, Cbor::Integer(self.algorithm)),
            (-1, Cbor::Integer(1)),
            (-2, Cbor::Bytes(x.to_vec())),
            (-3, Cbor::Bytes(y.to_vec())),
        ];
        let key = Cbor::Map(members.into_iter().map(|(label, value)| (Cbor::Integer(label), value)).collect());
        serde_cbor_2::to_vec(&key).expect("CBOR")
    }

    fn credential(&self, response: Value) -> Value {
        let mut credential = json!({
            "id": encode(&self.raw_id),
            "rawId": encode(&self.raw_id),
            "type": "public-key",
            "authenticatorAttachment": self.attachment,
            "clientExtensionResults": { "credProps": { "rk": self.discoverable } },
            "response": response,
        });
        if self.more_members {
            credential["ofTheFuture"] = json!([1]);
            credential["response"]["ofTheFuture"] = json!({});
            credential["clientExtensionResults"]["prf"] = json!({ "enabled": "unasked" });
            credential["clientExtensionResults"]["appid"] = json!("no boolean");
        }
        credential
    }
}

pub fn text(text: &str) -> Cbor {
    Cbor::Text(text.to_owned())
}
