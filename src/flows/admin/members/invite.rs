//! Invitations that administrators send: one to a person new to the clinic, again to whom it did not reach, and none any
//! more. Decided as every act is: read, and again inside the write.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    Member,
    act::{is_strong_enough, still_there},
    welcome::{Brought, bring_in, having, keep, way, welcome},
};
use crate::{
    domain::{
        AuditKind, Clinic, Email, Fault, Invitation, InvitationId, InvitationWay, Permission, Role, Secret, SignedIn,
        TooWeak, UnixTime, User, Verdict,
    },
    flows::{
        Cx,
        admin::{
            By, PAGE, cut_to_page, end_to_come,
            users::{self, Details, Invite, Sent},
        },
        cx::actor,
        outbox,
    },
    store::{self, Conn, Store, StoreError, Tx},
};

/// As it was typed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Guest {
    pub name: String,
    pub kana: String,
    pub email: String,
    pub role: String,
    /// The last day, or nothing.
    pub until: String,
    pub way: String,
}

/// What of it cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Wrong {
    Name,
    Email,
    /// Also one that is not below the administrator's own.
    Role,
    Until,
    /// No mail is sent from here.
    Way,
    /// Works for the clinic already.
    Member,
    /// Is known, of another clinic: that takes a system administrator.
    Elsewhere,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InviteRefusal {
    NotFound,
    TooWeak(TooWeak),
    OutOfReach,
    Wrong(Wrong),
    /// Used or revoked meanwhile, or its person may not come in.
    Over,
}

/// With the link, which is shown this once where it is printed.
#[derive(Debug)]
pub struct Sheet {
    pub user: User,
    pub clinic: Clinic,
    /// Of the link.
    pub secret: Secret,
    pub until: UnixTime,
}

/// `None`: the letter goes out.
type Made = Verdict<Option<Sheet>, InviteRefusal>;

/// Lowest first.
pub fn may_grant(who: &SignedIn) -> Vec<Role> {
    Role::ALL.iter().copied().filter(|role| who.membership.role().may_grant(*role)).collect()
}

impl Guest {
    pub(super) fn judge(&self, who: &SignedIn, cx: &Cx) -> Result<(Invite, InvitationWay), Wrong> {
        let role = Role::parse(&self.role).filter(|role| who.membership.role().may_grant(*role)).ok_or(Wrong::Role)?;
        let until = end_to_come(&self.until, cx.now).ok_or(Wrong::Until)?;
        let way = way(&self.way, cx).ok_or(Wrong::Way)?;
        let details = Details {
            name: Some(self.name.trim().to_owned()),
            name_kana: Some(self.kana.trim().to_owned()),
            ..Details::default()
        };
        let (email, clinic) = (self.email.trim().to_owned(), who.clinic.id.clone());
        Ok((Invite { email, clinic, roles: vec![role], until, details }, way))
    }
}

/// Into the clinic of the administrator's session.
pub fn invite(store: &Store, cx: &Cx, who: &SignedIn, guest: &Guest) -> Result<Verdict<Brought, InviteRefusal>, Fault> {
    if let Err(weak) = super::may_act(store, cx, who)? {
        return Ok(Err(InviteRefusal::TooWeak(weak)));
    }
    let (invite, way) = match guest.judge(who, cx) {
        Ok(good) => good,
        Err(wrong) => return Ok(Err(InviteRefusal::Wrong(wrong))),
    };
    let email: Vec<_> = Email::parse(&invite.email).into_iter().collect();
    let known = store.read(|conn| having(conn, &email))?;
    let (cx, who) = (cx.clone(), who.clone());
    store.write(move |tx| {
        let by = cx.by(actor(&who.user));
        let about: Vec<_> = known.iter().collect();
        let Some(who) = still_there(tx, &who, &about, &cx)? else { return Ok(Err(InviteRefusal::NotFound)) };
        if let Err(refusal) = may(tx, &who, &cx, Permission::InvitePerson)? {
            return Ok(Err(refusal));
        }
        keep(tx, &email)?;
        let ready = match welcome(tx, &by, &who, &invite)? {
            Ok(ready) => ready,
            Err(wrong) => return Ok(Err(InviteRefusal::Wrong(wrong))),
        };
        if !ready.stays(tx)? {
            return Ok(Err(InviteRefusal::Wrong(Wrong::Elsewhere)));
        }
        bring_in(tx, &cx, &by, &who, (&invite, way, ready)).map(Ok)
    })
}

/// The letter on its way, or the sheet.
pub(super) fn handed(
    tx: &mut Tx<'_>,
    cx: &Cx,
    by: &By,
    (user, clinic): (User, Clinic),
    (invitation, secret): (&Invitation, Secret),
) -> Result<Option<Sheet>, StoreError> {
    if invitation.way == InvitationWay::Mail {
        outbox::queue_invitation(tx, &cx.keys, by, invitation, &secret)?;
        return Ok(None);
    }
    Ok(Some(Sheet { user, clinic, secret, until: invitation.expires_at() }))
}

/// As they are now.
pub(super) fn may(
    conn: &mut Conn,
    who: &SignedIn,
    cx: &Cx,
    permission: Permission,
) -> Result<Result<(), InviteRefusal>, StoreError> {
    if !who.membership.may(permission) {
        return Ok(Err(InviteRefusal::NotFound));
    }
    Ok(is_strong_enough(conn, cx, who)?.map_err(InviteRefusal::TooWeak))
}

