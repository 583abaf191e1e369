//! `/help/check`: what a terminal can do, told by itself.

use std::time::Duration;

use super::place::Place;
use crate::support::browser::{Kind, Tab};

fn verdict(tab: &Tab, check: &str) -> String {
    let row = format!("[data-check={check}]");
    tab.wait_for(&format!("{row}[data-verdict]"));
    tab.text(&format!("{row} .badge:not([hidden])"))
}

#[test]
fn a_good_terminal_is_told_what_works() {
    let place = Place::open();
    let tab = Tab::open();
    tab.language("ja");
    tab.authenticator(Kind::Internal);
    tab.goto(&place.app.url("/help/check"));
    for check in ["scripts", "secure", "cookies", "webauthn", "platform", "conditional"] {
        assert_eq!(verdict(&tab, check), "使えます", "{check}");
    }
    assert_eq!(verdict(&tab, "clock"), "合っています");
    assert!(tab.body().contains("Chrome (Linux) バージョン 1"), "{}", tab.body());
}

#[test]
fn what_is_missing_is_said_with_what_to_do_and_what_cannot_be_known_is_not_guessed() {
    let place = Place::open();
    let tab = Tab::open();
    tab.language("ja");
    tab.before_pages("delete window.PublicKeyCredential");
    place.app.advance(Duration::from_secs(180));
    tab.goto(&place.app.url("/help/check"));
    assert_eq!(verdict(&tab, "clock"), "ずれています");
    assert!(tab.sees("[data-server-time]"));
    assert_eq!(verdict(&tab, "webauthn"), "使えません");
    tab.wait_for_text("Chrome、Safari、Edge、Firefox の最新版をお使いください。");
    for check in ["platform", "hybrid", "conditional"] {
        assert_eq!(verdict(&tab, check), "わかりません", "{check}");
    }
}

#[test]
fn a_browser_that_knows_of_no_bluetooth_is_told_so() {
    let place = Place::open();
    let tab = Tab::open();
    tab.language("ja");
    tab.before_pages("PublicKeyCredential.getClientCapabilities = async () => ({ hybridTransport: false })");
    tab.goto(&place.app.url("/help/check"));
    assert_eq!(verdict(&tab, "hybrid"), "使えません");
    tab.wait_for_text("端末の Bluetooth を有効にしてください");
}

#[test]
fn without_scripts_it_shows_what_the_server_sees() {
    let place = Place::open();
    let tab = Tab::open();
    tab.language("ja");
    tab.scripts(false);
    tab.goto(&place.app.url("/help/check"));
    tab.goto(&place.app.url("/help/check"));
    tab.wait_for_text("JavaScript が無効なため、調べられません");
    assert!(!tab.sees("[data-check=webauthn]"), "no verdict that nobody reached");
    for seen in ["Chrome (Linux)", "127.0.0.1", "届いています"] {
        tab.wait_for_text(seen);
    }
}
