//! Signing in: what is accepted, and one refused case for every step.

use std::time::Duration;

use genkan::{
    domain::{Passkey, UserHandle},
    passkeys::{Assertion, LOGIN_STEPS, LoginProof, LoginState, LoginStep, PasskeyRefusal, Passkeys},
    random::Random,
};
use serde_json::{Value, json};

use super::{ORIGIN, person, registered, site, suspended};
use crate::support::{
    forgery::{BE, BS, Forgery, UP, UV},
    soft_key::{SoftKey, encode},
};

const MINUTE: Duration = Duration::from_secs(60);

/// One person with one passkey, and a challenge.
struct Scene {
    site: Passkeys,
    key: SoftKey,
    owner: UserHandle,
    passkey: Passkey,
    options: Value,
    state: LoginState,
}

impl Scene {
    fn new() -> Self {
        let (site, key, owner) = (site(), SoftKey::new(ORIGIN), person());
        let passkey = registered(&site, &key, owner);
        let (options, state) = site.start_login(MINUTE).expect("options");
        Self { site, key, owner, passkey, options, state }
    }

    fn forge(&self, change: impl FnOnce(&mut Forgery)) -> Value {
        self.key.forge_login(&self.options, change)
    }

    fn verify(&self, answer: Value) -> Result<LoginProof, PasskeyRefusal> {
        self.verify_by(LOGIN_STEPS, answer)
    }

    fn verify_by(&self, steps: &[LoginStep], answer: Value) -> Result<LoginProof, PasskeyRefusal> {
        self.site.verify_login_by(steps, &self.state, &Assertion::parse(answer)?, &self.passkey, self.owner)
    }
}

