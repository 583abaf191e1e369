//! The application's side of OpenID Connect Back-Channel Logout 1.0 §2.6: which of its sessions is over, if the provider
//! really says so. The signature is checked by the `openidconnect` crate, which knows no logout tokens beyond that.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use openidconnect::{
    JsonWebKey,
    core::{CoreJsonWebKey, CoreJwsSigningAlgorithm},
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use crate::domain::UnixTime;

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// How far the provider's clock may lie from ours, in seconds.
const SKEW: i64 = 60;

#[derive(Debug, Deserialize, PartialEq, Eq)]
pub struct LogoutToken {
    iss: String,
    aud: String,
    iat: i64,
    exp: i64,
    pub sub: String,
    /// Ours always names it.
    pub sid: String,
    events: Map<String, Value>,
    nonce: Option<Value>,
}

#[derive(Deserialize)]
struct Header {
    alg: CoreJwsSigningAlgorithm,
    typ: String,
    kid: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unbelievable {
    Unreadable,
    /// No key that we know of made the signature; the provider may have new ones.
    Unsigned,
    /// It is no logout token, not for us, or not of now.
    Wrong(&'static str),
}

pub fn verify(
    token: &str,
    keys: &[CoreJsonWebKey],
    issuer: &str,
    client_id: &str,
    now: UnixTime,
) -> Result<LogoutToken, Unbelievable> {
    let (signed, signature) = token.rsplit_once('.').ok_or(Unbelievable::Unreadable)?;
    let (header, claims) = signed.split_once('.').ok_or(Unbelievable::Unreadable)?;
    let header: Header = decoded(header)?;
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| Unbelievable::Unreadable)?;
    let made = keys.iter().any(|key| {
        let named = header.kid.as_ref().is_none_or(|kid| key.key_id().is_some_and(|id| id.as_str() == kid));
        named && key.verify_signature(&header.alg, signed.as_bytes(), &signature).is_ok()
    });
    if !made {
        return Err(Unbelievable::Unsigned);
    }
    let claims: LogoutToken = decoded(claims)?;
    let rules = [
        ("typ", header.typ == "logout+jwt"),
        ("iss", claims.iss == issuer),
        ("aud", claims.aud == client_id),
        ("exp", now.secs() < claims.exp + SKEW),
        ("iat", claims.iat <= now.secs() + SKEW),
        ("events", claims.events.get(EVENT).is_some_and(Value::is_object)),
        ("nonce", claims.nonce.is_none()),
    ];
    match rules.iter().find(|(_, holds)| !holds) {
        Some((broken, _)) => Err(Unbelievable::Wrong(broken)),
        None => Ok(claims),
    }
}

fn decoded<T: DeserializeOwned>(part: &str) -> Result<T, Unbelievable> {
    let json = URL_SAFE_NO_PAD.decode(part).map_err(|_| Unbelievable::Unreadable)?;
    serde_json::from_slice(&json).map_err(|_| Unbelievable::Unreadable)
}

#[cfg(test)]
mod tests {
    use openidconnect::PrivateSigningKey;
    use serde_json::json;

    use super::*;
    use crate::demo::apps::stand_in::{key, sign};

    const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);

    fn claims() -> Value {
        json!({
            "iss": "https://id.example",
            "aud": "app",
            "sub": "hanako",
            "sid": "session-1",
            "iat": NOW.secs(),
            "exp": NOW.secs() + 120,
            "jti": "once",
            "events": { EVENT: {} },
        })
    }

    #[test]
    fn only_a_logout_token_of_the_provider_for_us_and_of_now_ends_a_session() {
        let (own, foreign) = (key(), key());
        let keys = [own.as_verification_key()];
        let judged = |token: &str| verify(token, &keys, "https://id.example", "app", NOW);
        let good = judged(&sign(&own, "logout+jwt", &claims())).expect("good");
        assert_eq!((good.sub.as_str(), good.sid.as_str()), ("hanako", "session-1"));

        assert_eq!(judged(&sign(&foreign, "logout+jwt", &claims())), Err(Unbelievable::Unsigned));
        assert_eq!(judged(&sign(&own, "JWT", &claims())), Err(Unbelievable::Wrong("typ")));
        for (name, value) in [
            ("iss", json!("https://elsewhere.example")),
            ("aud", json!("another")),
            ("exp", json!(NOW.secs() - 60)),
            ("iat", json!(NOW.secs() + 61)),
            ("events", json!({})),
            ("events", json!({ EVENT: true })),
            ("nonce", json!("n")),
        ] {
            let mut claims = claims();
            claims[name] = value;
            assert_eq!(judged(&sign(&own, "logout+jwt", &claims)), Err(Unbelievable::Wrong(name)));
        }
        let good = sign(&own, "logout+jwt", &claims());
        for token in ["", "a", "a.b", "a.b.c", &good[..good.len() - 8], &good.replace('.', "")] {
            assert!(judged(token).is_err(), "{token}");
        }
    }
}
