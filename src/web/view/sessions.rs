//! `/settings/sessions`: where this person is signed in.

use serde::Serialize;

use super::Page;
use crate::domain::{Acr, SessionId, UnixTime};

#[derive(Clone, Debug, Serialize)]
pub struct SessionsPage {
    pub sessions: Vec<SessionCard>,
    pub notice: Option<SessionsNotice>,
}

#[derive(Clone, Debug, Serialize)]
pub struct SessionCard {
    pub id: SessionId,
    pub current: bool,
    pub user_agent: String,
    pub address: String,
    pub clinic: String,
    pub how: SignedInBy,
    pub started_at: UnixTime,
    pub last_seen_at: UnixTime,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SignedInBy {
    Passkey,
    PasswordAndCode,
    AccessCode,
    Password,
}

impl SignedInBy {
    pub const fn of(acr: Acr) -> Self {
        match acr {
            Acr::Passkey | Acr::HardwarePasskey => Self::Passkey,
            Acr::SecondFactor => Self::PasswordAndCode,
            Acr::Temporary => Self::AccessCode,
            Acr::Password => Self::Password,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionsNotice {
    Ended,
    OthersEnded,
}

impl Page for SessionsPage {
    const TEMPLATE: &'static str = "pages/sessions.html";
}
