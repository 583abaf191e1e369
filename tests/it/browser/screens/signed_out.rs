//! What somebody sees who isn't signed in.

use std::time::Duration;

use super::{
    super::place::{BY_PASSKEY, BY_PASSWORD, Place, TROUBLE},
    Gallery,
};
use crate::support::browser::{Kind, Tab};

pub fn walk(place: &Place, gallery: &mut Gallery) {
    let mut tab = Tab::open();
    tab.language("ja");
    tab.without_autofill();
    let device = tab.authenticator(Kind::Internal);
    let app = &place.app;

    tab.goto(&app.url("/login"));
    gallery.take(&tab, "login");
    tab.goto(&place.authorize(&[("ui_locales", "en")]));
    gallery.take(&tab, "login-application-en");
    tab.goto(&place.authorize(&[("login_hint", "hanako@sakura.example")]));
    gallery.take(&tab, "login-application");
    tab.user_verified(&device, false);
    tab.click(BY_PASSKEY);
    tab.wait_for(TROUBLE);
    gallery.take(&tab, "login-cancelled");
    for notice in ["session_ended", "sign_in_again", "sign_in_with_passkey"] {
        tab.goto(&app.url(&format!("/login?notice={notice}")));
        gallery.take(&tab, &format!("login-{notice}"));
    }

    tab.goto(&place.authorize(&[]));
    let waiting = tab.url();
    for name in ["login-wrong", "login-wait"] {
        tab.fill("#email", "nobody@sakura.example");
        tab.fill("#password", "not-the-password-1");
        tab.follow(BY_PASSWORD);
        gallery.take(&tab, name);
        tab.expect_problem("status of 4");
    }

    tab.scripts(false);
    tab.goto(&app.url("/login"));
    gallery.take_without_scripts(&tab, "login-without-scripts");
    tab.goto(&app.url("/help/check"));
    gallery.take_without_scripts(&tab, "help-check-without-scripts");
    tab.scripts(true);

    for (language, mark) in [("ja", ""), ("en", "-en")] {
        tab.language(language);
        for name in ["help", "help/check", "help/downtime"] {
            tab.goto(&app.url(&format!("/{name}")));
            gallery.take(&tab, &format!("{}{mark}", name.replace('/', "-")));
        }
    }
    tab.language("ja");

    app.advance(Duration::from_secs(61 * 60));
    tab.goto(&waiting);
    gallery.take(&tab, "login-late");
}
