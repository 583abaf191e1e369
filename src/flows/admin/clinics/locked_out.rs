//! Whom a stricter rule for passwords shuts out: who can sign in now, has no passkey, and would have nothing that is enough.

use crate::domain::{Clinic, Fallback, Passkey, UnixTime, User};
use crate::flows::sign_in::choose_clinic;
use crate::store::{Conn, StoreResult, invitations, memberships, passkeys, second_factors};

/// By `before` becoming `after`, ordered by e-mail.
pub fn by(conn: &mut Conn, before: &Clinic, after: &Clinic, now: UnixTime) -> StoreResult<Vec<User>> {
    let mut locked_out = Vec::new();
    if after.password_fallback.in_force(now) <= before.password_fallback.in_force(now) {
        return Ok(locked_out);
    }
    for (membership, user) in memberships::list_for_clinic(conn, &after.id)? {
        let works = membership.is_active(now) && user.is_active() && user.password_hash.is_some();
        if works && loses(conn, &user, after, now)? {
            locked_out.push(user);
        }
    }
    Ok(locked_out)
}

fn loses(conn: &mut Conn, user: &User, after: &Clinic, now: UnixTime) -> StoreResult<bool> {
    if passkeys::list_for_user(conn, &user.id)?.iter().any(Passkey::is_enabled) {
        return Ok(false);
    }
    let invitation = invitations::latest_for_user(conn, &user.id)?;
    if invitation.as_ref().is_some_and(|invitation| invitation.is_usable(now)) {
        return Ok(false);
    }
    let enrols = !user.ever_enrolled && invitation.is_some_and(|invitation| invitation.is_fresh(now));
    let has_factor = second_factors::find(conn, &user.id)?.is_some();
    let comes_in = |policy: Option<Fallback>| match policy {
        Some(Fallback::PasswordOnly) => true,
        Some(Fallback::SecondFactor) => has_factor || enrols,
        Some(Fallback::Deny) | None => false,
    };
    let mut all = memberships::list_for_user(conn, &user.id)?;
    let policy = |all: &[_]| choose_clinic(all, &[], now).map(|place| place.password);
    let now_in = comes_in(policy(&all));
    for (_, clinic) in &mut all {
        if clinic.id == after.id {
            clinic.clone_from(after);
        }
    }
    Ok(now_in && !comes_in(policy(&all)))
}
