//! A provider small enough to lie on purpose, so that an application can be shown to notice.

use std::sync::{Arc, Mutex};

use axum::{Form, Json, Router, extract::State, http::HeaderMap, routing::get, routing::post};
use base64::{Engine, engine::general_purpose::STANDARD};
use openidconnect::{
    PrivateSigningKey,
    core::{CoreEdDsaPrivateSigningKey, CoreJwsSigningAlgorithm},
};
use serde_json::{Value, json};

use crate::random::Random;

/// What it gets wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lie {
    None,
    OtherNonce,
    OtherAudience,
    OtherIssuer,
    Expired,
    ForeignKey,
    OtherSubjectInUserInfo,
    CodeRefused,
}

#[derive(Clone)]
struct Told {
    issuer: String,
    lie: Lie,
    nonce: Arc<Mutex<String>>,
    keys: [Arc<CoreEdDsaPrivateSigningKey>; 2],
}

pub struct StandIn {
    pub issuer: String,
    nonce: Arc<Mutex<String>>,
}

impl StandIn {
    pub async fn start(lie: Lie) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let issuer = format!("http://{}", listener.local_addr().expect("an address"));
        let nonce = Arc::new(Mutex::new(String::new()));
        let told = Told { issuer: issuer.clone(), lie, nonce: Arc::clone(&nonce), keys: [key(), key()] };
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/jwks", get(jwks))
            .route("/token", post(token))
            .route("/userinfo", get(userinfo))
            .with_state(told);
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { issuer, nonce }
    }

    /// What the authorization endpoint would remember.
    pub fn saw_nonce(&self, nonce: &str) {
        nonce.clone_into(&mut self.nonce.lock().expect("not poisoned"));
    }
}

/// RFC 8410 §7: the fixed head of an Ed25519 private key, then the key.
pub fn key() -> Arc<CoreEdDsaPrivateSigningKey> {
    let head = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
    let der = [&head[..], &Random.bytes::<32>()].concat();
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(der));
    Arc::new(CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, None).expect("a key"))
}

async fn discovery(State(told): State<Told>) -> Json<Value> {
    let at = |path: &str| format!("{}/{path}", told.issuer);
    Json(json!({
        "issuer": told.issuer,
        "authorization_endpoint": at("authorize"),
        "token_endpoint": at("token"),
        "userinfo_endpoint": at("userinfo"),
        "end_session_endpoint": at("logout"),
        "jwks_uri": at("jwks"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA"],
    }))
}

async fn jwks(State(told): State<Told>) -> Json<Value> {
    Json(json!({ "keys": [told.keys[0].as_verification_key()] }))
}

async fn token(
    State(told): State<Told>,
    headers: HeaderMap,
    Form(form): Form<Vec<(String, String)>>,
) -> (axum::http::StatusCode, Json<Value>) {
    let has = |name: &str| form.iter().any(|(key, value)| key == name && !value.is_empty());
    let basic = headers.get("authorization").is_some_and(|value| value.as_bytes().starts_with(b"Basic "));
    let asked_well = basic && has("code") && has("code_verifier") && has("redirect_uri") && !has("client_secret");
    if told.lie == Lie::CodeRefused || !asked_well {
        let answer = json!({ "error": "invalid_grant", "error_description": "this code is not good" });
        return (axum::http::StatusCode::BAD_REQUEST, Json(answer));
    }
    let nonce = if told.lie == Lie::OtherNonce { "another".to_owned() } else { told.nonce.lock().expect("ok").clone() };
    let now = crate::clock::Clock::System.now().secs();
    let claims = json!({
        "iss": if told.lie == Lie::OtherIssuer { "https://elsewhere.example" } else { &told.issuer },
        "aud": if told.lie == Lie::OtherAudience { "somebody-else" } else { "app" },
        "sub": "hanako",
        "exp": if told.lie == Lie::Expired { now - 600 } else { now + 300 },
        "iat": now,
        "auth_time": now,
        "nonce": nonce,
        "acr": "phr",
        "amr": ["pop", "user", "mfa"],
        "sid": "session-1",
    });
    let signer = &told.keys[usize::from(told.lie == Lie::ForeignKey)];
    let body = json!({ "access_token": "at", "token_type": "Bearer", "expires_in": 300, "id_token": sign(signer, "JWT", &claims) });
    (axum::http::StatusCode::OK, Json(body))
}

async fn userinfo(State(told): State<Told>) -> Json<Value> {
    let sub = if told.lie == Lie::OtherSubjectInUserInfo { "taro" } else { "hanako" };
    Json(json!({ "sub": sub, "name": "山田 花子", "email": "hanako@sakura.example" }))
}

pub fn sign(key: &CoreEdDsaPrivateSigningKey, typ: &str, claims: &Value) -> String {
    use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
    let head = json!({ "alg": "EdDSA", "typ": typ });
    let signed = format!("{}.{}", BASE64.encode(head.to_string()), BASE64.encode(claims.to_string()));
    let signature = key.sign(&CoreJwsSigningAlgorithm::EdDsa, signed.as_bytes()).expect("a signature");
    format!("{signed}.{}", BASE64.encode(signature))
}
