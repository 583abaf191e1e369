//! A nurse's first day: from the application through the password to a passkey, and from then on with the passkey alone.
//! With the demo's own applications, on both databases, in both languages.

use serde_json::Value;

use super::demo::RunningDemo;
use crate::support::{
    browser::{Authenticator, Kind, Tab},
    database::{Database, on_both_databases},
};

on_both_databases! {
    a_nurse_enters_both_applications_in_japanese,
    a_nurse_enters_both_applications_in_english,
}

struct Words {
    languages: &'static str,
    login: &'static str,
    register: &'static str,
    forward: &'static str,
    appointments: &'static str,
    examinations: &'static str,
    signed_out: &'static str,
}

const JAPANESE: Words = Words {
    languages: "ja,en",
    login: "「さくら予約」にログインします",
    register: "パスキーを登録",
    forward: "パスキーでログインして「さくら予約」へ進む",
    appointments: "本日の予約",
    examinations: "本日の検査",
    signed_out: "このアプリとGenkanの両方からログアウトしました",
};

const ENGLISH: Words = Words {
    languages: "en-US,en,ja",
    login: "To continue to さくら予約",
    register: "Register a passkey",
    forward: "Sign in with the passkey and go on to さくら予約",
    appointments: "Today's appointments",
    examinations: "Today's examinations",
    signed_out: "You are signed out of this application and of Genkan",
};

fn a_nurse_enters_both_applications_in_japanese(database: Database) {
    story(database, &JAPANESE);
}

fn a_nurse_enters_both_applications_in_english(database: Database) {
    story(database, &ENGLISH);
}

const ENTER: &str = "a[href='/login']";
const LEAVE: &str = "form[action='/logout'] button";
const BY_PASSKEY: &str = "[data-act=passkey]";

fn story(database: Database, words: &Words) {
    let demo = RunningDemo::start(database);
    let tab = Tab::open();
    tab.language(words.languages);
    let device = tab.authenticator(Kind::Internal);
    first_day(&demo, &tab, words);
    assert_eq!(acr_and_amr(&tab), ("phr".to_owned(), ["pop", "user", "mfa"].map(str::to_owned).to_vec()));

    log_out(&tab, &demo.booking, words);
    by_autofill(&demo, &tab, &device);
    let (sid, auth_time) = (claim(&tab, "sid"), claim(&tab, "auth_time"));
    assert!(sid.len() >= 32 && auth_time.parse::<u64>().is_ok(), "{sid} {auth_time}");

    enter_the_other(&demo, &tab, words);
    assert_eq!((claim(&tab, "sid"), claim(&tab, "auth_time")), (sid.clone(), auth_time), "the same sign-in");

    log_out(&tab, &demo.imaging, words);
    is_out_everywhere(&demo, &tab);
    by_button(&demo, &tab, &device);
    assert_ne!(claim(&tab, "sid"), sid, "another sign-in");

    enter_the_other(&demo, &tab, words);
    tab.goto(&demo.issuer);
    tab.follow("button[form=logout]");
    tab.wait_for_url(&format!("{}/oauth/logout", demo.issuer));
    is_out_everywhere(&demo, &tab);
}

/// Without another sign-in.
fn enter_the_other(demo: &RunningDemo, tab: &Tab, words: &Words) {
    tab.goto(&demo.imaging);
    tab.follow(ENTER);
    tab.wait_for_url(&demo.imaging);
    tab.wait_for_text(words.examinations);
}

/// Genkan tells the applications, a moment later and without this browser.
fn is_out_everywhere(demo: &RunningDemo, tab: &Tab) {
    for application in [&demo.booking, &demo.imaging] {
        tab.visit_until(application, ENTER);
    }
}

/// Application, password, registering, and one press that brings the application.
fn first_day(demo: &RunningDemo, tab: &Tab, words: &Words) {
    let (email, password) = demo.somebody_of("さくらクリニック");
    tab.goto(&demo.booking);
    tab.follow(ENTER);
    tab.wait_for_url(&format!("{}/login?continue=", demo.issuer));
    tab.wait_for_text(words.login);
    tab.fill("#email", &email);
    tab.fill("#password", &password);
    tab.follow("#password-login button[type=submit]");
    tab.wait_for_url(&format!("{}/settings/passkeys?continue=", demo.issuer));
    tab.wait_for_text(words.register);
    tab.follow("[data-act=register] button");
    assert_eq!(tab.text(BY_PASSKEY), words.forward);
    tab.follow(BY_PASSKEY);
    tab.wait_for_url(&demo.booking);
    tab.wait_for_text(words.appointments);
}

/// Through Genkan, which is told by the application and asks nothing more.
fn log_out(tab: &Tab, application: &str, words: &Words) {
    tab.follow(LEAVE);
    tab.wait_for_url(&format!("{application}/logged-out"));
    tab.wait_for_text(words.signed_out);
}

/// From a cold login page, the device's own confirmation is everything.
fn by_autofill(demo: &RunningDemo, tab: &Tab, device: &Authenticator) {
    let before = gestures(tab, device);
    tab.goto(&format!("{}/login", demo.booking));
    tab.wait_for_url(&demo.booking);
    tab.wait_for(LEAVE);
    assert_eq!(gestures(tab, device) - before, 1);
}

/// In a browser that offers no passkeys in its fields: one press and one gesture.
fn by_button(demo: &RunningDemo, tab: &Tab, device: &Authenticator) {
    tab.without_autofill();
    let before = gestures(tab, device);
    tab.goto(&format!("{}/login", demo.booking));
    tab.wait_for_url(&format!("{}/login?continue=", demo.issuer));
    tab.follow(BY_PASSKEY);
    tab.wait_for_url(&demo.booking);
    tab.wait_for(LEAVE);
    assert_eq!(gestures(tab, device) - before, 1);
}

/// The authenticator counts for itself.
fn gestures(tab: &Tab, device: &Authenticator) -> i64 {
    tab.credentials(device).first().expect("its one passkey").sign_count
}

fn acr_and_amr(tab: &Tab) -> (String, Vec<String>) {
    let amr = serde_json::from_str::<Value>(&claim(tab, "amr")).expect("a list");
    (tab.text("#acr"), serde_json::from_value(amr).expect("texts"))
}

/// As the application read it out of the verified ID token.
fn claim(tab: &Tab, name: &str) -> String {
    tab.wait_for(LEAVE);
    tab.eval(&format!("document.querySelector('#id-token [data-claim={name}]').textContent"))
}
