//! What there is of a one-time code before it is typed: what somebody asked for, who could agree, and what was made. A new
//! invitation is asked for and agreed to in the same way.

use std::time::Duration;

use serde::Serialize;

use super::{super::users::has_been_in, Member};
use crate::{
    domain::{
        AccessCode, AccessCodeId, ClinicId, Fault, IdentityCheck, Membership, MembershipId, Purpose, SignedIn,
        UnixTime, UserId, Verdict,
    },
    flows::Cx,
    store::{self, Conn, Store, StoreError, Tx},
};

/// Who could agree is a second for so long after they no longer can.
const STILL_COUNTS: Duration = Duration::from_secs(24 * 3600);

/// What an administrator asked for, as another finds it.
#[derive(Clone, Debug, Serialize)]
pub struct Wish {
    pub id: AccessCodeId,
    pub purpose: Purpose,
    /// Of the person's membership.
    pub member: MembershipId,
    pub person: String,
    pub by: String,
    /// One asked for it oneself, and cannot agree to it.
    pub own: bool,
    pub reason: String,
    /// How they made sure of the person, of an invitation.
    pub checked: Option<IdentityCheck>,
    pub at: UnixTime,
    pub until: UnixTime,
}

/// A code that was made, and whose time is not over.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Made {
    pub until: UnixTime,
    /// It was tried too often.
    pub dead: bool,
}

pub struct Standing {
    pub member: Member,
    pub wish: Option<Wish>,
    pub made: Option<Made>,
    /// [`has_been_in`]: whoever has not is invited as on the first day.
    pub been_in: bool,
    /// Whoever asks for one needs a second to agree.
    pub needs_second: bool,
}

/// `purpose`: for what a second is needed. A wish may be for the other.
pub fn standing(
    store: &Store,
    cx: &Cx,
    who: &SignedIn,
    purpose: Purpose,
    id: &MembershipId,
) -> Result<Option<Standing>, Fault> {
    store.read(|conn| {
        let Some(member) = Member::find(conn, &who.membership, id)? else { return Ok(None) };
        let code = store::access_codes::find_for_user(conn, &member.user.id)?;
        let (mut found, mut made) = (None, None);
        match code.filter(|code| cx.now < code.expires_at) {
            Some(code) if code.code_hash.is_none() => found = wish(conn, who, &member, code, cx.now)?,
            // Also for another clinic: a person has one at most, and it would end.
            Some(code) => made = Some(Made { until: code.expires_at, dead: code.tries_left == 0 }),
            None => {}
        }
        let been_in = has_been_in(conn, &member.user)?;
        let needs_second = needs_second(conn, who, &member, purpose, cx.now)?;
        Ok(Some(Standing { member, wish: found, made, been_in, needs_second }))
    })
}

/// To which this administrator could agree.
pub fn wishes(store: &Store, cx: &Cx, who: &SignedIn, clinic: &ClinicId) -> Result<Vec<Wish>, Fault> {
    if !Purpose::ALL.iter().any(|purpose| who.membership.may(purpose.permission())) {
        return Ok(Vec::new());
    }
    store.read(|conn| {
        let mut found = Vec::new();
        for code in store::access_codes::list_waiting(conn, clinic, cx.now)? {
            let Some(membership) = store::memberships::find(conn, &code.user_id, clinic)? else { continue };
            let member = Member::find(conn, &who.membership, &membership.id)?;
            let Some(member) = member.filter(|member| member.lets(who, code.purpose.permission())) else { continue };
            found.extend(wish(conn, who, &member, code, cx.now)?.filter(|wish| !wish.own));
        }
        Ok(found)
    })
}

/// `None` where who asked for it may no longer, and of another clinic's.
fn wish(
    conn: &mut Conn,
    who: &SignedIn,
    member: &Member,
    code: AccessCode,
    now: UnixTime,
) -> Result<Option<Wish>, StoreError> {
    let asker = match &code.asked_by {
        Some(asker) if code.clinic_id == member.clinic.id && may_still(conn, asker, member, code.purpose, now)? => {
            store::users::find(conn, asker)?
        }
        _ => None,
    };
    Ok(asker.map(|asker| Wish {
        id: code.id,
        purpose: code.purpose,
        member: member.membership.id.clone(),
        person: member.user.profile.name.clone(),
        own: asker.id == who.user.id,
        by: asker.profile.name,
        reason: code.reason,
        checked: code.checked,
        at: code.asked_at,
        until: code.expires_at,
    }))
}

