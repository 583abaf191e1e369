//! Suspending and resuming somebody's membership or account; suspending, resuming and deleting their passkeys. Registering one for
//! another, or making use of one, is nobody's to do.
//!
//! Read, decide, and decide again inside the write, behind the locks on both people: of two administrators who act at once
//! the second sees what the first made of them.

use serde_json::json;

use super::{Member, end::change_end, holdings, shut::Door};
use crate::{
    domain::{
        AuditEvent, AuditKind, ClientId, Fault, MembershipId, Outcome, Passkey, PasskeyId, Permission, SessionId,
        SignedIn, SuspendedBy, TooWeak, UserId, Verdict, may_administer,
    },
    flows::{
        Cx,
        account::passkey_change::{Change, Decided},
        admin::{By, end_to_come, text},
        cx::actor,
    },
    store::{self, Conn, Store, StoreError, Tx},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Door(Door),
    SetEnd,
    Passkey(Change),
    EndSessions,
    WithdrawApplication,
}

impl Act {
    /// What a permission permits; to see is no act, and codes ([`super::order_code`]), groups ([`groups`](super::super::groups)), professions
    /// ([`qualifications`](super::super::qualifications)),
    /// terminals ([`super::add_terminal`]) and invitations ([`super::invite()`], [`super::reinvite()`]) have their own ways.
    pub const fn of(permission: Permission) -> Option<Self> {
        Some(match permission {
            Permission::AddClinic
            | Permission::SeeClinics
            | Permission::SeeClinic
            | Permission::SeePeople
            | Permission::SeeTerminals
            | Permission::ManageClinic
            | Permission::ManageTerminals
            | Permission::SeeApplications
            | Permission::SeeAudit
            | Permission::ManageApplications
            | Permission::SeeGroups
            | Permission::ManageGroups
            | Permission::SeeQualifications
            | Permission::ManageQualifications
            | Permission::IssueAccessCode
            | Permission::ReinvitePerson
            | Permission::InvitePerson
            | Permission::ResendInvitation
            | Permission::RevokeInvitation => return None,
            Permission::SuspendMembership => Self::Door(Door::Suspend),
            Permission::ResumeMembership => Self::Door(Door::Resume),
            Permission::DisablePerson => Self::Door(Door::Disable),
            Permission::EnablePerson => Self::Door(Door::Enable),
            Permission::UnlockPassword => Self::Door(Door::Unlock),
            Permission::SetEndDate => Self::SetEnd,
            Permission::EndSessions => Self::EndSessions,
            Permission::WithdrawApplication => Self::WithdrawApplication,
            Permission::SuspendPasskey => Self::Passkey(Change::Suspend),
            Permission::ResumePasskey => Self::Passkey(Change::Resume),
            Permission::DeletePasskey => Self::Passkey(Change::Delete),
        })
    }
}

#[derive(Clone, Debug)]
pub struct Order {
    pub permission: Permission,
    pub member: MembershipId,
    /// Of a passkey's change.
    pub passkey: Option<PasskeyId>,
    /// The one session that is to end; none: all.
    pub session: Option<SessionId>,
    /// That is to hold nothing more.
    pub application: Option<ClientId>,
    /// As it was typed.
    pub reason: String,
    /// Of an end: the last day as it was typed (`2026-12-31`), or nothing.
    pub until: String,
}

impl Order {
    /// About somebody as a whole, and for a reason alone.
    pub fn about(permission: Permission, member: MembershipId, reason: String) -> Self {
        Self { permission, member, passkey: None, session: None, application: None, reason, until: String::new() }
    }
}

/// Somebody is not to be helped: the order is not good, or its person is suspended, here or altogether.
pub(super) enum Shut {
    Act(Refusal),
    Inactive,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Nor is there anything that somebody may not see.
    NotFound,
    /// The administrator has to sign in first.
    TooWeak(TooWeak),
    BadReason,
    /// No day, or one that is over.
    BadDay,
    /// Oneself, somebody as powerful, or of another clinic too.
    OutOfReach,
    /// It is so already, or not theirs to lift: an administrator enables nothing that its owner suspended.
    Unchanged,
    /// Nobody would be left who administers a clinic, or the house.
    LastAdministrator,
}

/// Characters of a reason.
pub const REASON_LIMIT: usize = 200;

/// The order is good: what it is about.
pub(super) struct Target {
    pub member: Member,
    passkey: Option<Passkey>,
}

/// Whether this sign-in is recent and strong enough.
pub fn may_act(store: &Store, cx: &Cx, who: &SignedIn) -> Result<Result<(), TooWeak>, Fault> {
    store.read(|conn| is_strong_enough(conn, cx, who))
}

/// The same, inside a read or a write.
pub(in crate::flows::admin) fn is_strong_enough(
    conn: &mut Conn,
    cx: &Cx,
    who: &SignedIn,
) -> Result<Result<(), TooWeak>, StoreError> {
    let own = store::passkeys::list_for_user(conn, &who.user.id)?;
    Ok(may_administer(&who.session, &own, cx.now))
}

