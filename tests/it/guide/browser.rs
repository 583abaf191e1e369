//! Promises that only a browser can show.

use std::time::Duration;

use super::MISAKI;
use crate::{
    browser::place::{BY_PASSKEY, BY_PASSWORD, Place, TROUBLE, person},
    support::browser::Kind,
};

/// 「指紋や顔認証など「いつものカギ(スマホ等)」でログインできる」「端末のPIN/画面ロックを使うため」
#[test]
fn g_03_fingerprint_face_or_screen_lock_signs_in_and_nothing_is_typed() {
    let place = Place::open();
    let tab = person();
    let phone = place.hanako_with_passkey(&tab, Kind::Internal);
    tab.goto(&place.authorize(&[]));
    tab.user_verified(&phone, false);
    tab.click(BY_PASSKEY);
    tab.wait_for(TROUBLE);
    tab.user_verified(&phone, true);
    tab.click(".trouble [data-act=retry]");
    place.wait_for_code(&tab);
}

/// 「仕組みは国際標準の「FIDO2/WebAuthn」」
#[test]
fn g_05_any_authenticator_of_the_standard_is_asked_through_the_browser_and_nothing_else() {
    let place = Place::open();
    let tab = person();
    tab.before_pages(
        "for (const call of ['create', 'get']) {
            const real = navigator.credentials[call].bind(navigator.credentials);
            navigator.credentials[call] = (options) => {
                sessionStorage[call] = Object.keys(options).join();
                return real(options);
            };
        }",
    );
    place.hanako_with_passkey(&tab, Kind::Usb);
    tab.goto(&place.app.url("/login"));
    tab.follow(BY_PASSKEY);
    tab.wait_for_text("ログイン中の方");
    for call in ["create", "get"] {
        let asked: String = tab.eval(&format!("sessionStorage.{call}"));
        assert!(asked.split(',').any(|member| member == "publicKey"), "{call}: {asked}");
        assert!(
            asked.split(',').all(|member| ["publicKey", "signal", "mediation"].contains(&member)),
            "{call}: {asked}"
        );
    }
}

/// 「ログイン画面で「ログイン」を押します」
#[test]
fn g_10_login_pressed_with_nothing_typed_means_the_passkey() {
    let place = Place::open();
    let tab = person();
    place.hanako_with_passkey(&tab, Kind::Internal);
    tab.goto(&place.app.url("/login"));
    assert_eq!(tab.text(BY_PASSWORD), "ログイン");
    tab.follow(BY_PASSWORD);
    tab.wait_for_text("ログイン中の方");
}

/// 「スマホやPCが「その場かぎりの質問(チャレンジ)」を受け取り、端末内で署名して回答します」
#[test]
fn g_11_a_phone_a_computer_and_a_key_all_answer() {
    for kind in [Kind::Cable, Kind::Internal, Kind::Usb] {
        let place = Place::open();
        let tab = person();
        place.hanako_with_passkey(&tab, kind);
        tab.goto(&place.app.url("/login"));
        tab.follow(BY_PASSKEY);
        tab.wait_for_text("ログイン中の方");
    }
}

/// 「パスキーが見つからない/失敗する場合は、画面の案内に従いパスワードログインへ切り替えできます」
#[test]
fn g_28_when_the_passkey_fails_the_screen_offers_the_password() {
    let place = Place::open();
    let tab = person();
    tab.authenticator(Kind::Internal);
    tab.goto(&place.authorize(&[]));
    tab.click(BY_PASSKEY);
    tab.wait_for(TROUBLE);
    assert_eq!(tab.text(".trouble [data-act=password]"), "パスワードでログイン");
    tab.click(".trouble [data-act=password]");
    assert_eq!(tab.eval::<String>("document.activeElement.id"), "email");
    place.type_password(&tab, MISAKI);
    place.wait_for_code(&tab);
}

/// 「「ブラウザが非対応」: 対応ブラウザの最新版をご利用ください」
#[test]
fn g_29_a_browser_without_passkeys_is_told_so() {
    let place = Place::open();
    let tab = person();
    tab.before_pages("delete window.PublicKeyCredential");
    tab.goto(&place.app.url("/login"));
    tab.click(BY_PASSKEY);
    assert!(tab.text(TROUBLE).contains("Chrome、Safari、Edge、Firefox の最新版をお使いください"));
}

/// 「ブラウザ更新や時刻ずれの解消、ネットワーク確認も有効です」
#[test]
fn g_38_the_server_s_time_is_shown_and_a_clock_that_is_wrong_is_said() {
    let place = Place::open();
    let tab = person();
    let warning = "[data-server-time]";
    for (minutes, wrong) in [(0, false), (3, true)] {
        place.app.advance(Duration::from_secs(60 * minutes));
        for page in ["/login", "/help"] {
            tab.goto(&place.app.url(page));
            tab.wait_for_js("document.readyState === 'complete'");
            assert_eq!(tab.sees(warning), wrong, "{page}, {minutes} minutes off");
            assert_eq!(tab.count("main time[datetime*='T']"), 1, "{page} shows the server's time");
        }
    }
}
