//! Somebody has lost every way in: what her administrators see, in both languages. Letters are sent.

use genkan::domain::Role;

use super::{
    super::{
        demo::invitation_in,
        place::{BY_PASSKEY, CONFIRM, Place, REGISTER, person},
    },
    Gallery,
};
use crate::support::{
    app::TestApp, browser::Kind, ceremony::enrolled, database::Database, mail_server::MailServer, person::Person,
};

const MAKOTO: &str = "makoto@sakura.example";
const AGAIN: [(&str, &str); 3] =
    [("checked", "card"), ("reason", "スマートフォンの水没。受付で職員証を確認"), ("way", "sheet")];

pub fn walk(gallery: &mut Gallery) {
    let server = MailServer::start();
    let app = TestApp::start_with(Database::sqlite(), |config| config.mail.carrier = Some(server.carrier()));
    let place = Place::around(app);
    let app = &place.app;
    app.hire(&app.sakura, Role::ClinicAdmin, MAKOTO, "小野 誠");
    app.hire(&app.sakura, Role::ClinicAdmin, "yuko@sakura.example", "林 優子");
    let (yuko, _) = enrolled(app, "yuko@sakura.example");
    let mut people = Vec::new();
    for (email, name) in [("ai@sakura.example", "佐藤 愛"), ("ken@sakura.example", "岡 健")] {
        let user = app.hire(&app.sakura, Role::Member, email, name);
        enrolled(app, email);
        people.push((format!("/admin/people/{}", app.membership(&user, &app.sakura).id), user));
    }
    app.prove_address(&people[0].1);
    let mut tab = person();
    let _device = tab.authenticator(Kind::Internal);
    tab.goto(&app.url("/login"));
    place.type_password(&tab, MAKOTO);
    tab.follow(REGISTER);
    tab.follow(BY_PASSKEY);
    for (language, mark, (home, _)) in [("ja", "", &people[0]), ("en", "-en", &people[1])] {
        tab.language(language);
        tab.goto(&app.url(&format!("{home}/invite-again")));
        gallery.take(&tab, &format!("admin-again{mark}"));
        tab.click("input[name=checked][value=card]");
        tab.fill("#reason", "\u{202e}水没");
        tab.click("input[name=way][value=sheet]");
        tab.follow(CONFIRM);
        gallery.take(&tab, &format!("admin-again-bad{mark}"));
        tab.expect_problem("status of 422");
        tab.fill("#reason", AGAIN[1].1);
        tab.follow(CONFIRM);
        gallery.take(&tab, &format!("admin-again-asked{mark}"));
        tab.goto(&app.url(&format!("{home}/invite-again")));
        gallery.take(&tab, &format!("admin-again-own{mark}"));
        // The other asks for it now, and this one agrees.
        asks(&yuko, home);
        tab.goto(&app.url("/admin/people"));
        gallery.take(&tab, &format!("admin-again-waiting{mark}"));
        tab.goto(&app.url(home));
        gallery.take(&tab, &format!("admin-again-person{mark}"));
        tab.follow("a[href$='/invite-again']");
        gallery.take(&tab, &format!("admin-again-agree{mark}"));
        tab.click("input[name=checked][value=known]");
        tab.fill("#reason", "対面で確認");
        tab.click("input[name=way][value=sheet]");
        tab.follow(CONFIRM);
        gallery.take(&tab, &format!("admin-again-sheet{mark}"));
        let phone = tab.stranger();
        phone.phone(language);
        phone.goto(&invitation_in(&tab.body(), &app.issuer).expect("a link on the sheet"));
        phone.follow("main form button.primary");
        gallery.take(&phone, &format!("begins-again{mark}"));
        tab.goto(&app.url(home));
        gallery.take(&tab, &format!("admin-again-done{mark}"));
    }
}

fn asks(other: &Person<'_>, home: &str) {
    let asked = other.submit("/help", &format!("{home}/invite-again"), &AGAIN);
    assert!(asked.location().ends_with("?notice=reinvite_person"), "{asked:?}");
}
