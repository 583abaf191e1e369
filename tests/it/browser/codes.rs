//! A password and a code in a real browser, with scripts and without.

use std::time::Duration;

use super::place::Place;
use crate::support::{authenticator_app::AuthenticatorApp, browser::Tab};

#[test]
fn a_password_and_a_code_bring_the_application_without_scripts() {
    let place = Place::open();
    let app = &place.app;
    let tab = Tab::open();
    tab.scripts(false);
    tab.language("ja");
    tab.goto(&app.url("/login"));
    place.type_password(&tab, "misaki@demo.example");
    tab.goto(&app.url("/settings/second-factor"));
    tab.follow("a[href$='/set-up']");
    let phone = AuthenticatorApp::typed(&tab.eval::<String>("document.querySelector('.secret').textContent"));
    tab.fill("#code", &phone.code(app, 0));
    tab.follow("main form button");
    assert_eq!(tab.count(".codes li"), 10);
    for scripts in [false, true] {
        app.advance(Duration::from_secs(30));
        let other = tab.stranger();
        other.scripts(scripts);
        other.language("ja");
        other.goto(&place.authorize(&[]));
        place.type_password(&other, "misaki@demo.example");
        assert!(other.sees(".application"), "what waits is kept");
        other.fill("#code", &phone.code(app, 0));
        other.follow("#code-login button");
        place.wait_for_code(&other);
    }
}
