//! At the PC of a hand-off ([`Handoff`]): its link is shown, the digits of the phone are typed, and what the phone made is
//! registered, by the same write and the same rules as if it had been made here.

use serde::{Deserialize, Serialize};
use serde_json::json;
use unicode_normalization::UnicodeNormalization;

use super::{
    passkey::Refusal,
    register::{Made, Once, register},
};
use crate::{
    domain::{
        AuditEvent, AuditKind, Channel, Fault, Handoff, HandoffId, HandoffStage, Outcome, Passkey, RequestInfo, Secret,
        SignedIn, TooWeak, Verdict,
    },
    flows::{Cx, account::holdings::Holdings},
    passkeys::NewCredential,
    store::{self, Store},
};

/// What a phone made, as its hand-off keeps it.
#[derive(Serialize, Deserialize)]
pub(super) struct Offer {
    pub credential: NewCredential,
    pub ip: String,
    pub user_agent: String,
}

impl Offer {
    pub fn read(handoff: &Handoff) -> Result<Option<Self>, Fault> {
        let read = |text: &String| serde_json::from_str(text);
        handoff.offer.as_ref().map(read).transpose().map_err(|error| Fault::internal("what a phone offered", error))
    }

    pub fn made(self) -> Made {
        let Self { credential, ip, user_agent } = self;
        let channel = Channel::of_handoff(&user_agent);
        let by = RequestInfo { ip, user_agent, ..RequestInfo::default() };
        Made { credential, name: None, channel, by, personal_pc: false }
    }
}

/// What opens the link. Made of its name by the master key, so that the page can show it again and nothing in the store
/// opens it.
pub fn token(cx: &Cx, id: &HandoffId) -> Secret {
    Secret::presented(cx.keys.mac("phone-handoff", id.as_str()))
}

pub(super) fn event(cx: &Cx, outcome: Outcome, who: &SignedIn, step: &str) -> AuditEvent {
    cx.event_in(AuditKind::PasskeyHandoff, outcome, who).detail(json!({ "step": step }))
}

/// Why no hand-off begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotNow {
    TooWeak(TooWeak),
    /// No room for another passkey, or the session is over: the settings page says which.
    Otherwise,
}

/// In place of one that the session had before. The sign-in must still be fresh when the phone is done with it.
pub fn start(store: &Store, cx: &Cx, who: &SignedIn) -> Result<Verdict<(), NotNow>, Fault> {
    let held = store.read(|conn| Holdings::read(conn, &who.user.id))?;
    if let Err(weak) = held.may_change(&who.session, cx.now.plus(Handoff::LEAST)) {
        return Ok(Err(NotNow::TooWeak(weak)));
    }
    if !held.has_room() {
        return Ok(Err(NotNow::Otherwise));
    }
    let id = HandoffId::new(cx.random.id(cx.now));
    let handoff = Handoff {
        token_hash: token(cx, &id).hash(),
        id,
        session_id: who.session.id.clone(),
        stage: HandoffStage::Shown,
        phone: None,
        digits: None,
        wrong_digits: 0,
        pressed_elsewhere: false,
        offer: None,
        end_reason: None,
        expires_at: Handoff::until(&who.session, cx.now),
    };
    let (cx, who) = (cx.clone(), who.clone());
    store.write(move |tx| {
        if !store::ground::still_signed_in(tx, &who, cx.now)? {
            return Ok(Err(NotNow::Otherwise));
        }
        store::handoffs::replace(tx, &handoff)?;
        store::audit_events::insert(tx, &event(&cx, Outcome::Success, &who, "shown"))?;
        Ok(Ok(()))
    })
}

/// The session's own, as far as it has come.
pub fn follow(store: &Store, who: &SignedIn) -> Result<Option<Handoff>, Fault> {
    store.read(|conn| store::handoffs::find_by_session(conn, &who.session.id))
}

/// Three digits, as typed: a Japanese keyboard may send them in full width.
fn digits(typed: &str) -> Option<String> {
    let plain: String = typed.nfkc().filter(|c| !c.is_whitespace()).take(4).collect();
    (plain.len() == 3 && plain.bytes().all(|byte| byte.is_ascii_digit())).then_some(plain)
}

/// The digits that the phone shows, typed at the PC. What are no digits is no try.
pub fn confirm(store: &Store, cx: &Cx, who: &SignedIn, typed: &str) -> Result<(), Fault> {
    let Some(handoff) = follow(store, who)?.filter(|it| it.stage_at(cx.now) == HandoffStage::Pressed) else {
        return Ok(());
    };
    let Some(typed) = digits(typed) else { return Ok(()) };
    let right = handoff.is_confirmed_by(&typed);
    let (cx, who) = (cx.clone(), who.clone());
    store.write(move |tx| {
        let read = handoff.wrong_digits;
        if !store::ground::still_signed_in(tx, &who, cx.now)? {
            return Ok(());
        }
        if right {
            if store::handoffs::confirm(tx, &handoff.id, read, cx.now)? {
                store::audit_events::insert(tx, &event(&cx, Outcome::Success, &who, "confirmed"))?;
            }
            return Ok(());
        }
        if store::handoffs::count_wrong_digits(tx, &handoff.id, read, cx.now)? {
            if read + 1 >= Handoff::WRONG_DIGITS_LIMIT {
                store::handoffs::end(tx, &handoff.id, "wrong_digits")?;
            }
            let event = event(&cx, Outcome::Failure, &who, "confirmed").reason("wrong_digits");
            store::audit_events::insert(tx, &event)?;
        }
        Ok(())
    })
}

/// Registers what the phone made. `None`: it has offered nothing, or it is registered.
pub fn commit(store: &Store, cx: &Cx, who: &SignedIn) -> Result<Option<Verdict<Passkey, Refusal>>, Fault> {
    let Some(handoff) = follow(store, who)?.filter(|it| it.stage_at(cx.now) == HandoffStage::Offered) else {
        return Ok(None);
    };
    let Some(offer) = Offer::read(&handoff)? else { return Ok(None) };
    register(store, cx, who, offer.made(), Once::Handoff(handoff.id)).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_read_as_they_come_off_a_japanese_keyboard() {
        for (typed, read) in [
            ("042", Some("042")),
            ("０４２", Some("042")),
            (" 0 4 2 ", Some("042")),
            ("42", None),
            ("0423", None),
            ("4a2", None),
            ("٣٤٥", None),
            ("", None),
        ] {
            assert_eq!(digits(typed).as_deref(), read, "{typed:?}");
        }
    }
}
