//! What a clinic's administrator sees.

use std::time::Duration;

use genkan::{
    domain::{Role, SuspendedBy, Suspension, TerminalKind, User},
    flows::admin::{end_of, members},
    store,
};

use super::{
    super::place::{BY_PASSKEY, CONFIRM, Place, REGISTER},
    Gallery, clients, groups, invite_list, professions,
};
use crate::support::{
    browser::{Kind, Tab},
    ceremony::enrolled,
    person::Person,
    soft_key::SoftKey,
};

/// A colleague's device is broken: asked for where another has to agree, agreed to, and seen at once where nobody has to.
fn codes(place: &Place, tab: &Tab, gallery: &mut Gallery) {
    const REASON: (&str, &str) = ("reason", "スマートフォンの故障。職員証で確認");
    let app = &place.app;
    let (yuko, mut wishes) = (app.hire(&app.sakura, Role::ClinicAdmin, "yuko@sakura.example", "林 優子"), Vec::new());
    let (other, _) = enrolled(app, "yuko@sakura.example");
    for (email, name) in [("ai@sakura.example", "佐藤 愛"), ("ken@sakura.example", "岡 健")] {
        let user = app.hire(&app.sakura, Role::Member, email, name);
        wishes.push(format!("/admin/people/{}/access-code", app.membership(&user, &app.sakura).id));
    }
    tab.goto(&app.url(&wishes[0]));
    gallery.take(tab, "admin-code-ask");
    tab.fill("#reason", REASON.1);
    tab.follow("main form button.primary");
    gallery.take(tab, "admin-code-asked");
    other.submit("/help", &wishes[1], &[REASON]);
    for (language, mark) in [("ja", ""), ("en", "-en")] {
        tab.language(language);
        tab.goto(&app.url("/admin/people"));
        gallery.take(tab, &format!("admin-people-waiting{mark}"));
        tab.goto(&app.url(&wishes[1]));
        gallery.take(tab, &format!("admin-code-agree{mark}"));
    }
    tab.fill("#reason", REASON.1);
    tab.follow("main form button.primary");
    gallery.take(tab, "admin-code-issued-en");
    tab.language("ja");
    app.appoint(&yuko, &app.sakura, Role::Member);
    tab.goto(&app.url(&wishes[1]));
    gallery.take(tab, "admin-code-open");
    tab.fill("#reason", REASON.1);
    tab.follow("main form button.danger");
    gallery.take(tab, "admin-code-issued");
}

/// The PCs of the clinic: none, one that waits for its link to be opened, and the end of one.
fn terminals(place: &Place, tab: &Tab, gallery: &mut Gallery) {
    tab.goto(&place.app.url("/admin/terminals"));
    gallery.take(tab, "admin-terminals-none");
    tab.fill("#name", "処置室 PC-3");
    tab.follow("main form button.primary");
    gallery.take(tab, "admin-terminal-link");
    place.app.at_terminal(&place.app.sakura, TerminalKind::Personal);
    for (language, mark) in [("ja", ""), ("en", "-en")] {
        tab.language(language);
        tab.goto(&place.app.url("/admin/terminals"));
        gallery.take(tab, &format!("admin-terminals{mark}"));
        tab.follow("a[href$='/revoke']");
        gallery.take(tab, &format!("admin-terminal-revoke{mark}"));
    }
    tab.language("ja");
    tab.follow("main form button.danger");
    gallery.take(tab, "admin-terminal-revoked");
}

/// Why somebody cannot sign in, what mends it, and an account that is disabled.
fn why(place: &Place, tab: &Tab, gallery: &mut Gallery) {
    let app = &place.app;
    let sato = app.hire(&app.sakura, Role::Member, "sato@sakura.example", "佐藤 健");
    let (_, key) = enrolled(app, "sato@sakura.example");
    let (user, passkey, now) = (sato.id.clone(), app.passkeys(&sato)[0].id.clone(), app.clock().now());
    let (by, reason) = (SuspendedBy::Administrator, Some("紛失".to_owned()));
    let suspend = move |tx: &mut store::Tx<'_>| {
        for _ in 0..User::PASSWORD_FAILURE_LIMIT {
            store::users::count_password_failure(tx, &user)?;
        }
        store::passkeys::suspend(tx, &passkey, &user, &Suspension { at: now, by, reason })
    };
    app.store().write(suspend).expect("suspended");
    Person::at(app).passkey(&key, None);
    Person::at(app).sign_in("sato@sakura.example", "not-his-password", None);
    let member = format!("/admin/people/{}", app.membership(&sato, &app.sakura).id);
    for (language, mark) in [("ja", ""), ("en", "-en")] {
        tab.language(language);
        tab.goto(&app.url(&member));
        gallery.take(tab, &format!("admin-person-why{mark}"));
        for what in ["unlock", "disable"] {
            tab.goto(&app.url(&format!("{member}/{what}")));
            gallery.take(tab, &format!("admin-{what}{mark}"));
        }
    }
    tab.language("ja");
    tab.fill("#reason", "退職");
    tab.follow(CONFIRM);
    gallery.take(tab, "admin-person-disabled");
    tab.goto(&app.url(&format!("{member}/enable")));
    gallery.take(tab, "admin-enable");
}

/// Somebody is brought in by a sheet of paper, and has a last day.
fn bringing_in(place: &Place, tab: &Tab, gallery: &mut Gallery) {
    let app = &place.app;
    for (language, mark) in [("ja", ""), ("en", "-en")] {
        tab.language(language);
        tab.goto(&app.url("/admin/people/invite"));
        gallery.take(tab, &format!("admin-invite{mark}"));
        tab.fill("#name", "西村 ろく");
        tab.fill("#kana", "ニシムラ ロク");
        tab.fill("#email", &format!("roku{mark}@sakura.example"));
        tab.follow("main form button.primary");
        gallery.take(tab, &format!("admin-sheet{mark}"));
        tab.goto(&app.url("/admin/invitations"));
        gallery.take(tab, &format!("admin-invitations{mark}"));
        let ai = app.hire(&app.sakura, Role::Member, &format!("kaori{mark}@sakura.example"), "佐々木 かおり");
        let member = app.membership(&ai, &app.sakura).id;
        tab.goto(&app.url(&format!("/admin/people/{member}/end-date")));
        gallery.take(tab, &format!("admin-end-date{mark}"));
        let (whose, end) = ((ai.email.as_str(), app.sakura.id.clone()), end_of("2999-03-31"));
        members::set_end(app.store(), &app.by(), whose, end).expect("no fault").expect("set");
        tab.goto(&app.url(&format!("/admin/people/{member}")));
        gallery.take(tab, &format!("admin-person-until{mark}"));
    }
    tab.language("ja");
}

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
    terminals(place, &tab, gallery);
    clients::walk(place, &mut tab, gallery);
    let member = format!("/admin/people/{}", app.membership(&app.hanako, &app.sakura).id);
    groups::walk(place, &mut tab, &member, gallery);
    professions::walk(place, &mut tab, &member, gallery);
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
    tab.language("ja");
    why(place, &tab, gallery);
    codes(place, &tab, gallery);
    bringing_in(place, &tab, gallery);
    invite_list::walk(place, &mut tab, gallery);
    app.advance(Duration::from_secs(16 * 60));
    tab.goto(&app.url(&format!("{member}/resume")));
    gallery.take(&tab, "admin-stale");
}
