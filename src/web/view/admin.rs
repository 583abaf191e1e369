//! `/admin`: the people of a clinic, one of them, and what is done to them.

use std::time::Duration;

use serde::Serialize;

use super::{Backup, HoldingsSection, Page, Suspended, WhySection};
use crate::{
    domain::{ClinicId, Membership, MembershipId, PasskeyId, Role, UnixTime},
    flows::admin::members::{Done, Made, Wish},
};

#[derive(Clone, Debug, Serialize)]
pub struct PeoplePage {
    pub clinic: String,
    /// It isn't the one that the administrator works for.
    pub other_clinic: Option<ClinicId>,
    /// What is looked for.
    pub typed: String,
    pub people: Vec<PersonLine>,
    /// What this administrator could agree to.
    pub waiting: Vec<Wish>,
    /// Where the next page begins, if there is one.
    pub more_after: Option<MembershipId>,
    /// The first page.
    pub first: bool,
    pub may_invite: bool,
}

/// When somebody's time at the clinic ends.
#[derive(Clone, Debug, Serialize)]
pub struct End {
    /// The last moment of the last day.
    pub last: UnixTime,
    pub over: bool,
}

impl End {
    pub fn of(membership: &Membership, now: UnixTime) -> Option<Self> {
        let last = membership.ends_at?.minus(Duration::from_millis(1));
        Some(Self { last, over: membership.has_ended(now) })
    }
}

#[derive(Clone, Debug, Serialize)]
pub struct PersonLine {
    pub id: MembershipId,
    pub name: String,
    pub kana: Option<String>,
    pub email: String,
    /// The most powerful one.
    #[serde(serialize_with = "by_name")]
    pub role: Role,
    pub suspended: bool,
    pub end: Option<End>,
    /// In every clinic.
    pub disabled: bool,
    pub passkeys: i32,
}

impl Page for PeoplePage {
    const TEMPLATE: &'static str = "admin/people.html";
}

#[derive(Clone, Debug, Serialize)]
pub struct PersonPage {
    pub id: MembershipId,
    pub clinic: String,
    pub name: String,
    pub kana: Option<String>,
    pub email: String,
    #[serde(serialize_with = "each_by_name")]
    pub roles: Vec<Role>,
    pub since: UnixTime,
    pub suspended_at: Option<UnixTime>,
    pub end: Option<End>,
    pub disabled: bool,
    pub why: WhySection,
    pub held: HoldingsSection,
    pub oneself: bool,
    pub may_suspend: bool,
    pub may_resume: bool,
    pub may_set_end: bool,
    /// In every clinic.
    pub may_disable: bool,
    pub may_enable: bool,
    /// A one-time code; and what an administrator asked for already, a code or an invitation.
    pub may_issue: bool,
    /// Or has still to register.
    pub been_in: bool,
    /// After every way in is lost, or before there was one.
    pub may_reinvite: bool,
    pub wish: Option<Wish>,
    pub made: Option<Made>,
    pub may_change_passkeys: bool,
    pub passkeys: Vec<MemberPasskey>,
    /// Names; `None`: they are not this administrator's to see.
    pub groups: Option<Vec<String>>,
    /// Each with whether it is verified; `None`: they are not this administrator's to see.
    pub professions: Option<Vec<(&'static str, bool)>>,
    /// What administrators did lately, newest first.
    pub done: Vec<Done>,
    pub notice: Option<PersonNotice>,
}

#[derive(Clone, Debug, Serialize)]
pub struct MemberPasskey {
    pub id: PasskeyId,
    pub name: String,
    pub authenticator: Option<&'static str>,
    pub proven: bool,
    pub backup: Backup,
    pub created_at: UnixTime,
    /// Whether it was ever used is this administrator's to know.
    pub shows_use: bool,
    pub last_used_at: Option<UnixTime>,
    pub suspended: Option<Suspended>,
    pub may_suspend: bool,
    pub may_resume: bool,
    pub may_delete: bool,
}

/// What was done a moment ago, or was not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonNotice {
    SuspendMembership,
    ResumeMembership,
    SetEndDate,
    SuspendPasskey,
    ResumePasskey,
    DeletePasskey,
    /// Asked for; a second administrator has to agree.
    IssueAccessCode,
    /// Asked for; a second administrator has to agree.
    ReinvitePerson,
    /// The letter goes out.
    Reinvited,
    /// The letter goes out, to somebody who has never been in.
    InvitedAnew,
    /// Neither code nor invitation for who is suspended.
    Inactive,
    EndSessions,
    WithdrawApplication,
    DisablePerson,
    EnablePerson,
    UnlockPassword,
    /// Nobody would be left who administers.
    LastAdministrator,
    OutOfReach,
    Unchanged,
}

impl Page for PersonPage {
    const TEMPLATE: &'static str = "admin/person.html";
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct ActPage {
    /// The permission that it takes, by name.
    pub what: &'static str,
    pub clinic: String,
    pub person: String,
    /// Its name, where it is about one.
    pub passkey: Option<String>,
    /// As its browser describes itself.
    pub session: Option<String>,
    pub application: Option<String>,
    /// It is the last that signs them in.
    pub last: bool,
    pub reason: String,
    pub reason_limit: usize,
    /// It was empty, too long, or not to be read.
    pub bad_reason: bool,
    /// The last day, where that is what is asked for; as it was typed.
    pub until: Option<String>,
    pub bad_day: bool,
    /// Where the form goes.
    pub action: String,
    pub back: String,
    /// Where to sign in again, where the sign-in is not recent or strong enough.
    pub sign_in_uri: Option<String>,
    /// There is nothing to sign in with: it leads to where a passkey is registered.
    pub no_passkey: bool,
}

impl Page for ActPage {
    const TEMPLATE: &'static str = "admin/act.html";
}

fn by_name<S: serde::Serializer>(role: &Role, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(role.as_str())
}

fn each_by_name<S: serde::Serializer>(roles: &[Role], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(roles.iter().map(|role| role.as_str()))
}
