//! Pages that were left open, kept, restored or bookmarked, and the language switch.

use std::time::Duration;

use super::place::{BY_PASSWORD, Place};
use crate::support::browser::Tab;

fn person() -> Tab {
    let tab = Tab::open();
    tab.language("ja");
    tab
}

#[test]
fn three_restored_tabs_all_still_sign_in() {
    let place = Place::open();
    let first = person();
    let others = [first.sibling(), first.sibling()];
    for tab in [&first].into_iter().chain(&others) {
        tab.goto(&place.authorize(&[]));
        tab.wait_for(BY_PASSWORD);
    }
    for tab in [&first].into_iter().chain(&others) {
        place.type_password(tab, "misaki@demo.example");
        place.wait_for_code(tab);
    }
}

#[test]
fn a_page_left_open_for_an_hour_still_signs_in_and_leads_to_the_application() {
    let place = Place::open();
    let tab = person();
    let start = format!("{}/start", place.origin);
    tab.goto(&place.authorize(&[]));
    let login = tab.url();
    place.app.advance(Duration::from_secs(61 * 60));
    place.type_password(&tab, "misaki@demo.example");
    tab.wait_for_url(&place.app.url("/"));
    tab.follow(&format!(".applications a[href='{start}']"));
    tab.wait_for("#start");

    // The same address opened afresh says why nothing goes on by itself, and where it would.
    tab.goto(&login);
    tab.wait_for_text("アプリケーションへは自動で戻れません");
    assert_eq!(tab.text("#notice a.button"), "「画像ワークリスト」を開く");
    tab.follow("#notice a.button");
    tab.wait_for("#start");
}

#[test]
fn a_bookmark_of_the_login_page_leads_to_the_portal() {
    let place = Place::open();
    let tab = person();
    tab.goto(&place.app.url("/login"));
    place.type_password(&tab, "misaki@demo.example");
    tab.wait_for_url(&place.app.url("/"));
    assert_eq!(tab.text("h1"), "アプリケーション");
    tab.goto(&place.app.url("/login"));
    assert_eq!(tab.url(), place.app.url("/"));
    assert_eq!(tab.text("h1"), "アプリケーション");
}

#[test]
fn the_language_switch_keeps_the_waiting_request_and_outdoes_the_application() {
    let place = Place::open();
    let mut tab = person();
    tab.goto(&place.authorize(&[("ui_locales", "ja")]));
    assert_eq!(tab.text("h1"), "ログイン");
    tab.follow(".languages [value=en]");
    assert_eq!(tab.text("h1"), "Sign in");
    tab.wait_for_text("To continue to 画像ワークリスト");
    tab.fill("#email", "misaki@demo.example");
    tab.fill("#password", "not-her-password-1");
    tab.follow(BY_PASSWORD);
    tab.wait_for_text("The email address or the password is wrong");
    tab.expect_problem("401");
    tab.follow(".languages [value=ja]");
    tab.wait_for_text("「画像ワークリスト」にログインします");
    // Past the pause that follows a wrong password.
    place.app.advance(Duration::from_secs(5));
    place.type_password(&tab, "misaki@demo.example");
    place.wait_for_code(&tab);
}

#[test]
fn the_next_request_of_an_application_is_answered_in_its_own_language_again() {
    let place = Place::open();
    let tab = person();
    tab.goto(&place.authorize(&[("ui_locales", "ja")]));
    tab.follow(".languages [value=en]");
    place.app.advance(Duration::from_secs(1));
    tab.goto(&place.authorize(&[("ui_locales", "ja")]));
    assert_eq!(tab.text("h1"), "ログイン");
    tab.goto(&place.authorize(&[]));
    assert_eq!(tab.text("h1"), "Sign in", "where the application wishes nothing, the choice holds");
}
