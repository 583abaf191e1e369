//! The key ring's rules, each kept and broken.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use openidconnect::{
    EmptyAdditionalClaims, IssuerUrl, JsonWebKey, PrivateSigningKey, StandardClaims, SubjectIdentifier,
    core::{CoreIdToken, CoreIdTokenClaims},
};
use serde_json::{Value, json};

use super::*;
use crate::keys::MasterKey;

const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);
const ALGS: [SigningAlg; 2] = [SigningAlg::Rs256, SigningAlg::Es256];

fn keys() -> Keys {
    Keys::new(&MasterKey::generate(Random))
}

fn key(alg: SigningAlg, state: KeyState, keys: &Keys) -> StoredSigningKey {
    KeyRing::generate(alg, state, keys, Random, NOW).expect("a key")
}

fn ring(alg: SigningAlg) -> KeyRing {
    let keys = keys();
    KeyRing::load(vec![key(alg, KeyState::Active, &keys)], &keys).expect("a ring")
}

fn claims() -> Value {
    json!({ "iss": "https://id.example.jp", "sub": "hanako", "sid": "s", "exp": 1 })
}

/// With another header, and signed by nobody.
fn with_header(jwt: &str, header: &Value) -> String {
    let rest = jwt.split_once('.').expect("a JWT").1;
    format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header.to_string()))
}

#[test]
fn the_published_set_holds_public_members_of_every_key_under_distinct_names() {
    let keys = keys();
    let states = [KeyState::Retired, KeyState::Next, KeyState::Active];
    let stored: Vec<_> = states.iter().flat_map(|state| ALGS.map(|alg| key(alg, *state, &keys))).collect();
    let ring = KeyRing::load(stored.clone(), &keys).expect("a ring");
    let jwks: Value = serde_json::from_str(ring.jwks()).expect("JSON");
    let published = jwks["keys"].as_array().expect("an array");
    let names: std::collections::HashSet<_> = published.iter().map(|key| key["kid"].as_str()).collect();
    assert_eq!((published.len(), names.len()), (6, 6));
    for key in published {
        assert_eq!(key["use"], "sig");
        assert!(["RS256", "ES256"].contains(&key["alg"].as_str().expect("an alg")));
        for private in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
            assert!(key.get(private).is_none(), "{private}");
        }
    }
    let active = &published[0]["kid"];
    assert!(stored.iter().any(|key| key.state == KeyState::Active && *active == *key.kid), "active keys come first");
}

#[test]
fn a_stored_key_shows_nothing_of_its_private_part() {
    let keys = keys();
    for alg in ALGS {
        let stored = key(alg, KeyState::Active, &keys);
        let public: Value = serde_json::from_str(&stored.public_jwk).expect("JSON");
        assert!(public.get("d").is_none());
        assert!(!stored.sealed_private.contains('{'));
        assert_eq!(stored.activated_at, Some(NOW));
    }
    assert_eq!(key(SigningAlg::Es256, KeyState::Next, &keys).activated_at, None);
}

#[test]
fn a_ring_made_with_another_master_key_is_not_loaded() {
    let stored = key(SigningAlg::Es256, KeyState::Active, &keys());
    assert!(KeyRing::load(vec![stored], &keys()).is_err());
}

#[test]
fn a_key_that_somebody_else_wrote_into_the_store_is_not_loaded() {
    let keys = keys();
    let good = key(SigningAlg::Es256, KeyState::Next, &keys);
    let foreign = key(SigningAlg::Es256, KeyState::Next, &self::keys());
    let planted = StoredSigningKey { sealed_private: foreign.sealed_private, ..good.clone() };
    let renamed = StoredSigningKey { kid: foreign.kid, ..good };
    assert!(KeyRing::load(vec![planted], &keys).is_err());
    assert!(KeyRing::load(vec![renamed], &keys).is_err());
}

#[test]
fn only_an_active_key_signs() {
    let keys = keys();
    for (state, signs) in [(KeyState::Next, false), (KeyState::Active, true), (KeyState::Retired, false)] {
        let ring = KeyRing::load(vec![key(SigningAlg::Es256, state, &keys)], &keys).expect("a ring");
        assert_eq!(ring.signer(SigningAlg::Es256).is_ok(), signs, "{state:?}");
        assert!(ring.signer(SigningAlg::Rs256).is_err());
    }
}

