//! Clinics, as administrators see them.

use super::{NOW, Sample, sample};
use crate::{
    domain::{
        AllowedPasskeys, AttestationDemand, BadInstitutionCode, ClinicId, Fallback, MembershipId, Preset, SecurityKeys,
        TerminalKind, Unclear,
    },
    web::view::*,
};

const WRONG: &[(&str, &str)] = &[
    ("text", "name"),
    ("code_taken", "code"),
    ("colour", "accent"),
    ("light", "accent"),
    ("address", "addresses"),
    ("oneself", "addresses"),
    ("roots", "attestation"),
    ("day", "until"),
    ("aaguid", "blocked"),
    ("idle", "idle"),
    ("absolute", "absolute"),
    ("challenge", "challenge"),
    ("idle_too_long", "idle"),
    ("changed", ""),
    ("other", ""),
];

fn names<T: Copy>(all: &[T], name: fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().map(|value| name(*value)).collect()
}

fn choices() -> ClinicChoices {
    ClinicChoices {
        fee_tables: vec![1, 3, 4, 6],
        fallbacks: names(Fallback::ALL, Fallback::as_str),
        presets: names(Preset::ALL, Preset::as_str),
        passkeys: names(AllowedPasskeys::ALL, AllowedPasskeys::as_str),
        security_keys: names(SecurityKeys::ALL, SecurityKeys::as_str),
        unclear: names(Unclear::ALL, Unclear::as_str),
        attestations: names(AttestationDemand::ALL, AttestationDemand::as_str),
        terminals: names(TerminalKind::ALL, TerminalKind::as_str),
    }
}

fn set() -> TypedClinic {
    let text = str::to_owned;
    TypedClinic {
        name: text("<さくらクリニック>"),
        name_kana: text("サクラクリニック"),
        name_en: text("Sakura Clinic & Co"),
        contact: text("医療情報係 <小野>（内線 201）"),
        code: text("0110113719"),
        accent: text("#8a1f4d"),
        fallback: text("password_only"),
        reason: text("<入れ替えまで>"),
        until: text("2026-12-31"),
        passkeys: text("phone_first"),
        security_keys: text("later"),
        synced: true,
        unclear: text("accept"),
        attestation: text("none"),
        blocked: text("fdb141b2-5d84-443e-8a35-4698c205a502"),
        challenge: text("60"),
        idle: text("30"),
        absolute: text("720"),
        unregistered: text("shared"),
        addresses: text("192.0.2.0/24\n2001:db8::/32"),
        seen: text("1768779000000"),
        ..TypedClinic::default()
    }
}

pub fn all() -> Vec<Sample> {
    let clinic = || "<さくらクリニック>".to_owned();
    let line = |code: Option<&str>| ClinicLine {
        id: ClinicId::new("01"),
        name: clinic(),
        kana: Some("サクラ".to_owned()),
        code: code.map(str::to_owned),
        own: code.is_some(),
    };
    let more_after = Some(ClinicId::new("01"));
    let clinics = vec![line(Some("0110113719")), line(None)];
    let list = ClinicsPage { typed: String::new(), clinics, more_after, first: false };
    let none = ClinicsPage { typed: "<もみじ>".to_owned(), clinics: vec![], more_after: None, first: true };
    let administrator = |role, suspended| Administrator {
        id: MembershipId::new("01"),
        name: "<小野 誠>".to_owned(),
        email: "makoto@sakura.example".to_owned(),
        role,
        suspended,
    };
    let page = ClinicPage {
        id: ClinicId::new("01"),
        clinic: clinic(),
        set: set(),
        until_over: true,
        windows_hello: true,
        administrators: vec![administrator("clinic_admin", false), administrator("system_admin", true)],
        own: true,
        may_manage: true,
        sees_all: true,
        created_at: NOW,
        updated_at: NOW,
        notice: Some("manage_clinic"),
    };
    let bare = ClinicPage {
        set: TypedClinic { fallback: "deny".to_owned(), until: String::new(), ..bare() },
        until_over: false,
        windows_hello: false,
        administrators: vec![],
        own: false,
        notice: Some("add_clinic"),
        ..page.clone()
    };
    let edit = EditClinicPage {
        id: Some(ClinicId::new("01")),
        clinic: clinic(),
        typed: set(),
        choices: choices(),
        wrong: None,
        locked_out: vec![],
        changed_meanwhile: vec!["name", "fallback", "addresses"],
        address: "192.0.2.7".to_owned(),
        sign_in_uri: None,
    };
    let wrong = |what, field| Some(WrongClinic { what, field, text: "<48>".to_owned() });
    let shuts_out = EditClinicPage {
        wrong: wrong("locks_out", "fallback"),
        locked_out: vec![("<鈴木 一郎>".to_owned(), "ichiro@sakura.example".to_owned())],
        changed_meanwhile: vec![],
        ..edit.clone()
    };
    let new = EditClinicPage { id: None, typed: TypedClinic::default(), changed_meanwhile: vec![], ..edit.clone() };
    let stale = EditClinicPage { sign_in_uri: Some("/login?again".to_owned()), ..edit.clone() };
    let codes = BadInstitutionCode::ALL.iter().map(|why| (why.as_str(), "code"));
    let mut samples: Vec<_> = codes
        .chain(WRONG.iter().copied())
        .map(|(what, field)| {
            let page = EditClinicPage { wrong: wrong(what, field), changed_meanwhile: vec![], ..edit.clone() };
            sample(&format!("admin-clinic-edit-{what}"), true, page)
        })
        .collect();
    samples.extend([
        sample("admin-clinics", true, list),
        sample("admin-clinics-none", true, none),
        sample("admin-clinic", true, page),
        sample("admin-clinic-bare", true, bare),
        sample("admin-clinic-edit", true, edit),
        sample("admin-clinic-edit-stale", true, stale),
        sample("admin-clinic-edit-locks-out", true, shuts_out),
        sample("admin-clinic-new", true, new),
    ]);
    samples
}

fn bare() -> TypedClinic {
    TypedClinic {
        name_kana: String::new(),
        name_en: String::new(),
        code: String::new(),
        accent: String::new(),
        synced: false,
        blocked: String::new(),
        addresses: String::new(),
        ..set()
    }
}
