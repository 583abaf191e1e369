//! Who may do what to whom: one table, read by the router, by the pages, and again by every write.
//!
//! A clinic's administrators act on who belongs to their clinic. An account is a person's own in all of their clinics, so
//! that whoever belongs to another clinic too, or stands as high, can be shut out of this one and is otherwise left alone.

use super::{ClinicId, Membership, Role, named::named};

named! {
    /// What is done to others. Nobody does any of it to themselves.
    Permission {
        AddClinic = "add_clinic",
        SeeClinics = "see_clinics",
        SeeClinic = "see_clinic",
        SeePeople = "see_people",
        SeeTerminals = "see_terminals",
        SeeApplications = "see_applications",
        SeeAudit = "see_audit",
        SeeGroups = "see_groups",
        SeeQualifications = "see_qualifications",
        ManageClinic = "manage_clinic",
        ManageTerminals = "manage_terminals",
        ManageApplications = "manage_applications",
        ManageGroups = "manage_groups",
        ManageQualifications = "manage_qualifications",
        SuspendMembership = "suspend_membership",
        ResumeMembership = "resume_membership",
        SetEndDate = "set_end_date",
        SuspendPasskey = "suspend_passkey",
        ResumePasskey = "resume_passkey",
        DeletePasskey = "delete_passkey",
        IssueAccessCode = "issue_access_code",
        ReinvitePerson = "reinvite_person",
        InvitePerson = "invite_person",
        ResendInvitation = "resend_invitation",
        RevokeInvitation = "revoke_invitation",
        UnlockPassword = "unlock_password",
        DisablePerson = "disable_person",
        EnablePerson = "enable_person",
        EndSessions = "end_sessions",
        WithdrawApplication = "withdraw_application",
    }
}

/// To whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    Nobody,
    /// The clinic's people of a role below one's own, who belong to no other clinic.
    Ours,
    /// The clinic's people of a role below one's own.
    Below,
    /// The clinic's people.
    Clinic,
    Everybody,
}

use Permission as P;
use Reach::{Below, Clinic, Everybody, Nobody, Ours};

#[rustfmt::skip]
pub const PERMISSIONS: &[(Permission, [Reach; 5])] = &[
    //                       member  auditor helpdesk clinic_admin system_admin
    (P::AddClinic,         [Nobody, Nobody, Nobody,  Nobody,      Everybody]),
    (P::SeeClinics,        [Nobody, Nobody, Nobody,  Nobody,      Everybody]),
    (P::SeeClinic,         [Nobody, Nobody, Nobody,  Clinic,      Everybody]),
    (P::SeePeople,         [Nobody, Nobody, Clinic,  Clinic,      Everybody]),
    (P::SeeTerminals,      [Nobody, Nobody, Clinic,  Clinic,      Everybody]),
    (P::SeeApplications,   [Nobody, Nobody, Nobody,  Clinic,      Everybody]),
    (P::SeeAudit,          [Nobody, Clinic, Nobody,  Clinic,      Everybody]),
    (P::SeeGroups,         [Nobody, Nobody, Clinic,  Clinic,      Everybody]),
    (P::SeeQualifications, [Nobody, Nobody, Nobody,  Clinic,      Everybody]),
    (P::ManageClinic,      [Nobody, Nobody, Nobody,  Clinic,      Everybody]),
    (P::ManageTerminals,   [Nobody, Nobody, Nobody,  Clinic,      Everybody]),
    (P::ManageApplications, [Nobody, Nobody, Nobody,  Clinic,      Everybody]),
    (P::ManageGroups,      [Nobody, Nobody, Nobody,  Clinic,      Everybody]),
    (P::ManageQualifications, [Nobody, Nobody, Nobody,  Clinic,      Everybody]),
    (P::SuspendMembership, [Nobody, Nobody, Below,   Clinic,      Everybody]),
    (P::ResumeMembership,  [Nobody, Nobody, Nobody,  Below,       Everybody]),
    (P::SetEndDate,        [Nobody, Nobody, Nobody,  Below,       Everybody]),
    (P::SuspendPasskey,    [Nobody, Nobody, Ours,    Ours,        Everybody]),
    (P::ResumePasskey,     [Nobody, Nobody, Nobody,  Ours,        Everybody]),
    (P::DeletePasskey,     [Nobody, Nobody, Nobody,  Ours,        Everybody]),
    (P::IssueAccessCode,   [Nobody, Nobody, Nobody,  Ours,        Everybody]),
    (P::ReinvitePerson,    [Nobody, Nobody, Nobody,  Ours,        Everybody]),
    (P::InvitePerson,      [Nobody, Nobody, Nobody,  Ours,        Everybody]),
    (P::ResendInvitation,  [Nobody, Nobody, Ours,    Ours,        Everybody]),
    (P::RevokeInvitation,  [Nobody, Nobody, Nobody,  Ours,        Everybody]),
    (P::UnlockPassword,    [Nobody, Nobody, Nobody,  Ours,        Everybody]),
    (P::DisablePerson,     [Nobody, Nobody, Nobody,  Ours,        Everybody]),
    (P::EnablePerson,      [Nobody, Nobody, Nobody,  Ours,        Everybody]),
    (P::EndSessions,       [Nobody, Nobody, Below,   Clinic,      Everybody]),
    (P::WithdrawApplication, [Nobody, Nobody, Below, Clinic,      Everybody]),
];

