//! A part of somebody's page in administration: where they are signed in for this clinic, and what applications hold of them.

use serde::Serialize;

use super::SignedInBy;
use crate::{
    domain::{SessionId, UnixTime},
    flows::account::apps::App,
};

#[derive(Clone, Debug, Default, Serialize)]
pub struct HoldingsSection {
    pub sessions: Vec<HeldSession>,
    pub apps: Vec<App>,
    /// They could end what there is.
    pub may_end: bool,
    /// Whom the trail is asked for, by who may see it.
    pub trail_of: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
pub struct HeldSession {
    pub id: SessionId,
    pub user_agent: String,
    /// `None`: of a place that is another clinic's.
    pub address: Option<String>,
    /// The registered PC.
    pub terminal: Option<String>,
    pub how: SignedInBy,
    pub started_at: UnixTime,
    pub last_seen_at: UnixTime,
}
