//! Suspending every passkey of somebody who lost the only device, at the server itself.

use super::super::{By, Refusal, text};
use super::act::REASON_LIMIT;
use crate::{
    domain::{Email, Fault, Passkey, SuspendedBy, User, Verdict},
    flows::account::passkey_change::{Change, Decided},
    store::{Store, memberships, passkeys, users},
};

#[derive(Clone, Debug)]
pub struct Suspended {
    pub user: User,
    /// Those that were not suspended before.
    pub passkeys: Vec<Passkey>,
    pub sessions: usize,
    /// Those that would have outlived them.
    pub grants: usize,
}

pub fn suspend_passkeys(
    store: &Store,
    by: &By,
    address: &str,
    reason: &str,
) -> Result<Verdict<Suspended, Refusal>, Fault> {
    let checked = text::line("the reason", reason, REASON_LIMIT).and_then(|reason| {
        Ok((Email::parse(address).ok_or_else(|| Refusal::BadEmail { text: address.to_owned() })?, reason))
    });
    let (email, reason) = match checked {
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
        let Some((_, clinic)) = clinics.first() else { return Ok(Err(Refusal::UnknownUser { email: typed })) };
        let mut done = Suspended { user, passkeys: Vec::new(), sessions: 0, grants: 0 };
        for passkey in passkeys::list_for_user(tx, &done.user.id)? {
            let decided = Decided {
                by: SuspendedBy::Administrator,
                reason: Some(&reason),
                clinic: &clinic.id,
                session: None,
                end_sessions: true,
            };
            if let Some(closed) = Change::Suspend.carry_out(tx, &by, &passkey, decided)? {
                done.sessions += closed.sessions.len();
                done.grants += closed.grants;
                done.passkeys.push(passkey);
            }
        }
        if done.passkeys.is_empty() {
            return Ok(Err(Refusal::NoPasskeys { email: typed }));
        }
        Ok(Ok(done))
    })
}
