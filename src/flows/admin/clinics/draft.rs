//! What is to be different about a clinic, as it was typed: by flags or into a form.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::RegistrationDraft;
use crate::domain::{Accent, AllowList, BadAccent, Clinic, InstitutionCode, PasswordFallback, TerminalKind};
use crate::flows::admin::{By, Refusal, text};

/// `None` leaves a field as it is; an empty text takes an optional one away.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    pub name: Option<String>,
    pub name_kana: Option<String>,
    pub name_en: Option<String>,
    pub contact: Option<String>,
    pub code: Option<TypedCode>,
    /// `#1d4e7a`
    pub accent: Option<String>,
    /// The whole list; empty takes it away.
    pub admin_addresses: Option<Vec<String>>,
    pub password_fallback: Option<PasswordFallback>,
    pub registration: RegistrationDraft,
    pub session_idle: Option<Duration>,
    pub session_absolute: Option<Duration>,
    pub unregistered_terminal: Option<TerminalKind>,
    /// Whoever asks knows whom it shuts out.
    pub lock_out: bool,
}

/// 医療機関コード: ten digits, or seven beside the other two.
#[derive(Clone, Debug, Default)]
pub struct TypedCode {
    pub digits: String,
    pub prefecture: String,
    pub fee_table: String,
}

impl Draft {
    pub(super) fn apply(&self, clinic: &mut Clinic, by: &By) -> Result<(), Refusal> {
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
        if let Some(typed) = &self.code {
            clinic.code = typed.read()?;
        }
        if let Some(accent) = &self.accent {
            clinic.accent = colour(accent)?;
        }
        if let Some(addresses) = &self.admin_addresses {
            let list = AllowList::parse(addresses.iter().map(String::as_str));
            clinic.admin_addresses = list.map_err(|text| Refusal::BadAddress { text })?;
        }
        // What is over already may stay as it is.
        if let Some(fallback) = self.password_fallback.as_ref().filter(|it| **it != clinic.password_fallback) {
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

impl TypedCode {
    fn read(&self) -> Result<Option<InstitutionCode>, Refusal> {
        if self.digits.trim().is_empty() {
            return Ok(None);
        }
        let read = InstitutionCode::parse(&self.digits, self.prefecture.trim(), self.fee_table.trim());
        read.map(Some).map_err(|why| Refusal::BadCode { why })
    }
}

fn colour(typed: &str) -> Result<Option<Accent>, Refusal> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    Accent::parse(typed).map(Some).map_err(|why| match why {
        BadAccent::NotAColour => Refusal::BadColour,
        BadAccent::TooLight(instead) => Refusal::LightColour { instead: instead.hex() },
    })
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

pub(super) fn within(
    field: &'static str,
    span: Duration,
    range: &RangeInclusive<Duration>,
) -> Result<Duration, Refusal> {
    let minutes = |span: &Duration| span.as_secs() / 60;
    let refusal = || Refusal::BadSpan { field, from: minutes(range.start()), to: minutes(range.end()) };
    range.contains(&span).then_some(span).ok_or_else(refusal)
}

/// Names as in the JSON of a clinic.
pub(super) fn changed(before: &Clinic, after: &Clinic) -> Vec<&'static str> {
    let fields = [
        ("name", before.name != after.name),
        ("name_kana", before.name_kana != after.name_kana),
        ("name_en", before.name_en != after.name_en),
        ("contact", before.contact != after.contact),
        ("code", before.code != after.code),
        ("accent", before.accent != after.accent),
        ("admin_addresses", before.admin_addresses != after.admin_addresses),
        ("password_fallback", before.password_fallback != after.password_fallback),
        ("registration", before.registration != after.registration),
        ("session_idle", before.session_idle != after.session_idle),
        ("session_absolute", before.session_absolute != after.session_absolute),
        ("unregistered_terminal", before.unregistered_terminal != after.unregistered_terminal),
    ];
    fields.iter().filter(|(_, differs)| *differs).map(|(name, _)| *name).collect()
}
