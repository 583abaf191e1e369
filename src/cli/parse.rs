//! Flag values that are more than a text; clap names what is wrong with them (exit code 2).

use std::time::Duration;

use crate::config::{Issuer, span};
use crate::domain::{
    AllowedPasskeys, AttestationDemand, ClientAuthMethod, ClientType, Fallback, Preset, Profession, Role, SecurityKeys,
    SigningAlg, TerminalKind, Unclear, UnixTime, Verification,
};
use crate::flows::admin::end_of;

pub fn client_type(text: &str) -> Result<ClientType, String> {
    one_of(text, ClientType::ALL, ClientType::as_str)
}

pub fn auth_method(text: &str) -> Result<ClientAuthMethod, String> {
    one_of(text, ClientAuthMethod::ALL, ClientAuthMethod::as_str)
}

pub fn algorithm(text: &str) -> Result<SigningAlg, String> {
    one_of(text, SigningAlg::ALL, SigningAlg::as_str)
}

pub fn role(text: &str) -> Result<Role, String> {
    one_of(text, Role::ALL, Role::as_str)
}

pub fn preset(text: &str) -> Result<Preset, String> {
    one_of(text, Preset::ALL, Preset::as_str)
}

pub fn fallback(text: &str) -> Result<Fallback, String> {
    one_of(text, Fallback::ALL, Fallback::as_str)
}

pub fn allowed_passkeys(text: &str) -> Result<AllowedPasskeys, String> {
    one_of(text, AllowedPasskeys::ALL, AllowedPasskeys::as_str)
}

pub fn security_keys(text: &str) -> Result<SecurityKeys, String> {
    one_of(text, SecurityKeys::ALL, SecurityKeys::as_str)
}

pub fn unclear(text: &str) -> Result<Unclear, String> {
    one_of(text, Unclear::ALL, Unclear::as_str)
}

pub fn attestation(text: &str) -> Result<AttestationDemand, String> {
    one_of(text, AttestationDemand::ALL, AttestationDemand::as_str)
}

pub fn terminal_kind(text: &str) -> Result<TerminalKind, String> {
    one_of(text, TerminalKind::ALL, TerminalKind::as_str)
}

pub fn profession(text: &str) -> Result<Profession, String> {
    one_of(text, Profession::ALL, Profession::as_str)
}

pub fn verification(text: &str) -> Result<Verification, String> {
    one_of(text, Verification::ALL, Verification::as_str)
}

pub fn issuer(text: &str) -> Result<Issuer, String> {
    Issuer::parse(text).ok_or_else(|| format!("allowed: {}", Issuer::ALLOWED))
}

pub fn span(text: &str) -> Result<Duration, String> {
    span::parse(text).ok_or_else(|| "a span of time has its unit: \"30 min\", \"12 h\"".to_owned())
}

/// A day, up to its end in Japan.
pub fn last_day(text: &str) -> Result<UnixTime, String> {
    end_of(text).ok_or_else(|| "a day is written YYYY-MM-DD".to_owned())
}

fn one_of<T: Copy>(text: &str, all: &[T], name: fn(T) -> &'static str) -> Result<T, String> {
    let names = || all.iter().map(|value| name(*value)).collect::<Vec<_>>().join(", ");
    all.iter().copied().find(|value| name(*value) == text).ok_or_else(|| format!("allowed: {}", names()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_as_written_and_others_answered_with_all_of_them() {
        assert_eq!(client_type("spa"), Ok(ClientType::Spa));
        assert_eq!(client_type("SPA"), Err("allowed: web, spa, native, machine".to_owned()));
    }
}
