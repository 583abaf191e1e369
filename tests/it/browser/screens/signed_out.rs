//! What somebody sees who isn't signed in.

use std::time::Duration;

use genkan::domain::Role;

use super::{
    super::place::{BY_PASSKEY, BY_PASSWORD, Place, TROUBLE},
    Gallery,
};
use crate::support::{
    access_code::issue,
    app::PASSWORD,
    browser::{Kind, Tab},
};

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

    codes(place, &mut tab, gallery);

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

/// An administrator's one-time code, and the day that it opens.
fn codes(place: &Place, tab: &mut Tab, gallery: &mut Gallery) {
    let app = &place.app;
    tab.goto(&place.authorize(&[]));
    let waiting = tab.url().replace("/login?", "/login/code?");
    for (language, mark) in [("ja", ""), ("en", "-en")] {
        tab.language(language);
        tab.goto(&waiting);
        gallery.take(tab, &format!("access-code{mark}"));
    }
    tab.language("ja");
    tab.goto(&waiting);
    for name in ["access-code-wrong", "access-code-wait"] {
        tab.fill("#email", "hanako@sakura.example");
        tab.fill("#code", "0000 0000");
        tab.follow("#access-code-login button[type=submit]");
        gallery.take(tab, name);
        tab.expect_problem("status of 4");
    }
    app.advance(Duration::from_secs(2));
    let day = tab.stranger();
    day.language("ja");
    let code = issue(app, &app.hanako);
    day.goto(&app.url("/login/code"));
    day.fill("#email", "hanako@sakura.example");
    day.fill("#password", PASSWORD);
    day.fill("#code", &code);
    day.follow("#access-code-login button[type=submit]");
    gallery.take(&day, "portal-temporary");
    for page in ["passkeys", "password", "second-factor", "sessions", "history"] {
        day.goto(&app.url(&format!("/settings/{page}")));
        gallery.take(&day, &format!("{page}-temporary"));
    }
    day.language("en");
    day.goto(&app.url("/"));
    gallery.take(&day, "portal-temporary-en");
    app.appoint(&app.hanako, &app.sakura, Role::ClinicAdmin);
    for (language, mark) in [("ja", ""), ("en", "-en")] {
        day.language(language);
        day.goto(&app.url("/admin/people"));
        gallery.take(&day, &format!("admin-temporary{mark}"));
    }
    let mut day = day;
    day.expect_problem("status of 403");
    app.appoint(&app.hanako, &app.sakura, Role::Member);
}
