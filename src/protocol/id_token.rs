//! ID tokens (OpenID Connect Core §2). In the code flow they say who signed in, when and how; what the scopes stand
//! for is userinfo's to tell.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use openidconnect::{
    AdditionalClaims, Audience, AuthenticationContextClass, AuthenticationMethodReference, IssuerUrl, Nonce,
    StandardClaims, SubjectIdentifier,
    core::{CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm},
};
use serde_json::{Map, Value};

use crate::domain::{Authentication, ClientId, SessionId, UnixTime, UserId};

/// Ours beyond OpenID Connect Core §2.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct OwnClaims {
    /// OpenID Connect Front-Channel Logout §3: the session, so that an application can end it.
    pub sid: SessionId,
    /// Claims that the `claims` parameter asked for in the ID token.
    #[serde(flatten)]
    pub requested: Map<String, Value>,
}

impl AdditionalClaims for OwnClaims {}

pub type Claims = openidconnect::IdTokenClaims<OwnClaims, CoreGenderClaim>;
pub type IdToken =
    openidconnect::IdToken<OwnClaims, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;

/// What an ID token is made of. Signing adds `at_hash`: `IdToken::new(claims, signer, alg, Some(&access_token), None)`.
pub struct About<'a> {
    pub issuer: &'a str,
    pub client: &'a ClientId,
    pub subject: &'a UserId,
    pub session: &'a SessionId,
    pub authentication: &'a Authentication,
    pub nonce: Option<&'a str>,
    pub requested: Map<String, Value>,
    pub now: UnixTime,
    pub lifetime: Duration,
}

/// Fails only when the issuer is no URL.
pub fn claims(about: About<'_>) -> Result<Claims, openidconnect::url::ParseError> {
    let authentication = about.authentication;
    let methods = authentication.amr.iter().map(|amr| AuthenticationMethodReference::new(amr.as_str().to_owned()));
    let claims = Claims::new(
        IssuerUrl::new(about.issuer.to_owned())?,
        vec![Audience::new(about.client.as_str().to_owned())],
        moment(about.now.plus(about.lifetime)).into(),
        moment(about.now).into(),
        StandardClaims::new(SubjectIdentifier::new(about.subject.as_str().to_owned())),
        OwnClaims { sid: about.session.clone(), requested: about.requested },
    );
    Ok(claims
        .set_auth_time(Some(moment(authentication.at).into()))
        .set_auth_context_ref(Some(AuthenticationContextClass::new(authentication.acr.as_str().to_owned())))
        .set_auth_method_refs(Some(methods.collect()))
        .set_nonce(about.nonce.map(|nonce| Nonce::new(nonce.to_owned()))))
}

/// Whole seconds: a fraction would be rounded away in the token anyway.
fn moment(time: UnixTime) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(u64::try_from(time.secs()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{domain::Custody, protocol::testing::NOW};

    fn made(nonce: Option<&str>, requested: Map<String, Value>) -> Value {
        let authentication = Authentication::by_passkey(Custody::Synced, NOW.minus(Duration::from_secs(90)));
        let about = About {
            issuer: "https://id.example",
            client: &ClientId::new("clinic-app"),
            subject: &UserId::new("hanako"),
            session: &SessionId::new("the-session"),
            authentication: &authentication,
            nonce,
            requested,
            now: NOW,
            lifetime: Duration::from_secs(300),
        };
        serde_json::to_value(claims(about).unwrap()).unwrap()
    }

    #[test]
    fn an_id_token_says_who_when_and_how_and_nothing_of_the_scopes() {
        let expected = json!({
            "iss": "https://id.example",
            "aud": ["clinic-app"],
            "sub": "hanako",
            "exp": NOW.secs() + 300,
            "iat": NOW.secs(),
            "auth_time": NOW.secs() - 90,
            "nonce": "n",
            "acr": "phr",
            "amr": ["pop", "user", "mfa", "swk"],
            "sid": "the-session",
        });
        assert_eq!(made(Some("n"), Map::new()), expected);
    }

    #[test]
    fn no_nonce_sent_means_none_told() {
        assert_eq!(made(None, Map::new()).get("nonce"), None);
    }

    #[test]
    fn claims_asked_for_in_the_id_token_are_there() {
        let requested = Map::from_iter([("email".to_owned(), json!("hanako@sakura.example"))]);
        assert_eq!(made(None, requested)["email"], json!("hanako@sakura.example"));
    }
}
