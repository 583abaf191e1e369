//! What an attestation statement proves: of each format one that does, and each way in which one does not.

mod vectors;

use base64::{Engine, engine::general_purpose::STANDARD};
use genkan::{
    domain::{UnixTime, Unproven},
    passkeys::{Attestation, Passkeys, Roots},
};
use serde_json::{Value, json};
use vectors::Vector;

use super::{NOW, ORIGIN, asked, begin, person, site, site_trusting};
use crate::support::{
    forgery::{Forgery, Statement, UP, UV, text},
    maker::{GOOD, Maker, OVER, altered},
    soft_key::{AAGUID, HeldKey, SoftKey, encode},
};

fn roots(pem: &str) -> Result<Roots, String> {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("roots.pem"), pem).expect("written");
    Roots::read(folder.path())
}

fn trusting(maker: &Maker) -> Passkeys {
    site_trusting(roots(&maker.pem()).expect("roots"))
}

/// Of a new security key.
fn prove_at(site: &Passkeys, change: impl FnOnce(&mut Forgery), now: UnixTime) -> Result<(), Unproven> {
    let (options, state) = begin(site, person(), &[], &asked());
    let answer = SoftKey::new(ORIGIN).forge_registration(&options, |it| {
        it.flags = UP | UV;
        change(it);
    });
    let answer = Attestation::parse(answer).expect("an attestation");
    site.verify_registration(&state, &answer, now).expect("registers, whatever is proven").proven
}

fn prove(site: &Passkeys, format: &str, aaguid: [u8; 16], statement: Statement) -> Result<(), Unproven> {
    prove_at(site, |it| (it.format, it.aaguid, it.statement) = (format.to_owned(), aaguid, Some(statement)), NOW)
}

const NO_MODEL: [u8; 16] = [0; 16];

#[test]
fn packed() {
    let maker = Maker::new("Maker");
    let site = trusting(&maker);
    let proven = |statement| prove(&site, "packed", AAGUID, statement);
    assert_eq!(proven(maker.batch(Some(AAGUID), GOOD).packed()), Ok(()));
    assert_eq!(proven(maker.batch(None, GOOD).packed()), Ok(()), "a certificate need not name the model");
    assert_eq!(proven(maker.workshop("Workshop").batch(Some(AAGUID), GOOD).packed()), Ok(()), "by two steps");
    assert_eq!(proven(altered(maker.batch(Some(AAGUID), GOOD).packed())), Err(Unproven::Invalid));
    assert_eq!(proven(maker.batch(Some([1; 16]), GOOD).packed()), Err(Unproven::OtherModel));
    assert_eq!(proven(maker.batch(Some(AAGUID), OVER).packed()), Err(Unproven::Expired));
    assert_eq!(
        proven(Maker::new("Maker").batch(Some(AAGUID), GOOD).packed()),
        Err(Unproven::Untrusted),
        "by name alone"
    );
    assert_eq!(proven(Maker::new("Other").batch(Some(AAGUID), GOOD).packed()), Err(Unproven::Untrusted));
    assert_eq!(proven(Box::new(|_| Vec::new())), Err(Unproven::Invalid), "nothing is said");
}

#[test]
fn fido_u2f() {
    let maker = Maker::new("Maker");
    let site = trusting(&maker);
    let proven = |statement| prove(&site, "fido-u2f", NO_MODEL, statement);
    assert_eq!(proven(maker.batch(None, GOOD).fido_u2f()), Ok(()));
    assert_eq!(proven(altered(maker.batch(None, GOOD).fido_u2f())), Err(Unproven::Invalid));
    assert_eq!(proven(maker.batch(None, OVER).fido_u2f()), Err(Unproven::Expired));
    assert_eq!(proven(Maker::new("Other").batch(None, GOOD).fido_u2f()), Err(Unproven::Untrusted));
    let named = prove(&site, "fido-u2f", AAGUID, maker.batch(None, GOOD).fido_u2f());
    assert_eq!(named, Err(Unproven::OtherModel), "a model that no signature covers");
}

#[test]
fn apple() {
    let site_of = |maker: &Maker| trusting(maker);
    let proven = |validity, alter: fn(Statement) -> Statement| {
        let maker = Maker::new("Maker");
        prove(&site_of(&maker), "apple", AAGUID, alter(maker.apple(validity)))
    };
    assert_eq!(proven(GOOD, |it| it), Ok(()));
    assert_eq!(proven(GOOD, altered), Err(Unproven::Untrusted), "the certificate's own signature");
    assert_eq!(proven(OVER, |it| it), Err(Unproven::Expired));
    let (maker, other) = (Maker::new("Maker"), Maker::new("Other"));
    assert_eq!(prove(&site_of(&maker), "apple", AAGUID, other.apple(GOOD)), Err(Unproven::Untrusted));
    let site = trusting(&maker);
    let statement = maker.apple(GOOD);
    let of_another = Box::new(move |about: &crate::support::forgery::Subject<'_>| {
        let about = crate::support::forgery::Subject { client_data_hash: &[7; 32], ..*about };
        statement(&about)
    });
    assert_eq!(prove(&site, "apple", AAGUID, of_another), Err(Unproven::Invalid), "made for another registration");
}

