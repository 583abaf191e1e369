//! A doctor of two clinics says where she works today, and enters the application as somebody of that one. On a phone's width, by the
//! keyboard.

use genkan::domain::Role;

use super::place::{BY_PASSKEY, Place, REGISTER};
use crate::support::{
    browser::{Kind, Tab},
    database::{Database, on_both_databases},
};

on_both_databases! {
    a_doctor_of_two_clinics_chooses_in_japanese,
    a_doctor_of_two_clinics_chooses_in_english,
}

fn a_doctor_of_two_clinics_chooses_in_japanese(database: Database) {
    day(database, "ja", ["今日はどちらの施設で働きますか", "（前回）", "デモ医院"]);
}

fn a_doctor_of_two_clinics_chooses_in_english(database: Database) {
    day(database, "en", ["Where do you work today?", "(last time)", "Demo Clinic"]);
}

fn day(database: Database, language: &str, [title, last, demo]: [&str; 3]) {
    let place = Place::on(database);
    let app = &place.app;
    app.appoint(&app.hanako, &app.demo, Role::Member);
    let tab = Tab::open();
    tab.language(language);
    tab.without_autofill();
    tab.size(360, 800);
    tab.authenticator(Kind::Internal);
    tab.goto(&app.url("/login"));
    place.enrol(&tab);
    tab.follow(REGISTER);
    // Signed out in between, she comes from the application.
    tab.goto(&place.authorize(&[]));
    tab.follow(BY_PASSKEY);
    tab.wait_for_text(title);
    assert!(tab.axe().is_empty());
    tab.enter(&format!("main form button[value='{}']", app.demo.id));
    place.wait_for_code(&tab);
    assert_eq!(app.sessions(&app.hanako)[0].clinic_id, app.demo.id);

    // Later, from home; the one of last time stands first.
    tab.goto(&app.url("/"));
    tab.wait_for_text(demo);
    tab.enter("a[href='/clinic']");
    tab.wait_for_text(last);
    assert!(tab.text("main form button").contains(demo));
    tab.enter(&format!("main form button[value='{}']", app.sakura.id));
    tab.wait_for_url(&app.url("/"));
    assert_eq!(app.sessions(&app.hanako)[0].clinic_id, app.sakura.id);
    tab.goto(&place.authorize(&[]));
    place.wait_for_code(&tab);
}
