//! One's own passkeys: list and name them. Somebody else's are not found.

use serde_json::json;

use crate::{
    domain::{AuditKind, Fault, Outcome, Passkey, PasskeyId, SignedIn, TooWeak, Verdict, clean_name},
    flows::{
        Cx,
        account::{history, holdings::Holdings},
        enrol,
    },
    passkeys::Asked,
    store::{self, Store},
};

pub struct Overview {
    pub passkeys: Vec<Passkey>,
    /// The application that each of them last signed in for.
    pub applications: Vec<Option<String>>,
    /// Whether this session may add, resume or delete one.
    pub may_change: Result<(), TooWeak>,
    /// What registering the next one would ask of the browser.
    pub asked: Asked,
}

pub fn overview(store: &Store, cx: &Cx, who: &SignedIn) -> Result<Overview, Fault> {
    store.read(|conn| {
        let held = Holdings::read(conn, &who.user.id)?;
        Ok(Overview {
            applications: history::last_applications(conn, &held.passkeys)?,
            may_change: held.may_change(&who.session, cx.now),
            asked: enrol::passkey::asked(conn, cx, &held)?,
            passkeys: held.passkeys,
        })
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    NotFound,
    BadName,
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