#[test]
fn of_itself() {
    let site = trusting(&Maker::new("Maker"));
    let (options, state) = begin(&site, person(), &[], &asked());
    let key = HeldKey::new(&options);
    let sign = |spoil: bool| {
        let signing_key = key.signing_key.clone();
        let statement: Statement = Box::new(move |about| {
            use p256::ecdsa::{DerSignature, signature::Signer};
            let data = [about.authenticator_data, about.client_data_hash].concat();
            let signature: DerSignature = signing_key.sign(&data);
            vec![
                (text("alg"), serde_cbor_2::Value::Integer(-7)),
                (text("sig"), serde_cbor_2::Value::Bytes(signature.as_bytes().to_vec())),
            ]
        });
        if spoil { altered(statement) } else { statement }
    };
    for (spoil, unproven) in [(false, Unproven::OfItself), (true, Unproven::Invalid)] {
        let answer = SoftKey::new(ORIGIN).forge_registration_of(&key, &options, |it| {
            (it.format, it.statement) = ("packed".to_owned(), Some(sign(spoil)));
        });
        let answer = Attestation::parse(answer).expect("an attestation");
        let new = site.verify_registration(&state, &answer, NOW).expect("registers");
        assert_eq!(new.proven, Err(unproven));
    }
}

#[test]
fn what_comes_without_a_statement_or_in_another_format_proves_nothing() {
    let maker = Maker::new("Maker");
    let site = trusting(&maker);
    assert_eq!(prove_at(&site, |_| (), NOW), Err(Unproven::Missing));
    for format in ["tpm", "android-key", "android-safetynet"] {
        let statement = maker.batch(Some(AAGUID), GOOD).packed();
        assert_eq!(prove(&site, format, AAGUID, statement), Err(Unproven::Unverifiable), "{format}");
    }
}

#[test]
fn a_certificate_is_good_while_it_says_so_by_our_clock() {
    let maker = Maker::new("Maker");
    let site = trusting(&maker);
    for (now, proven) in [(GOOD.0 - 1, Err(Unproven::Expired)), (GOOD.0, Ok(())), (GOOD.1 + 1, Err(Unproven::Expired))]
    {
        let statement = maker.batch(Some(AAGUID), GOOD).packed();
        let change = |it: &mut Forgery| (it.format, it.statement) = ("packed".to_owned(), Some(statement));
        assert_eq!(prove_at(&site, change, UnixTime::from_secs(now)), proven, "{now}");
    }
}

#[test]
fn where_nobody_is_trusted_nothing_is_proven() {
    let statement = Maker::new("Maker").batch(Some(AAGUID), GOOD).packed();
    assert_eq!(prove(&site(), "packed", AAGUID, statement), Err(Unproven::Untrusted));
}

/// The challenge is drawn by the library: the vector's own is put in its place.
fn vector(vector: &Vector) -> Result<(), Unproven> {
    let bytes = |text: &str| hex::decode(text).expect("hexadecimal");
    let root = format!(
        "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
        STANDARD
            .encode(bytes(vectors::ROOT))
            .as_bytes()
            .chunks(64)
            .map(String::from_utf8_lossy)
            .collect::<Vec<_>>()
            .join("\n")
    );
    let site =
        Passkeys::new("example.org", "https://example.org", "玄関", roots(&root).expect("a root")).expect("a site");
    let (_, state) = begin(&site, person(), &[], &asked());
    let mut state: Value = serde_json::to_value(&state).expect("JSON");
    for pointer in ["/challenge", "/library/challenge"] {
        *state.pointer_mut(pointer).expect("a challenge") = json!(encode(&bytes(vector.challenge)));
    }
    let id = encode(&bytes(vector.credential_id));
    let answer = json!({
        "id": id,
        "rawId": id,
        "type": "public-key",
        "response": {
            "clientDataJSON": encode(&bytes(vector.client_data)),
            "attestationObject": encode(&bytes(vector.attestation_object)),
        },
    });
    let answer = Attestation::parse(answer).expect("an attestation");
    let state = serde_json::from_value(state).expect("a state");
    site.verify_registration(&state, &answer, NOW).expect("registers").proven
}

#[test]
fn the_standard_s_own_vectors() {
    assert_eq!(vector(&vectors::PACKED), Ok(()));
    assert_eq!(vector(&vectors::PACKED_SELF), Err(Unproven::OfItself));
}

#[test]
fn roots_are_files_in_pem() {
    let (one, two) = (Maker::new("One").pem(), Maker::new("Two").pem());
    assert_eq!(roots(&format!("# a comment\n{one}\n{two}")).expect("roots").len(), 2);
    for (pem, why) in [
        ("", "holds no certificate in PEM"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "the 1., that is none"),
    ] {
        let error = roots(pem).err().expect("refused");
        assert!(error.contains("roots.pem") && error.contains(why), "{error}");
    }
    let empty = tempfile::tempdir().expect("a folder");
    assert!(Roots::read(empty.path()).err().expect("refused").contains("holds no certificate"));
    let missing = Roots::read(&empty.path().join("no.pem")).err().expect("refused");
    assert!(missing.contains("no.pem") && missing.contains("No such file"), "{missing}");
}
