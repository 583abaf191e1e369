//! One's own passkeys: list, name and delete them. Somebody else's are not found.

use serde_json::json;

use crate::{
    domain::{AuditKind, Fault, Outcome, Passkey, PasskeyId, SignedIn, TooWeak, Verdict, clean_name},
    flows::{Cx, account::holdings::Holdings},
    store::{self, Store},
};

pub struct Overview {
    pub passkeys: Vec<Passkey>,
    /// Whether this session may add or delete one.
    pub may_change: Result<(), TooWeak>,
}

pub fn overview(store: &Store, cx: &Cx, who: &SignedIn) -> Result<Overview, Fault> {
    let held = store.read(|conn| Holdings::read(conn, &who.user.id))?;
    let may_change = held.may_change(&who.session, cx.now);
    Ok(Overview { passkeys: held.passkeys, may_change })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    NotFound,
    BadName,
    TooWeak(TooWeak),
}

pub fn rename(
    store: &Store,
    cx: &Cx,
    who: &SignedIn,
    id: &PasskeyId,
    typed: &str,
) -> Result<Verdict<(), Refusal>, Fault> {
    let Some(name) = clean_name(typed) else { return Ok(Err(Refusal::BadName)) };
    let (cx, who, id) = (cx.clone(), who.clone(), id.clone());
    store.write(move |tx| {
        if !store::passkeys::rename(tx, &id, &who.user.id, &name)? {
            return Ok(Err(Refusal::NotFound));
        }
        let event = cx
            .event_in(AuditKind::PasskeyRenamed, Outcome::Success, &who)
            .detail(json!({ "passkey": id.as_str(), "name": name }));
        store::audit_events::insert(tx, &event)?;
        Ok(Ok(()))
    })
}

pub fn delete(store: &Store, cx: &Cx, who: &SignedIn, id: &PasskeyId) -> Result<Verdict<(), Refusal>, Fault> {
    let held = overview(store, cx, who)?;
    let Some(passkey) = held.passkeys.into_iter().find(|passkey| passkey.id == *id) else {
        return Ok(Err(Refusal::NotFound));
    };
    if let Err(weak) = held.may_change {
        return Ok(Err(Refusal::TooWeak(weak)));
    }
    let (cx, who) = (cx.clone(), who.clone());
    store.write(move |tx| {
        if !store::users::still_active(tx, &who.user.id)? || !store::sessions::still_alive(tx, &who.session.id, cx.now)?
        {
            return Ok(Err(Refusal::NotFound));
        }
        if let Err(weak) = Holdings::read(tx, &who.user.id)?.may_change(&who.session, cx.now) {
            return Ok(Err(Refusal::TooWeak(weak)));
        }
        if !store::passkeys::delete(tx, &passkey.id, &who.user.id)? {
            return Ok(Err(Refusal::NotFound));
        }
        store::users::release_passkey_slot(tx, &who.user.id)?;
        let event = cx
            .event_in(AuditKind::PasskeyDeleted, Outcome::Success, &who)
            .credential(&passkey.credential_id)
            .detail(json!({ "passkey": passkey.id.as_str(), "name": passkey.name }));
        store::audit_events::insert(tx, &event)?;
        Ok(Ok(()))
    })
}
