//! A new invitation for who has lost every way in, from the wish for it on.

use super::{Sample, access_codes, sample};
use crate::{
    domain::{IdentityCheck, Purpose},
    flows::admin::members::{Again, Wish, WrongAgain},
    web::view::InviteAgainPage,
};

pub(super) fn for_invitation(own: bool) -> Wish {
    let wish = access_codes::wish(own);
    Wish { purpose: Purpose::Invitation, checked: Some(IdentityCheck::CallBack), ..wish }
}

pub(super) fn all() -> Vec<Sample> {
    let page = InviteAgainPage {
        clinic: "さくらクリニック".to_owned(),
        person: "<鈴木 一郎>".to_owned(),
        anew: false,
        email: "ichiro@sakura.example.jp".to_owned(),
        proven: true,
        mails: true,
        passkeys: 2,
        wish: None,
        other: false,
        open: false,
        needs_second: true,
        over: false,
        checks: IdentityCheck::ALL,
        typed: Again { way: "mail".to_owned(), ..Again::default() },
        reason_limit: 200,
        wrong: None,
        action: "/admin/people/01/invite-again".to_owned(),
        back: "/admin/people/01".to_owned(),
        sign_in_uri: None,
        no_passkey: false,
    };
    let typed = Again { checked: "card".to_owned(), reason: "\u{202e}".to_owned(), way: "sheet".to_owned() };
    let stale = Some("/login?again".to_owned());
    let mut samples = vec![
        sample("admin-again", true, page.clone()),
        sample("admin-again-unproven", true, InviteAgainPage { proven: false, passkeys: 0, ..page.clone() }),
        sample("admin-again-no-mail", true, InviteAgainPage { mails: false, open: true, ..page.clone() }),
        sample("admin-again-alone", true, InviteAgainPage { needs_second: false, other: true, ..page.clone() }),
        sample(
            "admin-again-alone-unproven",
            true,
            InviteAgainPage { needs_second: false, proven: false, ..page.clone() },
        ),
        sample("admin-again-own", true, InviteAgainPage { wish: Some(for_invitation(true)), ..page.clone() }),
        sample("admin-again-agree", true, InviteAgainPage { wish: Some(for_invitation(false)), ..page.clone() }),
        sample("admin-again-anew", true, InviteAgainPage { anew: true, needs_second: false, ..page.clone() }),
        sample("admin-again-over", true, InviteAgainPage { over: true, ..page.clone() }),
        sample("admin-again-stale", true, InviteAgainPage { sign_in_uri: stale.clone(), ..page.clone() }),
        sample(
            "admin-again-no-passkey",
            true,
            InviteAgainPage { sign_in_uri: stale, no_passkey: true, ..page.clone() },
        ),
    ];
    for wrong in [WrongAgain::Checked, WrongAgain::Reason, WrongAgain::Way] {
        let page = InviteAgainPage { wrong: Some(wrong), typed: typed.clone(), ..page.clone() };
        samples.push(sample(&format!("admin-again-{wrong:?}"), true, page));
    }
    samples
}
