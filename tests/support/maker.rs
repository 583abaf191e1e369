//! A maker of security keys: a root certificate, and the attestation statements of what it sells (Web Authentication Level 3
//! §8.2, §8.6, §8.8).

use openssl::{
    asn1::{Asn1Object, Asn1OctetString, Asn1Time},
    bn::BigNum,
    ec::{EcGroup, EcKey, EcPoint},
    hash::MessageDigest,
    nid::Nid,
    pkey::{HasPublic, PKey, Private},
    sign::Signer,
    x509::{
        X509, X509Builder, X509Extension, X509Name, X509NameBuilder,
        extension::{BasicConstraints, KeyUsage},
    },
};
use serde_cbor_2::Value as Cbor;
use sha2::{Digest, Sha256};

use super::forgery::{Statement, Subject, text};

const MODEL: &str = "1.3.6.1.4.1.45724.1.1.4";
const APPLE_NONCE: &str = "1.2.840.113635.100.8.2";

/// Seconds since 1970.
type Validity = (i64, i64);
/// 2020 to 2060.
pub const GOOD: Validity = (1_577_836_800, 2_840_140_800);
/// 2020 to 2021.
pub const OVER: Validity = (1_577_836_800, 1_609_459_200);

pub struct Maker {
    name: &'static str,
    key: PKey<Private>,
    certificate: X509,
    /// Of certificates that it makes, whoever signed its own.
    above: Vec<X509>,
}

/// What signs statements, and the certificates that say whose it is.
pub struct Batch {
    key: PKey<Private>,
    chain: Vec<X509>,
}

impl Maker {
    pub fn new(name: &'static str) -> Self {
        let key = new_key();
        let certificate = certificate(name, &key, (name, &key), GOOD, authority);
        Self { name, key, certificate, above: Vec::new() }
    }

    /// A part of the house, with a certificate of its own.
    pub fn workshop(&self, name: &'static str) -> Self {
        let key = new_key();
        let certificate = certificate(name, &key, (self.name, &self.key), GOOD, authority);
        Self { name, key, above: vec![certificate.clone()], certificate }
    }

    pub fn pem(&self) -> String {
        String::from_utf8(self.certificate.to_pem().expect("PEM")).expect("text")
    }

    /// `aaguid`: the model as its certificate has it.
    pub fn batch(&self, aaguid: Option<[u8; 16]>, validity: Validity) -> Batch {
        let key = new_key();
        let leaf = certificate("Key", &key, (self.name, &self.key), validity, |it| {
            no_authority(it);
            if let Some(aaguid) = aaguid {
                extend(it, MODEL, &[&[4, 16], aaguid.as_slice()].concat());
            }
        });
        Batch { key, chain: [vec![leaf], self.above.clone()].concat() }
    }

    /// Each passkey has a certificate, about its own key.
    pub fn apple(self, validity: Validity) -> Statement {
        Box::new(move |about: &Subject<'_>| {
            let nonce = Sha256::digest([about.authenticator_data, about.client_data_hash].concat());
            let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).expect("P-256");
            let mut context = openssl::bn::BigNumContext::new().expect("a context");
            let point = EcPoint::from_bytes(&group, about.public_key, &mut context).expect("a point");
            let key = EcKey::from_public_key(&group, &point).and_then(PKey::from_ec_key).expect("a key");
            let leaf = certificate("Credential", &key, (self.name, &self.key), validity, |it| {
                no_authority(it);
                extend(it, APPLE_NONCE, &[&[0x30, 0x24, 0xa1, 0x22, 4, 32], nonce.as_slice()].concat());
            });
            vec![(text("x5c"), x5c(&[leaf]))]
        })
    }
}

