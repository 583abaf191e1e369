//! Clinics: all of them, one more, one as it is set, its form, what is wrong in it, whom a change would shut out; and who comes from
//! elsewhere.

use genkan::{domain::Role, flows::admin::clinics};

use super::{
    super::place::{BY_PASSKEY, Place, REGISTER},
    Gallery,
};
use crate::support::browser::{Kind, Tab};

const SYSTEM: &str = "system@sakura.example";
const SAVE: &str = "main form button.primary";

pub fn walk(place: &Place, gallery: &mut Gallery) {
    let app = &place.app;
    app.hire(&app.sakura, Role::SystemAdmin, SYSTEM, "森 健太");
    app.hire(&app.sakura, Role::ClinicAdmin, "makoto@sakura.example", "小野 誠");
    // Misaki's invitation has done its service.
    let (misaki, at) = (app.misaki.id.clone(), app.clock().now());
    let done = app.store().write(move |tx| {
        genkan::store::users::note_enrolment(tx, &misaki)?;
        genkan::store::invitations::revoke_unused_for_user(tx, &misaki, at)
    });
    done.expect("no fault");
    let mut tab = Tab::open();
    tab.language("ja");
    tab.without_autofill();
    let _device = tab.authenticator(Kind::Internal);
    tab.goto(&app.url("/login"));
    place.type_password(&tab, SYSTEM);
    tab.follow(REGISTER);
    tab.follow(BY_PASSKEY);
    let of = |clinic: &genkan::domain::Clinic| app.url(&format!("/admin/clinics/{}", clinic.id));
    for (language, mark, code) in [("ja", "", "0110113719"), ("en", "-en", "3618010015")] {
        tab.language(language);
        tab.goto(&app.url("/admin/clinics"));
        gallery.take(&tab, &format!("admin-clinics{mark}"));
        tab.goto(&app.url("/admin/clinics/new"));
        gallery.take(&tab, &format!("admin-clinic-new{mark}"));
        tab.fill("#name", "もみじ在宅クリニック");
        tab.fill("#contact", "総務 内線 9");
        tab.fill("#code", "0110113710");
        tab.follow(SAVE);
        gallery.take(&tab, &format!("admin-clinic-wrong-code{mark}"));
        tab.expect_problem("status of 422");
        tab.fill("#code", code);
        tab.follow(SAVE);
        gallery.take(&tab, &format!("admin-clinic-added{mark}"));
        tab.goto(&of(&app.sakura));
        gallery.take(&tab, &format!("admin-clinic{mark}"));
        tab.goto(&format!("{}/edit", of(&app.demo)));
        gallery.take(&tab, &format!("admin-clinic-edit{mark}"));
        tab.eval::<()>("void (document.querySelector('#fallback').value = 'second_factor')");
        tab.follow(SAVE);
        gallery.take(&tab, &format!("admin-clinic-locks-out{mark}"));
        tab.expect_problem("status of 422");
    }
    tab.language("ja");
    tab.goto(&app.url("/admin/clinics?name=%E3%81%AA%E3%81%84"));
    gallery.take(&tab, "admin-clinics-none");
    tab.goto(&format!("{}/edit", of(&app.sakura)));
    tab.fill("#accent", "#8a1f4d");
    tab.follow(SAVE);
    gallery.take(&tab, "admin-clinic-coloured");
    let list = Some(vec!["192.0.2.0/24".to_owned()]);
    let draft = clinics::Draft { admin_addresses: list, ..clinics::Draft::default() };
    clinics::set(app.store(), &app.by(), app.sakura.id.clone(), draft).expect("no fault").expect("set");
    for (language, mark) in [("ja", ""), ("en", "-en")] {
        tab.language(language);
        tab.goto(&app.url("/admin/people"));
        gallery.take(&tab, &format!("admin-elsewhere{mark}"));
        tab.expect_problem("status of 403");
    }
}

/// Where somebody of two clinics works today.
pub fn workplace(place: &Place, gallery: &mut Gallery) {
    let app = &place.app;
    app.appoint(&app.hanako, &app.demo, Role::Member);
    let tab = Tab::open();
    tab.language("ja");
    tab.without_autofill();
    let _device = tab.authenticator(Kind::Internal);
    tab.goto(&app.url("/login"));
    place.enrol(&tab);
    tab.follow(REGISTER);
    tab.goto(&place.authorize(&[]));
    tab.follow(BY_PASSKEY);
    let asked: String = tab.eval("location.href");
    gallery.take(&tab, "clinic");
    tab.follow("main form button");
    for (language, mark) in [("ja", ""), ("en", "-en")] {
        tab.language(language);
        tab.goto(&app.url("/"));
        gallery.take(&tab, &format!("portal-two-clinics{mark}"));
        tab.follow("a[href='/clinic']");
        gallery.take(&tab, &format!("clinic-later{mark}"));
    }
    assert!(asked.contains("/clinic?continue="), "{asked}");
}
