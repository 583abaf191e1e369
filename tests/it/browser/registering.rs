//! Registering a passkey on the settings page.

use super::place::{BY_PASSKEY, CONFIRM, Place, REGISTER, TROUBLE};
use crate::support::browser::{Kind, Tab};

fn enrolling(place: &Place) -> Tab {
    let tab = Tab::open();
    tab.language("ja");
    tab.goto(&place.app.url("/login"));
    place.enrol(&tab);
    tab
}

#[test]
fn a_device_that_has_a_passkey_already_is_told_so() {
    let place = Place::open();
    let tab = enrolling(&place);
    let device = tab.authenticator(Kind::Internal);
    tab.follow(REGISTER);
    // Signed in with it: an enrolling session registers one and no more without it.
    tab.follow(BY_PASSKEY);
    tab.goto(&place.app.url("/settings/passkeys"));
    tab.click(REGISTER);
    assert_eq!(tab.text(TROUBLE), "この端末のパスキーは登録済みです。別の端末で登録するか、そのままお使いください。");
    assert_eq!(tab.credentials(&device).len(), 1);
}

#[test]
fn a_cancelled_registration_is_said_to_have_left_nothing_and_can_be_repeated() {
    let place = Place::open();
    let tab = enrolling(&place);
    let device = tab.authenticator(Kind::Internal);
    tab.user_verified(&device, false);
    tab.click(REGISTER);
    assert_eq!(
        tab.text(TROUBLE),
        "パスキーを登録できませんでした。途中で取り消したか、時間が過ぎました。もう一度お試しください。"
    );
    tab.user_verified(&device, true);
    tab.follow(".trouble [data-act=retry]");
    tab.wait_for(BY_PASSKEY);
}

#[test]
fn a_second_passkey_is_added_named_renamed_and_deleted() {
    let place = Place::open();
    let tab = enrolling(&place);
    let device = tab.authenticator(Kind::Internal);
    tab.follow(REGISTER);
    tab.follow(BY_PASSKEY);
    tab.goto(&place.app.url("/settings/passkeys"));
    tab.remove_authenticator(device);
    tab.authenticator(Kind::Usb);
    tab.fill("#passkey-name", "青い鍵");
    tab.follow(REGISTER);
    tab.wait_for_text("青い鍵");
    assert_eq!(tab.count(".cards > li"), 2);
    let named = |name: &str, part: &str| format!("summary[aria-label='「{name}」{part}']");
    tab.click(&named("青い鍵", "の名前を変える"));
    tab.fill("details[open] input[name=name]", "緑の鍵");
    tab.follow("details[open] form button");
    tab.wait_for_text("緑の鍵");
    tab.follow("a[aria-label='「緑の鍵」を削除']");
    tab.follow(CONFIRM);
    tab.wait_for_text("パスキーを削除しました");
    assert_eq!(tab.count(".cards > li"), 1);
}
