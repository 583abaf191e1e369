//! What ties a person to a clinic.

use super::{ClinicId, MembershipId, UnixTime, UserId};

/// Ordered by power, least first. Nobody grants a role that is not below their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    Staff,
    Auditor,
    ClinicAdmin,
    SystemAdmin,
}

impl Role {
    pub const ALL: &'static [Self] = &[Self::Staff, Self::Auditor, Self::ClinicAdmin, Self::SystemAdmin];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Staff => "staff",
            Self::Auditor => "auditor",
            Self::ClinicAdmin => "clinic_admin",
            Self::SystemAdmin => "system_admin",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|role| role.as_str() == text)
    }

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
}

impl Membership {
    pub fn is_active(&self) -> bool {
        self.suspended_at.is_none()
    }
}
