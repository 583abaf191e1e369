//! What a person let an application of another house have, remembered until they withdraw it.

use super::{ClientId, UnixTime, UserId};

#[derive(Clone, Debug)]
pub struct Consent {
    pub user_id: UserId,
    pub client_id: ClientId,
    pub scopes: Vec<String>,
    pub given_at: UnixTime,
}

impl Consent {
    pub fn covers(&self, scopes: &[String]) -> bool {
        scopes.iter().all(|scope| self.scopes.contains(scope))
    }
}
