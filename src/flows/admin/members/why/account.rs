//! How somebody's account stands: everything that keeps them out, whether they have tried or not.

use crate::{
    domain::{
        Cause, Clinic, ClinicId, Fallback, Invitation, Membership, Passkey, PasskeyId, Permission, SuspendedBy,
        UnixTime, User,
    },
    flows::{admin::users::has_been_in, sign_in::guess},
    keys::Keys,
    store::{self, Conn, StoreError},
};

/// Whose reader it is for.
pub(super) enum Bounds<'a> {
    Clinic(&'a ClinicId),
    Everywhere,
}

impl Bounds<'_> {
    pub(super) fn clinic(&self) -> Option<&ClinicId> {
        match self {
            Self::Clinic(id) => Some(id),
            Self::Everywhere => None,
        }
    }
}

/// Somebody with all that signing in asks about.
#[derive(Clone, Debug)]
pub struct Account {
    pub user: User,
    pub memberships: Vec<(Membership, Clinic)>,
    /// Oldest first.
    pub passkeys: Vec<Passkey>,
    pub second_factor: bool,
    /// The newest.
    pub invitation: Option<Invitation>,
    pub been_in: bool,
    /// No password of theirs is looked at before, somewhere.
    pub waits_until: Option<UnixTime>,
}

/// What keeps somebody out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obstacle {
    pub cause: Cause,
    /// Of a membership.
    pub clinic: Option<ClinicId>,
    pub until: Option<UnixTime>,
    /// That could be resumed.
    pub passkey: Option<PasskeyId>,
    /// What an administrator may do about it.
    pub mend: Option<Permission>,
}

impl Obstacle {
    const fn new(cause: Cause) -> Self {
        Self { cause, clinic: None, until: None, passkey: None, mend: None }
    }

    fn at(cause: Cause, clinic: &ClinicId) -> Self {
        Self { clinic: Some(clinic.clone()), ..Self::new(cause) }
    }
}

impl Account {
    pub(super) fn read(conn: &mut Conn, keys: &Keys, user: User, now: UnixTime) -> Result<Self, StoreError> {
        Ok(Self {
            memberships: store::memberships::list_for_user(conn, &user.id)?,
            passkeys: store::passkeys::list_for_user(conn, &user.id)?,
            second_factor: store::second_factors::find(conn, &user.id)?.is_some(),
            invitation: store::invitations::latest_for_user(conn, &user.id)?,
            been_in: has_been_in(conn, &user)?,
            waits_until: guess::waits_until(conn, keys, &user.email, now)?,
            user,
        })
    }

    /// For this clinic, or for any.
    pub(super) fn works(&self, clinic: Option<&ClinicId>, now: UnixTime) -> bool {
        self.memberships
            .iter()
            .any(|(membership, at)| membership.is_active(now) && clinic.is_none_or(|clinic| at.id == *clinic))
    }

    /// The greatest first.
    pub(super) fn obstacles(&self, bounds: &Bounds<'_>, now: UnixTime) -> Vec<Obstacle> {
        let here = |clinic: &Clinic| bounds.clinic().is_none_or(|here| clinic.id == *here);
        let theirs: Vec<_> = self.memberships.iter().filter(|(_, clinic)| here(clinic)).collect();
        let mut found = Vec::new();
        if !self.user.is_active() {
            found.push(Obstacle::new(Cause::AccountDisabled));
        }
        for (membership, clinic) in &theirs {
            if membership.suspended_at.is_some() {
                found.push(Obstacle::at(Cause::MembershipSuspended, &clinic.id));
            }
            if membership.has_ended(now) {
                found.push(Obstacle::at(Cause::MembershipEnded, &clinic.id));
            }
        }
        if !self.been_in {
            let usable = self.invitation.as_ref().filter(|invitation| invitation.is_fresh(now));
            found.push(match usable {
                Some(open) => Obstacle { until: Some(open.expires_at()), ..Obstacle::new(Cause::InvitationOpen) },
                None => Obstacle::new(Cause::InvitationOver),
            });
            return found;
        }
        let strictest = theirs
            .iter()
            .filter(|(membership, _)| membership.is_active(now))
            .map(|(_, clinic)| clinic.password_fallback.in_force(now))
            .max();
        self.ways(strictest, &mut found);
        found
    }

    /// What of passkeys and passwords is closed.
    fn ways(&self, policy: Option<Fallback>, found: &mut Vec<Obstacle>) {
        let by_passkey = self.passkeys.iter().any(Passkey::is_enabled);
        if self.passkeys.is_empty() {
            found.push(Obstacle::new(Cause::NoPasskey));
        } else if !by_passkey {
            let lifted = |passkey: &&Passkey| {
                passkey.suspension.as_ref().is_some_and(|suspension| suspension.by == SuspendedBy::Administrator)
            };
            let passkey = self.passkeys.iter().find(lifted).map(|passkey| passkey.id.clone());
            found.push(Obstacle { passkey, ..Obstacle::new(Cause::PasskeysSuspended) });
        }
        if self.user.password_hash.is_some() {
            if !self.user.password_way_is_open() {
                found.push(Obstacle::new(Cause::PasswordClosed));
            }
            if let Some(until) = self.waits_until {
                found.push(Obstacle { until: Some(until), ..Obstacle::new(Cause::PasswordWaits) });
            }
            // Who has a passkey needs no password.
            match policy {
                Some(Fallback::Deny) if !by_passkey => found.push(Obstacle::new(Cause::PasswordDenied)),
                Some(Fallback::SecondFactor) if !by_passkey && !self.second_factor => {
                    found.push(Obstacle::new(Cause::SecondFactorMissing));
                }
                _ => {}
            }
        } else if !by_passkey {
            found.push(Obstacle::new(Cause::NoPassword));
        }
    }

    /// What can be done about a cause, as the account stands by now.
    pub(super) fn mend(
        &self,
        cause: Cause,
        passkey: Option<&PasskeyId>,
        bounds: &Bounds<'_>,
        now: UnixTime,
    ) -> Option<Permission> {
        cause.mend().filter(|permission| self.wants(*permission, passkey, bounds, now))
    }

    fn wants(&self, permission: Permission, passkey: Option<&PasskeyId>, bounds: &Bounds<'_>, now: UnixTime) -> bool {
        let here = |clinic: &Clinic| bounds.clinic().is_none_or(|here| clinic.id == *here);
        let any = |so: &dyn Fn(&Membership) -> bool| {
            self.memberships.iter().any(|(membership, clinic)| here(clinic) && so(membership))
        };
        match permission {
            Permission::EnablePerson => !self.user.is_active(),
            Permission::ResumeMembership => any(&|it| it.suspended_at.is_some()),
            Permission::SetEndDate => any(&|it| it.has_ended(now)),
            Permission::UnlockPassword => !self.user.password_way_is_open(),
            Permission::ResumePasskey => self.passkeys.iter().any(|it| {
                let by = it.suspension.as_ref().map(|suspension| suspension.by);
                Some(&it.id) == passkey && by == Some(SuspendedBy::Administrator)
            }),
            Permission::IssueAccessCode | Permission::ReinvitePerson => {
                self.user.is_active() && any(&|it| it.is_active(now))
            }
            _ => false,
        }
    }
}