pub fn act(store: &Store, cx: &Cx, who: &SignedIn, order: Order) -> Result<Verdict<(), Refusal>, Fault> {
    let Some(act) = Act::of(order.permission) else { return Ok(Err(Refusal::NotFound)) };
    let target = match order.look(store, who, cx)? {
        Ok(target) => target,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let Ok(reason) = text::line("the reason", &order.reason, REASON_LIMIT) else { return Ok(Err(Refusal::BadReason)) };
    let Some(end) = end_to_come(&order.until, cx.now) else { return Ok(Err(Refusal::BadDay)) };
    let by = By { session: Some(who.session.id.clone()), ..cx.by(actor(&who.user)) };
    let (cx, person) = (cx.clone(), target.member.user.id);
    let who = who.clone();
    store.write(move |tx| {
        let Some(who) = still_there(tx, &who, &[&person], &cx)? else { return Ok(Err(Refusal::NotFound)) };
        let Target { member, passkey } = match order.decide(tx, &by, &who, &cx)? {
            Ok(target) => target,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let changed = match (act, &passkey) {
            (Act::Passkey(change), Some(passkey)) => {
                let decided = Decided {
                    by: SuspendedBy::Administrator,
                    reason: Some(&reason),
                    clinic: &member.clinic.id,
                    session: Some(&who.session.id),
                    end_sessions: change != Change::Resume,
                };
                change.carry_out(tx, &by, passkey, decided)?.is_some()
            }
            (Act::Door(door), _) => {
                if !door.leaves_somebody(tx, &by, &member)? {
                    store::audit_events::insert(tx, &order.denied(&by, &who, "last_administrator"))?;
                    return Ok(Err(Refusal::LastAdministrator));
                }
                door.carry_out(tx, &by, &member, &reason)?
            }
            (Act::SetEnd, _) => change_end(tx, &by, &member.membership, end, Some(&reason))?,
            (Act::EndSessions, _) => holdings::end_sessions(tx, &by, &member, order.session.as_ref(), &reason)?,
            (Act::WithdrawApplication, _) => match &order.application {
                Some(client) => holdings::withdraw(tx, &by, &member, client, &reason)?,
                None => false,
            },
            (Act::Passkey(_), None) => false,
        };
        Ok(if changed { Ok(()) } else { Err(Refusal::Unchanged) })
    })
}

impl Order {
    /// Before the write. Whoever reaches too far is recorded.
    pub(super) fn look(&self, store: &Store, who: &SignedIn, cx: &Cx) -> Result<Verdict<Target, Refusal>, Fault> {
        let judged = store.read(|conn| self.judge(conn, who, cx))?;
        if matches!(judged, Err(Refusal::OutOfReach)) {
            let denied = self.denied(&cx.by(actor(&who.user)), who, "out_of_reach");
            store.write(move |tx| store::audit_events::insert(tx, &denied))?;
        }
        Ok(judged)
    }

    /// The same, inside the write.
    pub(super) fn decide(
        &self,
        tx: &mut Tx<'_>,
        by: &By,
        who: &SignedIn,
        cx: &Cx,
    ) -> Result<Verdict<Target, Refusal>, StoreError> {
        let judged = self.judge(tx, who, cx)?;
        if matches!(judged, Err(Refusal::OutOfReach)) {
            store::audit_events::insert(tx, &self.denied(by, who, "out_of_reach"))?;
        }
        Ok(judged)
    }

    /// As [`Order::decide`], behind the locks on all who are concerned, and of somebody who may come in. `about`: the person, and
    /// whoever else asked for it.
    pub(super) fn decide_on_active(
        &self,
        tx: &mut Tx<'_>,
        by: &By,
        who: &SignedIn,
        about: &[&UserId],
        cx: &Cx,
    ) -> Result<Verdict<(SignedIn, Member), Shut>, StoreError> {
        let Some(who) = still_there(tx, who, about, cx)? else { return Ok(Err(Shut::Act(Refusal::NotFound))) };
        let member = match self.decide(tx, by, &who, cx)? {
            Ok(target) => target.member,
            Err(refusal) => return Ok(Err(Shut::Act(refusal))),
        };
        Ok(if member.is_active(cx.now) { Ok((who, member)) } else { Err(Shut::Inactive) })
    }

    fn judge(&self, conn: &mut Conn, who: &SignedIn, cx: &Cx) -> Result<Verdict<Target, Refusal>, StoreError> {
        let Some(member) = Member::find(conn, &who.membership, &self.member)? else {
            return Ok(Err(Refusal::NotFound));
        };
        let named = self.passkey.as_ref();
        let passkey = named.and_then(|id| member.passkeys.iter().find(|passkey| passkey.id == *id)).cloned();
        if matches!(Act::of(self.permission), Some(Act::Passkey(_))) && passkey.is_none() {
            return Ok(Err(Refusal::NotFound));
        }
        if !member.lets(who, self.permission) {
            return Ok(Err(Refusal::OutOfReach));
        }
        let strong = is_strong_enough(conn, cx, who)?;
        Ok(strong.map(|()| Target { member, passkey }).map_err(Refusal::TooWeak))
    }

    /// Somebody reached for what no page offers them.
    pub(super) fn denied(&self, by: &By, who: &SignedIn, why: &str) -> AuditEvent {
        let event = AuditEvent { outcome: Outcome::Denied, ..by.event(AuditKind::AccessDenied) };
        let detail = json!({ "permission": self.permission.as_str(), "member": self.member.as_str() });
        event.clinic(&who.clinic.id).session(&who.session.id).reason(why).detail(detail)
    }
}

/// Whoever gives the order, as they are now and stay until this transaction ends; as do the people whom it is about.
pub(in crate::flows::admin) fn still_there(
    tx: &mut Tx<'_>,
    who: &SignedIn,
    about: &[&UserId],
    cx: &Cx,
) -> Result<Option<SignedIn>, StoreError> {
    // In one order for everybody, or two who act on each other would wait for each other.
    let mut people = [&[&who.user.id], about].concat();
    people.sort_unstable();
    people.dedup();
    for id in people {
        store::users::hold(tx, id)?;
    }
    store::memberships::still_active(tx, &who.user.id, &who.clinic.id, cx.now)?;
    store::sessions::still_alive(tx, &who.session.id, cx.now)?;
    let found = store::sessions::find_signed_in_by_id(tx, &who.session.id)?;
    Ok(found.filter(|who| who.is_good(cx.now)))
}
