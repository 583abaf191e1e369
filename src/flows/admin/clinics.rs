//! Clinics and their policies.

mod draft;
mod locked_out;
mod registration;
mod signed_in;

use std::time::Duration;

use serde_json::{Value, json};

use super::{By, Refusal, Staff, time};
use crate::domain::{
    Accent, AllowList, AttestationDemand, AuditKind, Clinic, ClinicId, Fault, InstitutionCode, PasswordFallback,
    RegistrationPolicy, TerminalKind, UnixTime, User, Verdict,
};
use crate::store::{Conn, Store, StoreResult, Tx, audit_events, clinics, memberships};
pub use draft::{Draft, TypedCode};
use draft::{changed, within};
pub use registration::RegistrationDraft;
pub use signed_in::{ClinicRefusal, Clinics, Found, change, find, found, list_page, may_manage, turned_away, would};

/// What a change makes, or would make.
#[derive(Debug)]
pub struct Changed {
    pub clinic: Clinic,
    /// Names as in the JSON of a clinic.
    pub fields: Vec<&'static str>,
    /// Who can sign in now and could not any more.
    pub locked_out: Vec<User>,
}

pub fn list(store: &Store) -> Result<Vec<Clinic>, Fault> {
    store.read(clinics::list)
}

/// `id (name)` of those that register nothing whose make is not proven.
pub fn wanting_proof(store: &Store) -> Result<Vec<String>, Fault> {
    let wants = |clinic: &&Clinic| clinic.registration.attestation == AttestationDemand::Verified;
    Ok(list(store)?.iter().filter(wants).map(|clinic| format!("{} ({})", clinic.id, clinic.name)).collect())
}