impl Role {
    pub fn reach(self, permission: Permission) -> Reach {
        let row = PERMISSIONS.iter().find(|(named, _)| *named == permission);
        let column = Self::ALL.iter().position(|role| *role == self);
        row.zip(column).and_then(|((_, reaches), column)| reaches.get(column)).copied().unwrap_or(Nobody)
    }
}

impl Permission {
    const fn changes(self) -> bool {
        !matches!(
            self,
            Self::SeeClinics
                | Self::SeeClinic
                | Self::SeePeople
                | Self::SeeTerminals
                | Self::SeeApplications
                | Self::SeeAudit
                | Self::SeeGroups
                | Self::SeeQualifications
        )
    }
}

impl Membership {
    fn reach(&self, permission: Permission) -> Reach {
        self.roles.iter().map(|role| role.reach(permission)).max().unwrap_or(Nobody)
    }

    /// To anybody at all.
    pub fn may(&self, permission: Permission) -> bool {
        self.reach(permission) > Nobody
    }

    /// To what is a clinic's own.
    pub fn may_at(&self, permission: Permission, clinic: &ClinicId) -> bool {
        match self.reach(permission) {
            Nobody => false,
            Everybody => true,
            Ours | Below | Clinic => self.clinic_id == *clinic,
        }
    }

    /// To what is one clinic's own, or, without one, to what all of them share.
    pub fn may_for(&self, permission: Permission, clinic: Option<&ClinicId>) -> bool {
        match clinic {
            Some(clinic) => self.may_at(permission, clinic),
            None => self.reach(permission) == Everybody,
        }
    }

