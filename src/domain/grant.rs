//! What a person gave an application by signing in: every token names its grant, so revoking it revokes them all.

use super::{Authentication, ClientId, ClinicId, GrantId, SessionId, UnixTime, UserId};

#[derive(Clone, Debug)]
pub struct Grant {
    pub id: GrantId,
    pub client_id: ClientId,
    pub user_id: UserId,
    pub clinic_id: ClinicId,
    pub session_id: SessionId,
    pub scopes: Vec<String>,
    pub authentication: Authentication,
    pub created_at: UnixTime,
    pub expires_at: UnixTime,
    pub revoked_at: Option<UnixTime>,
}

impl Grant {
    pub fn is_alive(&self, now: UnixTime) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }
}
