//! What `clinic add` and `clinic set` share: the flags of a clinic, and how one is printed.

use std::time::Duration;

use super::super::{Failure, Output, parse};
use super::registration::{self, Registration};
use crate::config::span;
use crate::domain::{Clinic, PasswordFallback, TerminalKind, UnixTime};
use crate::flows::admin::{clinics, clinics::Draft, time};

#[derive(Debug, clap::Args)]
pub struct Fields {
    /// フリガナ
    #[arg(long)]
    kana: Option<String>,
    /// The name in English
    #[arg(long)]
    name_en: Option<String>,
    /// Let a password alone sign in, for this reason, which is recorded
    #[arg(long, value_name = "REASON", conflicts_with = "deny_password")]
    allow_password: Option<String>,
    /// The last day on which a password alone signs in [none: no end]
    #[arg(long, value_name = "YYYY-MM-DD", requires = "allow_password", value_parser = parse::last_day)]
    until: Option<UnixTime>,
    /// Let a password alone sign nobody in [a new clinic: so]
    #[arg(long)]
    deny_password: bool,
    #[command(flatten)]
    registration: Registration,
    /// After so long unused a session signs nobody in, such as "30 min"
    #[arg(long, value_name = "SPAN", value_parser = parse::span)]
    idle: Option<Duration>,
    /// After so long a session ends, such as "12 h"
    #[arg(long, value_name = "SPAN", value_parser = parse::span)]
    absolute: Option<Duration>,
    /// What a PC counts as that is not registered (`genkan terminal add`): shared [a new clinic: so] or personal
    #[arg(long, value_name = "KIND", value_parser = parse::terminal_kind)]
    unregistered_terminal: Option<TerminalKind>,
    #[arg(long)]
    pub json: bool,
}

impl Fields {
    pub fn into_draft(self, name: Option<String>, contact: Option<String>) -> Draft {
        let until = self.until;
        let allowed = self.allow_password.map(|reason| PasswordFallback::PasswordOnly { reason, until });
        Draft {
            name,
            contact,
            name_kana: self.kana,
            name_en: self.name_en,
            password_fallback: allowed.or(self.deny_password.then_some(PasswordFallback::Deny)),
            registration: self.registration.into_draft(),
            session_idle: self.idle,
            session_absolute: self.absolute,
            unregistered_terminal: self.unregistered_terminal,
        }
    }
}

pub fn print(clinic: &Clinic, json: bool, out: &mut Output) -> Result<(), Failure> {
    if json {
        return out.json(&clinics::to_json(clinic));
    }
    let password = match &clinic.password_fallback {
        PasswordFallback::Deny => "signs nobody in alone".to_owned(),
        PasswordFallback::PasswordOnly { reason, until } => {
            let end = until.map(|until| format!(" until {}", time(until))).unwrap_or_default();
            format!("signs in alone{end}: {reason}")
        }
    };
    out.line(&format!("id        {}", clinic.id))?;
    out.line(&format!("name      {}", clinic.name))?;
    out.line(&format!("contact   {}", clinic.contact))?;
    out.line(&format!("password  {password}"))?;
    out.line(&format!("passkeys  {}", registration::show(&clinic.registration)))?;
    let (idle, absolute) = (span::show(clinic.session_idle), span::show(clinic.session_absolute));
    out.line(&format!("sessions  idle {idle}, at most {absolute}"))?;
    out.line(&format!("terminals {} until they are registered", clinic.unregistered_terminal.as_str()))
}
