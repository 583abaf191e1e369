//! On the phone of a hand-off ([`Handoff`]), which nothing identifies but the link that it was handed and its own browser's
//! cookie. Looking changes nothing; the press of 「続ける」 binds the link to this browser. It gets no session: what it makes
//! it offers to the PC's.

use serde_json::{Value, json};

use super::{
    NotUsable,
    handoff::Offer,
    passkey::{Begun, Reason, Refusal, admit, challenge, refuse, verify},
    register::{USED, allowed, unless_known},
};
use crate::{
    domain::{
        Actor, AuditEvent, AuditKind, Fault, Handoff, HandoffStage, Outcome, Secret, SecretHash, SignedIn, Verdict,
    },
    flows::{Cx, account::holdings::Holdings, unattributed},
    store::{self, Conn, Store, StoreError, Tx},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unusable {
    /// Never made, too old, or replaced by another.
    Over,
    /// Another browser holds it.
    Elsewhere,
}

pub struct Looked {
    pub handoff: Handoff,
    pub stage: HandoffStage,
    /// The PC's.
    pub who: SignedIn,
}

fn find(conn: &mut Conn, token: &Secret) -> Result<Option<(Handoff, SignedIn)>, StoreError> {
    let Some(handoff) = store::handoffs::find_by_token(conn, &token.hash())? else { return Ok(None) };
    let who = store::sessions::find_signed_in_by_id(conn, &handoff.session_id)?;
    Ok(who.map(|who| (handoff, who)))
}

/// As far as it has come, for a browser that may hold it or press.
pub fn look(
    store: &Store,
    cx: &Cx,
    token: &Secret,
    browser: &SecretHash,
) -> Result<Verdict<Looked, NotUsable<Unusable>>, Fault> {
    let Some((handoff, who)) = store.read(|conn| find(conn, token))? else {
        return Ok(Err(Unusable::Over.into()));
    };
    let stage = match handoff.stage_at(cx.now) {
        HandoffStage::Done => HandoffStage::Done,
        _ if !who.is_good(cx.now) => HandoffStage::Ended,
        stage => stage,
    };
    let why = match stage {
        _ if handoff.is_held_by(browser) => None,
        HandoffStage::Shown => None,
        HandoffStage::Done | HandoffStage::Ended => Some(Unusable::Over),
        _ => Some(Unusable::Elsewhere),
    };
    Ok(match why {
        None => Ok(Looked { handoff, stage, who }),
        Some(why) => Err(NotUsable { why, contact: Some(who.clinic.contact) }),
    })
}

/// Nobody has proved to be the person by it.
fn event(cx: &Cx, kind: AuditKind, outcome: Outcome, who: &SignedIn) -> AuditEvent {
    let event = cx.event(kind, outcome, Actor::Nobody).subject(&who.user.id);
    event.clinic(&who.clinic.id).session(&who.session.id)
}

fn step(cx: &Cx, outcome: Outcome, who: &SignedIn, name: &str) -> AuditEvent {
    event(cx, AuditKind::PasskeyHandoff, outcome, who).detail(json!({ "step": name }))
}

/// The press of 「続ける」. Pressed again in the browser that holds it, it changes nothing; elsewhere it is refused, and the
/// PC is told.
pub fn press(
    store: &Store,
    cx: &Cx,
    token: &Secret,
    browser: &SecretHash,
) -> Result<Verdict<(), NotUsable<Unusable>>, Fault> {
    if let Err(NotUsable { why: Unusable::Over, contact }) = look(store, cx, token, browser)? {
        let over = Err(NotUsable { why: Unusable::Over, contact });
        return unattributed::record(cx, AuditKind::PasskeyHandoff, token.hash().as_str(), over).settle(store);
    }
    let (cx, token, browser) = (cx.clone(), token.clone(), browser.clone());
    let digits = cx.random.three_digits();
    store.write(move |tx| {
        let refused = |why, contact| Ok(Err(NotUsable { why, contact }));
        let Some((handoff, who)) = find(tx, &token)? else { return refused(Unusable::Over, None) };
        if handoff.is_held_by(&browser) {
            return Ok(Ok(()));
        }
        if !store::ground::still_signed_in(tx, &who, cx.now)? {
            return refused(Unusable::Over, Some(who.clinic.contact));
        }
        if store::handoffs::press(tx, &handoff.id, &browser, &digits, cx.now)? {
            store::audit_events::insert(tx, &step(&cx, Outcome::Success, &who, "pressed"))?;
            return Ok(Ok(()));
        }
        // Recorded once: who has a photograph of the code can press for ever.
        if store::handoffs::note_pressed_elsewhere(tx, &handoff.id)? {
            let event = step(&cx, Outcome::Denied, &who, "pressed").reason("other_browser");
            store::audit_events::insert(tx, &event)?;
        }
        refused(Unusable::Elsewhere, Some(who.clinic.contact))
    })
}

/// What the phone made and nobody will register: its browser may forget it.
pub fn orphan(store: &Store, looked: &Looked) -> Result<Option<String>, Fault> {
    if looked.stage != HandoffStage::Ended {
        return Ok(None);
    }
    let Some(offer) = Offer::read(&looked.handoff)? else { return Ok(None) };
    store.read(|conn| unless_known(conn, offer.credential.credential_id))
}

/// Of the browser that holds it, once its digits were typed.
fn confirmed(store: &Store, cx: &Cx, token: &Secret, browser: &SecretHash) -> Result<Verdict<Looked, Reason>, Fault> {
    let Ok(looked) = look(store, cx, token, browser)? else { return Ok(Err("handoff_over")) };
    Ok(match looked.stage {
        HandoffStage::Confirmed => Ok(looked),
        HandoffStage::Shown | HandoffStage::Pressed => Err("not_confirmed"),
        HandoffStage::Offered | HandoffStage::Done => Err(USED),
        HandoffStage::Ended => Err("handoff_over"),
    })
}

/// Writes nothing.
pub fn begin(store: &Store, cx: &Cx, token: &Secret, browser: &SecretHash) -> Result<Verdict<Begun, Reason>, Fault> {
    match confirmed(store, cx, token, browser)? {
        Ok(Looked { handoff, who, .. }) => challenge(store, cx, &who, Some(handoff.id)),
        Err(reason) => Ok(Err(reason)),
    }
}

pub struct Input {
    pub state: String,
    pub credential: Value,
}

/// What cannot become a passkey is refused here already, where it was made; what can is offered to the PC's session, which
/// decides again.
pub fn finish(
    store: &Store,
    cx: &Cx,
    token: &Secret,
    browser: &SecretHash,
    input: Input,
) -> Result<Verdict<(), Refusal>, Fault> {
    let Input { state, credential } = input;
    let Looked { handoff, who, .. } = match confirmed(store, cx, token, browser)? {
        Ok(looked) => looked,
        Err(reason) => {
            let (cx, token) = (cx.clone(), token.hash());
            let record =
                move |tx: &mut Tx<'_>| unattributed::count(tx, &cx, AuditKind::PasskeyRegisterRefused, token.as_str());
            // What was offered a moment ago must not be forgotten because it was sent twice.
            let made = if reason == USED { Value::Null } else { credential };
            return refuse(store, reason, made, record);
        }
    };
    let refusal = event(cx, AuditKind::PasskeyRegisterRefused, Outcome::Denied, &who);
    let held = store.read(|conn| Holdings::read(conn, &who.user.id))?;
    let verified = admit(&held, cx, &who).and_then(|()| verify(cx, &who, Some(&handoff.id), &state, &credential));
    let judged = match verified {
        Ok((challenge, made)) => {
            let (ip, user_agent) = (cx.request.ip.clone(), cx.request.user_agent.clone());
            let offer = Offer { credential: made, ip, user_agent };
            let text = serde_json::to_string(&offer).map_err(|error| Fault::internal("what a phone offered", error))?;
            let made = offer.made();
            store
                .read(|conn| allowed(conn, &made, &held, cx.now))?
                .map(|_| (challenge, text, made.credential.credential_id))
        }
        Err(reason) => Err(reason),
    };
    let (challenge, text, credential_id) = match judged {
        Ok(judged) => judged,
        Err(reason) => {
            let refusal = refusal.reason(reason);
            return refuse(store, reason, credential, move |tx| store::audit_events::insert(tx, &refusal));
        }
    };
    let cx = cx.clone();
    store.write(move |tx| {
        let reason = if !store::ground::still_signed_in(tx, &who, cx.now)? {
            "session_ended"
        } else if !challenge.spend(tx)? || !store::handoffs::offer(tx, &handoff.id, &text, cx.now)? {
            USED
        } else {
            let event = step(&cx, Outcome::Success, &who, "offered").credential(&credential_id);
            store::audit_events::insert(tx, &event)?;
            return Ok(Ok(()));
        };
        store::audit_events::insert(tx, &refusal.reason(reason))?;
        Ok(Err(Refusal { reason, unknown_credential: None }))
    })
}
