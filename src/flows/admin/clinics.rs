//! Clinics and their policies.

mod registration;

use std::ops::RangeInclusive;
use std::time::Duration;

use serde_json::{Value, json};

use super::{By, Refusal, text, time};
use crate::domain::{AuditKind, Clinic, ClinicId, Fault, PasswordFallback, RegistrationPolicy, TerminalKind, Verdict};
use crate::store::{Store, audit_events, clinics};
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
}

pub fn list(store: &Store) -> Result<Vec<Clinic>, Fault> {
    store.read(clinics::list)
}

/// Begins without password sign-in, with PCs that are shared until they are registered, and with these session limits where
/// the draft names none.
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
        password_fallback: PasswordFallback::Deny,
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

/// Changes what the draft names; the answer names what differs from before.
pub fn set(
    store: &Store,
    by: &By,
    id: ClinicId,
    draft: Draft,
) -> Result<Verdict<(Clinic, Vec<&'static str>), Refusal>, Fault> {
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
        let changed = changed(&before, &clinic);
        if changed.is_empty() {
            return Ok(Ok((clinic, changed)));
        }
        if !clinics::update(tx, &clinic)? {
            return Ok(Err(Refusal::Changed));
        }
        let event = by.event(AuditKind::ClinicChanged).clinic(&clinic.id).detail(json!({ "changed": changed }));
        audit_events::insert(tx, &event)?;
        Ok(Ok((clinic, changed)))
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
        PasswordFallback::Deny => Ok(PasswordFallback::Deny),
        PasswordFallback::PasswordOnly { until: Some(until), .. } if *until <= by.now => Err(Refusal::OverAlready),
        PasswordFallback::PasswordOnly { reason, until } => {
            Ok(PasswordFallback::PasswordOnly { reason: text::line("the reason", reason, 500)?, until: *until })
        }
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

pub fn to_json(clinic: &Clinic) -> Value {
    let fallback = match &clinic.password_fallback {
        PasswordFallback::Deny => json!({ "allowed": false }),
        PasswordFallback::PasswordOnly { reason, until } => {
            json!({ "allowed": true, "reason": reason, "until": until.map(time) })
        }
    };
    json!({
        "id": clinic.id.as_str(),
        "name": clinic.name,
        "name_kana": clinic.name_kana,
        "name_en": clinic.name_en,
        "contact": clinic.contact,
        "password_fallback": fallback,
        "registration": clinic.registration,
        "session_idle_seconds": clinic.session_idle.as_secs(),
        "session_absolute_seconds": clinic.session_absolute.as_secs(),
        "unregistered_terminal": clinic.unregistered_terminal.as_str(),
        "created_at": time(clinic.created_at),
    })
}
