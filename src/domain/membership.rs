//! What ties a person to a clinic.

use super::{ClinicId, MembershipId, UnixTime, UserId, named::named};

named! {
    /// Ordered by power, least first. Nobody grants a role that is not below their own.
    #[derive(PartialOrd, Ord)]
    Role {
        Member = "member",
        /// Reads the trail.
        Auditor = "auditor",
        /// Sees the clinic's people and stops what is lost.
        Helpdesk = "helpdesk",
        ClinicAdmin = "clinic_admin",
        /// Looks after every clinic.
        SystemAdmin = "system_admin",
    }
}

impl Role {
    pub fn may_grant(self, other: Self) -> bool {
        other < self
    }
}

#[derive(Clone, Debug)]
pub struct Membership {
    pub id: MembershipId,
    pub user_id: UserId,
    pub clinic_id: ClinicId,
    /// Never empty.
    pub roles: Vec<Role>,
    pub suspended_at: Option<UnixTime>,
    pub created_at: UnixTime,
    /// Of part-time and dispatched staff: it is over by itself from then on.
    pub ends_at: Option<UnixTime>,
}

impl Membership {
    pub fn is_active(&self, now: UnixTime) -> bool {
        self.suspended_at.is_none() && !self.has_ended(now)
    }

    pub fn has_ended(&self, now: UnixTime) -> bool {
        self.ends_at.is_some_and(|end| now >= end)
    }

    /// Of these; of none, everybody.
    pub fn has_one_of(&self, roles: &[Role]) -> bool {
        roles.is_empty() || roles.iter().any(|role| self.roles.contains(role))
    }

    /// The most powerful one.
    pub fn role(&self) -> Role {
        self.roles.iter().copied().max().unwrap_or(Role::Member)
    }
}
