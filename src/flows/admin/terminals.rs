//! The PCs that a clinic knows: offered by a one-time link, listed, renamed, made shared or personal, revoked.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::{By, Refusal, text, time};
use crate::domain::{
    AuditEvent, AuditKind, Clinic, ClinicId, Fault, Secret, Seen, Terminal, TerminalId, TerminalKind, UnixTime, Verdict,
};
use crate::store::{Conn, Store, StoreError, Tx, audit_events, clinics, sessions, terminals};

/// Characters.
pub const NAME_LIMIT: usize = 100;

#[derive(Debug)]
pub struct Added {
    pub terminal: Terminal,
    pub clinic: Clinic,
    /// For `{issuer}/terminal/{secret}`, to be opened on the PC; shown this once.
    pub secret: Secret,
}

pub fn add(
    store: &Store,
    by: &By,
    clinic: ClinicId,
    name: &str,
    kind: TerminalKind,
) -> Result<Verdict<Added, Refusal>, Fault> {
    let terminal = match draft(by, clinic, name, kind) {
        Ok(terminal) => terminal,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let (by, secret) = (by.clone(), by.random.secret());
    store.write(move |tx| insert(tx, &by, terminal, secret))
}

/// Not written yet.
pub(super) fn draft(by: &By, clinic: ClinicId, name: &str, kind: TerminalKind) -> Verdict<Terminal, Refusal> {
    Ok(Terminal {
        id: TerminalId::new(by.random.id(by.now)),
        clinic_id: clinic,
        kind,
        name: text::line("the name", name, NAME_LIMIT)?,
        created_at: by.now,
        registered: None,
        last_seen: None,
        revoked_at: None,
    })
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    by: &By,
    terminal: Terminal,
    secret: Secret,
) -> Result<Verdict<Added, Refusal>, StoreError> {
    let Some(clinic) = clinics::find(tx, &terminal.clinic_id)? else {
        return Ok(Err(Refusal::UnknownClinic { id: terminal.clinic_id.to_string() }));
    };
    terminals::insert(tx, &terminal, &secret.hash())?;
    let (kind, name) = (terminal.kind.as_str(), &terminal.name);
    let detail = json!({ "terminal": terminal.id.as_str(), "kind": kind, "name": name });
    audit_events::insert(tx, &about(by, AuditKind::TerminalAdded, &terminal, detail))?;
    Ok(Ok(Added { terminal, clinic, secret }))
}

/// Terminals that are asked about in one query: an engine takes so many values and no more.
const AT_ONCE: usize = 1_000;

pub struct Listed {
    pub terminal: Terminal,
    /// Where those who are signed in there seem to be, newest first: one place, unless its cookie was copied.
    pub signed_in: Vec<Seen>,
}

/// Of one clinic, or of all.
pub fn list(store: &Store, clinic: Option<&ClinicId>, now: UnixTime) -> Result<Vec<Listed>, Fault> {
    store.read(|conn| {
        let all = terminals::list(conn, clinic)?;
        with_places(conn, all, now)
    })
}

pub(super) fn with_places(conn: &mut Conn, all: Vec<Terminal>, now: UnixTime) -> Result<Vec<Listed>, StoreError> {
    let mut open = Vec::new();
    let ids: Vec<_> = all.iter().map(|terminal| terminal.id.clone()).collect();
    for some in ids.chunks(AT_ONCE) {
        open.extend(sessions::list_at_terminals(conn, some, now)?);
    }
    let mut places: HashMap<TerminalId, Vec<Seen>> = HashMap::new();
    for (terminal, seen) in open {
        let of_terminal = places.entry(terminal).or_default();
        if !of_terminal.iter().any(|known| (&known.ip, &known.user_agent) == (&seen.ip, &seen.user_agent)) {
            of_terminal.push(seen);
        }
    }
    let listed = |terminal: Terminal| {
        let signed_in = places.remove(&terminal.id).unwrap_or_default();
        Listed { terminal, signed_in }
    };
    Ok(all.into_iter().map(listed).collect())
}

/// Changes what is named. One that becomes shared is so for those who are signed in there now; one that becomes personal
/// is so from the next sign-in on.
pub fn set(
    store: &Store,
    by: &By,
    id: TerminalId,
    name: Option<String>,
    kind: Option<TerminalKind>,
) -> Result<Verdict<Terminal, Refusal>, Fault> {
    let by = by.clone();
    change(store, id, move |tx, before| {
        let mut terminal = before.clone();
        if let Some(name) = &name {
            match text::line("the name", name, NAME_LIMIT) {
                Ok(name) => terminal.name = name,
                Err(refusal) => return Ok(Err(refusal)),
            }
        }
        terminal.kind = kind.unwrap_or(terminal.kind);
        if !terminals::update(tx, &terminal.id, &terminal.name, terminal.kind)? {
            return Ok(Err(Refusal::TerminalRevoked { name: terminal.name }));
        }
        let sessions = match terminal.kind {
            TerminalKind::Shared => sessions::make_shared(tx, &terminal.id)?,
            TerminalKind::Personal => 0,
        };
        let named = |terminal: &Terminal| json!({ "name": terminal.name, "kind": terminal.kind.as_str() });
        let detail = json!({
            "terminal": terminal.id.as_str(),
            "before": named(&before),
            "after": named(&terminal),
            "sessions": sessions,
        });
        audit_events::insert(tx, &about(&by, AuditKind::TerminalChanged, &terminal, detail))?;
        Ok(Ok(terminal))
    })
}

pub fn revoke(store: &Store, by: &By, id: TerminalId) -> Result<Verdict<Terminal, Refusal>, Fault> {
    let by = by.clone();
    change(store, id, move |tx, terminal| end(tx, &by, terminal))
}

/// Its cookie is worth nothing any more, and who is signed in there is as on a shared terminal at once.
pub(super) fn end(tx: &mut Tx<'_>, by: &By, terminal: Terminal) -> Result<Verdict<Terminal, Refusal>, StoreError> {
    if !terminals::revoke(tx, &terminal.id, by.now)? {
        return Ok(Err(Refusal::TerminalRevoked { name: terminal.name }));
    }
    let sessions = sessions::make_shared(tx, &terminal.id)?;
    let detail = json!({ "terminal": terminal.id.as_str(), "name": terminal.name, "sessions": sessions });
    audit_events::insert(tx, &about(by, AuditKind::TerminalRevoked, &terminal, detail))?;
    Ok(Ok(Terminal { revoked_at: Some(by.now), ..terminal }))
}

fn change(
    store: &Store,
    id: TerminalId,
    step: impl FnOnce(&mut Tx<'_>, Terminal) -> Result<Verdict<Terminal, Refusal>, StoreError> + Send + 'static,
) -> Result<Verdict<Terminal, Refusal>, Fault> {
    store.write(move |tx| match terminals::find(tx, &id)? {
        Some(terminal) => step(tx, terminal),
        None => Ok(Err(Refusal::UnknownTerminal { id: id.to_string() })),
    })
}

fn about(by: &By, kind: AuditKind, terminal: &Terminal, detail: Value) -> AuditEvent {
    by.event(kind).clinic(&terminal.clinic_id).detail(detail)
}

pub fn to_json(terminal: &Terminal, now: UnixTime) -> Value {
    json!({
        "id": terminal.id.as_str(),
        "clinic_id": terminal.clinic_id.as_str(),
        "name": terminal.name,
        "kind": terminal.kind.as_str(),
        "state": terminal.state(now).as_str(),
        "created_at": time(terminal.created_at),
        "registered": terminal.registered.as_ref().map(seen_to_json),
        "last_sign_in": terminal.last_seen.as_ref().map(seen_to_json),
        "revoked_at": terminal.revoked_at.map(time),
    })
}

pub fn seen_to_json(seen: &Seen) -> Value {
    json!({ "at": time(seen.at), "address": seen.ip, "user_agent": seen.user_agent })
}
