//! One's own passkeys: list and name them. Somebody else's are not found.

use serde_json::json;

use crate::{
    domain::{AuditKind, Fault, Outcome, Passkey, PasskeyId, SignedIn, TooWeak, Verdict, clean_name},
    flows::{
        Cx,
        account::{history, holdings::Holdings},
    },
    store::{self, Store},
};

pub struct Overview {
    pub passkeys: Vec<Passkey>,
    /// The application that each of them last signed in for.
    pub applications: Vec<Option<String>>,
    /// Whether this session may add, resume or delete one.
    pub may_change: Result<(), TooWeak>,
}

pub fn overview(store: &Store, cx: &Cx, who: &SignedIn) -> Result<Overview, Fault> {
    let (held, applications) = store.read(|conn| {
        let held = Holdings::read(conn, &who.user.id)?;
        let applications = history::last_applications(conn, &held.passkeys)?;
        Ok((held, applications))
    })?;
    let may_change = held.may_change(&who.session, cx.now);
    Ok(Overview { passkeys: held.passkeys, applications, may_change })
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
