//! What `clinic add` and `clinic set` share: the flags of a clinic, and how one is printed.

use std::time::Duration;

use super::super::opened::by_command_line;
use super::super::{Failure, Output, parse};
use super::registration::{self, Registration};
use crate::config::{Config, span};
use crate::domain::{Accent, Clinic, Fallback, PasswordFallback, TerminalKind, UnixTime};
use crate::flows::admin::{
    clinics::{self, Draft, TypedCode},
    time,
};

#[derive(Debug, clap::Args)]
pub struct Fields {
    /// フリガナ
    #[arg(long)]
    kana: Option<String>,
    /// The name in English
    #[arg(long)]
    name_en: Option<String>,
    /// 医療機関コード: ten digits, or seven beside --prefecture and --fee-table; an empty text takes it away
    #[arg(long, value_name = "DIGITS")]
    code: Option<String>,
    /// 都道府県番号, 01 to 47, of a code of seven digits
    #[arg(long, value_name = "NUMBER", requires_all = ["code", "fee_table"])]
    prefecture: Option<String>,
    /// 点数表番号 of a code of seven digits: 1 (医科), 3 (歯科), 4 (調剤) or 6 (訪問看護)
    #[arg(long, value_name = "NUMBER", requires_all = ["code", "prefecture"])]
    fee_table: Option<String>,
    /// Of buttons and links on pages for its people, such as "#1d4e7a"; an empty text takes it away
    #[arg(long, value_name = "COLOUR")]
    accent: Option<String>,
    /// From where alone those who work for it open the administration pages, such as 192.0.2.0/24, in place of those named before
    #[arg(long, value_name = "NETWORK", num_args = 1..)]
    admin_address: Option<Vec<String>>,
    /// From everywhere
    #[arg(long, conflicts_with = "admin_address")]
    any_admin_address: bool,
    /// What a right password leads to: second_factor (a code is asked for) [a new clinic: so], password_only (it signs in,
    /// with --reason and --until) or deny (nothing, and nobody is told). Beside an administrator's one-time
    /// code it is asked for all the same
    #[arg(long, value_name = "POLICY", value_parser = parse::fallback)]
    #[arg(requires_ifs = [("password_only", "reason"), ("password_only", "until")])]
    password_fallback: Option<Fallback>,
    /// Why a password alone signs in; it is recorded
    #[arg(long, value_name = "REASON", requires = "password_fallback")]
    reason: Option<String>,
    /// The last day on which it does; from then on a code is asked for
    #[arg(long, value_name = "YYYY-MM-DD", requires = "password_fallback", value_parser = parse::last_day)]
    until: Option<UnixTime>,
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
    pub fn into_draft(self, name: Option<String>, contact: Option<String>, config: &Config) -> Result<Draft, Failure> {
        self.registration.check(config)?;
        let password_fallback = match (self.password_fallback, self.reason, self.until) {
            (None, ..) => None,
            (Some(Fallback::PasswordOnly), Some(reason), Some(until)) => {
                Some(PasswordFallback::PasswordOnly { reason, until })
            }
            (Some(Fallback::SecondFactor), None, None) => Some(PasswordFallback::SecondFactor),
            (Some(Fallback::Deny), None, None) => Some(PasswordFallback::Deny),
            _ => {
                return Err(Failure::Refused(
                    "--reason and --until go with password_only, and it with both".to_owned(),
                ));
            }
        };
        Ok(Draft {
            name,
            contact,
            name_kana: self.kana,
            name_en: self.name_en,
            code: self.code.map(|digits| TypedCode {
                digits,
                prefecture: self.prefecture.unwrap_or_default(),
                fee_table: self.fee_table.unwrap_or_default(),
            }),
            accent: self.accent,
            admin_addresses: self.admin_address.or_else(|| self.any_admin_address.then(Vec::new)),
            password_fallback,
            registration: self.registration.into_draft(),
            session_idle: self.idle,
            session_absolute: self.absolute,
            unregistered_terminal: self.unregistered_terminal,
            lock_out: false,
        })
    }
}

pub fn print(clinic: &Clinic, json: bool, out: &mut Output) -> Result<(), Failure> {
    if json {
        return out.json(&clinics::to_json(clinic, by_command_line().now));
    }
    let password = match &clinic.password_fallback {
        PasswordFallback::SecondFactor => "signs in with a second factor".to_owned(),
        PasswordFallback::PasswordOnly { reason, until } => {
            format!("signs in alone until {}, then with a second factor: {reason}", time(*until))
        }
        PasswordFallback::Deny => "signs nobody in".to_owned(),
    };
    out.line(&format!("id        {}", clinic.id))?;
    out.line(&format!("name      {}", clinic.name))?;
    if let Some(code) = &clinic.code {
        out.line(&format!("code      {}", code.as_str()))?;
    }
    out.line(&format!("contact   {}", clinic.contact))?;
    if let Some(accent) = clinic.accent.map(Accent::hex) {
        out.line(&format!("colour    #{accent}"))?;
    }
    if !clinic.admin_addresses.is_empty() {
        out.line(&format!("admin     from {}", clinic.admin_addresses.to_texts().join(", ")))?;
    }
    out.line(&format!("password  {password}"))?;
    out.line(&format!("passkeys  {}", registration::show(&clinic.registration)))?;
    let (idle, absolute) = (span::show(clinic.session_idle), span::show(clinic.session_absolute));
    out.line(&format!("sessions  idle {idle}, at most {absolute}"))?;
    out.line(&format!("terminals {} until they are registered", clinic.unregistered_terminal.as_str()))
}
