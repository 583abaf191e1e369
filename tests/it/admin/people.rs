//! `/admin/people`: one's own clinic's people, found by name, a page at a time; one of them with what they hold.

use genkan::domain::Role;

use super::{HANAKO, MAKOTO, makoto, page, somebody};
use crate::support::{
    app::{PASSWORD, TestApp},
    ceremony::enrolled,
    database::{Database, on_both_databases},
    person::Person,
};

on_both_databases! {
    a_clinics_people_are_found_by_any_part_of_their_name_however_it_is_typed,
    more_people_than_a_page_holds_come_page_by_page,
}

fn a_clinics_people_are_found_by_any_part_of_their_name_however_it_is_typed(database: Database) {
    let app = TestApp::start(database);
    let (makoto, _) = makoto(&app);
    let list = makoto.get("/admin/people").text();
    assert!(list.contains("<bdi>山田 花子</bdi>") && list.contains("<bdi>小野 誠</bdi>"), "{list}");
    assert!(
        list.contains("さくらクリニック") && list.contains("施設の管理者") && list.contains("パスキーなし"),
        "{list}"
    );
    assert!(!list.contains("大塚 美咲") && !list.contains("デモ医院"), "another clinic's");
    for (typed, found) in [
        ("山田花", true),
        ("はなこ", true),
        ("ﾔﾏﾀﾞ", true),
        ("HANAKO@", true),
        ("大塚", false),
        ("%", false),
        ("_", false),
        ("\\", false),
        ("' OR 1=1 --", false),
    ] {
        let query = [("name", typed)];
        let url = reqwest::Url::parse_with_params(&app.url("/admin/people"), query).expect("an address");
        let answer = makoto.get(url.as_str());
        assert_eq!(answer.status, 200, "{typed}");
        assert_eq!(answer.body.contains("山田 花子"), found, "{typed}: {}", answer.body);
    }
}

fn more_people_than_a_page_holds_come_page_by_page(database: Database) {
    let app = TestApp::start(database);
    let (makoto, _) = makoto(&app);
    // All of one name: their order is still one.
    for number in 0..110 {
        let (email, details) = (format!("nurse{number}@sakura.example"), super::limits::details("佐藤 愛"));
        super::limits::invite(&app, &app.sakura, &email, details);
    }
    let (mut seen, mut sizes, mut next) = (Vec::new(), Vec::new(), Some("/admin/people".to_owned()));
    while let Some(page) = next {
        let body = makoto.get(&page).text();
        let people: Vec<_> = body.split("<a href=\"/admin/people/").skip(1).map(|rest| rest[..36].to_owned()).collect();
        sizes.push(people.len());
        seen.extend(people);
        let after = body.split("name=\"after\" value=\"").nth(1).map(|rest| rest[..36].to_owned());
        next = after.map(|after| format!("/admin/people?after={after}"));
    }
    assert_eq!(sizes, [50, 50, 12]);
    assert_eq!(seen.iter().collect::<std::collections::HashSet<_>>().len(), 112, "each once");
    let last = seen.last().expect("somebody");
    let beyond = makoto.get(&format!("/admin/people?after={last}"));
    assert!(beyond.body.contains("最初から表示"), "{}", beyond.body);
    let unknown = makoto.get("/admin/people?after=nobody").text();
    assert_eq!(unknown.matches("<a href=\"/admin/people/").count(), 50, "from the beginning");
}

