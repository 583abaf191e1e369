//! Suspending, resuming and deleting passkeys on the settings page, and what the device is told of it.

use super::place::{BY_PASSKEY, BY_PASSWORD, CONFIRM, Place, REGISTER, TROUBLE, person};
use crate::support::browser::{Authenticator, Kind, Tab};

/// Hanako's browser with a passkey of this device, signed in with it.
fn one_passkey(place: &Place) -> (Tab, Authenticator) {
    let tab = person();
    listen(&tab);
    let device = tab.authenticator(Kind::Internal);
    tab.goto(&place.app.url("/login"));
    place.enrol(&tab);
    tab.follow(REGISTER);
    tab.follow(BY_PASSKEY);
    tab.goto(&place.app.url("/settings/passkeys"));
    tab.wait_for_text("予備のパスキーを");
    (tab, device)
}

/// A second one beside it, on a security key that is put away again.
fn two_passkeys(place: &Place) -> (Tab, Authenticator) {
    let (tab, device) = one_passkey(place);
    let key = tab.authenticator(Kind::Usb);
    tab.fill("#passkey-name", "青い鍵");
    tab.follow(REGISTER);
    tab.wait_for_text("青い鍵");
    assert!(!tab.body().contains("予備のパスキーを"), "two are enough");
    tab.remove_authenticator(key);
    (tab, device)
}

fn sign_in(place: &Place, tab: &Tab) {
    tab.goto(&place.app.url("/login"));
    tab.click(BY_PASSKEY);
}

#[test]
fn a_suspended_passkey_is_refused_kept_by_its_device_and_signs_in_once_resumed() {
    let place = Place::open();
    let (mut tab, device) = one_passkey(&place);
    let other = tab.stranger();
    let copied = tab.credentials(&device).pop().expect("the passkey of this device");
    let elsewhere = other.authenticator(Kind::Internal);
    other.language("ja");
    other.without_autofill();
    other.add_credential(&elsewhere, copied);

    tab.follow("li:first-child a[href$='/suspend']");
    tab.click("input[name=end_sessions]");
    tab.follow(CONFIRM);
    tab.wait_for_text("パスキーを一時停止しました");
    tab.wait_for_text("いまログインに使えるパスキーがありません");
    tab.wait_for_js("window.told === 1");
    assert_eq!(tab.credentials(&device).len(), 1, "a suspended one is not forgotten");

    sign_in(&place, &other);
    assert_eq!(
        other.text(TROUBLE),
        "このパスキーは一時停止中です。別のパスキーを使うか、管理者にお問い合わせください。"
    );
    tab.follow("form[action$='/resume'] button");
    tab.wait_for_text("パスキーの使用を再開しました");
    other.follow(".trouble [data-act=retry]");
    other.wait_for_text("ログイン中の方");
    let mut other = other;
    other.expect_problem("403");
    assert_eq!(tab.problems(), Vec::<String>::new());
}

#[test]
fn a_deleted_passkey_is_taken_from_its_device() {
    let place = Place::open();
    let (tab, device) = two_passkeys(&place);
    assert_eq!(tab.credentials(&device).len(), 1);
    tab.follow("li:first-child a[href$='/delete']");
    tab.click("input[name=end_sessions]");
    tab.follow(CONFIRM);
    tab.wait_for_text("パスキーを削除しました");
    tab.wait_for_js("window.told === 1");
    assert_eq!(tab.credentials(&device).len(), 0);
}

/// A new name is told to the device, which shows it when it asks for the passkey.
#[test]
fn a_person_with_another_name_has_it_on_the_device_too() {
    let place = Place::open();
    let (tab, device) = two_passkeys(&place);
    let mut renamed = place.app.reload(&place.app.hanako);
    renamed.profile.name = "佐藤 花子".to_owned();
    place.app.store().write(move |tx| genkan::store::users::update_profile(tx, &renamed)).expect("another name");
    tab.goto(&place.app.url("/settings/passkeys"));
    let name = || tab.credentials(&device).pop().and_then(|passkey| passkey.user_display_name);
    place.app.wait_for(|_| name().as_deref() == Some("佐藤 花子"));
}

/// From the next page on: `told` is how many passkeys the browser's manager was last told of.
fn listen(tab: &Tab) {
    tab.before_pages(
        "const signal = PublicKeyCredential.signalAllAcceptedCredentials.bind(PublicKeyCredential);
         PublicKeyCredential.signalAllAcceptedCredentials = async known => {
             await signal(known);
             window.told = known.allAcceptedCredentialIds.length;
         };",
    );
}

#[test]
fn without_scripts_the_last_passkey_is_suspended_only_after_a_warning() {
    let place = Place::open();
    let tab = Tab::open();
    tab.language("ja");
    let device = tab.authenticator(Kind::Internal);
    tab.goto(&place.app.url("/login"));
    place.type_password(&tab, "misaki@demo.example");
    tab.goto(&place.app.url("/settings/passkeys"));
    tab.follow(REGISTER);
    tab.remove_authenticator(device);
    tab.scripts(false);
    tab.goto(&place.app.url("/settings/passkeys"));
    tab.follow("a[href$='/suspend']");
    tab.wait_for_text("ログインの方法はパスワードだけになり");
    tab.follow(CONFIRM);
    tab.wait_for_text("いまログインに使えるパスキーがありません");
    place.sign_out(&tab);
    tab.goto(&place.app.url("/login"));
    tab.wait_for(BY_PASSWORD);
}
