//! A PC in the treatment room, where whoever comes by sits down.

use std::time::Duration;

use genkan::domain::TerminalKind;

use super::place::{BY_PASSKEY, Place};
use crate::support::browser::{Kind, Tab};

const REGISTER_PC: &str = "main form[action^='/terminal/'] button";
const ANOTHER: &str = "main button[value=another]";

/// A shared PC, just registered in this browser.
pub fn register_pc(place: &Place, tab: &Tab) {
    let (link, _) = place.app.terminal_link(&place.app.sakura, TerminalKind::Shared);
    tab.goto(&link);
    tab.follow(REGISTER_PC);
    tab.wait_for_url(&place.app.url("/help/check"));
}

/// Somebody is at work there for so long that the next application asks who they are.
pub fn stay(place: &Place, tab: &Tab) {
    for _ in 0..3 {
        place.app.advance(Duration::from_secs(201));
        tab.goto(&place.app.url("/"));
        tab.wait_for("button[form=logout]");
    }
}

#[test]
fn two_nurses_share_a_pc() {
    let place = Place::open();
    for clinic in [&place.app.sakura, &place.app.demo] {
        place.app.unregistered_terminals(clinic, TerminalKind::Shared);
    }
    let tab = Tab::open();
    tab.language("ja");
    place.hanako_with_passkey(&tab, Kind::Internal);
    register_pc(&place, &tab);
    tab.wait_for_text("処置室 PC-3：共用（その場にいる人が使う端末）");

    // Nothing is offered in its fields, though this browser could, and holds a passkey to offer.
    tab.goto(&place.authorize(&[]));
    tab.wait_for_text("共用の端末です。");
    tab.click("#email");
    tab.wait_for_js("document.readyState === 'complete' && document.activeElement.id === 'email'");
    let begun = "performance.getEntriesByName(location.origin + '/login/passkey/begin').length";
    assert_eq!(tab.eval::<u32>(begun), 0);
    tab.follow(BY_PASSKEY);
    place.wait_for_code(&tab);

    stay(&place, &tab);
    tab.goto(&place.authorize(&[]));
    tab.wait_for_text("山田 花子 さんですか？");
    tab.wait_for_text("「画像ワークリスト」にログインします");
    // Enter is the first button, which says yes.
    tab.eval::<()>("document.querySelector('main button').focus()");
    tab.press("Enter");
    place.wait_for_code(&tab);

    stay(&place, &tab);
    tab.scripts(false);
    tab.goto(&place.authorize(&[]));
    tab.wait_for_text("山田 花子 さんですか？");
    tab.follow("button[value=en]");
    tab.wait_for_text("山田 花子, is that still you?");
    tab.follow(ANOTHER);
    tab.wait_for_text("To continue to 画像ワークリスト");
    place.type_password(&tab, "misaki@demo.example");
    place.wait_for_code(&tab);

    tab.goto(&place.app.url("/"));
    tab.wait_for_text("大塚 美咲");
    assert_eq!(tab.text(".top button[form=logout]"), "Finish");
    tab.follow("main button[form=logout]");
    tab.wait_for_text("You are signed out");
    tab.goto(&place.app.url("/"));
    tab.wait_for("#password-login");
    tab.scripts(true);
}
