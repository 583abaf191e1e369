//! `/admin/people/{member}/qualifications`: professions are entered, verified and taken away by administrators, of others.

use std::time::Duration;

use genkan::{
    domain::{Qualification, Role, User},
    store,
};

use super::{HANAKO, MAKOTO, makoto, page, somebody};
use crate::support::{
    app::TestApp,
    ceremony::enrolled,
    database::{Database, on_both_databases},
};

on_both_databases! {
    a_profession_is_entered_verified_and_taken_away,
    of_two_administrators_at_once_the_second_changes_nothing,
}

const NURSE: [(&str, &str); 2] = [("profession", "nurse"), ("number", "第１２３４５６７号")];
const SEEN: (&str, &str) = ("method", "original");

fn own(app: &TestApp, user: &User) -> String {
    format!("{}/qualifications", page(&app.membership(user, &app.sakura)))
}

fn known(app: &TestApp, user: &User) -> Vec<Qualification> {
    let member = app.membership(user, &app.sakura).id;
    app.store().read(|conn| store::qualifications::list_for_member(conn, &member)).expect("a read")
}

fn a_profession_is_entered_verified_and_taken_away(database: Database) {
    let app = TestApp::start(database);
    let (makoto, user) = makoto(&app);
    let own = own(&app, &app.hanako);
    assert!(makoto.get(&own).text().contains("職種は登録されていません"));
    assert_eq!(makoto.submit("/help", &own, &NURSE).location(), format!("{own}?notice=added"));
    let shown = makoto.get(&own).text();
    assert!(shown.contains("看護師") && shown.contains("1234567") && shown.contains("未確認"), "{shown}");
    assert!(!shown.contains("value=\"nurse\""), "what is entered is not offered again");
    let one = known(&app, &app.hanako).remove(0);
    assert_eq!((one.entered_by.as_ref(), &one.verified), (Some(&user.id), &None));

    let verify = format!("{own}/{}/verify", one.id);
    for wrong in [vec![], vec![("method", "guess")]] {
        assert_eq!(makoto.submit("/help", &verify, &wrong).location(), format!("{own}?notice=method"));
    }
    assert_eq!(makoto.submit("/help", &verify, &[SEEN]).location(), format!("{own}?notice=verified"));
    let shown = makoto.get(&own).text();
    assert!(shown.contains("小野 誠") && shown.contains("免許証の原本") && !shown.contains("/verify"), "{shown}");
    let verified = known(&app, &app.hanako).remove(0).verified.expect("it is verified");
    assert_eq!((verified.by, verified.method.as_str()), (Some(user.id), "original"));
    let person = makoto.get(&page(&app.membership(&app.hanako, &app.sakura))).text();
    assert!(person.contains("看護師") && person.contains("確認済み") && !person.contains("1234567"), "{person}");

    let removed = makoto.submit("/help", &format!("{own}/{}/remove", one.id), &[]);
    assert_eq!(removed.location(), format!("{own}?notice=removed"));
    assert!(known(&app, &app.hanako).is_empty());
    let of_it = |event: &&genkan::domain::AuditEvent| event.kind.as_str().starts_with("qualification.");
    let trail = app.trail();
    let events: Vec<_> = trail.iter().filter(of_it).collect();
    let kinds: Vec<_> = events.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(kinds, ["qualification.added", "qualification.verified", "qualification.removed"]);
    for event in events {
        assert_eq!((event.subject.as_ref(), event.session_ref.is_some()), (Some(&app.hanako.id), true));
        assert!(!format!("{event:?}").contains("1234567"), "auditors read no licence numbers: {event:?}");
    }
}

