//! Shutting somebody out of a clinic, or of all, and letting them in again.
//!
//! Nobody is shut out without whom a clinic, or the house, would have no administrator left: asked behind a lock that all who
//! go take in turn, so that of the last two who are shut out at once one stays.

use serde_json::json;

use super::{
    super::{Refusal, text},
    Member, REASON_LIMIT,
    end::close,
};
use crate::{
    domain::{AuditKind, ClinicId, Fault, Happened, User, UserId, Verdict},
    flows::{
        admin::{
            By,
            users::{self, Told},
        },
        outbox,
    },
    store::{self, Store, StoreError, Tx},
};

const WHY: &str = "membership_suspended";

/// What one of these does to somebody. The caller holds the person's row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    Suspend,
    Resume,
    Disable,
    Enable,
    /// The password way alone.
    Unlock,
}

impl Door {
    /// Guard: an administrator remains.
    pub(super) fn leaves_somebody(self, tx: &mut Tx<'_>, by: &By, member: &Member) -> Result<bool, StoreError> {
        match self {
            Self::Suspend if member.membership.is_active(by.now) && member.user.is_active() => {
                store::memberships::others_administer(tx, std::slice::from_ref(&member.membership), by.now)
            }
            Self::Disable => users::others_administer(tx, by, &member.user.id),
            _ => Ok(true),
        }
    }

    /// `false` when it is so already.
    pub(super) fn carry_out(self, tx: &mut Tx<'_>, by: &By, member: &Member, reason: &str) -> Result<bool, StoreError> {
        let told = Some(&Told { clinic: &member.clinic.id, reason });
        match self {
            Self::Suspend => suspend(tx, by, member, reason),
            Self::Resume => resume(tx, by, (&member.user.id, &member.clinic.id), reason),
            Self::Disable => Ok(users::shut_out(tx, by, &member.user, told)?.is_some()),
            Self::Enable => users::let_in(tx, by, &member.user, told),
            Self::Unlock => users::unlock_password(tx, by, &member.user, told),
        }
    }
}

fn suspend(tx: &mut Tx<'_>, by: &By, member: &Member, reason: &str) -> Result<bool, StoreError> {
    let (user, clinic) = (&member.user.id, &member.clinic.id);
    if !store::memberships::suspend(tx, user, clinic, by.now)? {
        return Ok(false);
    }
    let mut detail = close(tx, by, (user, clinic), WHY)?;
    detail["admin_reason"] = reason.into();
    let event = by.event(AuditKind::MembershipSuspended).subject(user).clinic(clinic);
    store::audit_events::insert(tx, &event.detail(detail))?;
    outbox::queue_by(tx, by, Happened::MembershipSuspended, (user, clinic), None, Some(reason))?;
    Ok(true)
}

/// Nothing that ended comes back.
fn resume(tx: &mut Tx<'_>, by: &By, (user, clinic): (&UserId, &ClinicId), reason: &str) -> Result<bool, StoreError> {
    if !store::memberships::resume(tx, user, clinic)? {
        return Ok(false);
    }
    let event = by.event(AuditKind::MembershipResumed).subject(user).clinic(clinic);
    store::audit_events::insert(tx, &event.detail(json!({ "admin_reason": reason })))?;
    outbox::queue_by(tx, by, Happened::MembershipResumed, (user, clinic), None, Some(reason))?;
    Ok(true)
}

/// At the server itself.
pub fn resume_membership(
    store: &Store,
    by: &By,
    (address, clinic): (&str, ClinicId),
    reason: &str,
) -> Result<Verdict<User, Refusal>, Fault> {
    let checked = users::email(address).and_then(|email| Ok((email, text::line("the reason", reason, REASON_LIMIT)?)));
    let (email, reason) = match checked {
        Ok(checked) => checked,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let by = by.clone();
    store.write(move |tx| {
        let (typed, named) = (email.as_str().to_owned(), clinic.to_string());
        let Some(user) = store::users::find_by_email(tx, &email)? else {
            return Ok(Err(Refusal::UnknownUser { email: typed }));
        };
        store::users::hold(tx, &user.id)?;
        if store::memberships::find(tx, &user.id, &clinic)?.is_none() {
            return Ok(Err(Refusal::NotAMember { email: typed, clinic: named }));
        }
        Ok(match resume(tx, &by, (&user.id, &clinic), &reason)? {
            true => Ok(user),
            false => Err(Refusal::NotSuspended { email: typed, clinic: named }),
        })
    })
}
