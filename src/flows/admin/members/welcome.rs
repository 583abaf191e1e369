//! Whether an administrator may bring somebody in, by what is known of both; asked while they look, and again in the write.

use super::Wrong;
use crate::{
    domain::{Email, InvitationWay, Role, SignedIn},
    flows::{
        Cx,
        admin::{
            By, Refusal,
            users::{self, Invite, Ready},
        },
    },
    store::{self, Conn, StoreError},
};

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