/// An invitation that nobody has used or revoked.
#[derive(Clone, Debug, Serialize)]
pub struct Open {
    pub id: InvitationId,
    pub person: String,
    pub email: String,
    pub way: &'static str,
    /// Nobody's name: at the server itself.
    pub by: Option<String>,
    pub at: UnixTime,
    pub until: UnixTime,
    pub over: bool,
    pub may_resend: bool,
    pub may_revoke: bool,
}

pub struct Invitations {
    /// Newest first.
    pub open: Vec<Open>,
    /// The last of this page, if others come after.
    pub more_after: Option<InvitationId>,
}

/// Of the clinic of the administrator's session, those too that ran out within a month.
pub fn invitations(store: &Store, cx: &Cx, who: &SignedIn, after: Option<&InvitationId>) -> Result<Invitations, Fault> {
    store.read(|conn| {
        let since = cx.now.minus(Invitation::LISTED);
        let mut found = store::invitations::list_open(conn, &who.clinic.id, since, after, PAGE + 1)?;
        let more = cut_to_page(&mut found);
        let more_after = found.last().filter(|_| more).map(|invitation| invitation.id.clone());
        let mut open = Vec::new();
        for invitation in found {
            let Some(member) = member_of(conn, who, &invitation)? else { continue };
            let by = match &invitation.sent_by {
                Some(id) => store::users::find(conn, id)?.map(|user| user.profile.name),
                None => None,
            };
            open.push(Open {
                way: invitation.way.as_str(),
                by,
                at: invitation.created_at,
                until: invitation.expires_at(),
                over: !invitation.is_usable(cx.now),
                may_resend: may_resend(who, &member, &invitation),
                may_revoke: member.lets(who, Permission::RevokeInvitation),
                id: invitation.id,
                person: member.user.profile.name,
                email: member.user.email.as_str().to_owned(),
            });
        }
        Ok(Invitations { open, more_after })
    })
}

fn member_of(conn: &mut Conn, who: &SignedIn, invitation: &Invitation) -> Result<Option<Member>, StoreError> {
    let membership = store::memberships::find(conn, &invitation.user_id, &invitation.clinic_id)?;
    match membership {
        Some(membership) => Member::find(conn, &who.membership, &membership.id),
        None => Ok(None),
    }
}

/// A letter goes to its address, whoever asks for it; paper is handed to whom one sees. What opens an account that is in use
/// is made anew as it was made ([`super::reinvite()`]), but for a letter to where the person is known to read.
fn may_resend(who: &SignedIn, member: &Member, invitation: &Invitation) -> bool {
    if invitation.again && !(invitation.way == InvitationWay::Mail && member.user.email_verified) {
        return false;
    }
    match invitation.way {
        InvitationWay::Mail => member.lets(who, Permission::ResendInvitation),
        InvitationWay::Sheet => member.lets(who, Permission::InvitePerson),
        InvitationWay::Link => false,
    }
}

/// With a new link: the one before works no longer.
pub fn resend(store: &Store, cx: &Cx, who: &SignedIn, id: &InvitationId) -> Result<Made, Fault> {
    change(store, cx, who, id, Permission::ResendInvitation)
}

pub fn revoke(store: &Store, cx: &Cx, who: &SignedIn, id: &InvitationId) -> Result<Verdict<(), InviteRefusal>, Fault> {
    Ok(change(store, cx, who, id, Permission::RevokeInvitation)?.map(drop))
}

fn change(store: &Store, cx: &Cx, who: &SignedIn, id: &InvitationId, permission: Permission) -> Result<Made, Fault> {
    let Some(found) = store.read(|conn| store::invitations::find(conn, id))? else {
        return Ok(Err(InviteRefusal::NotFound));
    };
    let (cx, who, id) = (cx.clone(), who.clone(), id.clone());
    store.write(move |tx| {
        let by = cx.by(actor(&who.user));
        let Some(who) = still_there(tx, &who, &[&found.user_id], &cx)? else { return Ok(Err(InviteRefusal::NotFound)) };
        let Some(invitation) = store::invitations::find(tx, &id)? else { return Ok(Err(InviteRefusal::NotFound)) };
        let Some(member) = member_of(tx, &who, &invitation)? else { return Ok(Err(InviteRefusal::NotFound)) };
        if let Err(refusal) = may(tx, &who, &cx, permission)? {
            return Ok(Err(refusal));
        }
        if permission == Permission::RevokeInvitation {
            if !member.lets(&who, permission) {
                return Ok(Err(InviteRefusal::OutOfReach));
            }
            if !store::invitations::revoke(tx, &id, by.now)? {
                return Ok(Err(InviteRefusal::Over));
            }
            let event = by.event(AuditKind::InvitationRevoked).subject(&member.user.id).clinic(&member.clinic.id);
            let event = event.session(&who.session.id).detail(json!({ "invitation": id.as_str() }));
            store::audit_events::insert(tx, &event)?;
            return Ok(Ok(None));
        }
        if !may_resend(&who, &member, &invitation) {
            return Ok(Err(InviteRefusal::OutOfReach));
        }
        let open = invitation.used_at.is_none() && invitation.revoked_at.is_none() && member.is_active(by.now);
        let sends = invitation.way != InvitationWay::Mail || cx.mailer.is_some();
        if !open || !sends {
            return Ok(Err(InviteRefusal::Over));
        }
        let Member { user, clinic, .. } = member;
        let sent = Sent { way: invitation.way, by: Some(who.user.id.clone()) };
        let (made, secret) = users::hand_out(tx, &by, &user, &clinic.id, sent)?;
        handed(tx, &cx, &by, (user, clinic), (&made, secret)).map(Ok)
    })
}
