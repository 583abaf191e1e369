//! Registering: the options, what is accepted, and one refused case for every step.

use std::time::Duration;

use genkan::{
    domain::Attachment,
    passkeys::{
        Asked, Attestation, NewCredential, PasskeyRefusal, Passkeys, REGISTRATION_STEPS, RegistrationState,
        RegistrationStep,
    },
    random::Random,
};
use serde_json::{Value, json};

use super::{NOW, ORIGIN, asked, begin, person, registered, site};
use crate::support::{
    forgery::{BE, BS, Forgery, UP, UV},
    soft_key::{AAGUID, SoftKey, encode},
};

struct Scene {
    site: Passkeys,
    options: Value,
    state: RegistrationState,
}

impl Scene {
    fn new() -> Self {
        let site = site();
        let (options, state) = begin(&site, person(), &[], &asked());
        Self { site, options, state }
    }

    fn forge(&self, change: impl FnOnce(&mut Forgery)) -> Value {
        SoftKey::new(ORIGIN).forge_registration(&self.options, change)
    }

    fn verify(&self, answer: Value) -> Result<NewCredential, PasskeyRefusal> {
        self.verify_by(REGISTRATION_STEPS, answer)
    }

    fn verify_by(&self, steps: &[RegistrationStep], answer: Value) -> Result<NewCredential, PasskeyRefusal> {
        self.site.verify_registration_by(steps, &self.state, &Attestation::parse(answer)?, NOW)
    }
}

