//! Whether an administrator may bring somebody in, by what is known of both; asked while they look, and again in the write.
//!
//! Whoever has been in before joins the clinic and gets no link: it would open their account, and all that they can do in
//! every clinic, to whoever holds it. For who has lost every way in there is [`super::reinvite()`].

use super::{Sheet, Wrong, invite::handed};
use crate::{
    domain::{Email, Happened, InvitationWay, Role, SignedIn, User, UserId},
    flows::{
        Cx,
        admin::{
            By, Refusal,
            users::{self, Invite, Joined, Ready, Sent},
        },
        outbox,
    },
    store::{self, Conn, StoreError, Tx},
};

/// What became of somebody whom an administrator brought in.
#[derive(Debug)]
pub enum Brought {
    /// The letter goes out.
    Sent,
    Printed(Box<Sheet>),
    /// They have been in before, and sign in as ever.
    Joined(Box<User>),
}

/// That an administrator may choose.
pub fn way(typed: &str, cx: &Cx) -> Option<InvitationWay> {
    match InvitationWay::parse(typed)? {
        InvitationWay::Mail => cx.mailer.is_some().then_some(InvitationWay::Mail),
        InvitationWay::Sheet => Some(InvitationWay::Sheet),
        InvitationWay::Link => None,
    }
}

/// Of what was typed well.
pub fn welcome(conn: &mut Conn, by: &By, who: &SignedIn, invite: &Invite) -> Result<Result<Ready, Wrong>, StoreError> {
    if !invite.roles.iter().all(|role| who.membership.role().may_grant(*role)) {
        return Ok(Err(Wrong::Role));
    }
    if let Some(wrong) = known(conn, who, invite)? {
        return Ok(Err(wrong));
    }
    Ok(users::judge(conn, by, invite)?.map_err(|refusal| wrong(&refusal)))
}

fn wrong(refusal: &Refusal) -> Wrong {
    match refusal {
        Refusal::BadEmail { .. } => Wrong::Email,
        Refusal::EndOver => Wrong::Until,
        Refusal::BadText { .. } | Refusal::NameMissing | Refusal::AnotherPerson { .. } => Wrong::Name,
        _ => Wrong::Elsewhere,
    }
}

fn known(conn: &mut Conn, who: &SignedIn, invite: &Invite) -> Result<Option<Wrong>, StoreError> {
    let Some(email) = Email::parse(&invite.email) else { return Ok(Some(Wrong::Email)) };
    let Some(user) = store::users::find_by_email(conn, &email)? else { return Ok(None) };
    if store::memberships::find(conn, &user.id, &invite.clinic)?.is_some() {
        return Ok(Some(Wrong::Member));
    }
    Ok((who.membership.role() < Role::SystemAdmin).then_some(Wrong::Elsewhere))
}

/// Who has these addresses already.
pub fn having(conn: &mut Conn, emails: &[Email]) -> Result<Vec<UserId>, StoreError> {
    let mut known = Vec::new();
    for email in emails {
        known.extend(store::users::find_by_email(conn, email)?.map(|user| user.id));
    }
    Ok(known)
}

/// Nobody else takes these addresses, and who has one stays as they are, until the transaction ends. The caller holds those
/// whom a read found before ([`super::act::still_there`]); here is who came by one meanwhile.
pub fn keep(tx: &mut Tx<'_>, emails: &[Email]) -> Result<(), StoreError> {
    for email in emails {
        store::users::keep_free(tx, email)?;
    }
    for known in having(tx, emails)? {
        store::users::hold(tx, &known)?;
    }
    Ok(())
}

/// Of who is [`welcome`], in the same write.
pub fn bring_in(
    tx: &mut Tx<'_>,
    cx: &Cx,
    by: &By,
    who: &SignedIn,
    (invite, way, ready): (&Invite, InvitationWay, Ready),
) -> Result<Brought, StoreError> {
    if ready.has_been_in() {
        let Joined { user, clinic, .. } = users::settle(tx, by, invite, ready)?;
        outbox::queue_by(tx, by, Happened::MembershipAdded, (&user.id, &clinic.id), None, None)?;
        return Ok(Brought::Joined(Box::new(user)));
    }
    let sent = Sent { way, by: Some(who.user.id.clone()) };
    let made = users::bring_in(tx, by, invite, ready, sent)?;
    let sheet = handed(tx, cx, by, (made.user, made.clinic), (&made.invitation, made.secret))?;
    Ok(sheet.map_or(Brought::Sent, |sheet| Brought::Printed(Box::new(sheet))))
}
