//! Where somebody is signed in for this clinic, and what applications hold of them in its name; and an end to either. What
//! they have at another clinic nobody sees or ends here.

use serde_json::json;

use super::Member;
use crate::{
    domain::{AuditKind, ClientId, Fault, Happened, MembershipId, Permission, Session, SessionId, SignedIn, UnixTime},
    flows::{
        Cx,
        account::apps::{self, App},
        admin::By,
        outbox,
    },
    store::{self, Conn, Store, StoreError, Tx},
};

const WHY: &str = "ended_by_administrator";

#[derive(Clone, Debug, Default)]
pub struct Holdings {
    /// Newest first.
    pub sessions: Vec<(Session, Seat)>,
    /// By name.
    pub apps: Vec<App>,
}

/// Where somebody sits who is signed in.
#[derive(Clone, Debug)]
pub enum Seat {
    /// At a registered PC of this clinic.
    Ours(String),
    /// At another clinic's: neither its name nor its address is anybody's here.
    Elsewhere,
    Unregistered,
}

/// As far as this administrator could end it. `None`: whom somebody may not see is not there.
pub fn holdings(store: &Store, cx: &Cx, who: &SignedIn, id: &MembershipId) -> Result<Option<Holdings>, Fault> {
    store.read(|conn| {
        let Some(member) = Member::find(conn, &who.membership, id)? else { return Ok(None) };
        let mut found = Holdings::default();
        if member.lets(who, Permission::EndSessions) {
            for session in sessions(conn, &member, cx.now)? {
                let terminal = match &session.terminal_id {
                    Some(id) => store::terminals::find(conn, id)?,
                    None => None,
                };
                let seat = match terminal {
                    Some(terminal) if terminal.clinic_id == member.clinic.id => Seat::Ours(terminal.name),
                    Some(_) => Seat::Elsewhere,
                    None => Seat::Unregistered,
                };
                found.sessions.push((session, seat));
            }
        }
        if member.lets(who, Permission::WithdrawApplication) {
            found.apps = applications(conn, &member, cx.now)?;
        }
        Ok(Some(found))
    })
}

pub(super) fn sessions(conn: &mut Conn, member: &Member, now: UnixTime) -> Result<Vec<Session>, StoreError> {
    let all = store::sessions::list_for_user(conn, &member.user.id, now)?;
    Ok(all.into_iter().filter(|session| session.clinic_id == member.clinic.id).collect())
}

pub(super) fn applications(conn: &mut Conn, member: &Member, now: UnixTime) -> Result<Vec<App>, StoreError> {
    let mut grants = store::grants::list_alive_for_user(conn, &member.user.id, now)?;
    grants.retain(|(grant, _)| grant.clinic_id == member.clinic.id);
    let mut ours = Vec::new();
    for (consent, name) in store::consents::list_for_user(conn, &member.user.id)? {
        if is_ours(conn, member, &consent.client_id)? {
            ours.push((consent, name));
        }
    }
    Ok(apps::gathered(ours, grants))
}

/// A consent belongs to no clinic: it is this one's business where its application is, or its person has no other.
fn is_ours(conn: &mut Conn, member: &Member, client: &ClientId) -> Result<bool, StoreError> {
    let client = store::clients::find(conn, client)?;
    Ok(!member.elsewhere() || client.is_some_and(|client| client.clinic_id.as_ref() == Some(&member.clinic.id)))
}

/// This one, or all for this clinic; the applications are told. `false`: there was none. The caller holds the person's row.
pub(super) fn end_sessions(
    tx: &mut Tx<'_>,
    by: &By,
    member: &Member,
    only: Option<&SessionId>,
    reason: &str,
) -> Result<bool, StoreError> {
    let (user, clinic) = (&member.user.id, &member.clinic.id);
    let mut ended = false;
    for session in sessions(tx, member, by.now)? {
        let wanted = only.is_none_or(|id| *id == session.id);
        if wanted && store::sessions::end(tx, &session.id, WHY, by.now)? {
            let event = by.event(AuditKind::SessionRevoked).reason(WHY).subject(user).clinic(clinic);
            let detail = json!({ "admin_reason": reason });
            store::audit_events::insert(tx, &event.session(&session.id).detail(detail))?;
            ended = true;
        }
    }
    if ended {
        outbox::queue_by(tx, by, Happened::SessionsEnded, (user, clinic), None, Some(reason))?;
    }
    Ok(ended)
}

/// What this application was given in the clinic's name, and the consent where that is the clinic's business. `false`: it
/// holds nothing. The caller holds the person's row.
pub(super) fn withdraw(
    tx: &mut Tx<'_>,
    by: &By,
    member: &Member,
    client: &ClientId,
    reason: &str,
) -> Result<bool, StoreError> {
    let (user, clinic) = (&member.user.id, &member.clinic.id);
    let Some(found) = store::clients::find(tx, client)? else { return Ok(false) };
    let grants = store::grants::revoke_for_membership_at(tx, (user, clinic, client), by.now)?;
    let consent = is_ours(tx, member, client)? && store::consents::delete(tx, user, client)?;
    if !consent && grants == 0 {
        return Ok(false);
    }
    let event = by.event(AuditKind::ConsentWithdrawn).subject(user).clinic(clinic).client(client);
    let detail = json!({ "grants": grants, "admin_reason": reason });
    store::audit_events::insert(tx, &event.detail(detail))?;
    outbox::queue_by(tx, by, Happened::ApplicationWithdrawn, (user, clinic), Some(&found.name), Some(reason))?;
    Ok(true)
}
