//! The PC's own part in being registered: a one-time link that an administrator made is opened on it, looking changes
//! nothing, and the press gives the browser the cookie by which the clinic knows it from then on.

use serde_json::json;

use crate::{
    domain::{Actor, AuditKind, Clinic, Fault, Outcome, Secret, Terminal, TerminalState, Verdict},
    flows::{
        Cx,
        enrol::{NotUsable, invitation::Unusable},
        unattributed,
    },
    store::{self, Store},
};

pub struct Offered {
    pub terminal: Terminal,
    pub clinic: Clinic,
}

/// The registered terminal that this browser says it is.
pub fn here(store: &Store, cx: &Cx) -> Result<Option<Terminal>, Fault> {
    let Some(secret) = &cx.request.terminal else { return Ok(None) };
    store.read(|conn| store::terminals::find_by_secret(conn, secret))
}

/// What the page shows before the press.
pub fn look(store: &Store, cx: &Cx, link: &Secret) -> Result<Verdict<Offered, NotUsable<Unusable>>, Fault> {
    let found = store.read(|conn| {
        let Some(terminal) = store::terminals::find_by_link(conn, &link.hash())? else { return Ok(None) };
        let clinic = store::clinics::find(conn, &terminal.clinic_id)?;
        Ok(clinic.map(|clinic| Offered { terminal, clinic }))
    })?;
    let Some(offered) = found else { return Ok(Err(Unusable::Unknown.into())) };
    let why = match offered.terminal.state(cx.now) {
        TerminalState::Waiting => return Ok(Ok(offered)),
        TerminalState::Lapsed => Unusable::Expired,
        TerminalState::Registered => Unusable::Used,
        TerminalState::Revoked => Unusable::Unknown,
    };
    Ok(Err(NotUsable { why, contact: Some(offered.clinic.contact) }))
}

/// The press. The answer goes into the cookie, and nowhere else.
pub fn register(store: &Store, cx: &Cx, link: &Secret) -> Result<Verdict<Secret, NotUsable<Unusable>>, Fault> {
    let Offered { terminal, clinic } = match look(store, cx, link)? {
        Ok(offered) => offered,
        Err(refusal) => {
            let kind = AuditKind::TerminalRegistered;
            unattributed::record(cx, kind, link.hash().as_str(), ()).settle(store)?;
            return Ok(Err(refusal));
        }
    };
    let (cx, secret) = (cx.clone(), cx.random.secret());
    store.write(move |tx| {
        if !store::terminals::register(tx, &terminal.id, &secret.hash(), &cx.request, cx.now)? {
            return Ok(Err(NotUsable { why: Unusable::Used, contact: Some(clinic.contact) }));
        }
        let event = cx
            .event(AuditKind::TerminalRegistered, Outcome::Success, Actor::Nobody)
            .clinic(&clinic.id)
            .detail(json!({ "terminal": terminal.id.as_str(), "kind": terminal.kind.as_str(), "name": terminal.name }));
        store::audit_events::insert(tx, &event)?;
        Ok(Ok(secret))
    })
}
