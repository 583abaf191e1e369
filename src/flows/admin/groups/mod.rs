//! A clinic's groups: made, named, removed and brought back, and who belongs to them. Applications are told of them by name.
//!
//! This file is for those at the server itself, and holds the steps inside a write; [`place()`], [`add`] and [`change`] are for
//! people who sign in to do it. Whoever looks after a clinic may put themselves into its groups too: a group opens nothing that
//! they could not open to themselves at the application.

mod look;
mod signed_in;

pub use look::{Groups, OneGroup, People, PersonsGroups, list, names, of_person, one};
pub use signed_in::{GroupRefusal, Placing, add, change, place};

use serde_json::{Value, json};

use super::{By, Refusal, Staff, text, time, users::of_clinic};
use crate::domain::{
    AuditEvent, AuditKind, ClinicId, Fault, Group, GroupId, Membership, MembershipId, UnixTime, User, Verdict,
};
use crate::store::{self, Store, StoreResult, Tx, memberships::Among};

/// What is done to a group as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    Rename(String),
    /// It comes back, with its people, within [`Group::COMES_BACK_FOR`].
    Remove,
    Restore,
}

pub fn add_to(store: &Store, by: &By, clinic: ClinicId, name: &str) -> Result<Verdict<Group, Refusal>, Fault> {
    let (by, name) = (by.clone(), name.to_owned());
    store.write(move |tx| insert(tx, &by, clinic, &name))
}

pub fn set(store: &Store, by: &By, id: GroupId, change: Change) -> Result<Verdict<Group, Refusal>, Fault> {
    let by = by.clone();
    store.write(move |tx| {
        let Some(group) = held(tx, &id, by.now)? else {
            return Ok(Err(Refusal::UnknownGroup { id: id.to_string() }));
        };
        update(tx, &by, &group, &change)
    })
}

/// Puts somebody of the clinic into the group, or takes them out.
pub fn put(
    store: &Store,
    by: &By,
    id: GroupId,
    address: &str,
    inside: bool,
) -> Result<Verdict<(Group, User), Refusal>, Fault> {
    let (by, typed) = (by.clone(), address.to_owned());
    store.write(move |tx| {
        let unknown = || Refusal::UnknownGroup { id: id.to_string() };
        let Some(known) = store::groups::find(tx, &id)? else { return Ok(Err(unknown())) };
        let (user, membership) = match of_clinic(tx, &typed, &known.clinic_id)? {
            Ok(found) => found,
            Err(refusal) => return Ok(Err(refusal)),
        };
        store::users::hold(tx, &user.id)?;
        let Some(group) = held(tx, &id, by.now)? else { return Ok(Err(unknown())) };
        if group.removed_at.is_some() {
            return Ok(Err(Refusal::GroupRemoved { name: group.name }));
        }
        Ok(match (put_in(tx, &by, &group, &membership, inside)?, inside) {
            (true, _) => Ok((group, user)),
            (false, true) => Err(Refusal::AlreadyInGroup { email: typed }),
            (false, false) => Err(Refusal::NotInGroup { email: typed }),
        })
    })
}

/// Of one clinic or of all, with how many people belong to each.
pub fn listed(store: &Store, clinic: Option<&ClinicId>, now: UnixTime) -> Result<Vec<(Group, i64)>, Fault> {
    store.read(|conn| {
        let mut groups = store::groups::list(conn, clinic)?;
        groups.retain(|group| !group.is_gone(now));
        look::counted(conn, groups)
    })
}

/// With everybody who belongs to it, by name.
pub fn shown(store: &Store, id: &GroupId, now: UnixTime) -> Result<Verdict<(Group, Staff), Refusal>, Fault> {
    store.read(|conn| {
        let Some(group) = store::groups::find(conn, id)?.filter(|group| !group.is_gone(now)) else {
            return Ok(Err(Refusal::UnknownGroup { id: id.to_string() }));
        };
        let everybody = store::memberships::Page {
            clinic: &group.clinic_id,
            among: Among::In(&group.id),
            named: "",
            after: None,
            limit: i64::MAX,
        };
        let people = store::memberships::list_page(conn, everybody)?;
        Ok(Ok((group, people)))
    })
}

/// One that is there, or may come back; changed by nobody else until this transaction ends.
fn held(tx: &mut Tx<'_>, id: &GroupId, now: UnixTime) -> StoreResult<Option<Group>> {
    let held = store::groups::hold(tx, id)?;
    Ok(store::groups::find(tx, id)?.filter(|group| held && !group.is_gone(now)))
}

