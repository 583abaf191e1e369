//! People whom another clinic knows: whoever has been in joins this one and gets no link, which would be their account.

use std::{sync::Barrier, thread, time::Duration};

use genkan::{
    domain::{Role, User, Way},
    store,
};

use super::{
    REASON, act,
    invitations::{link, started, user},
    invite_list::{look, press},
    of_passkey, somebody,
};
use crate::support::{
    app::TestApp,
    ceremony::{enrolled, error},
    database::{Database, on_both_databases},
    mail_server::MailServer,
    person::Person,
};

on_both_databases! {
    who_has_been_in_joins_without_a_link_and_is_told,
    a_list_has_no_sheet_for_who_has_been_in,
    who_has_never_been_in_gets_a_link,
    pressed_many_times_at_once_they_join_once,
}

const FORM: &str = "/admin/people/invite";
const LIST: &str = "/admin/invitations";
const ROKU: &str = "roku@sakura.example";

fn chief(app: &TestApp) -> Person<'_> {
    somebody(app, &app.sakura, Role::SystemAdmin, "chief@sakura.example", "院長 大介").0
}

fn guest<'a>(user: &'a User, way: &'a str) -> Vec<(&'a str, &'a str)> {
    let kana = user.profile.name_kana.as_deref().unwrap_or_default();
    let who = [("name", user.profile.name.as_str()), ("kana", kana), ("email", user.email.as_str())];
    [&who[..], &[("role", "member"), ("until", ""), ("way", way)]].concat()
}

fn told(app: &TestApp) -> usize {
    let ever = app.clock().now().plus(Duration::from_secs(3600));
    let waiting = app.store().read(|conn| store::outbox::list_due(conn, Way::Mail, ever, 100)).expect("the outbox");
    waiting.iter().flatten().filter(|it| format!("{:?}", it.message).contains("MembershipAdded")).count()
}

/// A system administrator suspends what she signs in with and invites her into a clinic of their own: that opens nothing.
fn who_has_been_in_joins_without_a_link_and_is_told(database: Database) {
    let server = MailServer::start();
    let app = started(database, &server);
    let chief = chief(&app);
    let (_, key) = enrolled(&app, app.misaki.email.as_str());
    let passkey = app.passkeys(&app.misaki).remove(0);
    let there = app.membership(&app.misaki, &app.demo);
    act(&chief, &format!("{}/suspend", of_passkey(&there, &passkey)), &[REASON]);
    let before = app.trail().len();
    for (way, status) in [("sheet", 303), ("mail", 422)] {
        let pressed = act(&chief, FORM, &guest(&app.misaki, way));
        assert_eq!(pressed.status, status, "{}", pressed.text());
        assert!(!pressed.text().contains(&app.url("/invite/")), "{}", pressed.text());
    }
    let said = chief.get(&format!("{LIST}?notice=join_person")).text();
    assert!(said.contains("招待は送らず、この施設の職員に加えました"), "{said}");
    assert_eq!(app.recorded_since(before), ["role.changed success"], "nor was a link made");
    assert_eq!(app.membership(&app.misaki, &app.sakura).roles, [Role::Member]);
    assert_eq!(told(&app), 1);
    let open = app.store().read(|conn| store::invitations::latest_for_user(conn, &app.misaki.id)).expect("a read");
    assert!(open.is_none_or(|one| one.clinic_id != app.sakura.id));
    assert_eq!(error(&Person::at(&app).passkey(&key, None)), "passkey_suspended", "nothing of hers changed");
}

fn a_list_has_no_sheet_for_who_has_been_in(database: Database) {
    let app = TestApp::start(database);
    let chief = chief(&app);
    let (misaki, _) = enrolled(&app, app.misaki.email.as_str());
    let kana = app.misaki.profile.name_kana.as_deref().unwrap_or_default();
    let known = format!("{},{kana},{}", app.misaki.profile.name, app.misaki.email.as_str());
    let list = format!("西村 ろく,ニシムラ ロク,{ROKU}\n{known}");
    let shown = look(&chief, &list, "sheet").text();
    assert_eq!(shown.matches("招待は送らず、この施設に加えます").count(), 1, "{shown}");
    let before = app.trail().len();
    let sheets = press(&chief, &list, "sheet");
    let text = sheets.text();
    assert_eq!((sheets.status.as_u16(), text.matches("<article").count()), (200, 1), "{text}");
    assert!(text.contains("用紙はありません") && text.contains(&app.misaki.profile.name), "{text}");
    assert!(!text.contains(&format!("{} 様", app.misaki.profile.name)), "{text}");
    let made = app.recorded_since(before).iter().filter(|line| line.starts_with("invitation.created")).count();
    assert_eq!((made, app.membership(&app.misaki, &app.sakura).roles), (1, vec![Role::Member]));
    assert_eq!(misaki.get("/settings/passkeys").status, 200, "she goes on");
    // Nobody of a list; and no number is taken from the address.
    let nami = app.hire(&app.demo, Role::Member, "nami@demo.example", "大野 なみ");
    let kana = nami.profile.name_kana.unwrap_or_default();
    let all = press(&chief, &format!("大野 なみ,{kana},nami@demo.example"), "sheet");
    assert_eq!(all.location(), format!("{LIST}?notice=join_people"), "{}", all.text());
    let made_up = chief.get(&format!("{LIST}?notice=invite_people&count=99999")).text();
    assert!(made_up.contains("招待のメールを送ります") && !made_up.contains("99999人"), "{made_up}");
}

fn who_has_never_been_in_gets_a_link(database: Database) {
    let app = TestApp::start(database);
    let chief = chief(&app);
    let (ishi, _) = somebody(&app, &app.demo, Role::ClinicAdmin, "ishi@demo.example", "石井 強");
    let fields = [("name", "西村 ろく"), ("kana", "ニシムラ ロク"), ("email", ROKU), ("role", "member")];
    let fields = [&fields[..], &[("until", ""), ("way", "sheet")]].concat();
    let first = link(&act(&ishi, FORM, &fields).text());
    let second = link(&act(&chief, FORM, &fields).text());
    let status = |link: &str| Person::at(&app).get(link).status.as_u16();
    assert_eq!((status(&first), status(&second)), (410, 200));
    let roku = user(&app, ROKU).expect("made");
    assert_eq!(app.membership(&roku, &app.sakura).roles, [Role::Member]);
}

/// Whoever comes second finds somebody who works here already.
fn pressed_many_times_at_once_they_join_once(database: Database) {
    let app = TestApp::start(database);
    let chief = chief(&app);
    let (_, _) = enrolled(&app, app.misaki.email.as_str());
    let start = Barrier::new(6);
    let mut answers: Vec<u16> = thread::scope(|scope| {
        let press = || {
            start.wait();
            act(&chief, FORM, &guest(&app.misaki, "sheet")).status.as_u16()
        };
        let presses: Vec<_> = (0..6).map(|_| scope.spawn(press)).collect();
        presses.into_iter().map(|press| press.join().expect("an answer")).collect()
    });
    answers.sort_unstable();
    assert_eq!(answers, [303, 422, 422, 422, 422, 422]);
}