/// Who asked for what is to be agreed to, to be held while it is decided.
pub(super) fn asker_of(
    store: &Store,
    person: &UserId,
    agrees_to: Option<&AccessCodeId>,
) -> Result<Option<UserId>, Fault> {
    let Some(id) = agrees_to else { return Ok(None) };
    let asked = store.read(|conn| store::access_codes::find_for_user(conn, person))?;
    Ok(asked.filter(|wish| wish.id == *id).and_then(|wish| wish.asked_by))
}

/// A code of theirs can still be typed.
pub(super) fn is_open(conn: &mut Conn, person: &UserId, now: UnixTime) -> Result<bool, StoreError> {
    Ok(store::access_codes::find_for_user(conn, person)?.is_some_and(|code| code.is_open(now)))
}

/// Why a wish is not agreed to.
pub(super) enum Unagreed {
    /// One asked for it oneself.
    Own,
    /// There is none any more, or who asked for it may no longer.
    Over,
}

/// What another administrator asked for, and who that is.
pub(super) fn asked_by_another(
    tx: &mut Tx<'_>,
    who: &SignedIn,
    member: &Member,
    (id, purpose): (&AccessCodeId, Purpose),
    now: UnixTime,
) -> Result<Verdict<(AccessCode, UserId), Unagreed>, StoreError> {
    let found = store::access_codes::find_for_user(tx, &member.user.id)?;
    let found = found.filter(|wish| wish.id == *id && wish.clinic_id == member.clinic.id);
    let Some((wish, asker)) = found.and_then(|wish| wish.asked_by.clone().map(|asker| (wish, asker))) else {
        return Ok(Err(Unagreed::Over));
    };
    if asker == who.user.id {
        return Ok(Err(Unagreed::Own));
    }
    let stands = may_still(tx, &asker, member, purpose, now)?;
    Ok(if stands { Ok((wish, asker)) } else { Err(Unagreed::Over) })
}

pub(super) fn may_still(
    conn: &mut Conn,
    asker: &UserId,
    member: &Member,
    purpose: Purpose,
    now: UnixTime,
) -> Result<bool, StoreError> {
    let active = store::users::find(conn, asker)?.is_some_and(|asker| asker.is_active());
    let memberships = store::memberships::list_for_user(conn, asker)?;
    let may = memberships
        .iter()
        .any(|(own, _)| own.is_active(now) && own.may_to(purpose.permission(), &member.membership, member.elsewhere()));
    Ok(active && may)
}

/// There is somebody else who could agree: a membership and a passkey are needed for it. For somebody who looks after
/// everybody, that is also who does so from another clinic, and who looks after another clinic of the person.
///
/// What somebody lost a moment ago still counts: nobody becomes the only administrator by suspending the other, by ending
/// their days or their passkeys, or by giving the person a second clinic, which takes them out of the first one's reach.
/// Until then the server itself gives a code or an invitation that cannot wait.
///
/// Who has never been in has no account that an invitation could take from them: one administrator brought them here.
pub(super) fn needs_second(
    conn: &mut Conn,
    who: &SignedIn,
    member: &Member,
    purpose: Purpose,
    now: UnixTime,
) -> Result<bool, StoreError> {
    if purpose == Purpose::Invitation && !has_been_in(conn, &member.user)? {
        return Ok(false);
    }
    let (since, permission) = (now.minus(STILL_COUNTS), purpose.permission());
    let everybody = who.membership.may_for(permission, None);
    for theirs in &member.everywhere {
        let mut beside = member.everywhere.iter().filter(|other| other.clinic_id != theirs.clinic_id);
        let elsewhere = beside.any(|other| other.created_at <= since);
        let others = store::memberships::list_of_rank(conn, &theirs.clinic_id, since)?;
        let counts = |other: &Membership| {
            other.user_id != who.user.id
                && (everybody || other.clinic_id == member.clinic.id)
                && other.may_to(permission, theirs, elsewhere)
        };
        if others.iter().any(counts) {
            return Ok(true);
        }
    }
    Ok(false)
}
