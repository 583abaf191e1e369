//! What a clinic knows of the professions of its people: entered, verified by whoever saw the licence, taken away. Applications
//! are told of it, and whether it was verified.
//!
//! This file is for those at the server itself, and holds the step inside a write; [`change`] is for people who sign in to do it,
//! never about themselves.

mod signed_in;

pub use signed_in::{Known, QualificationRefusal, Qualifications, change, look};

use serde_json::{Value, json};

use super::{By, Refusal, time, users::of_clinic};
use crate::domain::{
    Actor, AuditKind, ClinicId, Fault, Membership, Profession, Qualification, QualificationId, User, UserId, Verdict,
    Verification, Verified,
};
use crate::store::{self, Store, StoreResult, Tx};

#[derive(Clone, Debug)]
pub enum Change {
    /// `number`: as it was typed; empty: none is known.
    Add {
        profession: Profession,
        number: String,
    },
    Verify {
        id: QualificationId,
        method: Verification,
    },
    Remove {
        id: QualificationId,
    },
}

/// A change at the server itself, which names the profession.
#[derive(Clone, Debug)]
pub enum Named {
    Add { number: String },
    Verify { method: Verification },
    Remove,
}

pub fn set(
    store: &Store,
    by: &By,
    (address, clinic): (&str, ClinicId),
    profession: Profession,
    named: Named,
) -> Result<Verdict<(User, Qualification), Refusal>, Fault> {
    let (by, typed) = (by.clone(), address.to_owned());
    store.write(move |tx| {
        let (user, membership) = match of_clinic(tx, &typed, &clinic)? {
            Ok(found) => found,
            Err(refusal) => return Ok(Err(refusal)),
        };
        store::users::hold(tx, &user.id)?;
        let known = store::qualifications::list_for_member(tx, &membership.id)?;
        let id = known.into_iter().find(|known| known.profession == profession).map(|known| known.id);
        let change = match (named, id) {
            (Named::Add { number }, _) => Change::Add { profession, number },
            (Named::Verify { method }, Some(id)) => Change::Verify { id, method },
            (Named::Remove, Some(id)) => Change::Remove { id },
            (_, None) => return Ok(Err(Refusal::UnknownQualification)),
        };
        Ok(carry_out(tx, &by, &membership, change)?.map(|done| (user, done)))
    })
}

/// What is known of somebody at a clinic.
pub fn listed(store: &Store, address: &str, clinic: &ClinicId) -> Result<Verdict<Vec<Qualification>, Refusal>, Fault> {
    store.read(|conn| match of_clinic(conn, address, clinic)? {
        Ok((_, membership)) => Ok(Ok(store::qualifications::list_for_member(conn, &membership.id)?)),
        Err(refusal) => Ok(Err(refusal)),
    })
}

/// The caller holds the person's row. With the qualification as it then is, or was.
fn carry_out(
    tx: &mut Tx<'_>,
    by: &By,
    member: &Membership,
    change: Change,
) -> StoreResult<Verdict<Qualification, Refusal>> {
    let known = store::qualifications::list_for_member(tx, &member.id)?;
    let find = |id: &QualificationId| known.iter().find(|known| known.id == *id).cloned();
    let (kind, done) = match change {
        Change::Add { profession, number } => {
            let Ok(number) = profession.number(&number) else {
                return Ok(Err(Refusal::BadNumber { max: Profession::NUMBER_LIMIT }));
            };
            let added = Qualification {
                id: QualificationId::new(by.random.id(by.now)),
                membership_id: member.id.clone(),
                profession,
                number,
                entered_at: by.now,
                entered_by: person(by),
                verified: None,
            };
            if !store::qualifications::insert(tx, &added)? {
                return Ok(Err(Refusal::QualificationKnown));
            }
            (AuditKind::QualificationAdded, added)
        }
        Change::Verify { id, method } => {
            let Some(known) = find(&id) else { return Ok(Err(Refusal::UnknownQualification)) };
            let verified = Verified { at: by.now, by: person(by), method };
            if !store::qualifications::verify(tx, &id, &verified)? {
                return Ok(Err(Refusal::Changed));
            }
            (AuditKind::QualificationVerified, Qualification { verified: Some(verified), ..known })
        }
        Change::Remove { id } => {
            let Some(known) = find(&id) else { return Ok(Err(Refusal::UnknownQualification)) };
            if !store::qualifications::delete(tx, &id)? {
                return Ok(Err(Refusal::Changed));
            }
            (AuditKind::QualificationRemoved, known)
        }
    };
    // The number is for administrators, and auditors read this.
    let method = done.verified.as_ref().map(|verified| verified.method.as_str());
    let detail = json!({ "profession": done.profession.as_str(), "method": method });
    let event = by.event(kind).subject(&member.user_id).clinic(&member.clinic_id).detail(detail);
    store::audit_events::insert(tx, &event)?;
    Ok(Ok(done))
}

fn person(by: &By) -> Option<UserId> {
    match &by.actor {
        Actor::User { id, .. } => Some(id.clone()),
        _ => None,
    }
}

pub fn to_json(qualification: &Qualification) -> Value {
    let verified = qualification.verified.as_ref();
    json!({
        "profession": qualification.profession.as_str(),
        "name": qualification.profession.name_ja(),
        "number": qualification.number,
        "entered_at": time(qualification.entered_at),
        "verified": verified.map(|verified| json!({ "at": time(verified.at), "method": verified.method.as_str() })),
    })
}
