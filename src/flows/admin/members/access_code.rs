//! A one-time code for somebody whose device is broken. Where the clinic has a second administrator who could give one to
//! this person, one asks and another agrees; the code is made for whoever completes it, and seen by them alone, once.
//!
//! Decided as every act is: read, and again inside the write, behind the locks on both people.

use serde::Serialize;
use serde_json::{Value, json};

use super::{
    Member,
    act::{Order, REASON_LIMIT, Refusal, still_there},
};
use crate::{
    domain::{
        AccessCode, AccessCodeId, AccessDigits, AuditKind, ClinicId, Fault, Happened, MembershipId, Permission,
        SecretHash, SignedIn, UnixTime, UserId, Verdict, reference,
    },
    flows::{
        Cx,
        admin::{By, text},
        cx::actor,
        outbox,
    },
    keys::Keys,
    store::{self, Conn, Store, StoreError, Tx},
};

const PERMISSION: Permission = Permission::IssueAccessCode;

#[derive(Clone, Debug)]
pub struct CodeOrder {
    pub member: MembershipId,
    /// As it was typed: why, or of who agrees, how they made sure of the person.
    pub reason: String,
    /// What another administrator asked for.
    pub agrees_to: Option<AccessCodeId>,
}

/// Shown once.
#[derive(Debug)]
pub struct Issued {
    pub digits: AccessDigits,
    pub until: UnixTime,
}

