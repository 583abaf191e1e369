//! The cast of the room's tests: one client of each kind, and requests that are good until a test spoils them.

use crate::domain::{
    ClaimNames, Client, ClientAuthMethod, ClientId, ClientType, Demands, Lifetimes, Secret, SigningAlg, UnixTime,
};

use super::params::Params;

pub const CALLBACK: &str = "https://app.example/callback";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);

pub fn secret() -> Secret {
    Secret::from_bytes([7; 32])
}

pub fn client() -> Client {
    Client {
        id: ClientId::new("clinic-app"),
        name: "電子カルテ".to_owned(),
        kind: ClientType::Web,
        auth_method: ClientAuthMethod::ClientSecretBasic,
        secret_hash: Some(secret().hash()),
        redirect_uris: vec![CALLBACK.to_owned(), "https://app.example/other?keep=1".to_owned()],
        post_logout_redirect_uris: vec!["https://app.example/bye".to_owned()],
        backchannel_logout_uri: None,
        start_uri: None,
        scopes: words("openid profile email address phone"),
        grants: words("authorization_code"),
        id_token_alg: SigningAlg::Rs256,
        pkce_required: true,
        first_party: false,
        clinic_id: None,
        roles: Vec::new(),
        disabled_at: None,
        removed_at: None,
        former_secret: None,
        secret_days: None,
        secret_expires_at: None,
        demands: Demands::default(),
        lifetimes: Lifetimes::default(),
        claim_names: ClaimNames::default(),
        last_used_at: None,
        created_at: NOW,
        updated_at: NOW,
    }
}

pub fn native() -> Client {
    Client {
        kind: ClientType::Native,
        auth_method: ClientAuthMethod::None,
        secret_hash: None,
        redirect_uris: vec!["http://127.0.0.1/cb".to_owned(), "com.example.app:/cb".to_owned()],
        ..client()
    }
}

pub fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

pub fn params(pairs: &[(&str, &str)]) -> Params {
    let raw = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    Params::parse(&raw).expect("well-formed")
}

/// A good authorization request for [`client`].
pub const GOOD: &[(&str, &str)] = &[
    ("client_id", "clinic-app"),
    ("redirect_uri", CALLBACK),
    ("response_type", "code"),
    ("scope", "openid profile"),
    ("state", "s-._~+/ =&%41日"),
    ("code_challenge", CHALLENGE),
    ("code_challenge_method", "S256"),
];

/// [`GOOD`] with other values, further parameters, or without some (an empty value leaves it out).
pub fn good_but(changes: &[(&str, &str)]) -> Params {
    let kept = GOOD.iter().filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    let pairs: Vec<_> = kept.chain(changes).copied().filter(|(_, value)| !value.is_empty()).collect();
    params(&pairs)
}

/// [`GOOD`] and then the same again or more.
pub fn good_and(more: &[(&str, &str)]) -> Params {
    let pairs: Vec<_> = GOOD.iter().chain(more).copied().collect();
    params(&pairs)
}
