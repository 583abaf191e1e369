//! A new invitation for somebody who has never been in: the link ran out, or was opened and left before a passkey was there.
//! Nothing is taken from them and no account comes with it, so that one administrator is enough, and the letter or sheet is
//! the one of the first day.

use super::{
    access_code_standing::is_open,
    act::Order,
    invite::handed,
    reinvite::{ReinviteRefusal, Reinvited, WrongAgain},
    take_back::end_sessions,
};
use crate::{
    domain::{AuditKind, Fault, InvitationWay, SignedIn, UserId, Verdict},
    flows::{
        Cx,
        admin::users::{self, Sent},
        cx::actor,
    },
    store::{self, Store},
};

/// `withdraws`: a one-time code that can still be typed is to end for it.
pub(super) fn invite_anew(
    store: &Store,
    cx: &Cx,
    who: &SignedIn,
    (order, person): (Order, UserId),
    (way, withdraws): (InvitationWay, bool),
) -> Result<Verdict<Reinvited, ReinviteRefusal>, Fault> {
    let (cx, who) = (cx.clone(), who.clone());
    store.write(move |tx| {
        let by = cx.by(actor(&who.user));
        let (who, member) = match order.decide_on_active(tx, &by, &who, &[&person], &cx)? {
            Ok(decided) => decided,
            Err(shut) => return Ok(Err(shut.into())),
        };
        // They came in meanwhile: now somebody has to make sure of them.
        if users::has_been_in(tx, &member.user)? {
            return Ok(Err(ReinviteRefusal::Wrong(WrongAgain::Checked)));
        }
        if !withdraws && is_open(tx, &person, cx.now)? {
            return Ok(Err(ReinviteRefusal::Open));
        }
        if store::access_codes::withdraw_for_user(tx, &person)? > 0 {
            let event = by.event(AuditKind::AccessCodeWithdrawn).subject(&person).clinic(&member.clinic.id);
            store::audit_events::insert(tx, &event.session(&who.session.id))?;
        }
        let sent = Sent { way, by: Some(who.user.id.clone()) };
        let (invitation, secret) = users::hand_out(tx, &by, &member.user, &member.clinic.id, sent)?;
        // What the link before opened registers nothing any more.
        end_sessions(tx, &by, &member.user)?;
        let sheet = handed(tx, &cx, &by, (member.user, member.clinic), (&invitation, secret))?;
        Ok(Ok(sheet.map_or(Reinvited::Anew, |sheet| Reinvited::Printed(Box::new(sheet)))))
    })
}