    /// `elsewhere`: the other belongs to a second clinic.
    pub fn may_to(&self, permission: Permission, other: &Self, elsewhere: bool) -> bool {
        let reach = self.reach(permission);
        if permission.changes() && other.user_id == self.user_id
            || reach < Everybody && other.clinic_id != self.clinic_id
        {
            return false;
        }
        match reach {
            Nobody => false,
            Ours => !elsewhere && self.role().may_grant(other.role()),
            Below => self.role().may_grant(other.role()),
            Clinic | Everybody => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ClinicId, MembershipId, UnixTime, UserId};

    fn member(user: &str, clinic: &str, roles: &[Role]) -> Membership {
        Membership {
            id: MembershipId::new(format!("{user}@{clinic}")),
            user_id: UserId::new(user),
            clinic_id: ClinicId::new(clinic),
            roles: roles.to_vec(),
            suspended_at: None,
            created_at: UnixTime::from_secs(1_800_000_000),
            ends_at: None,
        }
    }

    #[test]
    fn the_table_has_a_row_for_each_permission_and_no_role_does_less_than_the_one_below_it() {
        assert_eq!(PERMISSIONS.iter().map(|(permission, _)| *permission).collect::<Vec<_>>(), Permission::ALL);
        for (permission, reaches) in PERMISSIONS {
            assert_eq!(reaches.len(), Role::ALL.len());
            // Who looks after people does not look over shoulders: a help desk reads no trail, its auditor does.
            let apart = *permission == Permission::SeeAudit;
            assert!(apart || reaches.is_sorted(), "{}", permission.as_str());
        }
    }

    #[test]
    fn an_administrator_of_a_clinic_changes_whom_is_below_them_and_nowhere_else() {
        let admin = member("admin", "sakura", &[Role::Auditor, Role::ClinicAdmin]);
        let can = |other: &Membership, elsewhere| {
            Permission::ALL.iter().filter(|it| admin.may_to(**it, other, elsewhere)).map(|it| it.as_str()).collect()
        };
        let of = |role, elsewhere| -> Vec<_> { can(&member("nurse", "sakura", &[role]), elsewhere) };
        let everything: Vec<_> = Permission::ALL[2..].iter().map(|it| it.as_str()).collect();
        assert_eq!(of(Role::Member, false), everything);
        assert_eq!(of(Role::Helpdesk, false), everything);
        const OF_THE_CLINIC: [&str; 13] = [
            "see_clinic",
            "see_people",
            "see_terminals",
            "see_applications",
            "see_audit",
            "see_groups",
            "see_qualifications",
            "manage_clinic",
            "manage_terminals",
            "manage_applications",
            "manage_groups",
            "manage_qualifications",
            "suspend_membership",
        ];
        const HERE: [&str; 2] = ["end_sessions", "withdraw_application"];
        let below = ["resume_membership", "set_end_date"];
        assert_eq!(of(Role::Member, true), [&OF_THE_CLINIC[..], &below, &HERE].concat());
        for equal_or_higher in [Role::ClinicAdmin, Role::SystemAdmin] {
            assert_eq!(of(equal_or_higher, false), [&OF_THE_CLINIC[..], &HERE].concat());
        }
        let (oneself, stranger): (Vec<_>, Vec<_>) =
            (can(&admin, false), can(&member("nurse", "demo", &[Role::Member]), false));
        assert_eq!(oneself, OF_THE_CLINIC[..7], "nothing that changes anything");
        assert!(stranger.is_empty(), "{stranger:?}");
    }

    #[test]
    fn what_is_a_clinics_own_is_its_administrators_and_every_system_administrators() {
        let (sakura, demo) = (ClinicId::new("sakura"), ClinicId::new("demo"));
        for (role, here, there) in [
            (Role::SystemAdmin, true, true),
            (Role::ClinicAdmin, true, false),
            (Role::Helpdesk, false, false),
            (Role::Member, false, false),
        ] {
            let who = member("somebody", "sakura", &[role]);
            let may = [&sakura, &demo].map(|clinic| who.may_at(Permission::ManageTerminals, clinic));
            assert_eq!(may, [here, there], "{}", role.as_str());
        }
    }

    #[test]
    fn a_help_desk_stops_what_is_lost_resends_a_letter_and_brings_nothing_back() {
        let desk = member("desk", "sakura", &[Role::Helpdesk]);
        let nurse = member("nurse", "sakura", &[Role::Member]);
        let can = Permission::ALL.iter().filter(|permission| desk.may_to(**permission, &nurse, false));
        let stops = [
            Permission::SeePeople,
            Permission::SeeTerminals,
            Permission::SeeGroups,
            Permission::SuspendMembership,
            Permission::SuspendPasskey,
            Permission::ResendInvitation,
            Permission::EndSessions,
            Permission::WithdrawApplication,
        ];
        assert_eq!(can.copied().collect::<Vec<_>>(), stops);
        assert!(!desk.may_to(Permission::SuspendMembership, &member("peer", "sakura", &[Role::Helpdesk]), false));
    }

    #[test]
    fn a_system_administrator_reaches_everybody_but_themselves_a_member_nobody_and_an_auditor_the_trail() {
        let system = member("system", "sakura", &[Role::SystemAdmin]);
        let other = member("admin", "demo", &[Role::SystemAdmin]);
        assert!(Permission::ALL.iter().all(|permission| system.may_to(*permission, &other, true)));
        assert!(!Permission::ALL[9..].iter().any(|permission| system.may_to(*permission, &system, false)));
        let all_that = |role| {
            let somebody = member("somebody", "sakura", &[role]);
            Permission::ALL.iter().copied().filter(|permission| somebody.may(*permission)).collect::<Vec<_>>()
        };
        assert_eq!((all_that(Role::Member), all_that(Role::Auditor)), (vec![], vec![Permission::SeeAudit]));
    }
}