/// Begins with a second factor beside every password, with PCs that are shared until they are registered, and with these
/// session limits where the draft names none.
pub fn add(
    store: &Store,
    by: &By,
    draft: &Draft,
    idle: Duration,
    absolute: Duration,
) -> Result<Verdict<Clinic, Refusal>, Fault> {
    let clinic = match begun(by, draft, idle, absolute) {
        Ok(clinic) => clinic,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let by = by.clone();
    store.write(move |tx| insert(tx, &by, clinic))
}

fn begun(by: &By, draft: &Draft, idle: Duration, absolute: Duration) -> Result<Clinic, Refusal> {
    let mut clinic = Clinic {
        id: ClinicId::new(by.random.id(by.now)),
        name: String::new(),
        name_kana: None,
        name_en: None,
        code: None,
        contact: String::new(),
        password_fallback: PasswordFallback::default(),
        registration: RegistrationPolicy::default(),
        session_idle: idle,
        session_absolute: absolute,
        unregistered_terminal: TerminalKind::Shared,
        accent: None,
        admin_addresses: AllowList::default(),
        created_at: by.now,
        updated_at: by.now,
    };
    draft.name.as_ref().zip(draft.contact.as_ref()).ok_or(Refusal::ClinicDetailsMissing)?;
    draft.apply(&mut clinic, by)?;
    Ok(clinic)
}

fn insert(tx: &mut Tx<'_>, by: &By, clinic: Clinic) -> StoreResult<Verdict<Clinic, Refusal>> {
    if let Some(refusal) = taken(tx, &clinic)? {
        return Ok(Err(refusal));
    }
    clinics::insert(tx, &clinic)?;
    let event = by.event(AuditKind::ClinicCreated).clinic(&clinic.id).detail(json!({ "name": clinic.name }));
    audit_events::insert(tx, &event)?;
    Ok(Ok(clinic))
}

/// Of two who write the same code at once the index refuses the second.
fn taken(conn: &mut Conn, clinic: &Clinic) -> StoreResult<Option<Refusal>> {
    let Some(code) = &clinic.code else { return Ok(None) };
    let taken = clinics::code_is_taken(conn, code, &clinic.id)?;
    Ok(taken.then(|| Refusal::CodeTaken { code: code.as_str().to_owned() }))
}

/// With those of its people who look after it, ordered by e-mail.
pub fn show(store: &Store, id: &ClinicId) -> Result<Verdict<(Clinic, Staff), Refusal>, Fault> {
    store.read(|conn| {
        let Some(clinic) = clinics::find(conn, id)? else {
            return Ok(Err(Refusal::UnknownClinic { id: id.to_string() }));
        };
        Ok(Ok((clinic, memberships::list_administrators(conn, id)?)))
    })
}

/// What [`set`] would change, and whom it would shut out. Changes nothing.
pub fn preview(store: &Store, by: &By, id: &ClinicId, draft: &Draft) -> Result<Verdict<Changed, Refusal>, Fault> {
    store.read(|conn| preview_in(conn, by, id, draft))
}

fn preview_in(conn: &mut Conn, by: &By, id: &ClinicId, draft: &Draft) -> StoreResult<Verdict<Changed, Refusal>> {
    let Some(before) = clinics::find(conn, id)? else {
        return Ok(Err(Refusal::UnknownClinic { id: id.to_string() }));
    };
    let mut clinic = before.clone();
    if let Err(refusal) = draft.apply(&mut clinic, by) {
        return Ok(Err(refusal));
    }
    if let Some(refusal) = taken(conn, &clinic)? {
        return Ok(Err(refusal));
    }
    let locked_out = locked_out::by(conn, &before, &clinic, by.now)?;
    Ok(Ok(Changed { fields: changed(&before, &clinic), clinic, locked_out }))
}

/// Changes what the draft names. Whom that shuts out it must be told to.
pub fn set(store: &Store, by: &By, id: ClinicId, draft: Draft) -> Result<Verdict<Changed, Refusal>, Fault> {
    let locked_out = match shut_out(store, by, &id, &draft)? {
        Ok(locked_out) => locked_out,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let by = by.clone();
    store.write(move |tx| match held(tx, &id)? {
        Some(before) => update(tx, &by, before, &draft, locked_out),
        None => Ok(Err(Refusal::UnknownClinic { id: id.to_string() })),
    })
}

/// Before the write, since it looks at everybody of the clinic.
fn shut_out(store: &Store, by: &By, id: &ClinicId, draft: &Draft) -> Result<Verdict<Vec<User>, Refusal>, Fault> {
    Ok(preview(store, by, id, draft)?.and_then(|Changed { locked_out, .. }| {
        if locked_out.is_empty() || draft.lock_out {
            return Ok(locked_out);
        }
        let people: Vec<_> = locked_out.iter().map(|user| user.email.as_str()).collect();
        Err(Refusal::LocksOut { count: people.len(), people: people.join(", ") })
    }))
}

/// Changed by nobody else until this transaction ends.
fn held(tx: &mut Tx<'_>, id: &ClinicId) -> StoreResult<Option<Clinic>> {
    let held = clinics::hold(tx, id)?;
    Ok(clinics::find(tx, id)?.filter(|_| held))
}

fn update(
    tx: &mut Tx<'_>,
    by: &By,
    before: Clinic,
    draft: &Draft,
    locked_out: Vec<User>,
) -> StoreResult<Verdict<Changed, Refusal>> {
    let mut clinic = before.clone();
    if let Err(refusal) = draft.apply(&mut clinic, by) {
        return Ok(Err(refusal));
    }
    if let Some(refusal) = taken(tx, &clinic)? {
        return Ok(Err(refusal));
    }
    let fields = changed(&before, &clinic);
    if fields.is_empty() {
        return Ok(Ok(Changed { clinic, fields, locked_out }));
    }
    clinic.updated_at = by.now;
    if !clinics::update(tx, &clinic)? {
        return Ok(Err(Refusal::Changed));
    }
    let mut detail = json!({ "changed": fields });
    if fields.contains(&"password_fallback") {
        detail["password_fallback"] = fallback_json(&clinic.password_fallback, by.now);
        detail["locked_out"] = locked_out.len().into();
    }
    if fields.contains(&"admin_addresses") {
        let texts = |clinic: &Clinic| clinic.admin_addresses.to_texts();
        detail["admin_addresses"] = json!({ "before": texts(&before), "after": texts(&clinic) });
    }
    audit_events::insert(tx, &by.event(AuditKind::ClinicChanged).clinic(&clinic.id).detail(detail))?;
    Ok(Ok(Changed { clinic, fields, locked_out }))
}

fn fallback_json(fallback: &PasswordFallback, now: UnixTime) -> Value {
    let mut shown = json!({ "policy": fallback.chosen().as_str(), "in_force": fallback.in_force(now).as_str() });
    if let PasswordFallback::PasswordOnly { reason, until } = fallback {
        shown["reason"] = json!(reason);
        shown["until"] = time(*until).into();
    }
    shown
}

pub fn to_json(clinic: &Clinic, now: UnixTime) -> Value {
    json!({
        "id": clinic.id.as_str(),
        "name": clinic.name,
        "name_kana": clinic.name_kana,
        "name_en": clinic.name_en,
        "code": clinic.code.as_ref().map(InstitutionCode::as_str),
        "contact": clinic.contact,
        "password_fallback": fallback_json(&clinic.password_fallback, now),
        "registration": clinic.registration,
        "session_idle_seconds": clinic.session_idle.as_secs(),
        "session_absolute_seconds": clinic.session_absolute.as_secs(),
        "unregistered_terminal": clinic.unregistered_terminal.as_str(),
        "accent": clinic.accent.map(Accent::hex),
        "admin_addresses": clinic.admin_addresses.to_texts(),
        "created_at": time(clinic.created_at),
        "updated_at": time(clinic.updated_at),
    })
}
