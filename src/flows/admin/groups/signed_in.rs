//! What administrators do with their clinic's groups: read, decided and written in one, behind the locks on all that it is about.

use serde_json::json;

use super::{Change, held, insert, put_in, update};
use crate::{
    domain::{
        AuditEvent, AuditKind, ClinicId, Fault, Group, GroupId, Membership, MembershipId, Outcome, Permission,
        SignedIn, TooWeak, UnixTime, Verdict,
    },
    flows::{
        Cx,
        admin::{
            By, Refusal,
            members::{is_strong_enough, still_there},
        },
        cx::actor,
    },
    store::{self, Store, StoreResult, Tx},
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GroupRefusal {
    /// No such group or person, or of a clinic that is not theirs.
    NotFound,
    TooWeak(TooWeak),
    BadName,
    /// The clinic has one of that name.
    NameTaken,
    /// Somebody else, or the same press before, changed what was looked at; nothing was written.
    Changed,
}

impl From<Refusal> for GroupRefusal {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::BadText { .. } => Self::BadName,
            Refusal::GroupNameTaken { .. } => Self::NameTaken,
            Refusal::Changed | Refusal::GroupRemoved { .. } => Self::Changed,
            _ => Self::NotFound,
        }
    }
}

/// Somebody is put into a group, or taken out of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placing {
    pub group: GroupId,
    pub member: MembershipId,
    pub inside: bool,
}

/// One more of a clinic's.
pub fn add(
    store: &Store,
    cx: &Cx,
    who: &SignedIn,
    clinic: ClinicId,
    name: String,
) -> Result<Verdict<Group, GroupRefusal>, Fault> {
    let (cx, by, who) = (cx.clone(), by(cx, who), who.clone());
    store.write(move |tx| {
        let who = match may_act(tx, &cx, &who)? {
            Ok(who) => who,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if !who.membership.may_at(Permission::ManageGroups, &clinic) {
            return out_of_reach(tx, &by, &who);
        }
        Ok(insert(tx, &by, clinic, &name)?.map_err(Into::into))
    })
}

/// `seen`: when it was last changed, as whoever asks has seen it. What somebody else did meanwhile is not written over.
pub fn change(
    store: &Store,
    cx: &Cx,
    who: &SignedIn,
    (id, seen): (GroupId, UnixTime),
    change: Change,
) -> Result<Verdict<Group, GroupRefusal>, Fault> {
    let (cx, by, who) = (cx.clone(), by(cx, who), who.clone());
    store.write(move |tx| {
        let who = match may_act(tx, &cx, &who)? {
            Ok(who) => who,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let Some(group) = held(tx, &id, cx.now)? else { return Ok(Err(GroupRefusal::NotFound)) };
        if !who.membership.may_at(Permission::ManageGroups, &group.clinic_id) {
            return out_of_reach(tx, &by, &who);
        }
        if group.updated_at != seen {
            return Ok(Err(GroupRefusal::Changed));
        }
        Ok(update(tx, &by, &group, &change)?.map_err(Into::into))
    })
}

/// All of it or nothing: somebody who is placed so already was placed by another since whoever asks has looked.
pub fn place(
    store: &Store,
    cx: &Cx,
    who: &SignedIn,
    placings: Vec<Placing>,
) -> Result<Verdict<(), GroupRefusal>, Fault> {
    let (cx, by, who) = (cx.clone(), by(cx, who), who.clone());
    store.write(move |tx| {
        let who = match may_act(tx, &cx, &who)? {
            Ok(who) => who,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let mut decided = Vec::new();
        for placing in in_order(&placings) {
            let (group, member) = match found(tx, &cx, placing)? {
                Some(found) => found,
                None => return Ok(Err(GroupRefusal::NotFound)),
            };
            if !who.membership.may_at(Permission::ManageGroups, &group.clinic_id) {
                return out_of_reach(tx, &by, &who);
            }
            if group.removed_at.is_some() || store::groups::holds(tx, &group.id, &member.id)? == placing.inside {
                return Ok(Err(GroupRefusal::Changed));
            }
            decided.push((group, member, placing.inside));
        }
        for (group, member, inside) in decided {
            put_in(tx, &by, &group, &member, inside)?;
        }
        Ok(Ok(()))
    })
}

/// Groups are held in one order by everybody, or two who place the same people would wait for each other.
fn in_order(placings: &[Placing]) -> Vec<&Placing> {
    let mut all: Vec<_> = placings.iter().collect();
    all.sort_by(|one, other| (&one.group, &one.member).cmp(&(&other.group, &other.member)));
    all.dedup();
    all
}

/// Both of the same clinic; the group is held.
fn found(tx: &mut Tx<'_>, cx: &Cx, placing: &Placing) -> StoreResult<Option<(Group, Membership)>> {
    let Some(group) = held(tx, &placing.group, cx.now)? else { return Ok(None) };
    let member = store::memberships::find_by_id(tx, &placing.member)?;
    Ok(member.filter(|member| member.clinic_id == group.clinic_id).map(|member| (group, member)))
}

fn by(cx: &Cx, who: &SignedIn) -> By {
    By { session: Some(who.session.id.clone()), ..cx.by(actor(&who.user)) }
}

/// Somebody reached for what no page offers them. They are told no more than of what is not there.
fn out_of_reach<T>(tx: &mut Tx<'_>, by: &By, who: &SignedIn) -> StoreResult<Verdict<T, GroupRefusal>> {
    let event = AuditEvent { outcome: Outcome::Denied, ..by.event(AuditKind::AccessDenied) };
    let detail = json!({ "permission": Permission::ManageGroups.as_str() });
    let event = event.clinic(&who.clinic.id).reason("out_of_reach").detail(detail);
    store::audit_events::insert(tx, &event)?;
    Ok(Err(GroupRefusal::NotFound))
}

/// Whoever asks, as they are now and stay until the write ends.
fn may_act(tx: &mut Tx<'_>, cx: &Cx, who: &SignedIn) -> StoreResult<Verdict<SignedIn, GroupRefusal>> {
    let who = still_there(tx, who, &[], cx)?.filter(|who| who.membership.may(Permission::ManageGroups));
    let Some(who) = who else { return Ok(Err(GroupRefusal::NotFound)) };
    Ok(match is_strong_enough(tx, cx, &who)? {
        Ok(()) => Ok(who),
        Err(weak) => Err(GroupRefusal::TooWeak(weak)),
    })
}
