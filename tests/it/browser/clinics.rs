//! An IT administrator makes a clinic, sets it up, and its colour is on the pages of its people. On a phone's width, by the keyboard.

use genkan::{domain::Role, store};

use super::place::{BY_PASSKEY, Place, REGISTER};
use crate::support::{
    browser::{Kind, Tab},
    database::{Database, on_both_databases},
};

on_both_databases! {
    a_clinic_is_made_and_set_up_in_japanese,
    a_clinic_is_made_and_set_up_in_english,
}

const CHIEF: &str = "chief@sakura.example";
const SAVE: &str = "main form button.primary";
const ACCENT: &str = "getComputedStyle(document.querySelector('a.button.primary')).backgroundColor";

fn a_clinic_is_made_and_set_up_in_japanese(database: Database) {
    day(database, "ja", ["施設を登録しました", "検証番号", "設定を保存しました", "含まれていないため"]);
}

fn a_clinic_is_made_and_set_up_in_english(database: Database) {
    day(database, "en", ["The clinic was added", "check digit", "Saved", "Where you sit now is not among them"]);
}

fn day(database: Database, language: &str, [added, bad_code, saved, oneself]: [&str; 4]) {
    let place = Place::on(database);
    place.app.hire(&place.app.sakura, Role::SystemAdmin, CHIEF, "情報 太郎");
    let mut tab = Tab::open();
    tab.language(language);
    tab.without_autofill();
    tab.size(360, 800);
    tab.authenticator(Kind::Internal);
    tab.goto(&place.app.url("/login"));
    place.type_password(&tab, CHIEF);
    tab.follow(REGISTER);
    tab.follow(BY_PASSKEY);

    tab.goto(&place.app.url("/admin"));
    tab.enter("nav a[href='/admin/clinics']");
    tab.enter("main a[href='/admin/clinics/new']");
    tab.type_into("#name", "もみじ病院");
    tab.type_into("#contact", "総務 内線 9");
    tab.type_into("#code", "0110113710");
    tab.enter(SAVE);
    tab.wait_for_text(bad_code);
    tab.expect_problem("status of 422");
    tab.fill("#code", "0110113719");
    tab.enter(SAVE);
    tab.wait_for_text(added);
    let all = place.app.store().read(store::clinics::list).expect("a read");
    let made = all.iter().find(|clinic| clinic.name == "もみじ病院").expect("the clinic");
    assert_eq!(made.code.as_ref().map(|code| code.as_str()), Some("0110113719"));

    tab.goto(&place.app.url("/admin/clinic"));
    let before: String = tab.eval(ACCENT);
    tab.enter("a[href$='/edit']");
    tab.fill("#addresses", "192.0.2.0/24");
    tab.enter(SAVE);
    tab.wait_for_text(oneself);
    tab.expect_problem("status of 422");
    tab.fill("#addresses", "127.0.0.1\n::1");
    tab.fill("#accent", "#8a1f4d");
    tab.enter(SAVE);
    tab.wait_for_text(saved);
    assert_eq!(
        (tab.eval::<String>(ACCENT), tab.eval::<String>(ACCENT) != before),
        ("rgb(138, 31, 77)".to_owned(), true)
    );
    assert!(tab.axe().is_empty());
}