/// What is wrong, what is said of it, and how it comes about.
type Case = (&'static str, PasskeyRefusal, fn(&mut Forgery));

const REFUSED: &[Case] = &[
    ("a login's answer", PasskeyRefusal::WrongType, |it| it.r#type = "webauthn.get".to_owned()),
    ("another challenge", PasskeyRefusal::WrongChallenge, |it| it.challenge = encode(&Random.bytes::<32>())),
    ("another site", PasskeyRefusal::WrongOrigin, |it| it.origin = "https://evil.example".to_owned()),
    ("another port", PasskeyRefusal::WrongOrigin, |it| it.origin = "http://localhost:8081".to_owned()),
    ("a foreign frame", PasskeyRefusal::CrossOrigin, |it| it.cross_origin = Some(true)),
    ("a foreign top", PasskeyRefusal::CrossOrigin, |it| it.top_origin = Some("https://evil.example".to_owned())),
    ("another RP ID", PasskeyRefusal::WrongRpId, |it| it.rp_id = "evil.example".to_owned()),
    ("nobody present", PasskeyRefusal::UserNotPresent, |it| it.flags &= !UP),
    ("nobody verified", PasskeyRefusal::UserNotVerified, |it| it.flags &= !UV),
    ("backed up without being eligible", PasskeyRefusal::BackupFlags, |it| it.flags = UP | UV | BS),
    ("EdDSA", PasskeyRefusal::UnsupportedAlgorithm, |it| it.algorithm = -8),
    ("ES384", PasskeyRefusal::UnsupportedAlgorithm, |it| it.algorithm = -35),
    ("RS1", PasskeyRefusal::UnsupportedAlgorithm, |it| it.algorithm = -65535),
    ("a format of nobody's", PasskeyRefusal::UnknownFormat, |it| it.format = "of-the-future".to_owned()),
    ("an attested id too long", PasskeyRefusal::WrongCredentialId, |it| it.attested_id = vec![1; 1024]),
    ("another id attested than named", PasskeyRefusal::WrongCredentialId, |it| it.attested_id = vec![1; 16]),
    ("a named id too long", PasskeyRefusal::Malformed, |it| it.raw_id = vec![1; 1024]),
    ("not discoverable", PasskeyRefusal::NotDiscoverable, |it| it.discoverable = Some(false)),
    ("a key of another algorithm than it says", PasskeyRefusal::BadAttestation, |it| it.algorithm = -257),
];

#[test]
fn an_authenticator_registers_and_everything_about_it_is_known() {
    let key = registered(&site(), &SoftKey::new(ORIGIN), person());
    assert_eq!(key.aaguid, uuid::Uuid::from_bytes(AAGUID));
    assert_eq!(key.transports, ["hybrid", "internal"]);
    assert!(key.backup_eligible && key.backup_state);
    assert_eq!(key.sign_count, 0);
    assert!(!key.credential.contains("\"d\""));
}

#[test]
fn a_forged_registration_without_a_fault_is_accepted_as_it_is() {
    let scene = Scene::new();
    let new = scene.verify(scene.forge(|it| {
        it.flags = UP | UV | BE;
        it.counter = 9;
        it.more_members = true;
        it.more_client_data.insert("ofTheFuture".to_owned(), json!([]));
    }));
    let new = new.expect("accepted");
    assert_eq!((new.backup_eligible, new.backup_state, new.sign_count), (true, false, 9));
    assert_eq!(new.transports, ["hybrid", "internal", "of-the-future"], "sent back unchanged later");
    assert!(scene.verify(scene.forge(|it| it.flags = UP | UV)).is_ok(), "bound to its device");
    assert!(scene.verify(scene.forge(|it| it.discoverable = None)).is_ok(), "a browser that does not know");
    assert!(scene.verify(scene.forge(|it| it.cross_origin = None)).is_ok(), "a browser that does not say");
    for format in ["none", "packed", "tpm", "apple", "android-key", "android-safetynet", "fido-u2f"] {
        let new = scene.verify(scene.forge(|it| it.format = format.to_owned())).expect(format);
        assert_eq!(
            (new.format.as_str(), new.attachment),
            (format, Some(Attachment::CrossPlatform)),
            "no proof is asked"
        );
    }
    let unsaid = scene.verify(scene.forge(|it| it.attachment = Some("of-the-future"))).expect("accepted");
    assert_eq!(unsaid.attachment, None);
    let longest = scene.forge(|it| (it.raw_id, it.attested_id) = (vec![1; 1023], vec![1; 1023]));
    assert!(scene.verify(longest).is_ok());
}

#[test]
fn every_case_is_refused_for_its_own_reason() {
    let scene = Scene::new();
    for (what, refusal, change) in REFUSED {
        assert_eq!(scene.verify(scene.forge(change)).err(), Some(*refusal), "{what}");
    }
}

#[test]
fn without_any_one_step_some_case_would_be_judged_otherwise() {
    let scene = Scene::new();
    for (index, left_out) in REGISTRATION_STEPS.iter().enumerate() {
        let mut steps = REGISTRATION_STEPS.to_vec();
        steps.remove(index);
        let noticed = REFUSED
            .iter()
            .any(|(_, refusal, change)| scene.verify_by(&steps, scene.forge(change)).err() != Some(*refusal));
        assert!(noticed, "nothing needs the step {}", left_out.name);
    }
}

#[test]
fn an_answer_to_one_challenge_is_none_to_the_next() {
    let answer = Scene::new().forge(|_| ());
    assert_eq!(Scene::new().verify(answer).err(), Some(PasskeyRefusal::WrongChallenge));
}

#[test]
fn an_authenticator_that_holds_a_key_makes_no_second_one() {
    let (site, key, owner) = (site(), SoftKey::new(ORIGIN), person());
    let mut held = registered(&site, &key, owner);
    held.suspension = Some(super::suspended());
    let (options, _) = begin(&site, owner, &[held], &asked());
    assert!(key.register(&options).is_err(), "a suspended key excludes too");
    assert!(SoftKey::new(ORIGIN).register(&options).is_ok());
}

#[test]
fn a_challenge_survives_being_sealed_and_holds_no_list() {
    let (site, key, owner) = (site(), SoftKey::new(ORIGIN), person());
    let held = registered(&site, &key, owner);
    let (options, state) = begin(&site, owner, std::slice::from_ref(&held), &asked());
    let text = serde_json::to_string(&state).expect("JSON");
    assert!(!text.contains(&held.credential_id));
    let scene = Scene { site, options, state: serde_json::from_str(&text).expect("a state") };
    assert!(scene.verify(scene.forge(|_| ())).is_ok());
}

#[test]
fn registration_options_are_exactly_these() {
    let (site, owner) = (site(), person());
    let held = registered(&site, &SoftKey::new(ORIGIN), owner);
    let id = held.credential_id.clone();
    let by_phone =
        Asked { hints: &["hybrid"], cross_platform: true, attestation: true, timeout: Duration::from_secs(300) };
    let (strict, _) = begin(&site, owner, &[], &by_phone);
    let strict = &strict["publicKey"];
    assert_eq!((&strict["hints"], &strict["attestation"]), (&json!(["hybrid"]), &json!("direct")));
    assert_eq!(strict["authenticatorSelection"]["authenticatorAttachment"], "cross-platform");
    assert_eq!(strict["timeout"], 300_000);
    let (mut options, _) = begin(&site, owner, &[held], &asked());
    assert!(options["publicKey"]["challenge"].take().as_str().expect("a challenge").len() >= 22, "at least 16 bytes");
    assert_eq!(
        options,
        json!({
            "publicKey": {
                "rp": { "id": "localhost", "name": "玄関" },
                "user": { "id": encode(owner.0.as_bytes()), "name": "hanako@example.jp", "displayName": "看護 花子" },
                "challenge": null,
                "pubKeyCredParams": [{ "type": "public-key", "alg": -7 }, { "type": "public-key", "alg": -257 }],
                "timeout": 60_000,
                "excludeCredentials": [{ "type": "public-key", "id": id, "transports": ["hybrid", "internal"] }],
                "authenticatorSelection": {
                    "residentKey": "required",
                    "requireResidentKey": true,
                    "userVerification": "required",
                },
                "hints": [],
                "attestation": "none",
                "extensions": { "credProps": true },
            }
        })
    );
}

#[test]
fn what_is_no_credential_is_refused() {
    let scene = Scene::new();
    let good = scene.forge(|_| ());
    let with = |pointer: &str, value: Value| {
        let mut answer = good.clone();
        *answer.pointer_mut(pointer).expect("a member") = value;
        answer
    };
    let mut cases = vec![json!(null), json!([]), json!({})];
    for pointer in ["/id", "/rawId", "/type", "/response", "/response/clientDataJSON", "/response/attestationObject"] {
        cases.extend([json!(null), json!(1), json!("***"), json!("")].map(|value| with(pointer, value)));
    }
    cases.push(with("/authenticatorAttachment", json!(1)));
    cases.push(with("/response/transports", json!("usb")));
    cases.push(with("/response/transports", json!(vec!["usb"; 17])));
    cases.push(with("/response/transports", json!(["u".repeat(33)])));
    cases.push(with("/clientExtensionResults", json!({ "credProps": { "rk": "yes" } })));
    cases.push(with("/response/attestationObject", json!(encode(&[0xa0]))));
    for case in cases {
        assert_eq!(scene.verify(case.clone()).err(), Some(PasskeyRefusal::Malformed), "{case}");
    }
}
