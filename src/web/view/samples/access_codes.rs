//! A one-time code, from the wish for it to the page where it is typed.

use super::{NOW, Sample, booking, contact, sample};
use crate::{
    domain::{AccessCodeId, MembershipId, Purpose},
    flows::admin::members::{Made, Wish},
    web::view::{AccessCodePage, AskCodePage, IssuedCodePage, LoginNotice, LoginPage},
};

pub(super) fn all() -> Vec<Sample> {
    [typed(), given()].concat()
}

pub(super) fn wish(own: bool) -> Wish {
    Wish {
        id: AccessCodeId::new("01"),
        purpose: Purpose::Code,
        member: MembershipId::new("01"),
        person: "<鈴木 一郎>".to_owned(),
        by: "小野 誠".to_owned(),
        own,
        reason: "<故障>".to_owned(),
        checked: None,
        at: NOW,
        until: NOW,
    }
}

pub(super) fn made(dead: bool) -> Made {
    Made { until: NOW, dead }
}

fn typed() -> Vec<Sample> {
    let page = |notice| {
        AccessCodePage(LoginPage {
            needs: None,
            continue_to: Some("sealed-request".to_owned()),
            application: booking(),
            email: Some("hanako@sakura.example.jp".to_owned()),
            notice: Some(notice),
            shared: false,
            contact: contact(),
        })
    };
    let shared = AccessCodePage(LoginPage { shared: true, ..LoginPage::default() });
    vec![
        sample("access-code", false, AccessCodePage::default()),
        sample("access-code-shared", false, shared),
        sample("access-code-bad", false, page(LoginNotice::BadCredentials)),
        sample("access-code-wait", false, page(LoginNotice::Wait { seconds: 40 })),
        sample("access-code-busy", false, page(LoginNotice::Busy)),
        sample("access-code-expired", false, page(LoginNotice::RequestExpired)),
    ]
}

fn given() -> Vec<Sample> {
    let ask = |wish, needs_second| AskCodePage {
        clinic: "さくらクリニック".to_owned(),
        person: "<鈴木 一郎>".to_owned(),
        wish,
        other: false,
        made: None,
        needs_second,
        over: false,
        reason: String::new(),
        reason_limit: 200,
        bad_reason: false,
        action: "/admin/people/01/access-code".to_owned(),
        back: "/admin/people/01".to_owned(),
        sign_in_uri: None,
        no_passkey: false,
    };
    let to_passkeys = Some("/settings/passkeys".to_owned());
    let issued = |has_password| IssuedCodePage {
        clinic: "さくらクリニック".to_owned(),
        person: "<鈴木 一郎>".to_owned(),
        has_password,
        code: "0123 4567".to_owned(),
        until: NOW,
        back: "/admin/people/01".to_owned(),
    };
    let bad = AskCodePage { bad_reason: true, reason: "\u{202e}".to_owned(), ..ask(Some(wish(false)), true) };
    vec![
        sample("admin-ask-code", true, ask(None, true)),
        sample("admin-ask-code-alone", true, ask(None, false)),
        sample("admin-ask-code-own", true, ask(Some(wish(true)), true)),
        sample("admin-ask-code-agree", true, ask(Some(wish(false)), true)),
        sample("admin-ask-code-other", true, AskCodePage { other: true, ..ask(None, true) }),
        sample("admin-ask-code-over", true, AskCodePage { over: true, ..ask(None, true) }),
        sample("admin-ask-code-bad", true, bad),
        sample(
            "admin-ask-code-stale",
            true,
            AskCodePage { sign_in_uri: Some("/login?again".to_owned()), ..ask(None, true) },
        ),
        sample("admin-ask-code-made", true, AskCodePage { made: Some(made(false)), ..ask(None, true) }),
        sample("admin-ask-code-made-alone", true, AskCodePage { made: Some(made(false)), ..ask(None, false) }),
        sample("admin-ask-code-dead", true, AskCodePage { made: Some(made(true)), ..ask(None, false) }),
        sample(
            "admin-ask-code-no-passkey",
            true,
            AskCodePage { sign_in_uri: to_passkeys, no_passkey: true, ..ask(None, true) },
        ),
        sample("admin-issued-code", true, issued(true)),
        sample("admin-issued-code-alone", true, issued(false)),
    ]
}
