//! What is typed about a clinic: from the form into a draft, from a clinic into the form, and what is wrong with it.

use std::time::Duration;

use uuid::Uuid;

use crate::{
    domain::{
        Accent, AllowedPasskeys, AttestationDemand, Clinic, Fallback, InstitutionCode, PasswordFallback, Preset,
        SecurityKeys, TerminalKind, Unclear, UnixTime,
    },
    flows::admin::{
        Refusal,
        clinics::{Draft, RegistrationDraft, TypedCode},
        end_of, last_day,
    },
    keys::Sealable,
    protocol::params::Params,
    web::view::{ClinicChoices, TypedClinic, WrongClinic},
};

/// What had been typed when the sign-in was no longer recent enough.
impl Sealable for TypedClinic {
    const PURPOSE: &'static str = "admin-clinic";
    const LIFETIME: Duration = Duration::from_secs(3600);
}

pub fn choices() -> ClinicChoices {
    fn names<T: Copy>(all: &[T], name: fn(T) -> &'static str) -> Vec<&'static str> {
        all.iter().map(|value| name(*value)).collect()
    }
    ClinicChoices {
        fee_tables: InstitutionCode::FEE_TABLES.to_vec(),
        fallbacks: names(Fallback::ALL, Fallback::as_str),
        presets: names(Preset::ALL, Preset::as_str),
        passkeys: names(AllowedPasskeys::ALL, AllowedPasskeys::as_str),
        security_keys: names(SecurityKeys::ALL, SecurityKeys::as_str),
        unclear: names(Unclear::ALL, Unclear::as_str),
        attestations: names(AttestationDemand::ALL, AttestationDemand::as_str),
        terminals: names(TerminalKind::ALL, TerminalKind::as_str),
    }
}

pub fn read(form: &Params) -> TypedClinic {
    let text = |name| form.single(name).unwrap_or_default().to_owned();
    let on = |name| form.single(name).is_some();
    TypedClinic {
        name: text("name"),
        name_kana: text("name_kana"),
        name_en: text("name_en"),
        contact: text("contact"),
        code: text("code"),
        prefecture: text("prefecture"),
        fee_table: text("fee_table"),
        accent: text("accent"),
        fallback: text("fallback"),
        reason: text("reason"),
        until: text("until"),
        preset: text("preset"),
        passkeys: text("passkeys"),
        security_keys: text("security_keys"),
        synced: on("synced"),
        unclear: text("unclear"),
        attestation: text("attestation"),
        blocked: text("blocked"),
        only: text("only"),
        challenge: text("challenge"),
        idle: text("idle"),
        absolute: text("absolute"),
        unregistered: text("unregistered"),
        addresses: text("addresses"),
        lock_out: on("lock_out"),
        seen: text("seen"),
    }
}

/// When the clinic was last changed, as the form that was sent shows it; long ago where it does not say.
pub fn seen(form: &Params) -> UnixTime {
    UnixTime::from_millis(form.single("seen").and_then(|text| text.parse().ok()).unwrap_or_default())
}

/// As much of it as an address carries: a text is there whole or not at all. Whom it shuts out is asked again.
pub fn carried(typed: &TypedClinic) -> TypedClinic {
    let mut carried = TypedClinic { lock_out: false, ..typed.clone() };
    let long = [
        &mut carried.name,
        &mut carried.name_kana,
        &mut carried.name_en,
        &mut carried.contact,
        &mut carried.reason,
        &mut carried.blocked,
        &mut carried.only,
        &mut carried.addresses,
    ];
    for text in long.into_iter().filter(|text| text.len() > 600) {
        text.clear();
    }
    carried
}

/// Of a new clinic.
pub fn details(typed: &TypedClinic) -> Draft {
    let text = |text: &String| Some(text.trim().to_owned());
    Draft {
        name: text(&typed.name),
        name_kana: text(&typed.name_kana),
        name_en: text(&typed.name_en),
        contact: text(&typed.contact),
        code: Some(TypedCode {
            digits: typed.code.clone(),
            prefecture: typed.prefecture.clone(),
            fee_table: typed.fee_table.clone(),
        }),
        ..Draft::default()
    }
}

/// What is not chosen stays as it is.
pub fn draft(typed: &TypedClinic) -> Result<Draft, WrongClinic> {
    Ok(Draft {
        accent: Some(typed.accent.clone()),
        admin_addresses: Some(typed.addresses.lines().map(str::to_owned).collect()),
        password_fallback: fallback(typed)?,
        registration: registration(typed)?,
        session_idle: number("idle", &typed.idle)?.map(minutes),
        session_absolute: number("absolute", &typed.absolute)?.map(minutes),
        unregistered_terminal: TerminalKind::parse(&typed.unregistered),
        lock_out: typed.lock_out,
        ..details(typed)
    })
}

fn fallback(typed: &TypedClinic) -> Result<Option<PasswordFallback>, WrongClinic> {
    Ok(match Fallback::parse(&typed.fallback) {
        None => None,
        Some(Fallback::SecondFactor) => Some(PasswordFallback::SecondFactor),
        Some(Fallback::Deny) => Some(PasswordFallback::Deny),
        Some(Fallback::PasswordOnly) => {
            let until = end_of(typed.until.trim()).ok_or_else(|| about("day", "until"))?;
            Some(PasswordFallback::PasswordOnly { reason: typed.reason.trim().to_owned(), until })
        }
    })
}

fn registration(typed: &TypedClinic) -> Result<RegistrationDraft, WrongClinic> {
    let preset = Preset::parse(&typed.preset);
    Ok(RegistrationDraft {
        preset,
        passkeys: AllowedPasskeys::parse(&typed.passkeys).filter(|_| preset.is_none()),
        security_keys: SecurityKeys::parse(&typed.security_keys).filter(|_| preset.is_none()),
        allow_synced: Some(typed.synced),
        unclear: Unclear::parse(&typed.unclear),
        attestation: AttestationDemand::parse(&typed.attestation),
        blocked: Some(models("blocked", &typed.blocked)?),
        only: Some(models("only", &typed.only)?),
        challenge: number("challenge", &typed.challenge)?.map(Duration::from_secs),
    })
}

fn models(field: &'static str, text: &str) -> Result<Vec<Uuid>, WrongClinic> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(|line| line.parse().map_err(|_| with(about("aaguid", field), line))).collect()
}

fn number(field: &'static str, text: &str) -> Result<Option<u64>, WrongClinic> {
    match text.trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| about(field, field)),
    }
}

const fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(minutes.saturating_mul(60))
}

pub fn of(clinic: &Clinic) -> TypedClinic {
    let lines = |list: &[Uuid]| list.iter().map(Uuid::to_string).collect::<Vec<_>>().join("\n");
    let (policy, minutes) = (&clinic.registration, |span: Duration| (span.as_secs() / 60).to_string());
    let (reason, until) = match &clinic.password_fallback {
        PasswordFallback::PasswordOnly { reason, until } => (reason.clone(), last_day(*until)),
        PasswordFallback::SecondFactor | PasswordFallback::Deny => (String::new(), String::new()),
    };
    TypedClinic {
        name: clinic.name.clone(),
        name_kana: clinic.name_kana.clone().unwrap_or_default(),
        name_en: clinic.name_en.clone().unwrap_or_default(),
        contact: clinic.contact.clone(),
        code: clinic.code.as_ref().map(InstitutionCode::as_str).unwrap_or_default().to_owned(),
        accent: clinic.accent.map(Accent::hex).map(|hex| format!("#{hex}")).unwrap_or_default(),
        fallback: clinic.password_fallback.chosen().as_str().to_owned(),
        reason,
        until,
        passkeys: policy.passkeys.as_str().to_owned(),
        security_keys: policy.security_keys.as_str().to_owned(),
        synced: policy.allow_synced,
        unclear: policy.unclear.as_str().to_owned(),
        attestation: policy.attestation.as_str().to_owned(),
        blocked: lines(&policy.blocked),
        only: lines(&policy.only),
        challenge: policy.challenge_seconds.to_string(),
        idle: minutes(clinic.session_idle),
        absolute: minutes(clinic.session_absolute),
        unregistered: clinic.unregistered_terminal.as_str().to_owned(),
        addresses: clinic.admin_addresses.to_texts().join("\n"),
        seen: clinic.updated_at.millis().to_string(),
        ..TypedClinic::default()
    }
}

