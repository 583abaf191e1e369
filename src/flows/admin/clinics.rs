//! Clinics and their policies.

mod locked_out;
mod registration;

use std::ops::RangeInclusive;
use std::time::Duration;

use serde_json::{Value, json};

use super::{By, Refusal, text, time};
use crate::domain::{
    AttestationDemand, AuditKind, Clinic, ClinicId, Fault, PasswordFallback, RegistrationPolicy, TerminalKind,
    UnixTime, User, Verdict,
};
use crate::store::{Conn, Store, StoreResult, audit_events, clinics};
pub use registration::RegistrationDraft;

/// `None` leaves a field as it is; an empty text takes an optional one away.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    pub name: Option<String>,
    pub name_kana: Option<String>,
    pub name_en: Option<String>,
    pub contact: Option<String>,
    pub password_fallback: Option<PasswordFallback>,
    pub registration: RegistrationDraft,
    pub session_idle: Option<Duration>,
    pub session_absolute: Option<Duration>,
    pub unregistered_terminal: Option<TerminalKind>,
    /// Whoever asks knows whom it shuts out.
    pub lock_out: bool,
}

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
    let mut clinic = Clinic {
        id: ClinicId::new(by.random.id(by.now)),
        name: String::new(),
        name_kana: None,
        name_en: None,
        contact: String::new(),
        password_fallback: PasswordFallback::default(),
        registration: RegistrationPolicy::default(),
        session_idle: idle,
        session_absolute: absolute,
        unregistered_terminal: TerminalKind::Shared,
        created_at: by.now,
    };
    let needed = draft.name.as_ref().zip(draft.contact.as_ref()).ok_or(Refusal::ClinicDetailsMissing);
    if let Err(refusal) = needed.and_then(|_| draft.apply(&mut clinic, by)) {
        return Ok(Err(refusal));
    }
    let event = by.event(AuditKind::ClinicCreated).clinic(&clinic.id).detail(json!({ "name": clinic.name }));
    let made = clinic.clone();
    store.write(move |tx| {
        clinics::insert(tx, &clinic)?;
        audit_events::insert(tx, &event)
    })?;
    Ok(Ok(made))
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
    let locked_out = locked_out::by(conn, &before, &clinic, by.now)?;
    Ok(Ok(Changed { fields: changed(&before, &clinic), clinic, locked_out }))
}

/// Changes what the draft names. Whom that shuts out it must be told to.
pub fn set(store: &Store, by: &By, id: ClinicId, draft: Draft) -> Result<Verdict<Changed, Refusal>, Fault> {
    let Changed { locked_out, .. } = match preview(store, by, &id, &draft)? {
        Ok(changed) => changed,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if !locked_out.is_empty() && !draft.lock_out {
        let people: Vec<_> = locked_out.iter().map(|user| user.email.as_str()).collect();
        return Ok(Err(Refusal::LocksOut { count: people.len(), people: people.join(", ") }));
    }
    let by = by.clone();
    store.write(move |tx| {
        let held = clinics::hold(tx, &id)?;
        let Some(before) = clinics::find(tx, &id)?.filter(|_| held) else {
            return Ok(Err(Refusal::UnknownClinic { id: id.to_string() }));
        };
        let mut clinic = before.clone();
        if let Err(refusal) = draft.apply(&mut clinic, &by) {
            return Ok(Err(refusal));
        }
        let fields = changed(&before, &clinic);
        if fields.is_empty() {
            return Ok(Ok(Changed { clinic, fields, locked_out }));
        }
        if !clinics::update(tx, &clinic)? {
            return Ok(Err(Refusal::Changed));
        }
        let mut detail = json!({ "changed": fields });
        if fields.contains(&"password_fallback") {
            detail["password_fallback"] = fallback_json(&clinic.password_fallback, by.now);
            detail["locked_out"] = locked_out.len().into();
        }
        let event = by.event(AuditKind::ClinicChanged).clinic(&clinic.id).detail(detail);
        audit_events::insert(tx, &event)?;
        Ok(Ok(Changed { clinic, fields, locked_out }))
    })
}

impl Draft {
    fn apply(&self, clinic: &mut Clinic, by: &By) -> Result<(), Refusal> {
        if let Some(name) = &self.name {
            clinic.name = text::line("the name", name, 100)?;
        }
        if let Some(kana) = &self.name_kana {
            clinic.name_kana = text::optional("the kana", kana, 100)?;
        }
        if let Some(name) = &self.name_en {
            clinic.name_en = text::optional("the English name", name, 100)?;
        }
        if let Some(contact) = &self.contact {
            clinic.contact = text::line("the contact", contact, 200)?;
        }
        if let Some(fallback) = &self.password_fallback {
            clinic.password_fallback = checked(fallback, by)?;
        }
        self.registration.apply(&mut clinic.registration)?;
        if let Some(idle) = self.session_idle {
            clinic.session_idle = within("--idle", idle, &Clinic::SESSION_IDLE)?;
        }
        if let Some(absolute) = self.session_absolute {
            clinic.session_absolute = within("--absolute", absolute, &Clinic::SESSION_ABSOLUTE)?;
        }
        if let Some(kind) = self.unregistered_terminal {
            clinic.unregistered_terminal = kind;
        }
        if clinic.session_idle > clinic.session_absolute {
            return Err(Refusal::IdleTooLong);
        }
        Ok(())
    }
}

fn checked(fallback: &PasswordFallback, by: &By) -> Result<PasswordFallback, Refusal> {
    match fallback {
        PasswordFallback::PasswordOnly { until, .. } if *until <= by.now => Err(Refusal::OverAlready),
        PasswordFallback::PasswordOnly { reason, until } => {
            Ok(PasswordFallback::PasswordOnly { reason: text::line("the reason", reason, 500)?, until: *until })
        }
        other => Ok(other.clone()),
    }
}

fn within(field: &'static str, span: Duration, range: &RangeInclusive<Duration>) -> Result<Duration, Refusal> {
    let minutes = |span: &Duration| span.as_secs() / 60;
    let refusal = || Refusal::BadSpan { field, from: minutes(range.start()), to: minutes(range.end()) };
    range.contains(&span).then_some(span).ok_or_else(refusal)
}

/// Names as in the JSON of a clinic.
fn changed(before: &Clinic, after: &Clinic) -> Vec<&'static str> {
    let fields = [
        ("name", before.name != after.name),
        ("name_kana", before.name_kana != after.name_kana),
        ("name_en", before.name_en != after.name_en),
        ("contact", before.contact != after.contact),
        ("password_fallback", before.password_fallback != after.password_fallback),
        ("registration", before.registration != after.registration),
        ("session_idle", before.session_idle != after.session_idle),
        ("session_absolute", before.session_absolute != after.session_absolute),
        ("unregistered_terminal", before.unregistered_terminal != after.unregistered_terminal),
    ];
    fields.iter().filter(|(_, differs)| *differs).map(|(name, _)| *name).collect()
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
        "contact": clinic.contact,
        "password_fallback": fallback_json(&clinic.password_fallback, now),
        "registration": clinic.registration,
        "session_idle_seconds": clinic.session_idle.as_secs(),
        "session_absolute_seconds": clinic.session_absolute.as_secs(),
        "unregistered_terminal": clinic.unregistered_terminal.as_str(),
        "created_at": time(clinic.created_at),
    })
}