fn of_two_administrators_at_once_the_second_changes_nothing(database: Database) {
    let app = TestApp::start(database);
    let (makoto, _) = makoto(&app);
    let (other, akiko) = somebody(&app, &app.sakura, Role::ClinicAdmin, "akiko@sakura.example", "秋山 明子");
    let own = own(&app, &app.hanako);
    assert_eq!(other.submit("/help", &own, &NURSE).location(), format!("{own}?notice=added"));
    let before = app.trail().len();
    assert_eq!(makoto.submit("/help", &own, &[NURSE[0], ("number", "7")]).location(), format!("{own}?notice=changed"));
    assert_eq!(app.trail().len(), before);
    let one = known(&app, &app.hanako).remove(0);
    assert_eq!(one.number.as_deref(), Some("1234567"));
    let (verify, remove) = (format!("{own}/{}/verify", one.id), format!("{own}/{}/remove", one.id));
    assert_eq!(other.submit("/help", &verify, &[SEEN]).location(), format!("{own}?notice=verified"));
    assert_eq!(makoto.submit("/help", &verify, &[("method", "copy")]).location(), format!("{own}?notice=changed"));
    let verified = known(&app, &app.hanako).remove(0).verified.expect("it is verified");
    assert_eq!((verified.by, verified.method.as_str()), (Some(akiko.id), "original"));
    assert_eq!(other.submit("/help", &remove, &[]).location(), format!("{own}?notice=removed"));
    for gone in [&verify, &remove] {
        assert_eq!(makoto.submit("/help", gone, &[SEEN]).location(), format!("{own}?notice=changed"));
    }
}

#[test]
fn a_number_that_cannot_be_one_is_said_and_nothing_is_lost() {
    let app = TestApp::start(Database::sqlite());
    let (makoto, _) = makoto(&app);
    let own = own(&app, &app.hanako);
    for (profession, number) in [
        ("physician", "12-34"),
        ("physician", "12345678901"),
        ("physician", "<script>1"),
        ("physician", "12\u{202e}34"),
        ("assistant_nurse", "千葉"),
        ("medical_clerk", "1"),
        ("wizard", "1"),
        ("", "1"),
    ] {
        let answer = makoto.submit("/help", &own, &[("profession", profession), ("number", number)]);
        assert_eq!(answer.status, 422, "{profession} {number}");
        let text = answer.text();
        assert!(text.contains("aria-invalid") && !text.contains("<script>"), "{profession} {number}");
        assert!(number.contains(['<', '\u{202e}']) || text.contains(&format!("value=\"{number}\"")), "{number}");
    }
    assert!(known(&app, &app.hanako).is_empty());
    let typed = [("profession", "assistant_nurse"), ("number", "千葉-１２３")];
    assert_eq!(makoto.submit("/help", &own, &typed).location(), format!("{own}?notice=added"));
    assert_eq!(known(&app, &app.hanako)[0].number.as_deref(), Some("千葉-123"));
}

#[test]
fn nobody_verifies_themselves_and_who_is_no_administrator_sees_nothing() {
    let app = TestApp::start(Database::sqlite());
    let (makoto, user) = makoto(&app);
    let (desk, _) = somebody(&app, &app.sakura, Role::Helpdesk, "desk@sakura.example", "受付 一");
    let (other, _) = somebody(&app, &app.sakura, Role::ClinicAdmin, "akiko@sakura.example", "秋山 明子");
    let mine = own(&app, &user);
    assert_eq!(other.submit("/help", &mine, &NURSE).location(), format!("{mine}?notice=added"));
    let shown = makoto.get(&mine).text();
    assert!(shown.contains("別の管理者が登録・確認します") && !shown.contains("/verify"), "{shown}");
    let one = known(&app, &user).remove(0);
    let before = app.trail().len();
    for (address, fields) in [
        (mine.clone(), vec![("profession", "physician")]),
        (format!("{mine}/{}/verify", one.id), vec![SEEN]),
        (format!("{mine}/{}/remove", one.id), vec![]),
    ] {
        let refused = makoto.submit("/help", &address, &fields);
        assert_eq!(refused.location(), format!("{mine}?notice=out_of_reach"), "{address}");
        assert_eq!(desk.submit("/help", &address, &fields).status, 404, "{address}");
    }
    assert_eq!(app.recorded_since(before), vec!["access.denied denied out_of_reach"; 3]);
    assert_eq!(known(&app, &user), [one]);
    assert_eq!(desk.get(&mine).status, 404);
    let person = desk.get(&page(&app.membership(&user, &app.sakura))).text();
    assert!(!person.contains("看護師") && !person.contains("/qualifications"), "{person}");
}

