//! A code after the password, and the settings that make it one.

use std::time::Duration;

use super::{NOW, Sample, booking, contact, sample};
use crate::{
    flows::account::passkey_change::Left,
    web::view::{
        CodePage, CodeTrouble, EnabledFactor, RecoveryCodesPage, RemoveFactorPage, SecondFactorNotice,
        SecondFactorPage, SetUpPage,
    },
};

pub(super) fn all() -> Vec<Sample> {
    [codes(), settings()].concat()
}

fn codes() -> Vec<Sample> {
    let page = |trouble, recovery| CodePage {
        step: "sealed-step".to_owned(),
        continue_to: Some("sealed-request".to_owned()),
        application: booking(),
        trouble,
        recovery,
        contact: contact(),
    };
    vec![
        sample("code", false, page(None, false)),
        sample("code-alone", false, CodePage { step: "sealed-step".to_owned(), ..CodePage::default() }),
        sample("code-wrong", false, page(Some(CodeTrouble::Wrong), false)),
        sample("code-wrong-recovery", false, page(Some(CodeTrouble::Wrong), true)),
        sample("code-wait", false, page(Some(CodeTrouble::Wait { seconds: 40 }), false)),
    ]
}

fn settings() -> Vec<Sample> {
    let page = |enabled| SecondFactorPage {
        enrolling: false,
        enabled,
        has_password: true,
        may_change: true,
        needs_invitation: false,
        sign_in_again_uri: "/login?again".to_owned(),
        continue_uri: None,
        notice: None,
        contact: contact(),
    };
    let enabled = |last_used_at, recovery_codes_left| {
        Some(EnabledFactor { since: NOW.minus(Duration::from_secs(86_400)), last_used_at, recovery_codes_left })
    };
    let set_up = |wrong| SetUpPage {
        enrolling: false,
        uri: "otpauth://totp/id:hanako?secret=GEZDGNBVGY3TQOJQ".to_owned(),
        secret: vec!["GEZD".to_owned(), "GNBV".to_owned()],
        set_up: "sealed".to_owned(),
        wrong,
        contact: contact(),
    };
    let codes = |first, has_password, continue_uri: Option<&str>| RecoveryCodesPage {
        enrolling: continue_uri.is_some(),
        first,
        codes: (0..10).map(|n| format!("01Z0{n}-AHJKM")).collect(),
        email: "hanako@sakura.example.jp".to_owned(),
        made_at: NOW,
        has_password,
        continue_uri: continue_uri.map(str::to_owned),
        contact: contact(),
    };
    let remove = |last| RemoveFactorPage { enrolling: false, last, contact: contact() };
    let late = SecondFactorPage { notice: Some(SecondFactorNotice::Late), ..page(None) };
    vec![
        sample("second-factor", true, page(enabled(Some(NOW), 10))),
        sample(
            "second-factor-enrolling",
            true,
            SecondFactorPage {
                enrolling: true,
                continue_uri: Some("/login?again".to_owned()),
                notice: Some(SecondFactorNotice::PasswordSaved),
                ..page(enabled(None, 10))
            },
        ),
        sample("second-factor-few", true, page(enabled(None, 3))),
        sample("second-factor-none", true, SecondFactorPage { has_password: false, enrolling: true, ..page(None) }),
        sample("second-factor-late", true, late),
        sample("second-factor-stale", true, SecondFactorPage { may_change: false, ..page(None) }),
        sample(
            "second-factor-locked",
            true,
            SecondFactorPage {
                may_change: false,
                needs_invitation: true,
                notice: Some(SecondFactorNotice::Removed),
                ..page(None)
            },
        ),
        sample("second-factor-set-up", true, set_up(false)),
        sample("second-factor-set-up-wrong", true, set_up(true)),
        sample("recovery-codes", true, codes(true, true, None)),
        sample("recovery-codes-enrolling", true, codes(true, true, Some("/login?again"))),
        sample("recovery-codes-no-password", true, codes(true, false, None)),
        sample("recovery-codes-again", true, codes(false, true, None)),
        sample("second-factor-remove", true, remove(None)),
        sample("second-factor-remove-to-password", true, remove(Some(Left::Password))),
        sample("second-factor-remove-to-nothing", true, remove(Some(Left::Nothing))),
    ]
}