#[test]
fn a_member_s_passkeys_are_shown_without_where_and_what_for_they_are_used() {
    let app = TestApp::start(Database::sqlite());
    let (makoto, _) = makoto(&app);
    let (hanako, _) = enrolled(&app, HANAKO);
    let passkey = app.passkeys(&app.hanako)[0].id.clone();
    hanako.submit("/settings/passkeys", &format!("/settings/passkeys/{passkey}/rename"), &[("name", "自分のスマホ")]);
    let shown = makoto.get(&page(&app.membership(&app.hanako, &app.sakura))).text();
    for words in ["山田 花子", "自分のスマホ", "登録", "最後の使用", "同期", "さくらクリニック", HANAKO]
    {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    // Where she is signed in now is another matter.
    let (shown, _) = shown.split_once("<h2 id=\"sessions\">").expect("her sessions");
    for hidden in ["127.0.0.1", "回</dd>", "利用履歴</a>", "rename", "begin"] {
        assert!(!shown.contains(hidden), "{hidden}: {shown}");
    }
    for offered in ["suspend", "delete"] {
        assert!(shown.contains(&format!("/passkeys/{passkey}/{offered}\"")), "{offered}: {shown}");
    }
    assert_eq!(makoto.get("/admin").location(), "/admin/people");
    let coop = makoto.get("/admin/people").header("cross-origin-opener-policy").map(str::to_owned);
    assert_eq!(coop.as_deref(), Some("same-origin"));
}

#[test]
fn one_s_own_passkeys_are_looked_after_in_the_settings() {
    let app = TestApp::start(Database::sqlite());
    let (makoto, user) = makoto(&app);
    let own = app.membership(&user, &app.sakura);
    let shown = makoto.get(&page(&own)).text();
    assert!(shown.contains("href=\"/settings/passkeys\"") && !shown.contains("/suspend\""), "{shown}");
    let before = app.trail().len();
    for what in ["suspend", "resume"] {
        let refused = super::act(&makoto, &format!("{}/{what}", page(&own)), &[super::REASON]);
        assert_eq!(refused.location(), format!("{}?notice=out_of_reach", page(&own)));
    }
    assert_eq!(app.recorded_since(before), vec!["access.denied denied out_of_reach"; 2]);
}

#[test]
fn only_who_may_is_shown_the_way_to_administration() {
    let app = TestApp::start(Database::sqlite());
    let (makoto, _) = makoto(&app);
    let (auditor, _) = somebody(&app, &app.sakura, Role::Auditor, "auditor@sakura.example", "監査 太郎");
    let (system, _) = somebody(&app, &app.demo, Role::SystemAdmin, "system@demo.example", "森 健太");
    let (nurse, _) = somebody(&app, &app.sakura, Role::Member, "nurse@sakura.example", "看護 次郎");
    for page in ["/", "/settings/passkeys"] {
        assert!(makoto.get(page).text().contains("href=\"/admin\""), "{page}");
        assert!(auditor.get(page).text().contains("href=\"/admin\""), "{page}");
        assert!(!nurse.get(page).text().contains("href=\"/admin\""), "{page}");
    }
    assert_eq!(nurse.get("/admin").status, 404);
    assert_eq!((auditor.get("/admin").location(), auditor.get("/admin/people").status.as_u16()), ("/admin/audit", 404));
    assert!(!makoto.get("/admin/people").text().contains("/admin/clinics"));
    assert_eq!(makoto.get("/admin/clinics").status, 404);
    let clinics = system.get("/admin/clinics").text();
    let sakura = format!("/admin/clinics/{}", app.sakura.id);
    assert!(clinics.contains(&sakura), "{clinics}");
    assert!(system.get(&sakura).text().contains(&format!("/admin/people?clinic={}", app.sakura.id)));
    let people = system.get(&format!("/admin/people?clinic={}", app.sakura.id)).text();
    assert!(people.contains("山田 花子") && people.contains("さくらクリニック"), "{people}");
    assert_eq!(makoto.get(&format!("/admin/people?clinic={}", app.demo.id)).status, 404);
    // A session that only registers a passkey reaches none of it.
    app.appoint(&app.reload(&app.hanako), &app.sakura, Role::ClinicAdmin);
    let enrolling = Person::at(&app);
    enrolling.sign_in(HANAKO, PASSWORD, None);
    assert_eq!(enrolling.get("/admin/people").location(), "/settings/passkeys");
    assert_eq!(Person::at(&app).get("/admin/people").location(), "/login?notice=session_ended");
    assert_ne!(MAKOTO, HANAKO);
}
