//! People: brought in by an invitation, shut out by being disabled.

mod access;
mod details;
mod invite;

use std::collections::HashMap;

use serde_json::{Value, json};

pub use access::{Closed, Told, disable, enable, let_in, others_administer, shut_out, unlock, unlock_password};
pub use details::Details;
pub use invite::{
    Invite, Invited, Joined, Ready, Sent, admit, bring_in, hand_out, has_been_in, invite, judge, settle, write,
};

use super::{Refusal, last_day, time};
use crate::domain::{Clinic, ClinicId, Email, Fault, Membership, UnixTime, User, UserId, Verdict};
use crate::store::{Conn, Store, StoreError, StoreResult, clinics, memberships, users};

/// A person with every clinic they belong to.
#[derive(Clone, Debug)]
pub struct Person {
    pub user: User,
    pub memberships: Vec<(Membership, Clinic)>,
}

/// `None`: nobody has this address.
pub fn find(conn: &mut Conn, email: &Email) -> Result<Option<Person>, StoreError> {
    let Some(user) = users::find_by_email(conn, email)? else { return Ok(None) };
    let memberships = memberships::list_for_user(conn, &user.id)?;
    Ok(Some(Person { user, memberships }))
}

/// Everybody, from one consistent read.
pub fn list(store: &Store) -> Result<Vec<Person>, Fault> {
    store.read(|conn| {
        let mut by_user: HashMap<UserId, Vec<(Membership, Clinic)>> = HashMap::new();
        for clinic in clinics::list(conn)? {
            for (membership, user) in memberships::list_for_clinic(conn, &clinic.id)? {
                by_user.entry(user.id).or_default().push((membership, clinic.clone()));
            }
        }
        let people = users::list(conn)?.into_iter();
        Ok(people.map(|user| Person { memberships: by_user.remove(&user.id).unwrap_or_default(), user }).collect())
    })
}

pub fn email(text: &str) -> Result<Email, Refusal> {
    Email::parse(text).ok_or_else(|| Refusal::BadEmail { text: text.to_owned() })
}

pub fn to_json(person: &Person, now: UnixTime) -> Value {
    let clinics = person.memberships.iter().map(|(membership, clinic)| {
        let roles: Vec<_> = membership.roles.iter().map(|role| role.as_str()).collect();
        json!({
            "id": clinic.id.as_str(),
            "name": clinic.name,
            "roles": roles,
            "suspended": membership.suspended_at.is_some(),
            "last_day": membership.ends_at.map(last_day),
            "ended": membership.has_ended(now),
        })
    });
    let user = &person.user;
    json!({
        "id": user.id.as_str(),
        "email": user.email.as_str(),
        "name": user.profile.name,
        "name_kana": user.profile.name_kana,
        "clinics": clinics.collect::<Vec<_>>(),
        "has_password": user.password_hash.is_some(),
        "passkeys": user.passkey_count,
        "enabled": user.is_active(),
        "created_at": time(user.created_at),
    })
}

/// Somebody of a clinic, by the address that was typed.
pub(super) fn of_clinic(
    conn: &mut Conn,
    typed: &str,
    clinic: &ClinicId,
) -> StoreResult<Verdict<(User, Membership), Refusal>> {
    let email = || typed.to_owned();
    let Some(address) = Email::parse(typed) else { return Ok(Err(Refusal::BadEmail { text: email() })) };
    let Some(user) = users::find_by_email(conn, &address)? else {
        return Ok(Err(Refusal::UnknownUser { email: email() }));
    };
    let Some(membership) = memberships::find(conn, &user.id, clinic)? else {
        return Ok(Err(Refusal::NotAMember { email: email(), clinic: clinic.to_string() }));
    };
    Ok(Ok((user, membership)))
}
