//! Inviting: a person new or known, a membership, and a one-time link of 72 hours. There are no first passwords.

use serde_json::json;

use super::super::members::change_end;
use super::super::{By, Refusal, last_day};
use super::{Details, email};
use crate::domain::{
    AuditKind, Clinic, ClinicId, Email, Fault, Invitation, InvitationId, InvitationWay, Membership, MembershipId,
    Outcome, Role, Secret, UnixTime, User, UserHandle, UserId, Verdict, password::PasswordClass,
};
use crate::store::{Conn, Store, StoreResult, Tx, audit_events, clinics, grants, invitations, memberships, users};

#[derive(Clone, Debug)]
pub struct Invite {
    pub email: String,
    pub clinic: ClinicId,
    /// Empty: `member` for a new membership, as they are for an old one.
    pub roles: Vec<Role>,
    /// The end of the membership; `None`: it keeps the one that it has.
    pub until: Option<UnixTime>,
    pub details: Details,
}

#[derive(Debug)]
pub struct Invited {
    pub user: User,
    pub clinic: Clinic,
    pub roles: Vec<Role>,
    /// For `{issuer}/invite/{secret}`; shown this once.
    pub secret: Secret,
    pub invitation: Invitation,
    /// Was not here before.
    pub is_new: bool,
}

/// A person who is here already gets a new invitation, and an unused old one ends.
pub fn invite(store: &Store, by: &By, invite: Invite) -> Result<Verdict<Invited, Refusal>, Fault> {
    let by = by.clone();
    store.write(move |tx| write(tx, &by, &invite, Sent { way: InvitationWay::Link, by: None }))
}

/// How an invitation goes out, and who has it sent.
#[derive(Clone, Debug)]
pub struct Sent {
    pub way: InvitationWay,
    /// `None`: the person at the server itself.
    pub by: Option<UserId>,
}

/// Somebody who can be invited, with what is here of them already.
pub struct Ready {
    user: User,
    clinic: Clinic,
    membership: Option<Membership>,
    is_new: bool,
    been_in: bool,
}

/// Part of the caller's own write.
pub fn write(tx: &mut Tx<'_>, by: &By, invite: &Invite, sent: Sent) -> StoreResult<Verdict<Invited, Refusal>> {
    let joined = match admit(tx, by, invite)? {
        Ok(joined) => joined,
        Err(refusal) => return Ok(Err(refusal)),
    };
    with_link(tx, by, joined, sent).map(Ok)
}

/// Somebody who belongs to a clinic from now on, or did before.
#[derive(Debug)]
pub struct Joined {
    pub user: User,
    pub clinic: Clinic,
    /// Of now.
    pub roles: Vec<Role>,
    /// Was not here before.
    pub is_new: bool,
}