#[derive(Debug)]
pub enum Ordered {
    /// Somebody else has to agree, until then.
    Asked,
    Issued(Issued),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeRefusal {
    Act(Refusal),
    /// The person is suspended, here or altogether.
    Inactive,
    /// It was asked for by oneself, or by somebody who may no longer; or it waited too long, was made or replaced.
    Over,
}

/// What an administrator asked for, as another finds it.
#[derive(Clone, Debug, Serialize)]
pub struct Wish {
    pub id: AccessCodeId,
    /// Of the person's membership.
    pub member: MembershipId,
    pub person: String,
    pub by: String,
    /// One asked for it oneself, and cannot agree to it.
    pub own: bool,
    pub reason: String,
    pub at: UnixTime,
    pub until: UnixTime,
}

pub struct Standing {
    pub member: Member,
    pub wish: Option<Wish>,
    /// Whoever asks for one needs a second to agree.
    pub needs_second: bool,
}

pub fn code_standing(store: &Store, cx: &Cx, who: &SignedIn, id: &MembershipId) -> Result<Option<Standing>, Fault> {
    store.read(|conn| {
        let Some(member) = Member::find(conn, &who.membership, id)? else { return Ok(None) };
        let code = store::access_codes::find_for_user(conn, &member.user.id)?;
        let code = code.filter(|code| code.clinic_id == member.clinic.id && code.is_waiting(cx.now));
        let wish = match code {
            Some(code) => wish(conn, who, &member, code, cx.now)?,
            None => None,
        };
        let needs_second = needs_second(conn, who, &member, cx.now)?;
        Ok(Some(Standing { member, wish, needs_second }))
    })
}

/// To which this administrator could agree.
pub fn wishes(store: &Store, cx: &Cx, who: &SignedIn, clinic: &ClinicId) -> Result<Vec<Wish>, Fault> {
    if !who.membership.may(PERMISSION) {
        return Ok(Vec::new());
    }
    store.read(|conn| {
        let mut found = Vec::new();
        for code in store::access_codes::list_waiting(conn, clinic, cx.now)? {
            let Some(membership) = store::memberships::find(conn, &code.user_id, clinic)? else { continue };
            let member = Member::find(conn, &who.membership, &membership.id)?;
            let Some(member) = member.filter(|member| member.lets(who, PERMISSION)) else { continue };
            found.extend(wish(conn, who, &member, code, cx.now)?.filter(|wish| !wish.own));
        }
        Ok(found)
    })
}

/// `None` where who asked for it may no longer.
fn wish(
    conn: &mut Conn,
    who: &SignedIn,
    member: &Member,
    code: AccessCode,
    now: UnixTime,
) -> Result<Option<Wish>, StoreError> {
    let asker = match &code.asked_by {
        Some(asker) if may_still(conn, asker, member, now)? => store::users::find(conn, asker)?,
        _ => None,
    };
    Ok(asker.map(|asker| Wish {
        id: code.id,
        member: member.membership.id.clone(),
        person: member.user.profile.name.clone(),
        own: asker.id == who.user.id,
        by: asker.profile.name,
        reason: code.reason,
        at: code.asked_at,
        until: code.expires_at,
    }))
}

fn may_still(conn: &mut Conn, asker: &UserId, member: &Member, now: UnixTime) -> Result<bool, StoreError> {
    let active = store::users::find(conn, asker)?.is_some_and(|asker| asker.is_active());
    let memberships = store::memberships::list_for_user(conn, asker)?;
    let may = memberships
        .iter()
        .any(|(own, _)| own.is_active(now) && own.may_to(PERMISSION, &member.membership, member.elsewhere));
    Ok(active && may)
}

/// The clinic has somebody else who could agree today: a membership and a passkey are needed for it.
fn needs_second(conn: &mut Conn, who: &SignedIn, member: &Member, now: UnixTime) -> Result<bool, StoreError> {
    let others = store::memberships::list_of_rank(conn, &member.clinic.id, now)?;
    Ok(others
        .iter()
        .any(|other| other.user_id != who.user.id && other.may_to(PERMISSION, &member.membership, member.elsewhere)))
}

pub fn order_code(
    store: &Store,
    cx: &Cx,
    who: &SignedIn,
    order: CodeOrder,
) -> Result<Verdict<Ordered, CodeRefusal>, Fault> {
    let CodeOrder { member, reason, agrees_to } = order;
    let order = Order { permission: PERMISSION, member, passkey: None, reason, until: String::new() };
    let person = match store.read(|conn| order.judge(conn, who, cx))? {
        Ok(target) => target.member.user.id,
        Err(refusal) => {
            if refusal == Refusal::OutOfReach {
                let denied = order.denied(&cx.by(actor(&who.user)), who);
                store.write(move |tx| store::audit_events::insert(tx, &denied))?;
            }
            return Ok(Err(CodeRefusal::Act(refusal)));
        }
    };
    let Ok(reason) = text::line("the reason", &order.reason, REASON_LIMIT) else {
        return Ok(Err(CodeRefusal::Act(Refusal::BadReason)));
    };
    let (cx, who) = (cx.clone(), who.clone());
    store.write(move |tx| {
        let by = cx.by(actor(&who.user));
        let Some(who) = still_there(tx, &who, &person, &cx)? else {
            return Ok(Err(CodeRefusal::Act(Refusal::NotFound)));
        };
        let member = match order.judge(tx, &who, &cx)? {
            Ok(target) => target.member,
            Err(refusal) => {
                if refusal == Refusal::OutOfReach {
                    store::audit_events::insert(tx, &order.denied(&by, &who))?;
                }
                return Ok(Err(CodeRefusal::Act(refusal)));
            }
        };
        if !member.is_active(cx.now) {
            return Ok(Err(CodeRefusal::Inactive));
        }
        match agrees_to {
            Some(id) => agree(tx, &cx, &by, &who, (&member, &id, &reason)),
            None => ask(tx, &cx, &by, &who, (&member, reason)).map(Ok),
        }
    })
}

fn ask(
    tx: &mut Tx<'_>,
    cx: &Cx,
    by: &By,
    who: &SignedIn,
    (member, reason): (&Member, String),
) -> Result<Ordered, StoreError> {
    let (id, to) = (AccessCodeId::new(by.random.id(by.now)), (&member.user.id, &member.clinic.id));
    let wish = AccessCode::asked_for(id, to, Some(&who.user.id), reason, by.now);
    if !needs_second(tx, who, member, by.now)? {
        return make_at_once(tx, &cx.keys, by, wish, Some(who)).map(Ordered::Issued);
    }
    let replaced = store::access_codes::replace(tx, &wish)?;
    let detail = json!({ "code": wish.id.as_str(), "replaced": replaced, "admin_reason": wish.reason });
    let event = by.event(AuditKind::AccessCodeAsked).subject(&wish.user_id).clinic(&wish.clinic_id);
    store::audit_events::insert(tx, &event.session(&who.session.id).detail(detail))?;
    Ok(Ordered::Asked)
}

/// Where nobody else has to agree. The caller holds the person's row.
pub(super) fn make_at_once(
    tx: &mut Tx<'_>,
    keys: &Keys,
    by: &By,
    wish: AccessCode,
    who: Option<&SignedIn>,
) -> Result<Issued, StoreError> {
    let (issued, hash) = drawn(keys, by, &wish.id);
    let code = AccessCode { code_hash: Some(hash), expires_at: issued.until, ..wish };
    let replaced = store::access_codes::replace(tx, &code)?;
    tell(tx, by, &code, who, json!({ "replaced": replaced }))?;
    Ok(issued)
}

fn agree(
    tx: &mut Tx<'_>,
    cx: &Cx,
    by: &By,
    who: &SignedIn,
    (member, id, identity): (&Member, &AccessCodeId, &str),
) -> Result<Verdict<Ordered, CodeRefusal>, StoreError> {
    let found = store::access_codes::find_for_user(tx, &member.user.id)?;
    let found = found.filter(|code| code.id == *id && code.clinic_id == member.clinic.id);
    let Some(wish) = found else { return Ok(Err(CodeRefusal::Over)) };
    let asker = wish.asked_by.as_ref().filter(|asker| **asker != who.user.id);
    let Some(asker) = asker else { return Ok(Err(CodeRefusal::Over)) };
    let (issued, hash) = drawn(&cx.keys, by, &wish.id);
    if !may_still(tx, asker, member, by.now)? || !store::access_codes::make(tx, &wish.id, &hash, issued.until, by.now)?
    {
        return Ok(Err(CodeRefusal::Over));
    }
    tell(tx, by, &wish, Some(who), json!({ "asked_by": asker.as_str(), "identity": identity }))?;
    Ok(Ok(Ordered::Issued(issued)))
}

fn drawn(keys: &Keys, by: &By, id: &AccessCodeId) -> (Issued, SecretHash) {
    let digits = AccessDigits::from_bytes(by.random.bytes());
    let hash = keys.access_code_hash(id, &digits);
    (Issued { digits, until: by.now.plus(AccessCode::LIFETIME) }, hash)
}

/// The trail, and the person. `detail`: what else the trail is told.
fn tell(
    tx: &mut Tx<'_>,
    by: &By,
    code: &AccessCode,
    who: Option<&SignedIn>,
    mut detail: Value,
) -> Result<(), StoreError> {
    detail["code"] = code.id.as_str().into();
    detail["admin_reason"] = code.reason.as_str().into();
    let mut event = by.event(AuditKind::AccessCodeIssued).subject(&code.user_id).clinic(&code.clinic_id);
    event.session_ref = who.map(|who| reference(who.session.id.as_str()));
    store::audit_events::insert(tx, &event.detail(detail))?;
    let to = (&code.user_id, &code.clinic_id);
    outbox::queue_by(tx, by, Happened::AccessCodeIssued, to, None, Some(&code.reason))
}
