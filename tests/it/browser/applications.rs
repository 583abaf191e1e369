//! An IT administrator's day: an application is registered, and the first person signs in to it.

use genkan::domain::Role;

use super::place::{BY_PASSKEY, Place, REGISTER};
use crate::support::{
    app::Registered,
    browser::{Kind, Tab},
    database::{Database, on_both_databases},
};

on_both_databases! {
    an_application_is_registered_and_entered_in_japanese,
    an_application_is_registered_and_entered_in_english,
}

const CHIEF: &str = "chief@sakura.example";
/// Names of what is filled in or ticked on the form.
const FIELDS: &str = "new Set([...document.querySelectorAll('main form :is(input:not([type=hidden]), textarea)')]
    .map(({ name }) => name)).size";

/// As an expression, on the page that follows registering.
pub const CLIENT_ID: &str = "[...document.querySelectorAll('dt')]
    .find(({ textContent }) => textContent === 'client_id').nextElementSibling.textContent";

fn an_application_is_registered_and_entered_in_japanese(database: Database) {
    day(database, "ja", "アプリケーション");
}

fn an_application_is_registered_and_entered_in_english(database: Database) {
    day(database, "en", "Applications");
}

/// Of さくらクリニック's computers and of all clinics', just signed in with a passkey.
pub fn chief(place: &Place, language: &str) -> Tab {
    place.app.hire(&place.app.sakura, Role::SystemAdmin, CHIEF, "情報 太郎");
    let tab = Tab::open();
    tab.language(language);
    tab.without_autofill();
    tab.authenticator(Kind::Internal);
    tab.goto(&place.app.url("/login"));
    place.type_password(&tab, CHIEF);
    tab.follow(REGISTER);
    tab.follow(BY_PASSKEY);
    tab
}

fn day(database: Database, language: &str, title: &str) {
    let place = Place::on(database);
    let tab = chief(&place, language);

    tab.goto(&place.app.url("/admin"));
    let mut presses = 0;
    let mut press = |selector: &str| {
        presses += 1;
        tab.follow(selector);
    };
    press("nav a[href='/admin/clients']");
    tab.wait_for_text(title);
    press("main a[href='/admin/clients/new']");
    assert!(tab.eval::<usize>(FIELDS) <= 6, "{}", tab.eval::<usize>(FIELDS));
    tab.fill("#name", "電子カルテ");
    tab.fill("#redirect_uris", &format!("{}/callback", place.origin));
    press("main form button.primary");
    let registered = Registered { client_id: tab.eval(CLIENT_ID), secret: Some(tab.text(".client-secret")) };
    assert_eq!(registered.secret.as_ref().map(String::len), Some(43));
    assert_eq!(tab.axe().len(), 0);

    // Of every clinic's people only those of さくらクリニック may enter; the chief is one, and signed in.
    tab.goto(&place.request_of(&registered, &[("scope", "openid")]));
    place.wait_for_code(&tab);
    chief_demands_a_passkey(&place, &tab, &registered.client_id, language);
    assert!(presses <= 8, "{presses} presses to the first sign-in");

    let hanako = tab.stranger();
    hanako.language(language);
    hanako.goto(&place.request_of(&registered, &[("scope", "openid")]));
    hanako.wait_for_text(if language == "ja" {
        "パスキーでのログインが必要です"
    } else {
        "needs a sign-in by passkey"
    });

    let misaki = tab.stranger();
    misaki.language(language);
    misaki.goto(&place.request_of(&registered, &[("scope", "openid")]));
    place.type_password(&misaki, "misaki@demo.example");
    misaki.wait_for_url(&place.origin);
    assert!(
        misaki.eval::<String>("location.search").contains("error=access_denied"),
        "another clinic's are not let in"
    );
}

/// On the form, and then they look whether hanako would get in.
fn chief_demands_a_passkey(place: &Place, tab: &Tab, id: &str, language: &str) {
    tab.goto(&place.app.url(&format!("/admin/clients/{id}")));
    tab.follow("a[href$='/edit']");
    tab.click("input[name=min_acr][value=phr]");
    tab.fill("#claims", "name=display_name");
    tab.follow("main form button.primary");
    tab.wait_for_text("display_name");
    tab.follow("a[href$='/preview']");
    tab.fill("#email", "hanako@sakura.example");
    tab.follow("main form button.primary");
    tab.wait_for_text(if language == "ja" { "パスキーが必要です" } else { "A passkey is needed" });
    assert_eq!(tab.axe().len(), 0);
}
