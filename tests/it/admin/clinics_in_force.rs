//! What a clinic has set about itself, where it takes hold: from where its administration opens, the colour of its pages, and whom to ask.

use genkan::flows::admin::{clients, clinics::Draft};

use super::{
    HANAKO,
    clinics::{OWN, edit_of, save, set, system},
    makoto,
};
use crate::{
    oauth::party::Party,
    support::{
        app::{TestApp, draft},
        ceremony::enrolled,
        database::Database,
        person::Person,
    },
};

#[test]
fn the_administration_opens_from_the_addresses_of_the_clinic_alone() {
    let app = TestApp::start(Database::sqlite());
    let ((makoto, _), system) = (makoto(&app), system(&app));
    let hanako = enrolled(&app, HANAKO).0;
    // Of another clinic than one's own it shuts out others.
    assert!(save(&system, &app.sakura, &[("addresses", "192.0.2.0/24")]).location().ends_with("notice=manage_clinic"));
    let length = app.trail().len();
    let refused = makoto.get("/admin/people");
    let text = refused.text();
    assert_eq!(refused.status, 403);
    assert!(
        text.contains("この場所からは") && text.contains("127.0.0.1") && text.contains(&app.sakura.contact),
        "{text}"
    );
    assert_eq!(app.recorded_since(length), ["access.denied denied admin_address"]);
    for (person, path, status) in
        [(&makoto, OWN, 403), (&makoto, "/", 200), (&hanako, "/admin/people", 404), (&system, "/admin/people", 200)]
    {
        assert_eq!(person.get(path).status.as_u16(), status, "{path}");
    }
    let edit = edit_of(&app.sakura);
    assert_eq!(makoto.submit("/help", &edit, &[("name", "x"), ("contact", "x"), ("seen", "0")]).status, 403);
    // At the server's own command line it can always be opened again.
    set(&app, &app.sakura, Draft { admin_addresses: Some(Vec::new()), ..Draft::default() });
    assert_eq!(makoto.get("/admin/people").status, 200);
    assert!(save(&makoto, &app.sakura, &[("addresses", "127.0.0.1")]).location().ends_with("notice=manage_clinic"));
    assert_eq!(makoto.get("/admin/people").status, 200);
}

#[test]
fn a_clinics_colour_is_on_its_peoples_pages_and_where_they_sign_in_to_its_application() {
    let app = TestApp::start(Database::sqlite());
    let (makoto, _) = makoto(&app);
    let link = "<link rel=\"stylesheet\" href=\"/assets/accent/8a1f4d.css\">";
    assert!(!makoto.get("/").body.contains("/assets/accent/"));
    let before = makoto.get(OWN).headers["content-security-policy"].clone();
    assert!(save(&makoto, &app.sakura, &[("accent", "#8a1f4d")]).location().ends_with("notice=manage_clinic"));
    for path in ["/", "/settings/passkeys", OWN, "/no-such-page"] {
        assert!(makoto.get(path).body.contains(link), "{path}");
    }
    let own = app.register(clients::Draft { clinic: Some(app.sakura.id.to_string()), ..draft("検査") });
    for (client, coloured) in [(&own, true), (&app.booking, false)] {
        let stranger = Person::at(&app);
        let login = stranger.follow(Party::new(&app, client).ask(&stranger, &[]));
        assert!(login.body.contains("login") && login.body.contains(link) == coloured, "{}", login.body);
    }
    let sheet = Person::at(&app).get("/assets/accent/8a1f4d.css");
    assert_eq!((sheet.header("content-type"), sheet.status.as_u16()), (Some("text/css; charset=utf-8"), 200));
    assert!(sheet.header("cache-control").is_some_and(|value| value.contains("immutable")));
    assert!(sheet.body.starts_with(":root { --accent: #8a1f4d;"), "{}", sheet.body);
    for name in ["ffffff.css", "8a1f4d", "8a1f4d.js", "x.css", "%208a1f4d.css", "8a1f4d%7D.css"] {
        assert_eq!(Person::at(&app).get(&format!("/assets/accent/{name}")).status, 404, "{name}");
    }
    assert_eq!(makoto.get(OWN).headers["content-security-policy"], before, "nothing is inline");
}

#[test]
fn whom_to_ask_is_on_every_refusal_and_in_the_guide() {
    let app = TestApp::start(Database::sqlite());
    let (makoto, _) = makoto(&app);
    assert!(save(&makoto, &app.sakura, &[("contact", "院内ヘルプ 内線 777")]).location().contains("notice"));
    for path in [
        "/help",
        "/help/check",
        "/help/downtime",
        "/nowhere",
        "/admin/people/x",
        "/invite/x",
        "/terminal/x",
        "/oauth/authorize",
    ] {
        let page = makoto.get(path);
        assert!(page.text().contains("院内ヘルプ 内線 777"), "{path}: {}", page.status);
    }
    // Somebody who is not signed in is told of a person in their clinic, whichever that is.
    assert!(Person::at(&app).get("/nowhere").text().contains("院内の管理者"));
    let own = app.register(clients::Draft { clinic: Some(app.sakura.id.to_string()), ..draft("検査") });
    let stranger = Person::at(&app);
    let login = stranger.follow(Party::new(&app, &own).ask(&stranger, &[]));
    assert!(login.text().contains("院内ヘルプ 内線 777"), "{}", login.text());
}
