//! One-time codes for colleagues whose device is broken: who asks, who agrees, who is told, and for whom there is none.

use std::{thread, time::Duration};

use genkan::{
    domain::{AuditEvent, Role, User, Way},
    store,
};

use super::{HANAKO, MAKOTO, REASON, act, makoto, page, somebody};
use crate::support::{
    access_code::{issue, type_code},
    app::{PASSWORD, TestApp},
    ceremony::enrolled,
    database::{Database, on_both_databases},
    mail_server::MailServer,
    meanwhile::meanwhile,
    person::{Answer, Person},
};

on_both_databases! {
    the_only_administrator_has_a_code_at_once_and_the_person_is_told,
    a_second_administrator_agrees_or_there_is_no_code,
    a_wish_ends_with_its_hour_or_with_who_had_it,
    of_two_who_agree_at_once_one_sees_a_code,
    there_is_none_for_oneself_a_superior_a_stranger_nor_who_is_also_elsewhere,
}

pub const YUKO: &str = "yuko@sakura.example";
/// How who agrees made sure of the person.
const SEEN: (&str, &str) = ("reason", "職員証を確認");

pub fn target(app: &TestApp, user: &User) -> String {
    format!("{}/access-code", page(&app.membership(user, &app.sakura)))
}

/// Eight digits, out of the answer that shows them.
pub fn code(answer: &Answer) -> String {
    let (_, rest) = answer.body.split_once("<p class=\"access-code mono\">").unwrap_or_else(|| panic!("{answer:?}"));
    let (shown, _) = rest.split_once("</p>").expect("its end");
    shown.replace(' ', "")
}

fn last(app: &TestApp, kind: &str) -> AuditEvent {
    app.trail().into_iter().rev().find(|event| event.kind.as_str() == kind).expect(kind)
}

fn detail(event: &AuditEvent, name: &str) -> String {
    event.detail.as_ref().and_then(|detail| detail[name].as_str()).unwrap_or_default().to_owned()
}

pub fn signs_in(app: &TestApp, code: &str) -> bool {
    type_code(&Person::at(app), (HANAKO, PASSWORD, code), None).location() == "/"
}

/// The wish that this administrator finds on the person's page, as the form there names it.
fn wish(person: &Person<'_>, target: &str) -> Option<String> {
    person.get(target).hidden("agrees_to")
}

fn the_only_administrator_has_a_code_at_once_and_the_person_is_told(database: Database) {
    let server = MailServer::start();
    let app = TestApp::start_with(database, |config| config.mail.carrier = Some(server.carrier()));
    let (makoto, makoto_user) = makoto(&app);
    // Another who never came is no second.
    app.hire(&app.sakura, Role::ClinicAdmin, YUKO, "林 優子");
    let (_, _) = enrolled(&app, HANAKO);
    let target = target(&app, &app.hanako);
    let own = makoto.get(&page(&app.membership(&app.hanako, &app.sakura))).text();
    assert!(own.contains("スマートフォンなどが使えないとき") && own.contains(&target), "{own}");
    let asked = makoto.get(&target).text();
    assert!(asked.contains("コードがすぐに表示されます") && asked.contains("ご本人であることを確かめて"), "{asked}");
    assert_eq!(act(&makoto, &target, &[("reason", " ")]).status, 422);

    app.advance(Duration::from_secs(1));
    let before = app.trail().len();
    let shown = act(&makoto, &target, &[REASON]);
    let first = code(&shown);
    assert!(
        first.len() == 8 && shown.text().contains(&app.url("/login/code")) && !shown.body.contains("\"/language\""),
        "{}",
        shown.body
    );
    assert_eq!(shown.header("cache-control"), Some("no-store"));
    assert_eq!(app.recorded_since(before), ["access_code.issued success"]);
    let event = last(&app, "access_code.issued");
    assert!(matches!(&event.actor, genkan::domain::Actor::User { id, .. } if *id == makoto_user.id));
    assert_eq!((event.subject.as_ref(), detail(&event, "admin_reason").as_str()), (Some(&app.hanako.id), REASON.1));
    assert_eq!(event.clinic_id.as_ref(), Some(&app.sakura.id));

    // Not kept as it was said, nowhere.
    let kept = app.store().read(|conn| store::access_codes::find_for_user(conn, &app.hanako.id)).expect("a read");
    let kept = kept.and_then(|kept| kept.code_hash).expect("a hash");
    assert!(kept.as_str().len() == 43 && !format!("{:?}", app.trail()).contains(&first));
    // It does not end because somebody asks again: only where that is said.
    for shown in [makoto.get(&target).text(), makoto.get(&page(&app.membership(&app.hanako, &app.sakura))).text()] {
        assert!(shown.contains("発行済み"), "{shown}");
    }
    let still = act(&makoto, &target, &[REASON]);
    assert_eq!(still.status, 409);
    assert!(still.text().contains("取り消して新しく発行する") && still.text().contains(REASON.1), "{}", still.body);
    assert_eq!(app.recorded_since(before), ["access_code.issued success"]);
    let second = code(&act(&makoto, &target, &[REASON, ("withdraw", "yes")]));
    assert!(!signs_in(&app, &first), "the second took its place");
    app.advance(Duration::from_secs(1));
    assert!(signs_in(&app, &second));

    let ever = app.clock().now().plus(Duration::from_secs(3600));
    let waiting = app.store().read(|conn| store::outbox::list_due(conn, Way::Mail, ever, 100)).expect("the outbox");
    let told: Vec<_> = waiting.iter().flatten().map(|waiting| format!("{:?}", waiting.message)).collect();
    assert_eq!(told.iter().filter(|told| told.contains("AccessCodeIssued") && told.contains(REASON.1)).count(), 2);
    assert_eq!(told.iter().filter(|told| told.contains("AccessCodeUsed")).count(), 1, "{told:?}");
    assert!(told.iter().all(|told| !told.contains(&second)), "never by mail");
    let done = makoto.get(&page(&app.membership(&app.hanako, &app.sakura))).text();
    assert!(done.contains("ワンタイムコードを発行しました") && done.contains(REASON.1), "{done}");
}

