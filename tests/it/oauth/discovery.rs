//! Discovery and keys (OpenID Connect Discovery §3 and §4, RFC 8414, RFC 7517).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::support::{app::TestApp, database::Database, person::Person};

/// Every member has a meaning in a standard; a suite warns about others.
const MEMBERS: [&str; 30] = [
    "issuer",
    "authorization_endpoint",
    "token_endpoint",
    "userinfo_endpoint",
    "jwks_uri",
    "end_session_endpoint",
    "revocation_endpoint",
    "revocation_endpoint_auth_methods_supported",
    "introspection_endpoint",
    "introspection_endpoint_auth_methods_supported",
    "scopes_supported",
    "response_types_supported",
    "response_modes_supported",
    "grant_types_supported",
    "acr_values_supported",
    "subject_types_supported",
    "id_token_signing_alg_values_supported",
    "token_endpoint_auth_methods_supported",
    "display_values_supported",
    "claim_types_supported",
    "claims_supported",
    "ui_locales_supported",
    "claims_parameter_supported",
    "request_parameter_supported",
    "request_uri_parameter_supported",
    "code_challenge_methods_supported",
    "authorization_response_iss_parameter_supported",
    "backchannel_logout_supported",
    "backchannel_logout_session_supported",
    "prompt_values_supported",
];

#[test]
fn discovery_says_what_is_offered_and_every_address_in_it_answers() {
    let app = TestApp::start(Database::sqlite());
    let anybody = Person::at(&app);
    let answer = anybody.get("/.well-known/openid-configuration");
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, Some("application/json")));
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    let document = answer.json();
    let mut names: Vec<_> = document.as_object().expect("an object").keys().map(String::as_str).collect();
    let mut expected = MEMBERS;
    names.sort_unstable();
    expected.sort_unstable();
    assert_eq!(names, expected);
    assert_eq!(document["issuer"], app.issuer.as_str());
    for (member, value) in [
        ("response_types_supported", json!(["code"])),
        ("subject_types_supported", json!(["public"])),
        ("id_token_signing_alg_values_supported", json!(["RS256", "ES256"])),
        ("grant_types_supported", json!(["authorization_code", "refresh_token"])),
        ("code_challenge_methods_supported", json!(["S256"])),
        (
            "scopes_supported",
            json!([
                "openid",
                "profile",
                "email",
                "address",
                "phone",
                "clinic",
                "roles",
                "groups",
                "profession",
                "offline_access"
            ]),
        ),
        ("request_parameter_supported", json!(false)),
        ("request_uri_parameter_supported", json!(false)),
        ("authorization_response_iss_parameter_supported", json!(true)),
    ] {
        assert_eq!(document[member], value, "{member}");
    }
    for (member, status) in [
        ("authorization_endpoint", 400),
        ("token_endpoint", 405),
        ("userinfo_endpoint", 401),
        ("jwks_uri", 200),
        ("end_session_endpoint", 200),
        ("revocation_endpoint", 405),
        ("introspection_endpoint", 405),
    ] {
        let address = document[member].as_str().expect("an address");
        assert!(address.starts_with(&format!("{}/oauth/", app.issuer)), "{address}");
        assert_eq!(anybody.get(address).status, status, "{member}");
    }
    assert_eq!(anybody.get("/.well-known/oauth-authorization-server").json(), document);
}

#[test]
fn every_published_key_has_its_own_kid_and_public_members_alone() {
    let app = TestApp::start(Database::sqlite());
    let answer = Person::at(&app).get("/oauth/jwks");
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    let jwks = answer.json();
    let keys = jwks["keys"].as_array().expect("a list");
    let mut algorithms: Vec<_> = keys.iter().map(|key| key["alg"].as_str().expect("alg")).collect();
    algorithms.sort_unstable();
    assert_eq!(algorithms, ["ES256", "RS256"]);
    let mut kids: Vec<_> = keys.iter().map(|key| key["kid"].as_str().expect("kid")).collect();
    kids.sort_unstable();
    kids.dedup();
    assert_eq!(kids.len(), keys.len());
    for key in keys {
        let key = key.as_object().expect("an object");
        let numbers: &[&str] = if key["kty"] == "RSA" { &["n", "e"] } else { &["x", "y"] };
        let mut allowed = vec!["kty", "kid", "alg", "use"];
        allowed.extend(numbers);
        if key["kty"] == "EC" {
            allowed.push("crv");
        }
        for name in key.keys() {
            assert!(allowed.contains(&name.as_str()), "{name}");
        }
        assert_eq!(key["use"], "sig");
        for number in numbers {
            assert!(URL_SAFE_NO_PAD.decode(text(&key[*number])).is_ok(), "{number}");
        }
    }
    let modulus = keys.iter().find(|key| key["kty"] == "RSA").map(|key| text(&key["n"])).expect("an RSA key");
    assert_eq!(URL_SAFE_NO_PAD.decode(modulus).expect("base64url").len(), 256);
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

#[test]
fn only_algorithms_that_there_are_keys_for_are_offered() {
    use genkan::domain::SigningAlg;
    let app = TestApp::start_with(Database::sqlite(), |config| config.keys.algorithms = vec![SigningAlg::Rs256]);
    let document = Person::at(&app).get("/.well-known/openid-configuration").json();
    assert_eq!(document["id_token_signing_alg_values_supported"], json!(["RS256"]));
    let keys = Person::at(&app).get("/oauth/jwks").json();
    let algorithms: Vec<_> = keys["keys"].as_array().expect("keys").iter().map(|key| key["alg"].clone()).collect();
    assert_eq!(algorithms, ["RS256"]);
}
