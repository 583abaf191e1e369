//! The end of a membership: set with a day, over when that day is.
//!
//! From then on nothing admits the person there any more, asked of the row itself; the timer only ends what was open.

use serde_json::{Value, json};

use super::super::{By, Refusal, last_day};
use crate::{
    domain::{
        Actor, AuditKind, ClinicId, Email, Fault, Happened, Membership, Message, UnixTime, User, UserId, Verdict,
    },
    flows::{Cx, outbox},
    store::{self, Store, StoreError, Tx, sessions::Ended},
};

/// Memberships that one write ends.
const AT_ONCE: i64 = 100;
const WHY: &str = "membership_ended";

/// At the server itself. `None`: it has no end.
pub fn set_end(
    store: &Store,
    by: &By,
    (address, clinic): (&str, ClinicId),
    end: Option<UnixTime>,
) -> Result<Verdict<User, Refusal>, Fault> {
    let Some(email) = Email::parse(address) else { return Ok(Err(Refusal::BadEmail { text: address.to_owned() })) };
    if end.is_some_and(|end| end <= by.now) {
        return Ok(Err(Refusal::EndOver));
    }
    let by = by.clone();
    store.write(move |tx| {
        let typed = email.as_str().to_owned();
        let Some(user) = store::users::find_by_email(tx, &email)? else {
            return Ok(Err(Refusal::UnknownUser { email: typed }));
        };
        store::users::hold(tx, &user.id)?;
        let Some(membership) = store::memberships::find(tx, &user.id, &clinic)? else {
            return Ok(Err(Refusal::NotAMember { email: typed, clinic: clinic.to_string() }));
        };
        change_end(tx, &by, &membership, end, None)?;
        Ok(Ok(user))
    })
}

/// `false` when it has that end already. `reason`: an administrator's, which the person is told. The caller holds the person's
/// row.
pub(in crate::flows::admin) fn change_end(
    tx: &mut Tx<'_>,
    by: &By,
    membership: &Membership,
    end: Option<UnixTime>,
    reason: Option<&str>,
) -> Result<bool, StoreError> {
    let (user, clinic) = (&membership.user_id, &membership.clinic_id);
    if membership.ends_at == end || !store::memberships::set_end(tx, user, clinic, end)? {
        return Ok(false);
    }
    let detail = json!({
        "before": membership.ends_at.map(last_day),
        "after": end.map(last_day),
        "admin_reason": reason,
    });
    store::audit_events::insert(
        tx,
        &by.event(AuditKind::MembershipEndSet).subject(user).clinic(clinic).detail(detail),
    )?;
    if reason.is_some() {
        outbox::queue_by(tx, by, Happened::MembershipEndSet, (user, clinic), None, reason)?;
    }
    Ok(true)
}

/// Those whose end has come.
pub fn end_overdue(store: &Store, cx: &Cx) -> Result<(), Fault> {
    let overdue = store.read(|conn| store::memberships::list_overdue(conn, cx.now, AT_ONCE))?;
    if overdue.is_empty() {
        return Ok(());
    }
    let by = cx.by(Actor::System);
    store.write(move |tx| overdue.iter().try_for_each(|membership| end(tx, &by, membership)))
}

fn end(tx: &mut Tx<'_>, by: &By, membership: &Membership) -> Result<(), StoreError> {
    let (user, clinic) = (&membership.user_id, &membership.clinic_id);
    store::users::hold(tx, user)?;
    if !store::memberships::mark_ended(tx, &membership.id, by.now)? {
        return Ok(());
    }
    let detail = close(tx, by, (user, clinic), WHY)?;
    store::audit_events::insert(tx, &by.event(AuditKind::MembershipEnded).subject(user).clinic(clinic).detail(detail))
}

/// Of a membership that lets nobody in any more: what was given in the clinic's name ends, so do the sessions in which the
/// person worked for it, and a one-time code for there is withdrawn. How many of each, for the trail.
pub(super) fn close(
    tx: &mut Tx<'_>,
    by: &By,
    (user, clinic): (&UserId, &ClinicId),
    why: &str,
) -> Result<Value, StoreError> {
    let ended = store::sessions::end_all_for_membership(tx, user, clinic, why, by.now)?;
    for Ended { id, .. } in &ended {
        let event = by.event(AuditKind::SessionRevoked).reason(why).subject(user).clinic(clinic).session(id);
        store::audit_events::insert(tx, &event)?;
    }
    // Of sessions in which they work for another clinic by now.
    for (client, session, user) in store::grants::list_holding(tx, user, clinic)? {
        store::outbox::insert(tx, &by.random.id(by.now), &Message::Logout { client, session, user }, by.now)?;
    }
    Ok(json!({
        "sessions_ended": ended.len(),
        "grants_revoked": store::grants::revoke_for_membership(tx, user, clinic, by.now)?,
        "access_codes_withdrawn": store::access_codes::withdraw_for_membership(tx, user, clinic)?,
    }))
}
