//! Inviting at the server itself. Whoever may do that stands above every role, and nobody has to agree; but who has been in
//! before gets a link only from somebody who says how they made sure of them, and as from an administrator
//! ([`super::reinvite()`]) nothing that they signed in with works on.

use serde_json::json;

use super::{
    act::REASON_LIMIT,
    take_back::{Vouched, hand_out_again},
};
use crate::{
    domain::{Email, Fault, InvitationWay, User, Verdict},
    flows::admin::{
        By, Refusal, text,
        users::{self, Invite, Invited, Joined, Sent},
    },
    store::{Store, StoreError, Tx, memberships, users as people},
};

#[derive(Debug)]
pub enum AtServer {
    Invited(Box<Invited>),
    /// Who has been in before, and belongs to the clinic with these roles and this last day from now on. There is no link:
    /// they sign in as they do.
    Changed(Box<Joined>),
}

/// `checked`: how somebody made sure of a person who has been in before.
pub fn invite_at_server(
    store: &Store,
    by: &By,
    invite: Invite,
    checked: Option<&str>,
) -> Result<Verdict<AtServer, Refusal>, Fault> {
    let checked = match checked.map(|typed| text::line("--checked", typed, REASON_LIMIT)).transpose() {
        Ok(checked) => checked,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let by = by.clone();
    store.write(move |tx| {
        let sent = Sent { way: InvitationWay::Link, by: None };
        let Some(user) = is_back(tx, &invite)? else {
            let made = users::write(tx, &by, &invite, sent)?;
            return Ok(made.map(|invited| AtServer::Invited(Box::new(invited))));
        };
        if checked.is_none() && !changes(tx, &user, &invite)? {
            return Ok(Err(Refusal::CheckMissing { email: invite.email }));
        }
        let joined = match users::admit(tx, &by, &invite)? {
            Ok(joined) => joined,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let Some(reason) = checked else { return Ok(Ok(AtServer::Changed(Box::new(joined)))) };
        let Joined { user, clinic, roles, is_new } = joined;
        let vouched = Vouched { session: None, reason: &reason, detail: json!({}) };
        let (invitation, secret) = hand_out_again(tx, &by, (&user, &clinic.id), sent, vouched)?;
        Ok(Ok(AtServer::Invited(Box::new(Invited { user, clinic, roles, secret, invitation, is_new }))))
    })
}

/// Somebody who has been in before, and whom nothing else keeps out; their row is held.
fn is_back(tx: &mut Tx<'_>, invite: &Invite) -> Result<Option<User>, StoreError> {
    let Some(email) = Email::parse(&invite.email) else { return Ok(None) };
    let Some(found) = people::find_by_email(tx, &email)? else { return Ok(None) };
    if !people::still_active(tx, &found.id)? {
        return Ok(None);
    }
    let Some(user) = people::find(tx, &found.id)? else { return Ok(None) };
    Ok(users::has_been_in(tx, &user)?.then_some(user))
}

/// Something is named that a person with a way in can be given without a link.
fn changes(tx: &mut Tx<'_>, user: &User, invite: &Invite) -> Result<bool, StoreError> {
    let belongs = memberships::find(tx, &user.id, &invite.clinic)?.is_some();
    Ok(!belongs || !invite.roles.is_empty() || invite.until.is_some())
}
