//! What administrators do: plain functions over the store, called by the command line and by the administration pages.
//!
//! Each write carries its audit event in the same transaction, and decides inside it.

pub mod audit;
mod audit_line;
pub mod clients;
pub mod clinics;
pub mod identity;
pub mod keys;
mod refusal;
pub mod terminals;
mod text;
pub mod users;

pub use refusal::Refusal;

use crate::domain::{Actor, AuditEvent, AuditKind, Outcome, RequestInfo, UnixTime};
use crate::random::Random;

/// Who asks, when, and from where.
#[derive(Clone, Debug)]
pub struct By {
    pub actor: Actor,
    pub now: UnixTime,
    pub random: Random,
    pub request: RequestInfo,
}

impl By {
    /// The person at the server's own command line.
    pub fn command_line(now: UnixTime, random: Random) -> Self {
        let request = RequestInfo { request_id: random.id(now), ..RequestInfo::default() };
        Self { actor: Actor::CommandLine, now, random, request }
    }

    /// A success of this kind, to be completed and written with what it records.
    pub fn event(&self, kind: AuditKind) -> AuditEvent {
        let id = self.random.id(self.now);
        AuditEvent::new(id, self.now, kind, Outcome::Success, self.actor.clone(), self.request.clone())
    }
}

/// RFC 3339 in UTC with milliseconds, as every JSON of ours writes a time.
pub fn time(at: UnixTime) -> String {
    jiff::Timestamp::from_millisecond(at.millis()).map_or_else(|_| at.millis().to_string(), |at| format!("{at:.3}"))
}