/// What is wrong, what is said of it, and how it comes about.
type Case = (&'static str, PasskeyRefusal, fn(&mut Scene) -> Value);

const REFUSED: &[Case] = &[
    ("another credential", PasskeyRefusal::WrongCredentialId, |scene| {
        scene.forge(|it| it.raw_id = Random.bytes::<16>().to_vec())
    }),
    ("a registration's answer", PasskeyRefusal::WrongType, |scene| {
        scene.forge(|it| it.r#type = "webauthn.create".to_owned())
    }),
    ("another challenge", PasskeyRefusal::WrongChallenge, |scene| {
        scene.forge(|it| it.challenge = encode(&Random.bytes::<32>()))
    }),
    ("the answer to an earlier challenge", PasskeyRefusal::WrongChallenge, |scene| {
        let earlier = scene.forge(|_| ());
        (scene.options, scene.state) = scene.site.start_login(MINUTE).expect("options");
        earlier
    }),
    ("another site", PasskeyRefusal::WrongOrigin, |scene| {
        scene.forge(|it| it.origin = "https://evil.example".to_owned())
    }),
    ("another port", PasskeyRefusal::WrongOrigin, |scene| {
        scene.forge(|it| it.origin = "http://localhost:8081".to_owned())
    }),
    ("a subdomain", PasskeyRefusal::WrongOrigin, |scene| {
        scene.forge(|it| it.origin = "http://www.localhost:8080".to_owned())
    }),
    ("another scheme", PasskeyRefusal::WrongOrigin, |scene| {
        scene.forge(|it| it.origin = "https://localhost:8080".to_owned())
    }),
    ("a trailing slash", PasskeyRefusal::WrongOrigin, |scene| scene.forge(|it| it.origin.push('/'))),
    ("a foreign frame", PasskeyRefusal::CrossOrigin, |scene| scene.forge(|it| it.cross_origin = Some(true))),
    ("a foreign top", PasskeyRefusal::CrossOrigin, |scene| {
        scene.forge(|it| it.top_origin = Some("https://evil.example".to_owned()))
    }),
    ("another RP ID", PasskeyRefusal::WrongRpId, |scene| scene.forge(|it| it.rp_id = "evil.example".to_owned())),
    ("nobody present", PasskeyRefusal::UserNotPresent, |scene| scene.forge(|it| it.flags &= !UP)),
    ("nobody verified", PasskeyRefusal::UserNotVerified, |scene| scene.forge(|it| it.flags &= !UV)),
    ("no user handle", PasskeyRefusal::NoUserHandle, |scene| scene.forge(|it| it.user_handle = None)),
    ("an empty user handle", PasskeyRefusal::OtherUser, |scene| scene.forge(|it| it.user_handle = Some(Vec::new()))),
    ("another person's user handle", PasskeyRefusal::OtherUser, |scene| {
        scene.forge(|it| it.user_handle = Some(person().0.as_bytes().to_vec()))
    }),
    ("a passkey of another person", PasskeyRefusal::OtherUser, |scene| {
        scene.owner = person();
        scene.forge(|_| ())
    }),
    ("backed up without being eligible", PasskeyRefusal::BackupFlags, |scene| {
        scene.passkey.backup_eligible = false;
        scene.forge(|it| it.flags = UP | UV | BS)
    }),
    ("no longer eligible for backup", PasskeyRefusal::BackupFlags, |scene| scene.forge(|it| it.flags = UP | UV)),
    ("suddenly eligible for backup", PasskeyRefusal::BackupFlags, |scene| {
        scene.passkey.backup_eligible = false;
        scene.passkey.backup_state = false;
        scene.forge(|it| it.flags = UP | UV | BE)
    }),
    ("a spoilt signature", PasskeyRefusal::BadSignature, |scene| scene.forge(|it| it.spoil_signature = true)),
    ("a signature of other data", PasskeyRefusal::BadSignature, |scene| {
        let mut answer = scene.forge(|_| ());
        answer["response"]["authenticatorData"] =
            scene.forge(|it| it.counter = 7)["response"]["authenticatorData"].clone();
        answer
    }),
    ("another key under the same credential", PasskeyRefusal::BadSignature, |scene| {
        let another = SoftKey::new(ORIGIN);
        registered(&scene.site, &another, scene.owner);
        let raw_id = scene.forge(|_| ())["rawId"].clone();
        let mut answer = another.forge_login(&scene.options, |_| ());
        (answer["id"], answer["rawId"]) = (raw_id.clone(), raw_id);
        answer
    }),
    ("a broken record", PasskeyRefusal::UnreadableCredential, |scene| {
        scene.passkey.credential = "{}".to_owned();
        scene.forge(|_| ())
    }),
    ("a suspended passkey", PasskeyRefusal::Suspended, |scene| {
        scene.passkey.suspension = Some(suspended());
        scene.forge(|_| ())
    }),
];

#[test]
fn a_passkey_signs_its_person_in() {
    let scene = Scene::new();
    let answer = scene.key.login(&scene.options).expect("an answer");
    assert_eq!(Assertion::parse(answer.clone()).expect("parses").credential_id(), scene.passkey.credential_id);
    let proof = LoginProof { sign_count: 0, counter_went_back: false, backup_state: true };
    assert_eq!(scene.verify(answer), Ok(proof.clone()));
    assert_eq!(scene.verify(scene.forge(|_| ())), Ok(proof));
}

#[test]
fn every_case_is_refused_for_its_own_reason() {
    for (what, refusal, make) in REFUSED {
        let mut scene = Scene::new();
        let answer = make(&mut scene);
        assert_eq!(scene.verify(answer), Err(*refusal), "{what}");
    }
}

#[test]
fn without_any_one_step_some_case_would_be_judged_otherwise() {
    for (index, left_out) in LOGIN_STEPS.iter().enumerate() {
        let mut steps = LOGIN_STEPS.to_vec();
        steps.remove(index);
        let noticed = REFUSED.iter().any(|(_, refusal, make)| {
            let mut scene = Scene::new();
            let answer = make(&mut scene);
            scene.verify_by(&steps, answer) != Err(*refusal)
        });
        assert!(noticed, "nothing needs the step {}", left_out.name);
    }
}

#[test]
fn members_that_nobody_knows_yet_are_ignored() {
    let scene = Scene::new();
    let answer = scene.forge(|it| {
        it.more_members = true;
        it.more_client_data.insert("other_keys_can_be_added_here".to_owned(), json!("do not compare"));
    });
    assert!(scene.verify(answer).is_ok());
}

#[test]
fn a_browser_that_does_not_mention_frames_is_believed() {
    let scene = Scene::new();
    assert!(scene.verify(scene.forge(|it| it.cross_origin = None)).is_ok());
}

#[test]
fn a_key_that_is_no_longer_backed_up_still_signs_in_and_says_so() {
    let scene = Scene::new();
    let proof = scene.verify(scene.forge(|it| it.flags = UP | UV | BE)).expect("accepted");
    assert!(!proof.backup_state);
}

#[test]
fn a_counter_that_goes_back_is_accepted_and_reported() {
    // stored, presented, went back
    for (stored, presented, back) in
        [(0, 0, false), (0, 1, false), (5, 6, false), (5, 5, true), (5, 4, true), (5, 0, true), (0, u32::MAX, false)]
    {
        let mut scene = Scene::new();
        scene.passkey.sign_count = stored;
        let proof = scene.verify(scene.forge(|it| it.counter = presented)).expect("accepted");
        assert_eq!((proof.sign_count, proof.counter_went_back), (i64::from(presented), back), "{stored} {presented}");
    }
}

#[test]
fn a_key_that_counts_goes_up_at_every_sign_in() {
    let (site, key, owner) = (site(), SoftKey::counting(ORIGIN), person());
    let mut passkey = registered(&site, &key, owner);
    for _ in 0..3 {
        let (options, state) = site.start_login(MINUTE).expect("options");
        let answer = Assertion::parse(key.login(&options).expect("an answer")).expect("parses");
        let proof = site.verify_login(&state, &answer, &passkey, owner).expect("accepted");
        assert!(!proof.counter_went_back && proof.sign_count > passkey.sign_count);
        passkey.sign_count = proof.sign_count;
    }
}

#[test]
fn a_challenge_survives_being_sealed() {
    let mut scene = Scene::new();
    let text = serde_json::to_string(&scene.state).expect("JSON");
    scene.state = serde_json::from_str(&text).expect("a state");
    assert!(scene.verify(scene.forge(|_| ())).is_ok());
}

#[test]
fn login_options_name_nobody_and_require_verification() {
    let (mut options, _) = site().start_login(MINUTE).expect("options");
    let challenge = options["publicKey"]["challenge"].take();
    assert!(challenge.as_str().expect("a challenge").len() >= 22, "at least 16 bytes");
    assert_eq!(
        options,
        json!({
            "publicKey": {
                "challenge": null,
                "rpId": "localhost",
                "allowCredentials": [],
                "userVerification": "required",
                "timeout": 60_000,
            }
        })
    );
    assert_ne!(challenge, site().start_login(MINUTE).expect("options").0["publicKey"]["challenge"]);
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
    let mut cases = vec![json!(null), json!([]), json!("text"), json!({})];
    for pointer in ["/id", "/rawId", "/type", "/response", "/response/clientDataJSON", "/response/authenticatorData"] {
        cases.extend([json!(null), json!(1), json!("***"), json!("")].map(|value| with(pointer, value)));
    }
    cases.push(with("/response/signature", json!("***")));
    cases.push(with("/response/userHandle", json!("padded==")));
    cases.push(with("/type", json!("password")));
    cases.push(with("/response/clientDataJSON", json!(encode(b"{}"))));
    cases.push(with("/response/clientDataJSON", json!(encode("[".repeat(10_000).as_bytes()))));
    cases.push(with("/response/authenticatorData", json!(encode(&[0; 36]))));
    cases.push(scene.forge(|it| it.raw_id = vec![1; 1024]));
    for case in cases {
        assert_eq!(scene.verify(case.clone()), Err(PasskeyRefusal::Malformed), "{case}");
    }
    assert_eq!(scene.verify(scene.forge(|it| it.raw_id = vec![1; 1023])), Err(PasskeyRefusal::WrongCredentialId));
}
