//! A new invitation for one of a clinic's people who has lost every way in: phone, password and recovery codes. An
//! administrator makes sure who it is, and says how (医療情報システムの安全管理に関するガイドライン, 識別と認証; OWASP ASVS 5.0 6.4.3).
//!
//! A sheet of paper would make whoever prints it that person, and so would a letter to an address that nobody has proven:
//! where the clinic has a second administrator, one asks for it and another agrees, as for a one-time code
//! ([`super::order_code`]). A letter to where the person is known to read takes one.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    Member,
    access_code_standing::{Unagreed, asked_by_another, asker_of, is_open, needs_second},
    act::{Order, REASON_LIMIT, Refusal, Shut},
    invite::{Sheet, handed},
    invite_anew::invite_anew,
    take_back::{Vouched, hand_out_again},
    welcome::way,
};
use crate::{
    domain::{
        AccessCode, AccessCodeId, AuditKind, Fault, IdentityCheck, InvitationWay, MembershipId, Permission, Purpose,
        SignedIn, UserId, Verdict,
    },
    flows::{
        Cx,
        admin::{
            By, text,
            users::{Sent, has_been_in},
        },
        cx::actor,
    },
    store::{self, Store, StoreError, Tx},
};

/// As it was typed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Again {
    /// One of [`IdentityCheck`].
    pub checked: String,
    /// Why, and what was seen of the person.
    pub reason: String,
    pub way: String,
}

#[derive(Clone, Debug)]
pub struct ReinviteOrder {
    pub member: MembershipId,
    pub typed: Again,
    /// What another administrator asked for.
    pub agrees_to: Option<AccessCodeId>,
    /// A one-time code that can still be typed is to end for it.
    pub withdraws: bool,
}

pub enum Reinvited {
    /// Somebody else has to agree.
    Asked,
    /// The letter goes out.
    Sent,
    /// The same, to somebody who has never been in ([`super::invite_anew`]).
    Anew,
    Printed(Box<Sheet>),
}

/// What of it cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WrongAgain {
    Checked,
    Reason,
    /// No mail is sent from here, or none was chosen.
    Way,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReinviteRefusal {
    Act(Refusal),
    Wrong(WrongAgain),
    /// The person is suspended, here or altogether.
    Inactive,
    /// There is a one-time code that can still be typed, and nobody said that it should end.
    Open,
    /// It was asked for by oneself, or by somebody who may no longer; or it waited too long, was agreed to or replaced.
    Over,
}

impl From<Shut> for ReinviteRefusal {
    fn from(shut: Shut) -> Self {
        match shut {
            Shut::Act(refusal) => Self::Act(refusal),
            Shut::Inactive => Self::Inactive,
        }
    }
}

/// What was typed, understood.
struct Vow {
    checked: IdentityCheck,
    reason: String,
    way: InvitationWay,
}

impl Again {
    fn judge(&self, cx: &Cx) -> Result<Vow, WrongAgain> {
        let checked = IdentityCheck::parse(&self.checked).ok_or(WrongAgain::Checked)?;
        let reason = text::line("the reason", &self.reason, REASON_LIMIT).map_err(|_| WrongAgain::Reason)?;
        let way = way(&self.way, cx).ok_or(WrongAgain::Way)?;
        Ok(Vow { checked, reason, way })
    }
}