fn a_second_administrator_agrees_or_there_is_no_code(database: Database) {
    let app = TestApp::start(database);
    let (makoto, makoto_user) = makoto(&app);
    let (yuko, yuko_user) = somebody(&app, &app.sakura, Role::ClinicAdmin, YUKO, "林 優子");
    let (_, _) = enrolled(&app, HANAKO);
    let (target, home) = (target(&app, &app.hanako), page(&app.membership(&app.hanako, &app.sakura)));
    assert!(makoto.get(&target).text().contains("別の管理者の確認が必要です"));
    app.advance(Duration::from_secs(1));
    let before = app.trail().len();
    let asked = act(&makoto, &target, &[REASON]);
    assert_eq!(asked.location(), format!("{home}?notice=issue_access_code"));
    assert_eq!(app.recorded_since(before), ["access_code.asked success"]);
    assert!(makoto.get(&home).text().contains("別の管理者の確認を待っています"));
    assert!(!makoto.get("/admin/people").text().contains("確認が必要な依頼"), "nothing that makoto could agree to");
    assert_eq!(wish(&makoto, &target), None);

    // It is no code yet, and nobody agrees to their own wish.
    assert!(!signs_in(&app, "00000000"));
    let list = yuko.get("/admin/people").text();
    assert!(list.contains("ワンタイムコードの発行（小野 誠 さんからの依頼）") && list.contains(&target), "{list}");
    let found = yuko.get(&target).text();
    assert!(found.contains("小野 誠") && found.contains(REASON.1) && found.contains("本人を確認した方法"), "{found}");
    let wish = wish(&yuko, &target).expect("a wish");
    let before = app.trail().len();
    let own = act(&makoto, &target, &[REASON, ("agrees_to", &wish)]);
    assert_eq!(app.recorded_since(before), ["access.denied denied own_request"]);
    assert_eq!(own.location(), format!("{target}?notice=over"));

    app.advance(Duration::from_secs(1));
    let before = app.trail().len();
    let issued = code(&act(&yuko, &target, &[SEEN, ("agrees_to", &wish)]));
    assert_eq!(app.recorded_since(before), ["access_code.issued success"]);
    let event = last(&app, "access_code.issued");
    assert!(matches!(&event.actor, genkan::domain::Actor::User { id, .. } if *id == yuko_user.id));
    let told = ["asked_by", "identity", "admin_reason"].map(|name| detail(&event, name));
    assert_eq!(told, [makoto_user.id.as_str(), SEEN.1, REASON.1]);
    let again = act(&yuko, &target, &[SEEN, ("agrees_to", &wish)]);
    assert_eq!(again.location(), format!("{target}?notice=over"), "once");
    assert!(yuko.get(again.location()).text().contains("その依頼は、期限が切れたか"));
    let hanako = Person::at(&app);
    assert_eq!(type_code(&hanako, (HANAKO, PASSWORD, &issued), None).location(), "/");
    let history = hanako.get("/settings/history").body;
    for told in ["発行を依頼しました", "小野 誠 さんが行いました", "を発行しました", "林 優子 さんが行いました"]
    {
        assert!(history.contains(told), "{told} in {history}");
    }
}

