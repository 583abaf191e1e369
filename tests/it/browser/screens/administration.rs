//! What a clinic's administrator sees.

use std::time::Duration;

use genkan::domain::Role;

use super::{
    super::place::{BY_PASSKEY, CONFIRM, Place, REGISTER},
    Gallery,
};
use crate::support::{
    browser::{Kind, Tab},
    ceremony::enrolled,
    soft_key::SoftKey,
};

const MAKOTO: &str = "makoto@sakura.example";

pub fn walk(place: &Place, gallery: &mut Gallery) {
    let app = &place.app;
    app.hire(&app.sakura, Role::ClinicAdmin, MAKOTO, "小野 誠");
    for (email, name) in
        [("ai@sakura.example", "佐藤 愛"), ("maria@sakura.example", "Maria Wolkonskaja-Schwarzenberger")]
    {
        app.hire(&app.sakura, Role::Member, email, name);
    }
    app.hire(&app.sakura, Role::SystemAdmin, "chief@sakura.example", "院長 大介");
    let (hanako, _) = enrolled(app, "hanako@sakura.example");
    hanako.register(&SoftKey::new(&app.issuer));
    let first = app.passkeys(&app.hanako)[0].id.clone();
    hanako.submit("/settings/passkeys", &format!("/settings/passkeys/{first}/rename"), &[("name", "自分のスマホ")]);

    let mut tab = Tab::open();
    tab.language("ja");
    tab.without_autofill();
    let _device = tab.authenticator(Kind::Internal);
    tab.goto(&app.url("/login"));
    place.type_password(&tab, MAKOTO);
    tab.follow(REGISTER);
    tab.follow(BY_PASSKEY);
    tab.goto(&app.url("/admin"));
    gallery.take(&tab, "admin-people");
    tab.fill("#name", "だいすけ");
    tab.follow("main form button");
    gallery.take(&tab, "admin-people-nobody");
    let member = format!("/admin/people/{}", app.membership(&app.hanako, &app.sakura).id);
    tab.goto(&app.url(&member));
    gallery.take(&tab, "admin-person");
    tab.follow("a[href$='/delete']");
    gallery.take(&tab, "admin-delete-passkey");
    tab.goto(&app.url(&format!("{member}/passkeys/{first}/suspend")));
    tab.fill("#reason", "\u{202e}紛失");
    tab.follow(CONFIRM);
    gallery.take(&tab, "admin-bad-reason");
    tab.expect_problem("status of 422");
    tab.fill("#reason", "スマートフォンの紛失");
    tab.follow(CONFIRM);
    gallery.take(&tab, "admin-person-done");
    tab.goto(&app.url(&format!("{member}/suspend")));
    gallery.take(&tab, "admin-suspend-membership");
    tab.fill("#reason", "休職");
    tab.follow(CONFIRM);
    tab.language("en");
    tab.goto(&app.url(&member));
    gallery.take(&tab, "admin-person-suspended-en");
    tab.goto(&app.url("/admin/people"));
    gallery.take(&tab, "admin-people-en");
    tab.follow(".people li:first-child a");
    gallery.take(&tab, "admin-person-out-of-reach-en");
    app.advance(Duration::from_secs(16 * 60));
    tab.language("ja");
    tab.goto(&app.url(&format!("{member}/resume")));
    gallery.take(&tab, "admin-stale");
}
