//! The link for somebody who has been in before and has lost every way back: what they signed in with may be in other hands,
//! and works no more from the moment that the link is made (NIST SP 800-63B-4 §4.2, account recovery).
//!
//! Passkeys are suspended, for an administrator to resume what was found again; the rest is gone for good. What they get is no
//! weaker than the first time: the link alone opens no application, and nobody else learns a password.

use serde_json::{Value, json};

use crate::{
    domain::{AuditKind, ClinicId, Happened, Invitation, Secret, SessionId, SuspendedBy, User, reference},
    flows::{
        account::{
            passkey_change::{Change, Decided},
            password,
        },
        admin::{
            By,
            users::{self, Sent},
        },
        outbox,
    },
    store::{self, StoreError, Tx, sessions::Ended},
};

const WHY: &str = "invited_again";

/// Who vouches for the person, and how.
pub(super) struct Vouched<'a> {
    /// Of the administrator.
    pub session: Option<&'a SessionId>,
    /// Which the person is told.
    pub reason: &'a str,
    /// What else the trail is told: an object.
    pub detail: Value,
}

/// The caller holds the person's row.
pub(super) fn hand_out_again(
    tx: &mut Tx<'_>,
    by: &By,
    (user, clinic): (&User, &ClinicId),
    sent: Sent,
    vouched: Vouched<'_>,
) -> Result<(Invitation, Secret), StoreError> {
    let (invitation, secret) = users::hand_out(tx, by, user, clinic, sent)?;
    let Vouched { session, reason, mut detail } = vouched;
    take_back(tx, by, (user, clinic), (session, reason), &mut detail)?;
    detail["invitation"] = invitation.id.as_str().into();
    detail["way"] = invitation.way.as_str().into();
    detail["admin_reason"] = reason.into();
    let mut event = by.event(AuditKind::AccountReinvited).subject(&user.id).clinic(clinic);
    event.session_ref = session.map(|session| reference(session.as_str()));
    store::audit_events::insert(tx, &event.detail(detail))?;
    outbox::queue_by(tx, by, Happened::Reinvited, (&user.id, clinic), None, Some(reason))?;
    Ok((invitation, secret))
}

/// Gives how many there were.
pub(super) fn end_sessions(tx: &mut Tx<'_>, by: &By, user: &User) -> Result<usize, StoreError> {
    let ended = store::sessions::end_all_for_user(tx, &user.id, None, WHY, by.now)?;
    for Ended { id, clinic_id, .. } in &ended {
        let event = by.event(AuditKind::SessionRevoked).reason(WHY).subject(&user.id).clinic(clinic_id).session(id);
        store::audit_events::insert(tx, &event)?;
    }
    Ok(ended.len())
}

/// `detail`: is told how much of each there was.
fn take_back(
    tx: &mut Tx<'_>,
    by: &By,
    (user, clinic): (&User, &ClinicId),
    (session, reason): (Option<&SessionId>, &str),
    detail: &mut Value,
) -> Result<(), StoreError> {
    // One letter tells of everything.
    let silent = By { tells: false, ..by.clone() };
    let (mut passkeys, mut sessions) = (0, 0);
    for passkey in store::passkeys::list_for_user(tx, &user.id)? {
        let by = SuspendedBy::Administrator;
        let decided = Decided { by, reason: Some(reason), clinic, session, end_sessions: true };
        if let Some(closed) = Change::Suspend.carry_out(tx, &silent, &passkey, decided)? {
            passkeys += 1;
            sessions += closed.sessions.len();
        }
    }
    sessions += end_sessions(tx, by, user)?;
    if store::second_factors::delete(tx, &user.id)? {
        let event = by.event(AuditKind::SecondFactorRemoved).reason(WHY).subject(&user.id).clinic(clinic);
        store::audit_events::insert(tx, &event.detail(json!({ "admin_reason": reason })))?;
    }
    detail["passkeys_suspended"] = passkeys.into();
    detail["sessions_ended"] = sessions.into();
    detail["grants_revoked"] = store::grants::revoke_for_user(tx, &user.id, None, by.now)?.into();
    detail["password_forgotten"] = password::forget(tx, user, by.now)?.into();
    detail["access_codes_withdrawn"] = store::access_codes::withdraw_for_user(tx, &user.id)?.into();
    Ok(())
}
