//! One's own sessions: list and end them.

use crate::{
    domain::{Actor, AuditKind, Fault, Happened, Outcome, Passkey, Session, SessionId, SignedIn, User},
    flows::{Cx, admin::By, outbox, sign_in::session},
    store::{self, Store, StoreError, Tx, sessions::Ended},
};

pub fn list(store: &Store, cx: &Cx, who: &SignedIn) -> Result<Vec<Session>, Fault> {
    store.read(|conn| store::sessions::list_for_user(conn, &who.user.id, cx.now))
}

/// Writes that a session was in use, at most once a minute. Whoever only looks is not turned away because writing is
/// blocked: a minute later it is tried again.
pub fn seen(store: &Store, cx: &Cx, session: &Session) -> Result<(), Fault> {
    if !session.wants_touch(cx.now) {
        return Ok(());
    }
    let (id, now) = (session.id.clone(), cx.now);
    match store.write(move |tx| store::sessions::touch(tx, &id, now)) {
        Err(fault @ Fault::Internal(_)) => Err(fault),
        Err(fault) => {
            tracing::warn!(%fault, "when a session was last seen could not be written");
            Ok(())
        }
        Ok(_) => Ok(()),
    }
}

/// `false` if it is not one's own, or over already.
pub fn end(store: &Store, cx: &Cx, who: &SignedIn, id: &SessionId) -> Result<bool, Fault> {
    let found = store.read(|conn| store::sessions::find(conn, id))?;
    let Some(session) = found.filter(|session| session.user_id == who.user.id) else { return Ok(false) };
    let (cx, who) = (cx.clone(), who.clone());
    store.write(move |tx| session::end(tx, &cx, &session, "ended_by_person", &who.user))
}

/// All but the present one; how many.
pub fn end_others(store: &Store, cx: &Cx, who: &SignedIn) -> Result<usize, Fault> {
    let (cx, who) = (cx.clone(), who.clone());
    store.write(move |tx| {
        // Whoever is signing in at this moment has come in before, or comes after.
        store::users::still_active(tx, &who.user.id)?;
        let ended = end_all_but(tx, &cx, &who.session, "ended_by_person", &who.user)?.sessions;
        if ended > 0 {
            outbox::queue(tx, &cx, Happened::OtherSessionsEnded, &who.user.id, &who.clinic.id, None)?;
        }
        Ok(ended)
    })
}

/// What ended beside the present session.
pub struct Others {
    pub sessions: usize,
    /// Those of an administrator, asked for or made.
    pub access_codes: usize,
}

/// Ends every other session of the person, withdraws the one-time code that could open another, and records each.
pub fn end_all_but(tx: &mut Tx<'_>, cx: &Cx, kept: &Session, reason: &str, user: &User) -> Result<Others, StoreError> {
    let ended = store::sessions::end_all_for_user(tx, &user.id, Some(&kept.id), reason, cx.now)?;
    for Ended { id, clinic_id, .. } in &ended {
        let event = cx.event_by(AuditKind::SessionEnded, Outcome::Success, user).clinic(clinic_id).session(id);
        store::audit_events::insert(tx, &event.reason(reason))?;
    }
    let access_codes = store::access_codes::withdraw_for_user(tx, &user.id)?;
    if access_codes > 0 {
        let event = cx.event_by(AuditKind::AccessCodeWithdrawn, Outcome::Success, user).clinic(&kept.clinic_id);
        store::audit_events::insert(tx, &event.session(&kept.id).reason(reason))?;
    }
    Ok(Others { sessions: ended.len(), access_codes })
}

/// Those that have come to their absolute limit are over by themselves; this writes it down, and tells the applications.
pub fn end_overdue(store: &Store, cx: &Cx) -> Result<(), Fault> {
    if !store.read(|conn| store::sessions::are_overdue(conn, cx.now))? {
        return Ok(());
    }
    let cx = cx.clone();
    store.write(move |tx| {
        let reason = "absolute_limit";
        for Ended { id, user_id, clinic_id } in store::sessions::end_overdue(tx, reason, cx.now)? {
            let event = cx.event(AuditKind::SessionEnded, Outcome::Success, Actor::System).reason(reason);
            store::audit_events::insert(tx, &event.subject(&user_id).clinic(&clinic_id).session(&id))?;
        }
        Ok(())
    })
}

/// What ended with a passkey.
#[derive(Default)]
pub struct Closed {
    pub sessions: Vec<SessionId>,
    /// Those that would have outlived them.
    pub grants: usize,
}

/// Ends every session that a passkey opened and records each. What such a session gave ends even where it outlives its
/// session: it may be in the hands that hold the passkey.
pub fn end_opened_by(tx: &mut Tx<'_>, by: &By, passkey: &Passkey, reason: &str) -> Result<Closed, StoreError> {
    let owner = &passkey.user_id;
    let kind = match &by.actor {
        Actor::User { id, .. } if id == owner => AuditKind::SessionEnded,
        _ => AuditKind::SessionRevoked,
    };
    let mut ended = Vec::new();
    for session in store::sessions::list_for_user(tx, owner, by.now)? {
        if session.passkey_id.as_ref() == Some(&passkey.id) && store::sessions::end(tx, &session.id, reason, by.now)? {
            let event = by.event(kind).subject(owner).clinic(&session.clinic_id).session(&session.id);
            store::audit_events::insert(tx, &event.reason(reason))?;
            ended.push(session.id);
        }
    }
    let grants = store::grants::revoke_opened_by(tx, owner, &passkey.id, by.now)?;
    Ok(Closed { sessions: ended, grants })
}
