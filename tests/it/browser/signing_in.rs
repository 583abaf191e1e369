//! Signing in with a passkey by the button, and what the page says when that fails.

use std::time::Duration;

use super::place::{BY_PASSKEY, Place, TROUBLE, person};
use crate::support::browser::Kind;

const RETRY: &str = ".trouble [data-act=retry]";

#[test]
fn this_device_a_phone_and_a_security_key_register_and_sign_in() {
    for kind in [Kind::Internal, Kind::Cable, Kind::Usb] {
        let place = Place::open();
        let person = person();
        let device = place.hanako_with_passkey(&person, kind);
        person.goto(&place.authorize(&[]));
        person.follow(BY_PASSKEY);
        place.wait_for_code(&person);
        assert_eq!(person.credentials(&device).len(), 1, "{kind:?}");
    }
}

#[test]
fn after_a_cancelled_prompt_the_page_says_so_and_offers_retry_and_password() {
    let place = Place::open();
    let mut tab = person();
    let device = place.hanako_with_passkey(&tab, Kind::Internal);
    tab.goto(&place.authorize(&[]));
    tab.user_verified(&device, false);
    tab.click(BY_PASSKEY);
    assert_eq!(
        tab.text(TROUBLE),
        "パスキーを確認できませんでした。途中で取り消したか、時間が過ぎたか、この端末で使えるパスキーが見つかりません。"
    );
    assert!(tab.eval::<bool>("document.activeElement.matches('.trouble')"), "a screen reader is taken there");
    tab.click(".trouble [data-act=password]");
    tab.wait_for_js("document.activeElement.id === 'email'");
    tab.user_verified(&device, true);
    tab.follow(RETRY);
    place.wait_for_code(&tab);
    assert_eq!(tab.problems(), Vec::<String>::new());
}

#[test]
fn a_passkey_that_the_server_forgot_is_named_and_the_device_told() {
    let place = Place::open();
    let mut tab = person();
    let device = place.hanako_with_passkey(&tab, Kind::Internal);
    forget_passkeys(&place);
    tab.goto(&place.app.url("/login"));
    tab.click(BY_PASSKEY);
    assert_eq!(
        tab.text(TROUBLE),
        "このパスキーは登録されていません。削除した古いパスキーかもしれません。別のパスキーを選んでください。"
    );
    tab.expect_problem("403");
    tab.wait_for(RETRY);
    assert_eq!(tab.credentials(&device).len(), 0, "the browser removed what is of no use");
}

fn forget_passkeys(place: &Place) {
    use genkan::store::passkeys;
    let user = place.app.hanako.id.clone();
    let held = place.app.store().read(|conn| passkeys::list_for_user(conn, &user)).expect("her passkeys");
    for passkey in held {
        let user = user.clone();
        place.app.store().write(move |tx| passkeys::delete(tx, &passkey.id, &user)).expect("deleted");
    }
}

#[test]
fn a_challenge_confirmed_too_late_is_explained_and_a_retry_succeeds() {
    let place = Place::open();
    let mut tab = person();
    place.hanako_with_passkey(&tab, Kind::Internal);
    // The browser asks, and nobody answers until the page's own script is told to go on.
    tab.before_pages(
        "const get = navigator.credentials.get.bind(navigator.credentials);
         navigator.credentials.get = async options => {
             if (window.answered) return get(options);
             window.asked = true;
             await new Promise(done => window.answer = done);
             window.answered = true;
             return get(options);
         };",
    );
    tab.goto(&place.authorize(&[]));
    tab.click(BY_PASSKEY);
    tab.wait_for_js("window.asked === true");
    tab.wait_for(".waiting");
    place.app.advance(Duration::from_secs(66));
    tab.eval::<()>("window.answer()");
    assert_eq!(
        tab.text(TROUBLE),
        "確認に時間がかかり、期限が過ぎました。「もう一度試す」を押すと、すぐに続けられます。"
    );
    tab.expect_problem("403");
    tab.follow(RETRY);
    place.wait_for_code(&tab);
}

#[test]
fn without_the_server_the_page_says_that_it_cannot_be_reached() {
    let place = Place::open();
    let mut tab = person();
    tab.goto(&place.app.url("/login"));
    drop(place);
    tab.click(BY_PASSKEY);
    assert_eq!(tab.text(TROUBLE), "サーバーに接続できませんでした。ネットワークを確認して、もう一度お試しください。");
    tab.expect_problem("ERR_CONNECTION_REFUSED");
    // The icon of a tab comes when everything else is there, and may have been on its way.
    tab.forgive("icon.svg");
}

#[test]
fn a_browser_without_passkeys_says_so_and_the_password_still_works() {
    let place = Place::open();
    let tab = person();
    tab.before_pages("delete window.PublicKeyCredential");
    tab.goto(&place.app.url("/login"));
    tab.click(BY_PASSKEY);
    assert_eq!(
        tab.text(TROUBLE),
        "このブラウザまたは端末ではパスキーを使えません。Chrome、Safari、Edge、Firefox の最新版をお使いください。"
    );
    place.type_password(&tab, "misaki@demo.example");
    tab.wait_for_text("アプリケーション");
}
