//! The two sample applications.

use super::{super::demo::RunningDemo, Gallery};
use crate::support::browser::Tab;

pub fn walk(demo: &RunningDemo, gallery: &mut Gallery) {
    let (email, password) = demo.somebody_of("デモ医院");
    let mut tab = Tab::open();
    tab.language("ja");
    tab.goto(&demo.booking);
    gallery.take(&tab, "app-welcome");
    tab.follow("a[href='/login']");
    tab.fill("#email", &email);
    tab.fill("#password", &password);
    tab.follow("#password-login button[type=submit]");
    tab.wait_for_url(&demo.booking);
    gallery.take(&tab, "app-booking");
    tab.goto(&format!("{}/login", demo.imaging));
    gallery.take(&tab, "app-imaging");
    tab.goto(&format!("{}/", demo.issuer));
    gallery.take(&tab, "app-portal");
    tab.goto(&demo.imaging);
    tab.follow("form[action='/logout'] button");
    gallery.take(&tab, "app-logged-out");
    tab.goto(&demo.imaging);
    tab.follow("a[href='/login']");
    tab.fill("#email", &email);
    tab.fill("#password", &password);
    tab.follow("#password-login button[type=submit]");
    tab.wait_for_url(&demo.imaging);
    tab.goto(&format!("{}/", demo.issuer));
    tab.follow("button[form=logout]");
    gallery.take(&tab, "logged-out-told");
    tab.goto(&format!("{}/callback?error=access_denied&state=unknown", demo.imaging));
    gallery.take(&tab, "app-refused");
    tab.expect_problem("status of 4");
    tab.goto(&format!("{}/nothing", demo.imaging));
    gallery.take(&tab, "app-not-found");
    tab.expect_problem("status of 404");
}
