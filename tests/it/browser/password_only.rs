//! デモ医院, where a password alone signs in: with scripts and without.

use super::demo::RunningDemo;
use crate::support::{browser::Tab, database::Database};

#[test]
fn a_password_alone_brings_the_application_with_and_without_scripts() {
    let demo = RunningDemo::start(Database::sqlite());
    let (email, password) = demo.somebody_of("デモ医院");
    for scripts in [true, false] {
        let tab = Tab::open();
        tab.scripts(scripts);
        tab.goto(&format!("{}/login", demo.booking));
        assert_eq!(tab.sees("[data-act=passkey]"), scripts, "a button that could do nothing is not shown");
        tab.fill("#email", &email);
        tab.fill("#password", &password);
        tab.follow("#password-login button[type=submit]");
        tab.wait_for_url(&demo.booking);
        assert_eq!(tab.text("#acr"), "urn:genkan:acr:pwd", "scripts: {scripts}");
        tab.follow("form[action='/logout'] button");
        tab.wait_for_url(&format!("{}/logged-out?", demo.booking));
        tab.goto(&format!("{}/login", demo.imaging));
        tab.wait_for_url(&format!("{}/login?continue=", demo.issuer));
    }
}
