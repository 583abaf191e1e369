//! `/admin/groups`: a clinic's groups, one of them and its people, one more; and the groups of somebody of the clinic.

use serde::Serialize;

use super::{Page, PersonLine};
use crate::domain::{ClinicId, GroupId, MembershipId, UnixTime};

#[derive(Clone, Debug, Serialize)]
pub struct GroupsPage {
    pub clinic: String,
    /// It isn't the one that the administrator works for.
    pub other_clinic: Option<ClinicId>,
    /// What is looked for.
    pub typed: String,
    pub groups: Vec<GroupLine>,
    /// Where the next page begins, if there is one.
    pub more_after: Option<GroupId>,
    /// The first page.
    pub first: bool,
    pub may_manage: bool,
}

#[derive(Clone, Debug, Serialize)]
pub struct GroupLine {
    pub id: GroupId,
    pub name: String,
    pub people: i64,
    pub removed: bool,
}

impl Page for GroupsPage {
    const TEMPLATE: &'static str = "admin/groups.html";
}

#[derive(Clone, Debug, Serialize)]
pub struct NewGroupPage {
    pub clinic: String,
    pub other_clinic: Option<ClinicId>,
    pub typed: String,
    pub name_limit: usize,
    /// Why it cannot be called so, by its name in the catalogue.
    pub wrong: Option<&'static str>,
    /// Where to sign in again, where the sign-in is not recent or strong enough.
    pub sign_in_uri: Option<String>,
    pub back: String,
}

impl Page for NewGroupPage {
    const TEMPLATE: &'static str = "admin/new_group.html";
}

#[derive(Clone, Debug, Serialize)]
pub struct GroupPage {
    pub id: GroupId,
    pub clinic: String,
    pub name: String,
    /// How many people belong to it.
    pub count: i64,
    pub comes_back_until: Option<UnixTime>,
    /// Also what a form says that it was sent upon.
    pub updated_at: UnixTime,
    /// Names of the applications that are told of it.
    pub told: Vec<String>,
    pub people: Vec<PersonLine>,
    /// What is looked for among them.
    pub typed: String,
    pub more_after: Option<MembershipId>,
    pub first: bool,
    /// The name as it was typed into the form.
    pub called: String,
    pub name_limit: usize,
    pub wrong: Option<&'static str>,
    pub may_manage: bool,
    pub sign_in_uri: Option<String>,
    /// Where the list is.
    pub back: String,
    pub notice: Option<&'static str>,
}

impl Page for GroupPage {
    const TEMPLATE: &'static str = "admin/group.html";
}

/// Those of the clinic who do not belong to it.
#[derive(Clone, Debug, Serialize)]
pub struct JoinGroupPage {
    pub id: GroupId,
    pub clinic: String,
    pub name: String,
    pub people: Vec<PersonLine>,
    pub typed: String,
    pub more_after: Option<MembershipId>,
    pub first: bool,
    pub sign_in_uri: Option<String>,
}

impl Page for JoinGroupPage {
    const TEMPLATE: &'static str = "admin/join_group.html";
}

#[derive(Clone, Debug, Serialize)]
pub struct RemoveGroupPage {
    pub id: GroupId,
    pub clinic: String,
    pub name: String,
    pub count: i64,
    pub told: Vec<String>,
    pub updated_at: UnixTime,
    pub sign_in_uri: Option<String>,
}

impl Page for RemoveGroupPage {
    const TEMPLATE: &'static str = "admin/remove_group.html";
}

#[derive(Clone, Debug, Serialize)]
pub struct PersonGroupsPage {
    pub id: MembershipId,
    pub clinic: String,
    pub person: String,
    pub groups: Vec<GroupTick>,
    pub typed: String,
    pub more_after: Option<GroupId>,
    pub first: bool,
    pub may_manage: bool,
    pub sign_in_uri: Option<String>,
    pub notice: Option<&'static str>,
}

#[derive(Clone, Debug, Serialize)]
pub struct GroupTick {
    pub id: GroupId,
    pub name: String,
    /// The person belongs to it.
    pub inside: bool,
}

impl Page for PersonGroupsPage {
    const TEMPLATE: &'static str = "admin/person_groups.html";
}
