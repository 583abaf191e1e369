//! From the invitation through one's own settings to the way out.

use std::time::Duration;

use super::{
    super::place::{BY_PASSKEY, CONFIRM, Place, REGISTER, TROUBLE},
    Gallery,
};
use crate::support::{
    authenticator_app::AuthenticatorApp,
    browser::{Kind, Tab},
};

pub fn walk(place: &Place, gallery: &mut Gallery) {
    let mut tab = Tab::open();
    tab.language("ja");
    tab.without_autofill();
    invitation(place, &mut tab, gallery);
    passkeys(place, &tab, gallery);
    history(place, &tab, gallery);
    password(place, &mut tab, gallery);
    codes(place, &tab, gallery);
    consent(place, &tab, gallery);
    leaving(place, &tab, gallery);
    uninvited(place, &mut tab, gallery);
}

fn invitation(place: &Place, tab: &mut Tab, gallery: &mut Gallery) {
    let app = &place.app;
    app.advance(Duration::from_secs(1));
    let link = app.invite(&app.hanako, &app.sakura);
    tab.goto(&link);
    gallery.take(tab, "invitation");
    tab.follow("main form button");
    gallery.take(tab, "passkeys-enrolling");
    tab.goto(&app.url("/settings/password"));
    gallery.take(tab, "password-first");
    tab.goto(&link);
    gallery.take(tab, "invitation-used");
    tab.expect_problem("status of 410");
}

fn passkeys(place: &Place, tab: &Tab, gallery: &mut Gallery) {
    let app = &place.app;
    let page = app.url("/settings/passkeys");
    let first = tab.authenticator(Kind::Internal);
    tab.goto(&place.authorize(&[]));
    tab.user_verified(&first, false);
    tab.click(REGISTER);
    tab.wait_for(TROUBLE);
    gallery.take(tab, "passkeys-enrolling-cancelled");
    tab.user_verified(&first, true);
    tab.follow(REGISTER);
    gallery.take(tab, "passkeys-enrolled");
    tab.follow(BY_PASSKEY);
    place.wait_for_code(tab);
    tab.goto(&app.url("/"));
    gallery.take(tab, "portal-one-passkey");
    tab.goto(&page);
    gallery.take(tab, "passkeys-one");
    tab.follow("a[href$='/delete']");
    gallery.take(tab, "passkey-delete-last");
    tab.language("en");
    tab.goto(&page);
    gallery.take(tab, "passkeys-one-en");
    tab.follow("a[href$='/suspend']");
    gallery.take(tab, "passkey-suspend-last-en");
    tab.language("ja");
    tab.goto(&page);
    tab.remove_authenticator(first);
    for _ in 1..10 {
        let next = tab.authenticator(Kind::Usb);
        tab.follow(REGISTER);
        tab.remove_authenticator(next);
    }
    tab.follow("li:nth-child(2) a[href$='/suspend']");
    gallery.take(tab, "passkey-suspend");
    tab.follow(CONFIRM);
    gallery.take(tab, "passkeys-full");
    tab.goto(&app.url("/"));
    gallery.take(tab, "portal");
    in_english(place, tab, gallery);
    app.advance(Duration::from_secs(6 * 60));
    tab.goto(&page);
    gallery.take(tab, "passkeys-stale");
    tab.goto(&app.url("/settings/password"));
    gallery.take(tab, "password-stale");
}

/// Longer words in the same room.
fn in_english(place: &Place, tab: &Tab, gallery: &mut Gallery) {
    tab.language("en");
    let pages = [
        ("/", "portal-en"),
        ("/settings/passkeys", "passkeys-full-en"),
        ("/settings/password", "password-en"),
        ("/settings/second-factor", "second-factor-none-en"),
        ("/settings/sessions", "sessions-en"),
        ("/settings/apps", "apps-en"),
    ];
    for (path, name) in pages {
        tab.goto(&place.app.url(path));
        gallery.take(tab, name);
    }
    tab.language("ja");
}

/// What one did oneself, in both languages, and what to do when one did not.
fn history(place: &Place, tab: &Tab, gallery: &mut Gallery) {
    for (language, mark) in [("ja", ""), ("en", "-en")] {
        tab.language(language);
        tab.goto(&place.app.url("/settings/passkeys"));
        tab.follow("li:first-child .actions a:first-child");
        gallery.take(tab, &format!("passkey-uses{mark}"));
        tab.goto(&place.app.url("/settings/history"));
        gallery.take(tab, &format!("history{mark}"));
        tab.follow(".trail a[href$='/not-me']");
        gallery.take(tab, &format!("not-me{mark}"));
    }
    tab.language("ja");
    tab.goto(&place.app.url("/settings/history?notice=disowned"));
    gallery.take(tab, "history-disowned");
}

