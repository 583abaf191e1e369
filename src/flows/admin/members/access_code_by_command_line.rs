//! A one-time code, made at the server itself: for a clinic's only administrator, whose own phone is broken. Whoever may do
//! that stands above every role, and nobody else has to agree.

use super::super::{By, Refusal, text};
use super::access_code::{Issued, make_at_once};
use super::act::REASON_LIMIT;
use crate::{
    domain::{AccessCode, AccessCodeId, Clinic, ClinicId, Email, Fault, User, Verdict},
    keys::Keys,
    store::{Store, memberships, users},
};

#[derive(Debug)]
pub struct IssuedTo {
    pub user: User,
    pub clinic: Clinic,
    pub issued: Issued,
}

/// `clinic`: needed of somebody who works for several.
pub fn issue_access_code(
    store: &Store,
    keys: &Keys,
    by: &By,
    (address, clinic): (&str, Option<ClinicId>),
    reason: &str,
) -> Result<Verdict<IssuedTo, Refusal>, Fault> {
    let checked = text::line("the reason", reason, REASON_LIMIT).and_then(|reason| {
        Ok((Email::parse(address).ok_or_else(|| Refusal::BadEmail { text: address.to_owned() })?, reason))
    });
    let (email, reason) = match checked {
        Ok(checked) => checked,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let (by, keys) = (by.clone(), keys.clone());
    store.write(move |tx| {
        let typed = email.as_str().to_owned();
        let Some(user) = users::find_by_email(tx, &email)? else {
            return Ok(Err(Refusal::UnknownUser { email: typed }));
        };
        users::hold(tx, &user.id)?;
        if !users::still_active(tx, &user.id)? {
            return Ok(Err(Refusal::UserDisabled { email: typed }));
        }
        let mut theirs = memberships::list_for_user(tx, &user.id)?;
        if let Some(named) = &clinic {
            theirs.retain(|(_, clinic)| clinic.id == *named);
            if theirs.is_empty() {
                return Ok(Err(Refusal::NotAMember { email: typed, clinic: named.to_string() }));
            }
        }
        theirs.retain(|(membership, _)| membership.is_active(by.now));
        let (_, clinic) = match theirs.as_slice() {
            [only] => only.clone(),
            [] => return Ok(Err(Refusal::MembershipSuspended { email: typed })),
            several => {
                let named = several.iter().map(|(_, clinic)| format!("{} ({})", clinic.id, clinic.name));
                let clinics = named.collect::<Vec<_>>().join(", ");
                return Ok(Err(Refusal::ClinicMissing { email: typed, clinics }));
            }
        };
        let id = AccessCodeId::new(by.random.id(by.now));
        let wish = AccessCode::asked_for(id, (&user.id, &clinic.id), None, reason, by.now);
        let issued = make_at_once(tx, &keys, &by, wish, None)?;
        Ok(Ok(IssuedTo { user, clinic, issued }))
    })
}