fn a_wish_ends_with_its_hour_or_with_who_had_it(database: Database) {
    let app = TestApp::start(database);
    let (makoto, makoto_user) = makoto(&app);
    let (yuko, yuko_key) = {
        app.hire(&app.sakura, Role::ClinicAdmin, YUKO, "林 優子");
        enrolled(&app, YUKO)
    };
    let (_, _) = enrolled(&app, HANAKO);
    let target = target(&app, &app.hanako);
    let over = format!("{target}?notice=over");
    act(&makoto, &target, &[REASON]);
    let first = wish(&yuko, &target).expect("a wish");
    // A newer one takes its place.
    act(&makoto, &target, &[REASON]);
    let second = wish(&yuko, &target).expect("a wish");
    assert_ne!(first, second);
    assert_eq!(act(&yuko, &target, &[SEEN, ("agrees_to", &first)]).location(), over);
    // Who asked for it may no longer.
    app.appoint(&makoto_user, &app.sakura, Role::Member);
    assert_eq!(act(&yuko, &target, &[SEEN, ("agrees_to", &second)]).location(), over);
    assert_eq!(wish(&yuko, &target), None);
    assert!(!yuko.get("/admin/people").text().contains("確認が必要な依頼"));
    app.appoint(&makoto_user, &app.sakura, Role::ClinicAdmin);
    assert_eq!(wish(&yuko, &target).as_ref(), Some(&second));
    app.advance(Duration::from_secs(3600));
    assert_eq!(yuko.passkey(&yuko_key, None).status, 200);
    assert_eq!(act(&yuko, &target, &[SEEN, ("agrees_to", &second)]).location(), over);
    assert_eq!(wish(&yuko, &target), None);
}

fn of_two_who_agree_at_once_one_sees_a_code(database: Database) {
    let app = TestApp::start(database);
    let (makoto, _) = makoto(&app);
    let (yuko, _) = somebody(&app, &app.sakura, Role::ClinicAdmin, YUKO, "林 優子");
    let (ken, _) = somebody(&app, &app.sakura, Role::ClinicAdmin, "ken@sakura.example", "岡 健");
    let target = target(&app, &app.hanako);
    act(&makoto, &target, &[REASON]);
    let wish = wish(&yuko, &target).expect("a wish");
    let answers: Vec<_> = thread::scope(|scope| {
        let agree = |person| act(person, &target, &[SEEN, ("agrees_to", &wish)]);
        let tries: Vec<_> = [&yuko, &ken].into_iter().map(|person| scope.spawn(move || agree(person))).collect();
        tries.into_iter().map(|one| one.join().expect("an answer").status.as_u16()).collect()
    });
    let mut sorted = answers.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, [200, 303], "{answers:?}");
}

fn there_is_none_for_oneself_a_superior_a_stranger_nor_who_is_also_elsewhere(database: Database) {
    let app = TestApp::start(database);
    app.appoint(&app.hanako, &app.demo, Role::Member);
    app.advance(Duration::from_secs(24 * 3600));
    let (makoto, makoto_user) = makoto(&app);
    let (chief, chief_user) = somebody(&app, &app.sakura, Role::SystemAdmin, "chief@sakura.example", "院長 大介");
    let equal = app.hire(&app.sakura, Role::ClinicAdmin, YUKO, "林 優子");
    let before = app.trail().len();
    for user in [&makoto_user, &chief_user, &equal, &app.hanako] {
        let out = format!("{}?notice=out_of_reach", page(&app.membership(user, &app.sakura)));
        let target = target(&app, user);
        assert_eq!((makoto.get(&target).location(), act(&makoto, &target, &[REASON]).location()), (&*out, &*out));
        let shown = makoto.get(&page(&app.membership(user, &app.sakura))).text();
        assert!(!shown.contains("/access-code"), "nor is it offered");
    }
    assert_eq!(app.recorded_since(before), ["access.denied denied out_of_reach"; 4]);
    let stranger = format!("{}/access-code", page(&app.membership(&app.misaki, &app.demo)));
    assert_eq!((makoto.get(&stranger).status.as_u16(), act(&makoto, &stranger, &[REASON]).status.as_u16()), (404, 404));
    let (desk, _) = somebody(&app, &app.sakura, Role::Helpdesk, "desk@sakura.example", "窓口 弘子");
    assert_eq!(act(&desk, &target(&app, &app.hanako), &[REASON]).status, 404);

    // Who looks after all gives one to who works here and there, nobody else being able to agree; and none to themselves.
    app.advance(Duration::from_secs(1));
    let shown = code(&act(&chief, &target(&app, &app.hanako), &[REASON]));
    assert!(signs_in(&app, &shown));
    assert_eq!(app.sessions(&app.hanako)[0].clinic_id, app.sakura.id);
    assert!(act(&chief, &target(&app, &chief_user), &[REASON]).location().ends_with("notice=out_of_reach"));
    code(&act(&chief, &target(&app, &makoto_user), &[REASON]));
}