impl Batch {
    pub fn packed(self) -> Statement {
        Box::new(move |about: &Subject<'_>| {
            let signature = sign(&self.key, &[about.authenticator_data, about.client_data_hash].concat());
            vec![
                (text("alg"), Cbor::Integer(-7)),
                (text("sig"), Cbor::Bytes(signature)),
                (text("x5c"), x5c(&self.chain)),
            ]
        })
    }

    pub fn fido_u2f(self) -> Statement {
        Box::new(move |about: &Subject<'_>| {
            let rp_id_hash = &about.authenticator_data[..32];
            let signed = [&[0], rp_id_hash, about.client_data_hash, about.credential_id, about.public_key].concat();
            vec![(text("sig"), Cbor::Bytes(sign(&self.key, &signed))), (text("x5c"), x5c(&self.chain))]
        })
    }
}

/// The same with the last byte of its signature changed; of its last certificate where it has none.
pub fn altered(statement: Statement) -> Statement {
    Box::new(move |about| {
        let mut members = statement(about);
        let bytes = members.iter_mut().find_map(|(name, value)| match value {
            Cbor::Bytes(bytes) if *name == text("sig") => Some(bytes),
            Cbor::Array(chain) => {
                chain.iter_mut().find_map(|one| if let Cbor::Bytes(one) = one { Some(one) } else { None })
            }
            _ => None,
        });
        *bytes.and_then(|bytes| bytes.last_mut()).expect("a signature") ^= 1;
        members
    })
}

fn x5c(chain: &[X509]) -> Cbor {
    Cbor::Array(chain.iter().map(|one| Cbor::Bytes(one.to_der().expect("DER"))).collect())
}

fn sign(key: &PKey<Private>, data: &[u8]) -> Vec<u8> {
    let mut signer = Signer::new(MessageDigest::sha256(), key).expect("a signer");
    signer.sign_oneshot_to_vec(data).expect("a signature")
}

fn new_key() -> PKey<Private> {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).expect("P-256");
    EcKey::generate(&group).and_then(PKey::from_ec_key).expect("a key")
}

/// As §8.2.1 wants its subject.
fn named(name: &str) -> X509Name {
    let mut named = X509NameBuilder::new().expect("a name");
    for (field, value) in [("C", "JP"), ("O", "Genkan tests"), ("OU", "Authenticator Attestation"), ("CN", name)] {
        named.append_entry_by_text(field, value).expect("a part of a name");
    }
    named.build()
}

fn certificate<K: HasPublic>(
    subject: &str,
    key: &PKey<K>,
    (issuer, by): (&str, &PKey<Private>),
    (from, until): Validity,
    extend: impl FnOnce(&mut X509Builder),
) -> X509 {
    let build = || {
        let mut it = X509Builder::new()?;
        it.set_version(2)?;
        let serial = BigNum::from_u32(7)?.to_asn1_integer()?;
        it.set_serial_number(&serial)?;
        it.set_subject_name(&named(subject))?;
        it.set_issuer_name(&named(issuer))?;
        it.set_pubkey(key)?;
        it.set_not_before(Asn1Time::from_unix(from)?.as_ref())?;
        it.set_not_after(Asn1Time::from_unix(until)?.as_ref())?;
        extend(&mut it);
        it.sign(by, MessageDigest::sha256())?;
        Ok::<_, openssl::error::ErrorStack>(it.build())
    };
    build().expect("a certificate")
}

fn authority(it: &mut X509Builder) {
    let ca = BasicConstraints::new().critical().ca().build().expect("an extension");
    let usage = KeyUsage::new().critical().key_cert_sign().crl_sign().build().expect("an extension");
    it.append_extension(ca).and_then(|()| it.append_extension(usage)).expect("extended");
}

fn no_authority(it: &mut X509Builder) {
    it.append_extension(BasicConstraints::new().critical().build().expect("an extension")).expect("extended");
}

fn extend(it: &mut X509Builder, oid: &str, value: &[u8]) {
    let (oid, value) = (Asn1Object::from_str(oid), Asn1OctetString::new_from_bytes(value));
    let extension = X509Extension::new_from_der(&oid.expect("an OID"), false, &value.expect("bytes"));
    it.append_extension(extension.expect("an extension")).expect("extended");
}