/// The fields that are otherwise in the one than in the other.
pub fn differing(one: &TypedClinic, other: &TypedClinic) -> Vec<&'static str> {
    let lines = |text: &str| text.lines().map(|line| line.trim().to_owned()).collect::<Vec<_>>();
    let fields = [
        ("name", one.name.trim() != other.name),
        ("name_kana", one.name_kana.trim() != other.name_kana),
        ("name_en", one.name_en.trim() != other.name_en),
        ("contact", one.contact.trim() != other.contact),
        ("code", one.code.trim() != other.code),
        ("accent", one.accent.trim() != other.accent),
        ("fallback", one.fallback != other.fallback),
        ("reason", one.reason.trim() != other.reason),
        ("until", one.until.trim() != other.until),
        ("passkeys", one.passkeys != other.passkeys),
        ("security_keys", one.security_keys != other.security_keys),
        ("synced", one.synced != other.synced),
        ("unclear", one.unclear != other.unclear),
        ("attestation", one.attestation != other.attestation),
        ("blocked", lines(&one.blocked) != lines(&other.blocked)),
        ("only", lines(&one.only) != lines(&other.only)),
        ("challenge", one.challenge.trim() != other.challenge),
        ("idle", one.idle.trim() != other.idle),
        ("absolute", one.absolute.trim() != other.absolute),
        ("unregistered", one.unregistered != other.unregistered),
        ("addresses", lines(&one.addresses) != lines(&other.addresses)),
    ];
    fields.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
}

/// What the form says of it. A refusal that no form of ours can bring about is said without details.
pub fn wrong(refusal: &Refusal) -> WrongClinic {
    match refusal {
        Refusal::BadText { field, .. } => about("text", field_of(field)),
        Refusal::BadCode { why } => about(why.as_str(), "code"),
        Refusal::CodeTaken { code } => with(about("code_taken", "code"), code),
        Refusal::BadColour => about("colour", "accent"),
        Refusal::LightColour { instead } => with(about("light", "accent"), &format!("#{instead}")),
        Refusal::BadAddress { text } => with(about("address", "addresses"), text),
        Refusal::ShutsOutOneself { address } => with(about("oneself", "addresses"), address),
        Refusal::RootsMissing => about("roots", "attestation"),
        Refusal::OverAlready => about("day", "until"),
        Refusal::BadSpan { field, .. } => about(field_of(field), field_of(field)),
        Refusal::IdleTooLong => about("idle_too_long", "idle"),
        Refusal::LocksOut { .. } => about("locks_out", "fallback"),
        Refusal::Changed => about("changed", ""),
        _ => about("other", ""),
    }
}

fn field_of(field: &str) -> &'static str {
    match field {
        "the kana" => "name_kana",
        "the English name" => "name_en",
        "the contact" => "contact",
        "the reason" => "reason",
        "--idle" => "idle",
        "--absolute" => "absolute",
        "--challenge" => "challenge",
        _ => "name",
    }
}

const fn about(what: &'static str, field: &'static str) -> WrongClinic {
    WrongClinic { what, field, text: String::new() }
}

fn with(wrong: WrongClinic, text: &str) -> WrongClinic {
    WrongClinic { text: text.chars().take(200).collect(), ..wrong }
}
