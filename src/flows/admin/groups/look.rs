//! What the pages of administration show of a clinic's groups. What somebody may not see is not there.

use super::{Listed, cut};
use crate::{
    domain::{Clinic, ClinicId, Fault, Group, GroupId, Membership, MembershipId, Permission, SignedIn, User, folded},
    flows::{
        Cx,
        admin::{PAGE, Staff},
    },
    protocol::scope::Scope,
    store::{
        self, Conn, Store, StoreResult,
        groups::Page,
        memberships::{self, Among},
    },
};

pub struct Groups {
    pub clinic: Clinic,
    /// By name, each with how many people belong to it.
    pub groups: Vec<(Group, i64)>,
    /// The last of this page, if others come after.
    pub more_after: Option<GroupId>,
}

/// `clinic`: another than one's own. `typed`: part of a name.
pub fn list(
    store: &Store,
    cx: &Cx,
    who: &SignedIn,
    clinic: Option<&ClinicId>,
    typed: &str,
    after: Option<&GroupId>,
) -> Result<Option<Groups>, Fault> {
    let id = clinic.unwrap_or(&who.clinic.id);
    if !who.membership.may_at(Permission::SeeGroups, id) {
        return Ok(None);
    }
    store.read(|conn| {
        let Some(clinic) = store::clinics::find(conn, id)? else { return Ok(None) };
        let removed_since = Some(cx.now.minus(Group::COMES_BACK_FOR));
        let page = Page { clinic: id, named: &folded(typed), removed_since, after, limit: PAGE + 1 };
        let mut groups = store::groups::list_page(conn, &page)?;
        let more_after = cut(&mut groups, |group| &group.id);
        Ok(Some(Groups { clinic, groups: counted(conn, groups)?, more_after }))
    })
}

pub(super) fn counted(conn: &mut Conn, groups: Vec<Group>) -> StoreResult<Vec<(Group, i64)>> {
    let ids: Vec<_> = groups.iter().map(|group| group.id.clone()).collect();
    let counted = store::groups::count_people(conn, &ids)?;
    let count = |group: &Group| counted.get(&group.id).copied().unwrap_or(0);
    Ok(groups.into_iter().map(|group| (group.clone(), count(&group))).collect())
}

pub struct OneGroup {
    pub group: Group,
    pub clinic: Clinic,
    /// How many people belong to it.
    pub count: i64,
    /// By name; those who belong to it, or those who do not.
    pub people: Staff,
    /// The last of this page, if others come after.
    pub more_after: Option<MembershipId>,
    /// Names of the applications that are told of it.
    pub told: Vec<String>,
}

/// Whom of a clinic a page about one of its groups lists.
#[derive(Clone, Debug)]
pub struct People {
    /// Or those who do not belong to it.
    pub inside: bool,
    /// Part of a name or address.
    pub typed: String,
    pub after: Option<MembershipId>,
}

/// `None`: there is none that they may see.
pub fn one(store: &Store, cx: &Cx, who: &SignedIn, id: &GroupId, people: &People) -> Result<Option<OneGroup>, Fault> {
    store.read(|conn| {
        let found = store::groups::find(conn, id)?.filter(|group| !group.is_gone(cx.now));
        let seen = found.filter(|group| who.membership.may_at(Permission::SeeGroups, &group.clinic_id));
        let Some(group) = seen else { return Ok(None) };
        let Some(clinic) = store::clinics::find(conn, &group.clinic_id)? else { return Ok(None) };
        let (listed, more_after) = listed(conn, &group, people)?;
        let told = store::clients::list_told(conn, &clinic.id, Scope::Groups.as_str())?;
        let ids = std::slice::from_ref(&group.id);
        let count = store::groups::count_people(conn, ids)?.get(&group.id).copied().unwrap_or(0);
        Ok(Some(OneGroup { group, clinic, count, people: listed, more_after, told }))
    })
}

fn listed(conn: &mut Conn, group: &Group, people: &People) -> StoreResult<Listed> {
    let page = memberships::Page {
        clinic: &group.clinic_id,
        among: if people.inside { Among::In(&group.id) } else { Among::NotIn(&group.id) },
        named: &folded(&people.typed),
        after: people.after.as_ref(),
        limit: PAGE + 1,
    };
    let mut found = memberships::list_page(conn, page)?;
    let more_after = cut(&mut found, |(membership, _)| &membership.id);
    Ok((found, more_after))
}

/// Names of those that somebody belongs to. `None`: they are not this administrator's to see.
pub fn names(store: &Store, who: &SignedIn, member: &MembershipId) -> Result<Option<Vec<String>>, Fault> {
    store.read(|conn| {
        let found = store::memberships::find_by_id(conn, member)?;
        let seen = found.filter(|it| who.membership.may_at(Permission::SeeGroups, &it.clinic_id));
        let Some(member) = seen else { return Ok(None) };
        let groups = store::groups::list_for_member(conn, &member.id)?;
        Ok(Some(groups.into_iter().map(|group| group.name).collect()))
    })
}

pub struct PersonsGroups {
    pub user: User,
    pub membership: Membership,
    pub clinic: Clinic,
    /// The clinic's, by name, each with whether the person belongs to it.
    pub groups: Vec<(Group, bool)>,
    /// The last of this page, if others come after.
    pub more_after: Option<GroupId>,
}

/// All that somebody of a clinic could belong to.
pub fn of_person(
    store: &Store,
    who: &SignedIn,
    member: &MembershipId,
    typed: &str,
    after: Option<&GroupId>,
) -> Result<Option<PersonsGroups>, Fault> {
    store.read(|conn| {
        let found = store::memberships::find_by_id(conn, member)?;
        let Some(membership) = found.filter(|it| who.membership.may_at(Permission::SeeGroups, &it.clinic_id)) else {
            return Ok(None);
        };
        let user = store::users::find(conn, &membership.user_id)?;
        let clinic = store::clinics::find(conn, &membership.clinic_id)?;
        let Some((user, clinic)) = user.zip(clinic) else { return Ok(None) };
        let page = Page { clinic: &clinic.id, named: &folded(typed), removed_since: None, after, limit: PAGE + 1 };
        let mut groups = store::groups::list_page(conn, &page)?;
        let more_after = cut(&mut groups, |group| &group.id);
        let own = store::groups::list_for_member(conn, &membership.id)?;
        let groups = groups.into_iter().map(|group| (group.clone(), own.contains(&group))).collect();
        Ok(Some(PersonsGroups { user, membership, clinic, groups, more_after }))
    })
}
