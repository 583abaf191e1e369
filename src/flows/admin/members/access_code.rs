//! A one-time code for somebody whose device is broken. Where the clinic has a second administrator who could give one to
//! this person, one asks and another agrees; the code is made for whoever completes it, and seen by them alone, once.
//!
//! Decided as every act is: read, and again inside the write, behind the locks on all who are concerned.

use serde_json::{Value, json};

use super::{
    Member,
    access_code_standing::{Unagreed, asked_by_another, asker_of, is_open, needs_second},
    act::{Order, REASON_LIMIT, Refusal, Shut},
};
use crate::{
    domain::{
        AccessCode, AccessCodeId, AccessDigits, AuditKind, Fault, Happened, MembershipId, Permission, Purpose,
        SecretHash, SignedIn, UnixTime, Verdict, reference,
    },
    flows::{
        Cx,
        admin::{By, text},
        cx::actor,
        outbox,
    },
    keys::Keys,
    store::{self, Store, StoreError, Tx},
};

const PERMISSION: Permission = Permission::IssueAccessCode;

#[derive(Clone, Debug)]
pub struct CodeOrder {
    pub member: MembershipId,
    /// As it was typed: why, or of who agrees, how they made sure of the person.
    pub reason: String,
    /// What another administrator asked for.
    pub agrees_to: Option<AccessCodeId>,
    /// A code that can still be typed is to end for it.
    pub withdraws: bool,
}

/// Shown once.
#[derive(Debug)]
pub struct Issued {
    pub digits: AccessDigits,
    pub until: UnixTime,
}

pub enum Ordered {
    /// Somebody else has to agree.
    Asked,
    /// And for whom it is.
    Issued(Box<Member>, Issued),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeRefusal {
    Act(Refusal),
    /// The person is suspended, here or altogether.
    Inactive,
    /// There is one that can still be typed, and nobody said that it should end.
    Open,
    /// It was asked for by oneself, or by somebody who may no longer; or it waited too long, was made or replaced.
    Over,
}

impl From<Shut> for CodeRefusal {
    fn from(shut: Shut) -> Self {
        match shut {
            Shut::Act(refusal) => Self::Act(refusal),
            Shut::Inactive => Self::Inactive,
        }
    }
}

pub fn order_code(
    store: &Store,
    cx: &Cx,
    who: &SignedIn,
    order: CodeOrder,
) -> Result<Verdict<Ordered, CodeRefusal>, Fault> {
    let CodeOrder { member, reason, agrees_to, withdraws } = order;
    let order = Order::about(PERMISSION, member, reason);
    let person = match order.look(store, who, cx)? {
        Ok(target) => target.member.user.id,
        Err(refusal) => return Ok(Err(CodeRefusal::Act(refusal))),
    };
    let Ok(reason) = text::line("the reason", &order.reason, REASON_LIMIT) else {
        return Ok(Err(CodeRefusal::Act(Refusal::BadReason)));
    };
    let asker = asker_of(store, &person, agrees_to.as_ref())?;
    let (cx, who) = (cx.clone(), who.clone());
    store.write(move |tx| {
        let by = cx.by(actor(&who.user));
        let about: Vec<_> = [Some(&person), asker.as_ref()].into_iter().flatten().collect();
        let (who, member) = match order.decide_on_active(tx, &by, &who, &about, &cx)? {
            Ok(decided) => decided,
            Err(shut) => return Ok(Err(shut.into())),
        };
        if let Some(id) = agrees_to {
            let agreed = agree(tx, &cx, &by, &who, (&member, &id, &reason))?;
            if matches!(agreed, Err(Unagreed::Own)) {
                store::audit_events::insert(tx, &order.denied(&by, &who, "own_request"))?;
            }
            let issued = agreed.map_err(|_| CodeRefusal::Over);
            return Ok(issued.map(|issued| Ordered::Issued(Box::new(member), issued)));
        }
        if !withdraws && is_open(tx, &person, cx.now)? {
            return Ok(Err(CodeRefusal::Open));
        }
        let issued = ask(tx, &cx, &by, &who, (&member, reason))?;
        Ok(Ok(issued.map_or(Ordered::Asked, |issued| Ordered::Issued(Box::new(member), issued))))
    })
}

/// `None`: somebody else has to agree first.
fn ask(
    tx: &mut Tx<'_>,
    cx: &Cx,
    by: &By,
    who: &SignedIn,
    (member, reason): (&Member, String),
) -> Result<Option<Issued>, StoreError> {
    let (id, to) = (AccessCodeId::new(by.random.id(by.now)), (&member.user.id, &member.clinic.id));
    let wish = AccessCode::asked_for(id, to, Some(&who.user.id), reason, by.now);
    if !needs_second(tx, who, member, Purpose::Code, cx.now)? {
        return make_at_once(tx, &cx.keys, by, wish, Some(who)).map(Some);
    }
    let replaced = store::access_codes::replace(tx, &wish)?;
    let detail = json!({ "code": wish.id.as_str(), "replaced": replaced, "admin_reason": wish.reason });
    let event = by.event(AuditKind::AccessCodeAsked).subject(&wish.user_id).clinic(&wish.clinic_id);
    store::audit_events::insert(tx, &event.session(&who.session.id).detail(detail))?;
    Ok(None)
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
) -> Result<Verdict<Issued, Unagreed>, StoreError> {
    let (wish, asker) = match asked_by_another(tx, who, member, (id, Purpose::Code), by.now)? {
        Ok(wish) => wish,
        Err(unagreed) => return Ok(Err(unagreed)),
    };
    let (issued, hash) = drawn(&cx.keys, by, &wish.id);
    if !store::access_codes::make(tx, &wish.id, &hash, issued.until, by.now)? {
        return Ok(Err(Unagreed::Over));
    }
    tell(tx, by, &wish, Some(who), json!({ "asked_by": asker.as_str(), "identity": identity }))?;
    Ok(Ok(issued))
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
