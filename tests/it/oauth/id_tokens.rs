//! ID tokens and what comes with them (OpenID Connect Core §2, §3.1.3.3; RFC 6749 §5.1).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use genkan::{domain::SigningAlg, flows::admin::clients};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::party::{NONCE, Party, Tokens};
use crate::support::{
    app::{TestApp, draft},
    database::Database,
    person::Person,
};

/// What RFC 7519, OpenID Connect and back-channel logout give a name, as far as we say it. No claim of a scope.
const MEMBERS: [&str; 11] = ["acr", "amr", "at_hash", "aud", "auth_time", "exp", "iat", "iss", "nonce", "sid", "sub"];

#[test]
fn an_id_token_says_who_when_and_how_and_nothing_of_the_scopes() {
    let app = TestApp::start(Database::sqlite());
    let party = Party::booking(&app);
    let now = app.clock().now().secs();
    let tokens = party.sign_in_to_tokens(&Person::at(&app), &[]);
    let claims = tokens.claims.as_object().expect("an object");
    let mut names: Vec<_> = claims.keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, MEMBERS);
    assert_eq!(claims["iss"], app.issuer.as_str());
    assert!([json!(app.booking.client_id), json!([app.booking.client_id])].contains(&claims["aud"]));
    assert_eq!((claims["nonce"].as_str(), claims["sub"].as_str()), (Some(NONCE), Some(app.misaki.id.as_str())));
    assert_eq!((&claims["acr"], &claims["amr"]), (&json!("urn:genkan:acr:pwd"), &json!(["pwd"])));
    assert_eq!((claims["iat"].as_i64(), claims["auth_time"].as_i64()), (Some(now), Some(now)));
    assert_eq!(claims["exp"].as_i64(), Some(now + 300));
    assert_eq!(claims["at_hash"], at_hash(&tokens.access_token).as_str());
}

/// The left half of the hash (§3.1.3.6); SHA-256 for RS256 and ES256 alike.
fn at_hash(access_token: &str) -> String {
    URL_SAFE_NO_PAD.encode(&Sha256::digest(access_token)[..16])
}

#[test]
fn without_a_nonce_the_id_token_has_none() {
    let app = TestApp::start(Database::sqlite());
    let party = Party::booking(&app);
    let tokens = party.sign_in_to_tokens(&Person::at(&app), &[("nonce", "")]);
    assert_eq!(tokens.claims.get("nonce"), None);
}

#[test]
fn the_answer_is_json_that_nobody_stores_and_says_how_long() {
    let app = TestApp::start(Database::sqlite());
    let party = Party::booking(&app);
    let code = party.sign_in(&Person::at(&app), &[("scope", "openid email unheard_of")]).code();
    let answer = party.exchange(&code, &[]);
    let body = answer.json();
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(
        (&body["expires_in"], &body["token_type"], &body["scope"]),
        (&json!(900), &json!("Bearer"), &json!("openid email"))
    );
    let names: Vec<_> = body.as_object().expect("an object").keys().cloned().collect();
    assert_eq!(names.len(), 5, "{names:?}");
    Tokens::of(&answer);
}

fn key_of(party: &Party<'_>, header: &Value) -> Value {
    let jwks = party.itself.get("/oauth/jwks").json();
    let keys = jwks["keys"].as_array().expect("a list");
    keys.iter().find(|key| key["kid"] == header["kid"]).expect("a published key").clone()
}

#[test]
fn rs256_signs_unless_a_client_is_registered_for_es256() {
    let app = TestApp::start(Database::sqlite());
    let es256 = app.register(clients::Draft { id_token_alg: Some(SigningAlg::Es256), ..draft("電子処方箋") });
    for (client, alg, kty) in [(&app.booking, "RS256", "RSA"), (&es256, "ES256", "EC")] {
        let party = Party::new(&app, client);
        let tokens = party.sign_in_to_tokens(&Person::at(&app), &[]);
        let header = tokens.header();
        assert_eq!(header["alg"], alg);
        let key = key_of(&party, &header);
        assert_eq!((&key["kty"], &key["alg"], &key["use"]), (&json!(kty), &json!(alg), &json!("sig")));
        assert_eq!(tokens.claims["at_hash"], at_hash(&tokens.access_token).as_str());
        assert!(app.cx().ring.verify_own(&tokens.id_token).is_some(), "{alg}");
    }
}

#[test]
fn an_independent_library_accepts_both_algorithms_and_both_ways_of_sending_the_secret() {
    use crate::support::runtime::block_on;
    use genkan::domain::ClientAuthMethod;
    let app = TestApp::start(Database::sqlite());
    for (name, id_token_alg, auth_method) in [
        ("一", SigningAlg::Rs256, ClientAuthMethod::ClientSecretBasic),
        ("二", SigningAlg::Es256, ClientAuthMethod::ClientSecretPost),
    ] {
        let draft = clients::Draft { id_token_alg: Some(id_token_alg), auth_method: Some(auth_method), ..draft(name) };
        let client = app.register(draft);
        let mut party = app.relying_party(&client);
        if auth_method == ClientAuthMethod::ClientSecretPost {
            party = party.with_secret_in_form();
        }
        let person = Person::at(&app);
        let (url, pending) = party.authorize_url(&[]);
        let sealed = super::party::waiting(&person.get(url.as_str()));
        let signed_in = person.sign_in(super::party::MISAKI, crate::support::app::PASSWORD, Some(&sealed));
        let back = person.follow(signed_in).location().parse().expect("the callback");
        let tokens = block_on(party.exchange(pending, &back)).expect("verified tokens");
        block_on(party.userinfo(&tokens)).expect("userinfo of the same person");
    }
}
