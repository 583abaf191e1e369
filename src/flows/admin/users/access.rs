//! Shutting a person out of everything, and letting them in again: the account itself, by the command line and by the pages
//! ([`members::act`](crate::flows::admin::members::act)).

use serde_json::{Value, json};

use super::super::{By, Refusal, members::REASON_LIMIT, text};
use super::email;
use crate::domain::{AuditKind, ClinicId, Fault, Happened, Membership, User, UserId, Verdict};
use crate::flows::outbox;
use crate::store::{
    Store, StoreError, Tx, access_codes, audit_events, grants, invitations, memberships, sessions, users,
};

const REASON: &str = "account_disabled";

/// What ended with the account.
#[derive(Clone, Debug)]
pub struct Closed {
    pub user: User,
    pub sessions: usize,
    pub grants: usize,
    pub invitations: usize,
}

/// Where and why an administrator does it, which the person is told.
pub struct Told<'a> {
    pub clinic: &'a ClinicId,
    pub reason: &'a str,
}

/// One write: the account, every session, every grant and every open invitation. `reason`: if one is given.
pub fn disable(store: &Store, by: &By, address: &str, reason: Option<&str>) -> Result<Verdict<Closed, Refusal>, Fault> {
    change(store, by, address, reason, |tx, by, (user, told), email| {
        if !others_administer(tx, by, &user.id)? {
            return Ok(Err(Refusal::LastAdministrator { email }));
        }
        Ok(shut_out(tx, by, user, told)?.ok_or(Refusal::AlreadyDisabled { email }))
    })
}

/// Lets the person sign in again; nothing that ended comes back.
pub fn enable(store: &Store, by: &By, address: &str, reason: Option<&str>) -> Result<Verdict<User, Refusal>, Fault> {
    change(store, by, address, reason, |tx, by, (user, told), email| {
        Ok(if let_in(tx, by, user, told)? { Ok(user.clone()) } else { Err(Refusal::AlreadyEnabled { email }) })
    })
}

/// Forgets wrong passwords and codes of before, so that the password way is open again.
pub fn unlock(store: &Store, by: &By, address: &str, reason: &str) -> Result<Verdict<User, Refusal>, Fault> {
    change(store, by, address, Some(reason), |tx, by, (user, told), email| {
        Ok(if unlock_password(tx, by, user, told)? { Ok(user.clone()) } else { Err(Refusal::PasswordOpen { email }) })
    })
}

/// Of who has this address, behind the lock on them.
fn change<T: Send + 'static>(
    store: &Store,
    by: &By,
    address: &str,
    reason: Option<&str>,
    act: impl Fn(&mut Tx<'_>, &By, (&User, Option<&Told<'_>>), String) -> Result<Verdict<T, Refusal>, StoreError>
    + Send
    + 'static,
) -> Result<Verdict<T, Refusal>, Fault> {
    let reason = reason.map(|reason| text::line("the reason", reason, REASON_LIMIT)).transpose();
    let (email, reason) = match email(address).and_then(|email| Ok((email, reason?))) {
        Ok(checked) => checked,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let by = by.clone();
    store.write(move |tx| {
        let typed = email.as_str().to_owned();
        let Some(user) = users::find_by_email(tx, &email)? else {
            return Ok(Err(Refusal::UnknownUser { email: typed }));
        };
        users::hold(tx, &user.id)?;
        let clinics = memberships::list_for_user(tx, &user.id)?;
        let told = reason.as_deref().zip(clinics.first());
        let told = told.map(|(reason, (_, clinic))| Told { clinic: &clinic.id, reason });
        act(tx, &by, (&user, told.as_ref()), typed)
    })
}

/// Guard: without this person every clinic that they administer, and the house, still has somebody who does.
pub fn others_administer(tx: &mut Tx<'_>, by: &By, user: &UserId) -> Result<bool, StoreError> {
    let all = memberships::list_for_user(tx, user)?;
    let active: Vec<Membership> =
        all.into_iter().map(|(membership, _)| membership).filter(|it| it.is_active(by.now)).collect();
    memberships::others_administer(tx, &active, by.now)
}

/// `None`: they are disabled already. The caller holds the person's row.
pub fn shut_out(tx: &mut Tx<'_>, by: &By, user: &User, told: Option<&Told<'_>>) -> Result<Option<Closed>, StoreError> {
    if !users::disable(tx, &user.id, by.now)? {
        return Ok(None);
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
    record(tx, by, user, told, (AuditKind::AccountDisabled, Happened::AccountDisabled), detail)?;
    Ok(Some(Closed { user: user.clone(), sessions: ended.len(), grants, invitations }))
}

/// `false`: they are enabled already. The caller holds the person's row.
pub fn let_in(tx: &mut Tx<'_>, by: &By, user: &User, told: Option<&Told<'_>>) -> Result<bool, StoreError> {
    let opened = users::enable(tx, &user.id, by.now)?;
    if opened {
        record(tx, by, user, told, (AuditKind::AccountEnabled, Happened::AccountEnabled), json!({}))?;
    }
    Ok(opened)
}

/// `false`: nothing counts against them. The caller holds the person's row.
pub fn unlock_password(tx: &mut Tx<'_>, by: &By, user: &User, told: Option<&Told<'_>>) -> Result<bool, StoreError> {
    let unlocked = users::reset_password_failures(tx, &user.id)?;
    if unlocked {
        let detail = json!({ "failures": user.password_failures });
        record(tx, by, user, told, (AuditKind::AccountUnlocked, Happened::PasswordUnlocked), detail)?;
    }
    Ok(unlocked)
}

fn record(
    tx: &mut Tx<'_>,
    by: &By,
    user: &User,
    told: Option<&Told<'_>>,
    (kind, happened): (AuditKind, Happened),
    mut detail: Value,
) -> Result<(), StoreError> {
    let mut event = by.event(kind).subject(&user.id);
    if let Some(Told { clinic, reason }) = told {
        detail["admin_reason"] = (*reason).into();
        event = event.clinic(clinic);
        outbox::queue_by(tx, by, happened, (&user.id, clinic), None, Some(reason))?;
    }
    audit_events::insert(tx, &event.detail(detail))
}
