//! ID tokens (OpenID Connect Core §2). In the code flow they say who signed in, when and how; what the scopes stand
//! for is userinfo's to tell.

use std::time::Duration;

use openidconnect::{
    AdditionalClaims,
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
pub fn claims(_about: About<'_>) -> Result<Claims, openidconnect::url::ParseError> {
    todo!()
}