#[test]
fn another_clinics_people_are_not_there_and_one_persons_licence_is_not_anothers() {
    let app = TestApp::start(Database::sqlite());
    let (makoto, _) = makoto(&app);
    let (system, _) = somebody(&app, &app.sakura, Role::SystemAdmin, "sys@sakura.example", "情報 システム");
    app.hire(&app.sakura, Role::Member, "ai@sakura.example", "佐藤 愛");
    let there = format!("{}/qualifications", page(&app.membership(&app.misaki, &app.demo)));
    assert_eq!(system.submit("/help", &there, &NURSE).location(), format!("{there}?notice=added"));
    let misaki = app.membership(&app.misaki, &app.demo).id;
    let of_misaki = app.store().read(|conn| store::qualifications::list_for_member(conn, &misaki)).expect("a read");
    assert_eq!(makoto.get(&there).status, 404);
    let here = own(&app, &app.hanako);
    assert_eq!(makoto.submit("/help", &here, &NURSE).location(), format!("{here}?notice=added"));
    for (address, fields) in [
        (there.clone(), vec![("profession", "physician")]),
        (format!("{there}/{}/verify", of_misaki[0].id), vec![SEEN]),
        (format!("{there}/{}/remove", of_misaki[0].id), vec![]),
    ] {
        assert_eq!(makoto.submit("/help", &address, &fields).status, 404, "{address}");
    }
    // The person is one's own, the licence is another's.
    for what in ["verify", "remove"] {
        let forged = format!("{here}/{}/{what}", of_misaki[0].id);
        assert_eq!(makoto.submit("/help", &forged, &[SEEN]).location(), format!("{here}?notice=changed"));
    }
    let now = app.store().read(|conn| store::qualifications::list_for_member(conn, &misaki)).expect("a read");
    assert_eq!(now, of_misaki);
    // Of who works for both, each clinic says what it knows itself.
    app.appoint(&app.hanako, &app.demo, Role::Member);
    let hanako_there = format!("{}/qualifications", page(&app.membership(&app.hanako, &app.demo)));
    assert!(system.get(&hanako_there).text().contains("職種は登録されていません"));
    assert_ne!(HANAKO, MAKOTO);
}

#[test]
fn a_sign_in_that_is_no_longer_recent_changes_nothing_and_what_was_typed_comes_back() {
    let app = TestApp::start(Database::sqlite());
    app.hire(&app.sakura, Role::ClinicAdmin, MAKOTO, "小野 誠");
    let (makoto, key) = enrolled(&app, MAKOTO);
    let own = own(&app, &app.hanako);
    assert_eq!(makoto.submit("/help", &own, &NURSE).location(), format!("{own}?notice=added"));
    let one = known(&app, &app.hanako).remove(0);
    app.advance(Duration::from_secs(16 * 60));
    let answer = makoto.submit("/help", &own, &[("profession", "midwife"), ("number", "777")]);
    for (address, fields) in
        [(format!("{own}/{}/verify", one.id), vec![SEEN]), (format!("{own}/{}/remove", one.id), vec![])]
    {
        assert!(makoto.submit("/help", &address, &fields).location().starts_with("/login?notice="), "{address}");
    }
    assert_eq!(known(&app, &app.hanako), [one]);
    let (_, sealed) = answer.location().split_once("&continue=").expect("a sign-in");
    let back = makoto.passkey(&key, Some(sealed)).json()["next"].as_str().expect("where to go on").to_owned();
    let shown = makoto.get(&back).text();
    assert!(shown.contains("value=\"midwife\" selected") && shown.contains("value=\"777\""), "{shown}");
}
