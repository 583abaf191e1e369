//! `id_token_hint` (OpenID Connect Core §3.1.2.1; RP-Initiated Logout §2): what an ID token of ours, its signature
//! already verified and its age ignored, says about whom and for whom it was made.

use serde_json::Value;

use crate::domain::{ClientId, SessionId, UserId};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdTokenHint {
    pub subject: UserId,
    pub audience: ClientId,
    pub session: Option<SessionId>,
}

impl IdTokenHint {
    /// `claims` of a token that one of our own keys signed.
    pub fn from_verified(_claims: &Value, _issuer: &str) -> Option<Self> {
        todo!()
    }
}
