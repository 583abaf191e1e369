//! What administrators do: plain functions over the store, called by the command line and by the administration pages.
//!
//! Each write carries its audit event in the same transaction, and decides inside it. `members` and `applications` are for people who
//! sign in to do it, and ask what they may; the rest is the command line's.

pub mod applications;
pub mod audit;
pub mod clients;
pub mod clinics;
pub mod groups;
pub mod identity;
pub mod keys;
pub mod members;
pub mod qualifications;
mod refusal;
pub mod terminals;
mod text;
pub mod users;

pub use refusal::Refusal;

use crate::domain::{Actor, AuditEvent, AuditKind, Membership, Outcome, RequestInfo, SessionId, UnixTime, User};
use crate::random::Random;

/// Some of a clinic's people.
pub type Staff = Vec<(Membership, User)>;

/// Who asks, when, and from where.
#[derive(Clone, Debug)]
pub struct By {
    pub actor: Actor,
    pub now: UnixTime,
    pub random: Random,
    pub request: RequestInfo,
    /// Mail is sent, so that people can be told.
    pub tells: bool,
    /// Of whoever is signed in, for the trail.
    pub session: Option<SessionId>,
}

impl By {
    /// The person at the server's own command line.
    pub fn command_line(now: UnixTime, random: Random) -> Self {
        let request = RequestInfo { request_id: random.id(now), ..RequestInfo::default() };
        Self { actor: Actor::CommandLine, now, random, request, tells: false, session: None }
    }

    /// A success of this kind, to be completed and written with what it records.
    pub fn event(&self, kind: AuditKind) -> AuditEvent {
        let id = self.random.id(self.now);
        let event = AuditEvent::new(id, self.now, kind, Outcome::Success, self.actor.clone(), self.request.clone());
        match &self.session {
            Some(session) => event.session(session),
            None => event,
        }
    }
}

/// Rows of one page of a list.
const PAGE: i64 = 50;

/// Cuts what was read, [`PAGE`] and one more, to a page; whether others come after.
fn cut_to_page<T>(rows: &mut Vec<T>) -> bool {
    let full = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = rows.len() > full;
    rows.truncate(full);
    more
}

/// What ends with this day (`2026-12-31`) in Japan, where clinics are. `None`: that is no day.
pub fn end_of(day: &str) -> Option<UnixTime> {
    let day: jiff::civil::Date = day.parse().ok().filter(|_| day.len() == 10)?;
    let end = day.tomorrow().ok()?.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(9))).ok()?;
    Some(UnixTime::from_millis(end.timestamp().as_millisecond()))
}

/// Of a last day as it was typed, which may be none; `None`: that is no day, or one that is over.
pub fn end_to_come(typed: &str, now: UnixTime) -> Option<Option<UnixTime>> {
    match typed.trim() {
        "" => Some(None),
        day => end_of(day).filter(|end| *end > now).map(Some),
    }
}

/// The day that ends then.
pub fn last_day(end: UnixTime) -> String {
    let before = jiff::Timestamp::from_millisecond(end.millis().saturating_sub(1)).unwrap_or_default();
    jiff::tz::offset(9).to_datetime(before).date().to_string()
}

/// RFC 3339 in UTC with milliseconds, as every JSON of ours writes a time.
pub fn time(at: UnixTime) -> String {
    jiff::Timestamp::from_millisecond(at.millis()).map_or_else(|_| at.millis().to_string(), |at| format!("{at:.3}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_last_day_ends_at_midnight_in_japan() {
        let end = end_of("2026-12-31").expect("a day");
        assert_eq!((end.secs(), last_day(end).as_str()), (1_798_729_200, "2026-12-31"));
        for wrong in ["", "31.12.2026", "2026-02-30", "2026-1-1", "2026-12-31T00:00", "９９９９-12-31"] {
            assert_eq!(end_of(wrong), None, "{wrong}");
        }
    }
}
