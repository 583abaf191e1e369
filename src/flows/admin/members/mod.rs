//! A clinic's people, for those who look after them: whom [`PERMISSIONS`](crate::domain::PERMISSIONS) does not let somebody
//! see is not there.

mod access_code;
mod access_code_by_command_line;
mod access_code_standing;
mod act;
mod by_command_line;
mod end;
mod holdings;
mod invitations_by_command_line;
mod invite;
mod invite_anew;
mod invite_list;
mod log;
mod reinvite;
mod reinvite_by_command_line;
mod roster;
mod shut;
mod take_back;
mod terminals;
mod welcome;
mod why;

pub use access_code::{CodeOrder, CodeRefusal, Issued, Ordered, order_code};
pub use access_code_by_command_line::{IssuedTo, issue_access_code};
pub use access_code_standing::{Made, Standing, Wish, standing, wishes};
pub use act::{Act, Order, REASON_LIMIT, Refusal, act, may_act};
pub(super) use act::{is_strong_enough, still_there};
pub use by_command_line::{Suspended, suspend_passkeys};
pub(super) use end::change_end;
pub use end::{end_overdue, set_end};
pub use holdings::{Holdings, Seat, holdings};
pub use invitations_by_command_line::{Waiting, open_invitations, revoke_invitation};
pub use invite::{
    Guest, Invitations, InviteRefusal, Open, Sheet, Wrong, invitations, invite, may_grant, resend, revoke,
};
pub use invite_list::{Everybody, Judged, ListRefusal, Mistake, invite_all, look};
pub use log::Done;
pub use reinvite::{Again, ReinviteOrder, ReinviteRefusal, Reinvited, WrongAgain, reinvite};
pub use reinvite_by_command_line::{AtServer, invite_at_server};
pub use roster::{Line, RoleWords, Roster, Unfit};
pub use shut::{Door, resume_membership};
pub use terminals::{TerminalRefusal, Terminals, add_terminal, revoke_terminal, terminal, terminals};
pub use welcome::Brought;
pub use why::{Account, Obstacle, Try, Why, why, why_everywhere};

use super::{PAGE, Staff, cut_to_page};
use crate::{
    domain::{
        Clinic, ClinicId, Fault, Membership, MembershipId, Passkey, Permission, SignedIn, UnixTime, User, folded,
    },
    store::{
        self, Conn, Store, StoreError,
        memberships::{Among, Page},
    },
};

pub struct Members {
    pub clinic: Clinic,
    /// By name.
    pub people: Staff,
    /// The last of this page, if others come after.
    pub more_after: Option<MembershipId>,
}

/// `clinic`: another than one's own. `typed`: part of a name or address.
pub fn list(
    store: &Store,
    who: &SignedIn,
    clinic: Option<&ClinicId>,
    typed: &str,
    after: Option<&MembershipId>,
) -> Result<Option<Members>, Fault> {
    let id = clinic.unwrap_or(&who.clinic.id);
    if !who.membership.may_at(Permission::SeePeople, id) {
        return Ok(None);
    }
    store.read(|conn| {
        let Some(clinic) = store::clinics::find(conn, id)? else { return Ok(None) };
        let page = Page { clinic: id, among: Among::Everybody, named: &folded(typed), after, limit: PAGE + 1 };
        let mut people = store::memberships::list_page(conn, page)?;
        let more = cut_to_page(&mut people);
        let more_after = people.last().filter(|_| more).map(|(membership, _)| membership.id.clone());
        Ok(Some(Members { clinic, people, more_after }))
    })
}

/// Somebody as the administrators of one clinic meet them.
pub struct Member {
    pub user: User,
    pub membership: Membership,
    pub clinic: Clinic,
    /// Theirs, in every clinic: of those beside this one nobody is told.
    everywhere: Vec<Membership>,
    /// Oldest first.
    pub passkeys: Vec<Passkey>,
}

impl Member {
    pub(in crate::flows::admin) fn find(
        conn: &mut Conn,
        actor: &Membership,
        id: &MembershipId,
    ) -> Result<Option<Self>, StoreError> {
        let Some(membership) = store::memberships::find_by_id(conn, id)? else { return Ok(None) };
        let memberships = store::memberships::list_for_user(conn, &membership.user_id)?;
        let (everywhere, clinics): (Vec<_>, Vec<_>) = memberships.into_iter().unzip();
        let clinic = clinics.into_iter().find(|clinic| clinic.id == membership.clinic_id);
        let user = store::users::find(conn, &membership.user_id)?;
        let Some((user, clinic)) = user.zip(clinic) else { return Ok(None) };
        if !actor.may_to(Permission::SeePeople, &membership, everywhere.len() > 1) {
            return Ok(None);
        }
        let passkeys = store::passkeys::list_for_user(conn, &user.id)?;
        Ok(Some(Self { user, membership, clinic, everywhere, passkeys }))
    }

    /// They belong to another clinic too.
    fn elsewhere(&self) -> bool {
        self.everywhere.len() > 1
    }

    /// Neither suspended or over here nor disabled everywhere.
    pub fn is_active(&self, now: UnixTime) -> bool {
        self.user.is_active() && self.membership.is_active(now)
    }

    pub fn lets(&self, who: &SignedIn, permission: Permission) -> bool {
        who.membership.may_to(permission, &self.membership, self.elsewhere())
    }
}

/// With what administrators of this clinic did to them lately.
pub fn find(store: &Store, who: &SignedIn, id: &MembershipId) -> Result<Option<(Member, Vec<Done>)>, Fault> {
    store.read(|conn| {
        let Some(member) = Member::find(conn, &who.membership, id)? else { return Ok(None) };
        let done = log::list(conn, &member)?;
        Ok(Some((member, done)))
    })
}