#[test]
fn of_two_active_keys_the_newer_signs() {
    let keys = keys();
    let old = key(SigningAlg::Es256, KeyState::Active, &keys);
    let later = UnixTime::from_millis(NOW.millis() + 1);
    let new = KeyRing::generate(SigningAlg::Es256, KeyState::Active, &keys, Random, later).expect("a key");
    for order in [vec![old.clone(), new.clone()], vec![new.clone(), old]] {
        let ring = KeyRing::load(order, &keys).expect("a ring");
        assert_eq!(ring.signer(SigningAlg::Es256).expect("a signer").kid(), new.kid);
    }
}

#[test]
fn a_token_of_ours_is_verified_whatever_its_age_and_state_of_its_key() {
    let keys = keys();
    for alg in ALGS {
        let stored = key(alg, KeyState::Active, &keys);
        let jwt =
            KeyRing::load(vec![stored.clone()], &keys).expect("a ring").sign(alg, "JWT", &claims()).expect("signs");
        for state in KeyState::ALL {
            let ring =
                KeyRing::load(vec![StoredSigningKey { state: *state, ..stored.clone() }], &keys).expect("a ring");
            assert_eq!(ring.verify_own(&jwt), Some(claims()), "{alg:?} {state:?}");
        }
    }
}

#[test]
fn a_token_that_is_not_an_id_token_of_ours_is_refused() {
    for alg in ALGS {
        let ring = ring(alg);
        let kid = ring.signer(alg).expect("a signer").kid().to_owned();
        let jwt = ring.sign(alg, "JWT", &claims()).expect("signs");
        let (head, body, signature) = {
            let mut parts = jwt.split('.');
            (parts.next().expect("1"), parts.next().expect("2"), parts.next().expect("3"))
        };
        let other = URL_SAFE_NO_PAD.encode(json!({ "sub": "taro" }).to_string());
        let refused = [
            ("of a foreign key", self::ring(alg).sign(alg, "JWT", &claims()).expect("signs")),
            ("with other claims", format!("{head}.{other}.{signature}")),
            ("unsigned", format!("{head}.{body}.")),
            ("alg none", with_header(&format!("{head}.{body}."), &json!({ "alg": "none", "kid": kid }))),
            ("alg none, signature kept", with_header(&jwt, &json!({ "alg": "none", "kid": kid }))),
            ("of another algorithm", with_header(&jwt, &json!({ "alg": "HS256", "kid": kid }))),
            ("without kid", with_header(&jwt, &json!({ "alg": alg.as_str() }))),
            ("an access token", ring.sign(alg, "at+jwt", &claims()).expect("signs")),
            ("a logout token", ring.sign(alg, "logout+jwt", &claims()).expect("signs")),
            ("no claims", ring.sign(alg, "JWT", &json!("text")).expect("signs")),
            ("no token", "x".to_owned()),
            ("nothing", String::new()),
            ("too long", format!("{jwt}{}", "A".repeat(LONGEST_JWT))),
        ];
        for (what, jwt) in refused {
            assert_eq!(ring.verify_own(&jwt), None, "{alg:?} {what}");
        }
    }
}

#[test]
fn openidconnects_own_types_sign_with_our_keys_and_name_them() {
    for alg in ALGS {
        let ring = ring(alg);
        let signer = ring.signer(alg).expect("a signer");
        let claims = CoreIdTokenClaims::new(
            IssuerUrl::new("https://id.example.jp".to_owned()).expect("a URL"),
            Vec::new(),
            Default::default(),
            Default::default(),
            StandardClaims::new(SubjectIdentifier::new("hanako".to_owned())),
            EmptyAdditionalClaims {},
        );
        let jwt = CoreIdToken::new(claims, signer, signer.algorithm(), None, None).expect("signs").to_string();
        assert_eq!(ring.verify_own(&jwt).expect("verifies")["sub"], "hanako");
        let key = signer.as_verification_key();
        assert_eq!(key.key_id().expect("a kid").as_str(), signer.kid());
        let (message, signature) = jwt.rsplit_once('.').expect("a JWT");
        let signature = URL_SAFE_NO_PAD.decode(signature).expect("base64url");
        assert!(key.verify_signature(&signer.algorithm(), message.as_bytes(), &signature).is_ok());
    }
}

#[test]
fn a_key_signs_with_its_own_algorithm_alone() {
    let ring = ring(SigningAlg::Es256);
    let signer = ring.signer(SigningAlg::Es256).expect("a signer");
    let wrong = openidconnect::core::CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256;
    assert!(signer.sign(&signer.algorithm(), b"text").is_ok());
    assert!(signer.sign(&wrong, b"text").is_err());
}
