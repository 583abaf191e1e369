//! A shared PC: being registered, asking who sits there, and what it says of itself.

use super::{EDGE, NOW, Sample, at_shared, checked, contact, sample};
use crate::{
    domain::{ClinicId, Seen, TerminalId},
    web::view::{
        CheckPage, ConfirmPage, RevokeTerminalPage, TerminalHere, TerminalLine, TerminalLinkPage, TerminalPage,
        TerminalsPage,
    },
};

pub(super) fn all() -> Vec<Sample> {
    [at_the_pc(), administered()].concat()
}

fn administered() -> Vec<Sample> {
    let seen = || Some(Seen { at: NOW, ip: "192.0.2.7".to_owned(), user_agent: EDGE.to_owned() });
    let line = |kind, state| TerminalLine {
        id: TerminalId::new("01"),
        name: "処置室 <PC-3>".to_owned(),
        kind,
        state,
        until: NOW,
        registered: seen().filter(|_| state == "registered"),
        last_seen: seen(),
        places: 2,
    };
    let new = TerminalLine { last_seen: None, places: 0, ..line("personal", "registered") };
    let list = TerminalsPage {
        clinic: "さくらクリニック".to_owned(),
        terminals: vec![line("shared", "registered"), new, line("shared", "waiting")],
        may_manage: true,
        name_limit: 100,
        ..TerminalsPage::default()
    };
    let bad = TerminalsPage { bad_name: true, typed: "\u{202e}".to_owned(), kind: "personal", ..list.clone() };
    let later = TerminalsPage { more_after: Some(TerminalId::new("01")), later: true, ..list.clone() };
    let other = TerminalsPage { other_clinic: Some(ClinicId::new("demo")), revoked: true, ..list.clone() };
    let sign_in_uri = Some("/login?again".to_owned());
    let revoke = |sign_in_uri| RevokeTerminalPage {
        clinic: "さくらクリニック".to_owned(),
        name: "処置室 <PC-3>".to_owned(),
        action: "/admin/terminals/01/revoke".to_owned(),
        back: "/admin/terminals".to_owned(),
        sign_in_uri,
    };
    let link = TerminalLinkPage {
        clinic: "さくらクリニック".to_owned(),
        name: "処置室 <PC-3>".to_owned(),
        kind: "shared",
        link: "https://id.example.jp/terminal/token".to_owned(),
        until: NOW,
        back: "/admin/terminals".to_owned(),
    };
    vec![
        sample("admin-terminals-none", true, TerminalsPage { terminals: Vec::new(), ..list.clone() }),
        sample("admin-terminals-bad", true, bad),
        sample("admin-terminals-other", true, other),
        sample("admin-terminals-later", true, later),
        sample("admin-terminals-seen", true, TerminalsPage { may_manage: false, ..list.clone() }),
        sample("admin-terminals-stale", true, TerminalsPage { sign_in_uri: sign_in_uri.clone(), ..list.clone() }),
        sample("admin-terminals", true, list),
        sample("admin-terminal-link", true, link),
        sample("admin-terminal-revoke", true, revoke(None)),
        sample("admin-terminal-revoke-stale", true, revoke(sign_in_uri)),
    ]
}

fn at_the_pc() -> Vec<Sample> {
    let link = |kind| TerminalPage {
        token: "token".to_owned(),
        name: "処置室 <PC-3>".to_owned(),
        kind,
        clinic: "さくらクリニック".to_owned(),
        expires_at: NOW,
        contact: contact().unwrap_or_default(),
    };
    let confirm = |application| ConfirmPage {
        application,
        person: "看護 花子".to_owned(),
        form: "sealed-question".to_owned(),
        contact: contact().unwrap_or_default(),
    };
    let check = |terminal| CheckPage { terminal, ..checked(EDGE, true) };
    vec![
        sample("terminal-shared", false, link("shared")),
        sample("terminal-personal", false, link("personal")),
        at_shared("confirm", confirm(Some("予約システム".to_owned()))),
        at_shared("confirm-alone", confirm(None)),
        at_shared("check-shared", check(TerminalHere { name: Some("処置室 <PC-3>".to_owned()), kind: Some("shared") })),
        sample("check-unregistered", true, check(TerminalHere { name: None, kind: Some("personal") })),
        at_shared("check-unregistered-shared", check(TerminalHere { name: None, kind: Some("shared") })),
    ]
}
