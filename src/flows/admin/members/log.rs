//! What administrators of a clinic did to one of its people, and why: so that a colleague knows.

use serde::Serialize;

use super::Member;
use crate::{
    domain::{Actor, AuditEvent, AuditKind, UnixTime},
    store::{self, Conn, StoreError},
};

#[derive(Clone, Debug, Serialize)]
pub struct Done {
    pub at: UnixTime,
    /// The kind of event, as the catalogue knows it.
    pub what: &'static str,
    /// Of the passkey.
    pub name: Option<String>,
    /// Nobody's name: at the server itself.
    pub by: Option<String>,
    pub reason: String,
}

const KINDS: &[AuditKind] = &[
    AuditKind::PasskeyDisabled,
    AuditKind::PasskeyEnabled,
    AuditKind::PasskeyDeleted,
    AuditKind::MembershipSuspended,
    AuditKind::MembershipResumed,
    AuditKind::MembershipEndSet,
    AuditKind::AccountDisabled,
    AuditKind::AccountEnabled,
    AuditKind::AccountUnlocked,
    AuditKind::SessionRevoked,
    AuditKind::ConsentWithdrawn,
    AuditKind::AccessCodeAsked,
    AuditKind::AccessCodeIssued,
    AuditKind::AccountReinviteAsked,
    AuditKind::AccountReinvited,
];

/// As far back as one looks.
const LATELY: i64 = 50;

/// Newest first.
pub(super) fn list(conn: &mut Conn, member: &Member) -> Result<Vec<Done>, StoreError> {
    let events = store::audit_events::list_for_subject(conn, &member.user.id, KINDS, None, LATELY)?;
    let here = events.into_iter().filter(|event| event.clinic_id.as_ref() == Some(&member.clinic.id));
    Ok(here.filter_map(done).collect())
}

/// What people do themselves has no reason, and is their own business.
fn done(event: AuditEvent) -> Option<Done> {
    let detail = |name: &str| event.detail.as_ref()?.get(name)?.as_str().map(str::to_owned);
    Some(Done {
        at: event.at,
        what: event.kind.as_str(),
        name: detail("name"),
        reason: detail("admin_reason")?,
        by: match event.actor {
            Actor::User { name, .. } => Some(name),
            _ => None,
        },
    })
}