fn password(place: &Place, tab: &mut Tab, gallery: &mut Gallery) {
    let app = &place.app;
    // Somebody whose password is their only way in.
    let misaki = tab.stranger();
    misaki.language("ja");
    misaki.goto(&app.url("/login"));
    place.type_password(&misaki, "misaki@demo.example");
    gallery.take(&misaki, "portal-no-passkey");
    misaki.goto(&app.url("/settings/passkeys"));
    gallery.take(&misaki, "passkeys-none");
    misaki.goto(&app.url("/settings/password"));
    gallery.take(&misaki, "password");
    misaki.fill("#current", "not-her-password-1");
    misaki.fill("#new", "otsuka");
    misaki.follow("main form button");
    gallery.take(&misaki, "password-refused");
    let mut misaki = misaki;
    misaki.expect_problem("status of 422");
}

/// An authenticator app, from its picture to the day when it is lost; without scripts, where the codes are typed.
fn codes(place: &Place, tab: &Tab, gallery: &mut Gallery) {
    let app = &place.app;
    app.advance(Duration::from_secs(60));
    let settings = app.url("/settings/second-factor");
    let mut misaki = tab.stranger();
    misaki.language("ja");
    misaki.goto(&app.url("/login"));
    place.type_password(&misaki, "misaki@demo.example");
    misaki.goto(&settings);
    gallery.take(&misaki, "second-factor-none");
    misaki.follow("a[href$='/set-up']");
    gallery.take(&misaki, "second-factor-set-up");
    let phone = AuthenticatorApp::typed(&misaki.eval::<String>("document.querySelector('.secret').textContent"));
    misaki.fill("#code", "000000");
    misaki.follow("main form button");
    gallery.take(&misaki, "second-factor-set-up-wrong");
    misaki.expect_problem("status of 422");
    misaki.fill("#code", &phone.code(app, 0));
    misaki.follow("main form button");
    gallery.take(&misaki, "recovery-codes");
    let recovery_code = misaki.text(".codes li");
    misaki.goto(&settings);
    gallery.take(&misaki, "second-factor-not-strong");
    app.advance(Duration::from_secs(30));
    misaki.follow("main .button.primary");
    place.type_password(&misaki, "misaki@demo.example");
    gallery.take(&misaki, "code");
    misaki.fill("#code", "000000");
    misaki.follow("#code-login button");
    gallery.take(&misaki, "code-wrong");
    misaki.expect_problem("status of 401");
    misaki.fill("#code", "000000");
    misaki.follow("#code-login button");
    gallery.take(&misaki, "code-wait");
    misaki.expect_problem("status of 429");
    app.advance(Duration::from_secs(60));
    misaki.eval::<()>("document.querySelector('details').open = true; null");
    misaki.fill("#recovery-code", &recovery_code);
    misaki.follow("details form button");
    misaki.wait_for_url(&settings);
    gallery.take(&misaki, "second-factor");
    misaki.language("en");
    misaki.goto(&settings);
    gallery.take(&misaki, "second-factor-en");
    misaki.follow("main form button");
    gallery.take(&misaki, "recovery-codes-en");
    misaki.language("ja");
    misaki.goto(&format!("{settings}/remove"));
    gallery.take(&misaki, "second-factor-remove");
    misaki.follow(CONFIRM);
    gallery.take(&misaki, "second-factor-removed");
}

/// An application of another house asks, and its access is seen and withdrawn.
fn consent(place: &Place, tab: &Tab, gallery: &mut Gallery) {
    // Past the delay that her wrong password a moment ago brought.
    place.app.advance(Duration::from_secs(60));
    let misaki = tab.stranger();
    misaki.language("ja");
    let visits = place.visits();
    let all = ("scope", "openid profile email address phone offline_access");
    misaki.goto(&place.request_of(&visits, &[all, ("prompt", "consent")]));
    place.type_password(&misaki, "misaki@demo.example");
    gallery.take(&misaki, "consent");
    misaki.follow("main form button");
    place.wait_for_code(&misaki);
    misaki.goto(&place.app.url("/settings/apps"));
    gallery.take(&misaki, "apps");
    misaki.follow("form[action$='/withdraw'] button");
    gallery.take(&misaki, "apps-withdrawn");
    misaki.goto(&place.request_of(&visits, &[("scope", "openid"), ("ui_locales", "en")]));
    gallery.take(&misaki, "consent-en");
    misaki.goto(&place.app.url("/"));
    gallery.take(&misaki, "portal-apps");
}

fn leaving(place: &Place, tab: &Tab, gallery: &mut Gallery) {
    let app = &place.app;
    let other = tab.sibling();
    other.language("ja");
    other.goto(&app.url("/settings/sessions"));
    gallery.take(&other, "sessions");
    other.goto(&app.url("/oauth/logout"));
    gallery.take(&other, "logout");
    other.follow("main form button");
    gallery.take(&other, "logged-out");
}

/// Nobody vouches any longer for who signs in with a password alone.
fn uninvited(place: &Place, tab: &mut Tab, gallery: &mut Gallery) {
    let app = &place.app;
    let link = app.invite(&app.misaki, &app.demo);
    app.advance(Duration::from_secs(73 * 3600));
    tab.goto(&link);
    gallery.take(tab, "invitation-expired");
    tab.expect_problem("status of 410");
    tab.goto(&app.url("/login"));
    place.type_password(tab, "misaki@demo.example");
    tab.goto(&app.url("/settings/passkeys"));
    gallery.take(tab, "passkeys-locked");
}