pub fn reinvite(
    store: &Store,
    cx: &Cx,
    who: &SignedIn,
    order: ReinviteOrder,
) -> Result<Verdict<Reinvited, ReinviteRefusal>, Fault> {
    let ReinviteOrder { member, typed, agrees_to, withdraws } = order;
    let order = Order::about(Permission::ReinvitePerson, member, typed.reason.clone());
    let person = match order.look(store, who, cx)? {
        Ok(target) => target.member.user,
        Err(refusal) => return Ok(Err(ReinviteRefusal::Act(refusal))),
    };
    let been_in = store.read(|conn| has_been_in(conn, &person))?;
    let person = person.id;
    if !been_in {
        let Some(way) = way(&typed.way, cx) else { return Ok(Err(ReinviteRefusal::Wrong(WrongAgain::Way))) };
        return invite_anew(store, cx, who, (order, person), (way, withdraws));
    }
    let vow = match typed.judge(cx) {
        Ok(vow) => vow,
        Err(wrong) => return Ok(Err(ReinviteRefusal::Wrong(wrong))),
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
            let agreed = match agree(tx, &by, &who, &member, &id)? {
                Ok(agreed) => agreed,
                Err(Unagreed::Own) => {
                    store::audit_events::insert(tx, &order.denied(&by, &who, "own_request"))?;
                    return Ok(Err(ReinviteRefusal::Over));
                }
                Err(Unagreed::Over) => return Ok(Err(ReinviteRefusal::Over)),
            };
            return carry_out(tx, &cx, &by, &who, member, vow, Some(agreed)).map(Ok);
        }
        if !withdraws && is_open(tx, &person, cx.now)? {
            return Ok(Err(ReinviteRefusal::Open));
        }
        let proven = vow.way == InvitationWay::Mail && member.user.email_verified;
        if !proven && needs_second(tx, &who, &member, Purpose::Invitation, cx.now)? {
            ask(tx, &by, &who, &member, vow)?;
            return Ok(Ok(Reinvited::Asked));
        }
        carry_out(tx, &cx, &by, &who, member, vow, None).map(Ok)
    })
}

/// Nothing is taken from the person before somebody has agreed.
fn ask(tx: &mut Tx<'_>, by: &By, who: &SignedIn, member: &Member, vow: Vow) -> Result<(), StoreError> {
    let (id, to) = (AccessCodeId::new(by.random.id(by.now)), (&member.user.id, &member.clinic.id));
    let wish = AccessCode {
        purpose: Purpose::Invitation,
        checked: Some(vow.checked),
        ..AccessCode::asked_for(id, to, Some(&who.user.id), vow.reason, by.now)
    };
    let detail = json!({
        "wish": wish.id.as_str(),
        "replaced": store::access_codes::replace(tx, &wish)?,
        "checked": vow.checked.as_str(),
        "admin_reason": wish.reason,
    });
    let event = by.event(AuditKind::AccountReinviteAsked).subject(&wish.user_id).clinic(&wish.clinic_id);
    store::audit_events::insert(tx, &event.session(&who.session.id).detail(detail))
}

/// What another administrator asked for.
struct Agreed {
    asked_by: UserId,
    checked: Option<IdentityCheck>,
    reason: String,
}

fn agree(
    tx: &mut Tx<'_>,
    by: &By,
    who: &SignedIn,
    member: &Member,
    id: &AccessCodeId,
) -> Result<Verdict<Agreed, Unagreed>, StoreError> {
    let (wish, asked_by) = match asked_by_another(tx, who, member, (id, Purpose::Invitation), by.now)? {
        Ok(wish) => wish,
        Err(unagreed) => return Ok(Err(unagreed)),
    };
    if !store::access_codes::take_wish(tx, id, by.now)? {
        return Ok(Err(Unagreed::Over));
    }
    Ok(Ok(Agreed { asked_by, checked: wish.checked, reason: wish.reason }))
}

fn carry_out(
    tx: &mut Tx<'_>,
    cx: &Cx,
    by: &By,
    who: &SignedIn,
    member: Member,
    vow: Vow,
    agreed: Option<Agreed>,
) -> Result<Reinvited, StoreError> {
    let mut detail = json!({ "checked": vow.checked.as_str() });
    let reason = match agreed {
        Some(Agreed { asked_by, checked, reason }) => {
            detail["asked_by"] = asked_by.as_str().into();
            detail["asked_checked"] = checked.map_or(Value::Null, |checked| checked.as_str().into());
            detail["identity"] = vow.reason.into();
            reason
        }
        None => vow.reason,
    };
    let Member { user, clinic, .. } = member;
    let sent = Sent { way: vow.way, by: Some(who.user.id.clone()) };
    let vouched = Vouched { session: Some(&who.session.id), reason: &reason, detail };
    let (invitation, secret) = hand_out_again(tx, by, (&user, &clinic.id), sent, vouched)?;
    let sheet = handed(tx, cx, by, (user, clinic), (&invitation, secret))?;
    Ok(sheet.map_or(Reinvited::Sent, |sheet| Reinvited::Printed(Box::new(sheet))))
}
