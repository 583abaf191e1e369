//! A shared PC: being registered, asking who sits there, and what it says of itself.

use super::{EDGE, NOW, Sample, at_shared, checked, contact, sample};
use crate::web::view::{CheckPage, ConfirmPage, TerminalHere, TerminalPage};

pub(super) fn all() -> Vec<Sample> {
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