/// Person and membership, without a link.
pub fn admit(tx: &mut Tx<'_>, by: &By, invite: &Invite) -> StoreResult<Verdict<Joined, Refusal>> {
    if let Ok(email) = email(&invite.email) {
        users::keep_free(tx, &email)?;
    }
    let ready = match judge(tx, by, invite)? {
        Ok(ready) => ready,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if !ready.stays(tx)? {
        return Ok(Err(Refusal::Changed));
    }
    settle(tx, by, invite, ready).map(Ok)
}

/// Writes nothing. In a write, after [`users::keep_free`] and before [`Ready::stays`].
pub fn judge(conn: &mut Conn, by: &By, invite: &Invite) -> StoreResult<Verdict<Ready, Refusal>> {
    let email = match email(&invite.email) {
        Ok(email) => email,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if invite.until.is_some_and(|end| end <= by.now) {
        return Ok(Err(Refusal::EndOver));
    }
    let Some(clinic) = clinics::find(conn, &invite.clinic)? else {
        return Ok(Err(Refusal::UnknownClinic { id: invite.clinic.to_string() }));
    };
    let known = users::find_by_email(conn, &email)?;
    let is_new = known.is_none();
    let user = match person(by, &invite.details, email, known) {
        Ok(user) => user,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let membership = memberships::find(conn, &user.id, &clinic.id)?;
    if let Some(refusal) = membership.as_ref().and_then(|found| closed(found, &user, invite.until, by.now)) {
        return Ok(Err(refusal));
    }
    let been_in = !is_new && has_been_in(conn, &user)?;
    Ok(Ok(Ready { user, clinic, membership, is_new, been_in }))
}

impl Ready {
    /// [`has_been_in`], by what was judged.
    pub fn has_been_in(&self) -> bool {
        self.been_in
    }

    /// Whoever is known is held until the transaction ends; `false`: disabled by now.
    pub fn stays(&self, tx: &mut Tx<'_>) -> StoreResult<bool> {
        Ok(self.is_new || users::still_active(tx, &self.user.id)?)
    }
}

pub fn bring_in(tx: &mut Tx<'_>, by: &By, invite: &Invite, ready: Ready, sent: Sent) -> StoreResult<Invited> {
    let joined = settle(tx, by, invite, ready)?;
    with_link(tx, by, joined, sent)
}

/// Person and membership of who was found ready, without a link.
pub fn settle(tx: &mut Tx<'_>, by: &By, invite: &Invite, ready: Ready) -> StoreResult<Joined> {
    let Ready { user, clinic, membership, is_new, .. } = ready;
    if is_new {
        create(tx, by, &user, &clinic)?;
    }
    let roles = join(tx, by, &user.id, &clinic.id, membership, invite)?;
    Ok(Joined { user, clinic, roles, is_new })
}

fn with_link(tx: &mut Tx<'_>, by: &By, joined: Joined, sent: Sent) -> StoreResult<Invited> {
    let Joined { user, clinic, roles, is_new } = joined;
    let (invitation, secret) = hand_out(tx, by, &user, &clinic.id, sent)?;
    Ok(Invited { user, clinic, roles, secret, invitation, is_new })
}

/// Whether somebody has been in: what a link opens to them is an account that is in use.
pub fn has_been_in(conn: &mut Conn, user: &User) -> StoreResult<bool> {
    if user.ever_enrolled || user.password_hash.is_some() || invitations::any_again(conn, &user.id)? {
        return Ok(true);
    }
    // By an administrator's code alone: only the trail knows it.
    let codes = audit_events::list_for_subject(conn, &user.id, &[AuditKind::AuthAccessCode], None, 20)?;
    Ok(codes.iter().any(|event| event.outcome == Outcome::Success))
}

/// Nobody is invited to where they would not be let in.
fn closed(membership: &Membership, user: &User, until: Option<UnixTime>, now: UnixTime) -> Option<Refusal> {
    let email = user.email.as_str().to_owned();
    if membership.suspended_at.is_some() {
        return Some(Refusal::MembershipSuspended { email });
    }
    (membership.has_ended(now) && until.is_none()).then_some(Refusal::MembershipEnded { email })
}

fn person(by: &By, details: &Details, email: Email, known: Option<User>) -> Result<User, Refusal> {
    let Some(user) = known else {
        return Ok(User {
            id: UserId::new(by.random.id(by.now)),
            handle: UserHandle(by.random.uuid()),
            email,
            email_verified: false,
            password_hash: None,
            password_class: PasswordClass::Alone,
            password_failures: 0,
            profile: details.profile()?,
            passkey_count: 0,
            ever_enrolled: false,
            disabled_at: None,
            created_at: by.now,
            updated_at: by.now,
        });
    };
    let email = user.email.as_str().to_owned();
    if !user.is_active() {
        return Err(Refusal::UserDisabled { email });
    }
    if !details.agrees_with(&user.profile) {
        return Err(Refusal::AnotherPerson { email, name: user.profile.name });
    }
    Ok(user)
}

fn create(tx: &mut Tx<'_>, by: &By, user: &User, clinic: &Clinic) -> StoreResult<()> {
    users::insert(tx, user)?;
    audit_events::insert(tx, &by.event(AuditKind::AccountCreated).subject(&user.id).clinic(&clinic.id))
}

/// The roles that the person has afterwards.
fn join(
    tx: &mut Tx<'_>,
    by: &By,
    user: &UserId,
    clinic: &ClinicId,
    membership: Option<Membership>,
    Invite { roles: named, until, .. }: &Invite,
) -> StoreResult<Vec<Role>> {
    let mut roles = named.to_vec();
    roles.sort_unstable();
    roles.dedup();
    if let (Some(membership), Some(_)) = (&membership, until) {
        change_end(tx, by, membership, *until, None)?;
    }
    let before = membership.map(|membership| membership.roles);
    match &before {
        Some(before) if roles.is_empty() || roles == *before => return Ok(before.clone()),
        Some(_) => {
            memberships::update_roles(tx, user, clinic, &roles)?;
            grants::revoke_unadmitted(tx, Some(user), None, by.now)?;
        }
        None => {
            if roles.is_empty() {
                roles.push(Role::Member);
            }
            let membership = Membership {
                id: MembershipId::new(by.random.id(by.now)),
                user_id: user.clone(),
                clinic_id: clinic.clone(),
                roles: roles.clone(),
                suspended_at: None,
                created_at: by.now,
                ends_at: *until,
            };
            memberships::insert(tx, &membership)?;
        }
    }
    let names = |roles: &[Role]| roles.iter().map(|role| role.as_str()).collect::<Vec<_>>();
    let mut detail = json!({ "before": names(before.as_deref().unwrap_or_default()), "after": names(&roles) });
    if let (None, Some(end)) = (&before, until) {
        detail["until"] = json!(last_day(*end));
    }
    audit_events::insert(tx, &by.event(AuditKind::RoleChanged).subject(user).clinic(clinic).detail(detail))?;
    Ok(roles)
}

/// Whatever was open for the person before works no longer.
pub fn hand_out(
    tx: &mut Tx<'_>,
    by: &By,
    user: &User,
    clinic: &ClinicId,
    sent: Sent,
) -> StoreResult<(Invitation, Secret)> {
    let again = has_been_in(tx, user)?;
    let replaced = invitations::revoke_unused_for_user(tx, &user.id, by.now)?;
    let secret = by.random.secret();
    let invitation = Invitation {
        id: InvitationId::new(by.random.id(by.now)),
        user_id: user.id.clone(),
        clinic_id: clinic.clone(),
        token_hash: secret.hash(),
        created_at: by.now,
        used_at: None,
        revoked_at: None,
        way: sent.way,
        sent_by: sent.by,
        sent_to: (sent.way == InvitationWay::Mail).then(|| user.email.as_str().to_owned()),
        again,
    };
    invitations::insert(tx, &invitation)?;
    let detail = json!({ "invitation": invitation.id.as_str(), "replaced": replaced, "way": invitation.way.as_str() });
    let event = by.event(AuditKind::InvitationCreated).subject(&user.id).clinic(clinic);
    audit_events::insert(tx, &event.detail(detail))?;
    Ok((invitation, secret))
}