/// The read still found an administrator, and somebody below them.
#[test]
fn an_administrator_demoted_a_second_ago_gives_no_code() {
    let database = Database::postgres();
    let url = database.url().to_owned();
    let app = TestApp::start(database);
    let (makoto, user) = makoto(&app);
    let target = target(&app, &app.hanako);
    let before = app.trail().len();
    let demote = format!("UPDATE memberships SET roles = '[\"member\"]' WHERE user_id = '{}'", user.id);
    assert_eq!(meanwhile(&url, &demote, || act(&makoto, &target, &[REASON])).status, 404);
    assert!(app.recorded_since(before).is_empty());
    app.appoint(&user, &app.sakura, Role::ClinicAdmin);
    let promote = format!("UPDATE memberships SET roles = '[\"system_admin\"]' WHERE user_id = '{}'", app.hanako.id);
    let hold = format!("SELECT id FROM users WHERE id = '{}' FOR UPDATE; {promote}", app.hanako.id);
    let refused = meanwhile(&url, &hold, || act(&makoto, &target, &[REASON]));
    assert!(refused.location().ends_with("notice=out_of_reach"), "{}", refused.location());
}

#[test]
fn a_stale_administrator_signs_in_again_and_comes_back_to_what_they_had_typed() {
    let app = TestApp::start(Database::sqlite());
    app.hire(&app.sakura, Role::ClinicAdmin, MAKOTO, "小野 誠");
    let (makoto, key) = enrolled(&app, MAKOTO);
    let target = target(&app, &app.hanako);
    app.advance(Duration::from_secs(15 * 60) + Duration::from_millis(1));
    let stale = makoto.get(&target).text();
    assert!(!stale.contains("name=\"reason\"") && stale.contains("/login?notice=sign_in_again"), "{stale}");
    let sent = act(&makoto, &target, &[REASON]);
    let (_, sealed) = sent.location().split_once("&continue=").expect("a sign-in");
    let next = makoto.passkey(&key, Some(sealed)).json()["next"].as_str().expect("where to go on").to_owned();
    assert!(next.starts_with(&format!("{target}?draft=")), "{next}");
    assert!(makoto.get(&next).text().contains(&format!("value=\"{}\"", REASON.1)));
    code(&act(&makoto, &target, &[REASON]));
}

/// Their own phone is broken: a code lets them work, and look after nobody.
#[test]
fn an_administrator_who_came_by_a_code_is_told_why_administration_is_closed() {
    let app = TestApp::start(Database::sqlite());
    let (_, user) = makoto(&app);
    let given = issue(&app, &user);
    let makoto = Person::at(&app);
    assert_eq!(type_code(&makoto, (MAKOTO, PASSWORD, &given), None).location(), "/");
    assert!(!makoto.get("/").text().contains("href=\"/admin\""));
    assert_eq!(makoto.get("/admin").location(), "/admin/people");
    let suspend = format!("{}/suspend", page(&app.membership(&app.hanako, &app.sakura)));
    for closed in [makoto.get("/admin/people"), makoto.get(&suspend), act(&makoto, &suspend, &[REASON])] {
        assert_eq!(closed.status, 403);
        let said = closed.text();
        assert!(said.contains("ワンタイムコードでのログインでは、管理の画面は開けません"), "{said}");
        assert!(said.contains("/login?notice=sign_in_with_passkey&amp;continue="), "{said}");
    }
    assert_eq!(makoto.get("/admin/clinics").status, 404, "what is closed to them anyway is not there");
    assert!(app.membership(&app.hanako, &app.sakura).is_active(app.clock().now()));
}
