//! Shutting a person out, and letting them in again.

use serde_json::json;

use super::super::{By, Refusal};
use super::email;
use crate::domain::{AuditKind, Fault, User, Verdict};
use crate::store::{Store, access_codes, audit_events, grants, invitations, sessions, users};

const REASON: &str = "account_disabled";

/// What ended with the account.
#[derive(Clone, Debug)]
pub struct Closed {
    pub user: User,
    pub sessions: usize,
    pub grants: usize,
    pub invitations: usize,
}

/// One write: the account, every session, every grant and every open invitation.
pub fn disable(store: &Store, by: &By, address: &str) -> Result<Verdict<Closed, Refusal>, Fault> {
    let email = match email(address) {
        Ok(email) => email,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let by = by.clone();
    store.write(move |tx| {
        let typed = || email.as_str().to_owned();
        let Some(user) = users::find_by_email(tx, &email)? else {
            return Ok(Err(Refusal::UnknownUser { email: typed() }));
        };
        if !users::disable(tx, &user.id, by.now)? {
            return Ok(Err(Refusal::AlreadyDisabled { email: typed() }));
        }
        let grants = grants::list_alive_for_user(tx, &user.id, by.now)?.len();
        let ended = sessions::end_all_for_user(tx, &user.id, None, REASON, by.now)?;
        grants::revoke_for_user(tx, &user.id, None, by.now)?;
        let invitations = invitations::revoke_unused_for_user(tx, &user.id, by.now)?;
        let codes = access_codes::withdraw_for_user(tx, &user.id)?;
        for session in &ended {
            let event = by.event(AuditKind::SessionRevoked).reason(REASON).subject(&user.id);
            audit_events::insert(tx, &event.clinic(&session.clinic_id).session(&session.id))?;
        }
        let detail = json!({
            "sessions": ended.len(),
            "grants": grants,
            "invitations": invitations,
            "access_codes": codes,
        });
        let event = by.event(AuditKind::AccountDisabled).subject(&user.id).detail(detail);
        audit_events::insert(tx, &event)?;
        Ok(Ok(Closed { user, sessions: ended.len(), grants, invitations }))
    })
}

/// Lets the person sign in again; nothing that ended comes back.
pub fn enable(store: &Store, by: &By, address: &str) -> Result<Verdict<User, Refusal>, Fault> {
    let email = match email(address) {
        Ok(email) => email,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let by = by.clone();
    store.write(move |tx| {
        let typed = || email.as_str().to_owned();
        let Some(user) = users::find_by_email(tx, &email)? else {
            return Ok(Err(Refusal::UnknownUser { email: typed() }));
        };
        if !users::enable(tx, &user.id, by.now)? {
            return Ok(Err(Refusal::AlreadyEnabled { email: typed() }));
        }
        audit_events::insert(tx, &by.event(AuditKind::AccountEnabled).subject(&user.id))?;
        Ok(Ok(user))
    })
}
