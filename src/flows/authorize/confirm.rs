//! On a shared terminal: is it still the same person who sits there? One tap says so, and the request goes its way; another
//! ends the session of before here and in its applications, and the request waits for whoever signs in.
//!
//! The question travels sealed for one session. A tab that still asks about the person of before answers for nobody else.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Answer, Waiting, go_on, signed_in};
use crate::{
    domain::{AuditKind, Fault, Outcome, Secret, SessionId, SignedIn},
    flows::{Cx, sign_in::session},
    keys::{Opened, Sealable},
    store::{self, Store},
};

#[derive(Serialize, Deserialize)]
struct ConfirmForm {
    waiting: Waiting,
    session_id: SessionId,
}

impl Sealable for ConfirmForm {
    const PURPOSE: &'static str = "confirm-form";
    /// As long as the request itself may wait.
    const LIFETIME: Duration = Waiting::LIFETIME;
}

pub struct Asked {
    pub who: SignedIn,
    /// The question, sealed: for the page's form.
    pub form: String,
}

/// `None`: there is nobody to be asked about, or nothing that waits; the request goes its own way.
pub fn ask(store: &Store, cx: &Cx, sealed: &str, session: Option<&Secret>) -> Result<Option<Asked>, Fault> {
    let Some(waiting) = Waiting::open(cx, sealed) else { return Ok(None) };
    let who = signed_in(store, cx, session)?.filter(|who| who.session.is_shared());
    Ok(who.map(|who| {
        let form = ConfirmForm { waiting, session_id: who.session.id.clone() };
        Asked { form: cx.keys.seal(&form, cx.now, cx.random), who }
    }))
}

/// The answer to what was [`ask`]ed.
pub fn confirm(store: &Store, cx: &Cx, form: &str, same: bool, session: Option<&Secret>) -> Result<Answer, Fault> {
    let Ok(Opened { value, issued_at, expired }) = cx.keys.open_late::<ConfirmForm>(form, cx.now) else {
        return Ok(Answer::Expired(None));
    };
    let ConfirmForm { waiting, session_id } = value;
    let waiting = Opened { value: waiting, issued_at, expired };
    let Some(who) = signed_in(store, cx, session)?.filter(|_| !waiting.expired) else {
        return go_on(store, cx, waiting, None, None);
    };
    if who.session.id != session_id {
        return Ok(Answer::Confirm(waiting.value.seal(cx)));
    }
    if same {
        still_here(store, cx, who)?;
        go_on(store, cx, waiting, session, None)
    } else {
        somebody_else(store, cx, who)?;
        go_on(store, cx, waiting, None, None)
    }
}

fn still_here(store: &Store, cx: &Cx, who: SignedIn) -> Result<(), Fault> {
    let cx = cx.clone();
    store.write(move |tx| {
        if store::sessions::confirm(tx, &who.session.id, cx.now)? {
            let event = cx.event_in(AuditKind::SessionConfirmed, Outcome::Success, &who);
            store::audit_events::insert(tx, &event)?;
        }
        Ok(())
    })
}

fn somebody_else(store: &Store, cx: &Cx, who: SignedIn) -> Result<(), Fault> {
    let cx = cx.clone();
    store.write(move |tx| session::end(tx, &cx, &who.session, "somebody_else", &who.user).map(drop))
}