fn insert(tx: &mut Tx<'_>, by: &By, clinic: ClinicId, name: &str) -> StoreResult<Verdict<Group, Refusal>> {
    let name = match text::line("the name", name, Group::NAME_LIMIT) {
        Ok(name) => name,
        Err(refusal) => return Ok(Err(refusal)),
    };
    // Behind it names are given one after another.
    if !store::clinics::hold(tx, &clinic)? {
        return Ok(Err(Refusal::UnknownClinic { id: clinic.to_string() }));
    }
    let group = Group {
        id: GroupId::new(by.random.id(by.now)),
        clinic_id: clinic,
        name,
        created_at: by.now,
        updated_at: by.now,
        removed_at: None,
    };
    if let Some(taken) = taken(tx, &group)? {
        return Ok(Err(taken));
    }
    store::groups::insert(tx, &group)?;
    store::audit_events::insert(tx, &about(by, AuditKind::GroupCreated, &group, json!({})))?;
    Ok(Ok(group))
}

/// The caller holds the group.
fn update(tx: &mut Tx<'_>, by: &By, before: &Group, change: &Change) -> StoreResult<Verdict<Group, Refusal>> {
    let mut group = before.clone();
    match change {
        Change::Rename(name) => match text::line("the name", name, Group::NAME_LIMIT) {
            Ok(_) if before.removed_at.is_some() => {
                return Ok(Err(Refusal::GroupRemoved { name: before.name.clone() }));
            }
            Ok(name) => group.name = name,
            Err(refusal) => return Ok(Err(refusal)),
        },
        Change::Remove => group.removed_at = group.removed_at.or(Some(by.now)),
        Change::Restore => group.removed_at = None,
    }
    if group == *before {
        return Ok(Ok(group));
    }
    store::clinics::hold(tx, &group.clinic_id)?;
    if let Some(taken) = taken(tx, &group)? {
        return Ok(Err(taken));
    }
    group.updated_at = by.now;
    if !store::groups::update(tx, &group, before.updated_at)? {
        return Ok(Err(Refusal::Changed));
    }
    let detail = json!({
        "before": before.name,
        "removed": group.removed_at.is_some(),
        "people": store::groups::count_people(tx, std::slice::from_ref(&group.id))?.get(&group.id).copied().unwrap_or(0),
    });
    store::audit_events::insert(tx, &about(by, AuditKind::GroupChanged, &group, detail))?;
    Ok(Ok(group))
}

/// Whether another of the clinic has this name.
fn taken(tx: &mut Tx<'_>, group: &Group) -> StoreResult<Option<Refusal>> {
    if group.removed_at.is_some() {
        return Ok(None);
    }
    let same = store::groups::find_by_name(tx, &group.clinic_id, &group.name_key())?;
    let other = same.filter(|same| same.id != group.id);
    Ok(other.map(|other| Refusal::GroupNameTaken { name: other.name }))
}

/// `false` when it is so already.
fn put_in(tx: &mut Tx<'_>, by: &By, group: &Group, member: &Membership, inside: bool) -> StoreResult<bool> {
    let (changed, kind) = match inside {
        true => (store::groups::join(tx, &group.id, &member.id)?, AuditKind::GroupJoined),
        false => (store::groups::leave(tx, &group.id, &member.id)?, AuditKind::GroupLeft),
    };
    if changed {
        store::audit_events::insert(tx, &about(by, kind, group, json!({})).subject(&member.user_id))?;
    }
    Ok(changed)
}

fn about(by: &By, kind: AuditKind, group: &Group, mut detail: Value) -> AuditEvent {
    detail["group"] = group.id.as_str().into();
    detail["name"] = group.name.as_str().into();
    by.event(kind).clinic(&group.clinic_id).detail(detail)
}

pub fn to_json(group: &Group) -> Value {
    json!({
        "id": group.id.as_str(),
        "clinic_id": group.clinic_id.as_str(),
        "name": group.name,
        "created_at": time(group.created_at),
        "updated_at": time(group.updated_at),
        "removed_at": group.removed_at.map(time),
    })
}

/// Of a page, the last where others come after.
fn cut<T, I: Clone>(rows: &mut Vec<T>, id: impl Fn(&T) -> &I) -> Option<I> {
    let more = super::cut_to_page(rows);
    rows.last().filter(|_| more).map(|row| id(row).clone())
}

type Listed = (Staff, Option<MembershipId>);
