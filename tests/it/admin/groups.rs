//! `/admin/groups`: a clinic's groups are made, named, filled and removed by who looks after the clinic.

use std::time::Duration;

use genkan::{
    domain::{Clinic, Group, GroupId, MembershipId, Role, User},
    flows::admin::groups::{self, Change},
    protocol::scope::Scope,
    store,
};

use super::{HANAKO, MAKOTO, makoto, page, somebody};
use crate::support::{
    app::{TestApp, draft},
    ceremony::enrolled,
    database::{Database, on_both_databases},
    person::{Answer, Person},
};

on_both_databases! {
    a_group_is_made_filled_emptied_and_told_of_in_the_trail,
    a_group_that_was_removed_comes_back_with_its_people_unless_its_name_is_taken,
    what_another_administrator_did_meanwhile_is_not_written_over,
    groups_and_people_are_found_by_name_page_by_page,
}

const PAGE: &str = "/admin/groups";
const NEW: &str = "/admin/groups/new";

fn made(app: &TestApp, clinic: &Clinic, name: &str) -> Group {
    groups::add_to(app.store(), &app.by(), clinic.id.clone(), name).expect("no fault").expect("a group")
}

fn own(id: &GroupId) -> String {
    format!("{PAGE}/{id}")
}

fn listed(app: &TestApp, clinic: &Clinic) -> Vec<(String, i64)> {
    let all = groups::listed(app.store(), Some(&clinic.id), app.clock().now()).expect("the list");
    all.into_iter()
        .filter(|(group, _)| group.removed_at.is_none())
        .map(|(group, people)| (group.name, people))
        .collect()
}

fn found(app: &TestApp, id: &GroupId) -> Group {
    app.store().read(|conn| store::groups::find(conn, id)).expect("a read").expect("the group")
}

fn member(app: &TestApp, user: &User, clinic: &Clinic) -> MembershipId {
    app.membership(user, clinic).id
}

fn seen(person: &Person<'_>, page: &str) -> String {
    person.get(page).hidden("seen").expect("when it was seen")
}

/// Ticks this line of the form at `action`, and no other.
fn tick(person: &Person<'_>, action: &str, line: &str) -> Answer {
    person.submit("/help", action, &[("shown", line), (&format!("on.{line}"), "on")])
}

fn a_group_is_made_filled_emptied_and_told_of_in_the_trail(database: Database) {
    let app = TestApp::start(database);
    let (makoto, user) = makoto(&app);
    assert!(makoto.get(PAGE).text().contains("あてはまるグループはありません"));
    let made = makoto.submit(NEW, NEW, &[("name", " 3階病棟 ")]);
    let (path, said) = made.location().split_once('?').expect("the group's page");
    assert_eq!((said, listed(&app, &app.sakura)), ("notice=created", vec![("3階病棟".to_owned(), 0)]));
    let id = GroupId::parse(path.trim_start_matches("/admin/groups/")).expect("its id");
    assert!(makoto.get(made.location()).text().contains("グループを作りました"));

    let (hanako, join) = (member(&app, &app.hanako, &app.sakura), format!("{path}/join"));
    let offered = makoto.get(&join).text();
    assert!(offered.contains("山田 花子") && offered.contains("小野 誠"), "{offered}");
    let own_membership = member(&app, &user, &app.sakura);
    let both = format!("{hanako} {own_membership}");
    let (one, other) = (format!("on.{hanako}"), format!("on.{own_membership}"));
    let joined = makoto.submit("/help", &join, &[("shown", &both), (&one, "on"), (&other, "on")]);
    assert_eq!(joined.location(), format!("{path}?notice=joined"));
    let shown = makoto.get(joined.location()).text();
    assert!(shown.contains("山田 花子") && shown.contains("2人") && shown.contains("加えました"), "{shown}");
    assert!(!makoto.get(&join).text().contains("山田 花子"), "who is in is not offered");
    assert!(makoto.get(&page(&app.membership(&app.hanako, &app.sakura))).text().contains("3階病棟"));

    let renamed = makoto.submit("/help", path, &[("name", "3階東病棟"), ("seen", &seen(&makoto, path))]);
    assert_eq!(renamed.location(), format!("{path}?notice=renamed"));
    let left = tick(&makoto, &format!("{path}/leave"), hanako.as_str());
    assert_eq!(left.location(), format!("{path}?notice=left"));
    assert_eq!(listed(&app, &app.sakura), [("3階東病棟".to_owned(), 1)]);
    let nobody = makoto.submit("/help", &format!("{path}/leave"), &[("shown", &both)]);
    assert_eq!(nobody.location(), format!("{path}?notice=nobody"));

    let of_groups = |event: &&genkan::domain::AuditEvent| event.kind.as_str().starts_with("group.");
    let trail = app.trail();
    let events: Vec<_> = trail.iter().filter(of_groups).collect();
    let kinds: Vec<_> = events.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(kinds, ["group.created", "group.joined", "group.joined", "group.changed", "group.left"]);
    for event in &events {
        let detail = event.detail.as_ref().expect("a detail");
        assert_eq!((event.clinic_id.as_ref(), &detail["group"]), (Some(&app.sakura.id), &id.as_str().into()));
        assert!(event.session_ref.is_some(), "{event:?}");
    }
    assert_eq!(events[4].subject.as_ref(), Some(&app.hanako.id));
    assert_eq!(events[3].detail.as_ref().expect("a detail")["before"], "3階病棟");
}

fn a_group_that_was_removed_comes_back_with_its_people_unless_its_name_is_taken(database: Database) {
    let app = TestApp::start(database);
    let (makoto, _) = makoto(&app);
    let ward = made(&app, &app.sakura, "3階病棟");
    groups::put(app.store(), &app.by(), ward.id.clone(), HANAKO, true).expect("no fault").expect("put");
    let scope = Some(format!("openid {}", Scope::Groups.as_str()));
    app.register(genkan::flows::admin::clients::Draft { scope, ..draft("電子カルテ") });
    let own = own(&ward.id);
    let remove = format!("{own}/remove");
    let asked = makoto.get(&remove).text();
    assert!(asked.contains("1人") && asked.contains("電子カルテ") && asked.contains("30日以内"), "{asked}");
    assert!(!asked.contains("さくら予約"), "that is not told of groups");
    let press = |what: &str| makoto.submit("/help", &format!("{own}/{what}"), &[("seen", &seen(&makoto, &own))]);
    assert_eq!(press("remove").location(), format!("{own}?notice=removed"));
    assert_eq!(listed(&app, &app.sakura), []);
    assert!(makoto.get(PAGE).text().contains("削除済み") && makoto.get(&remove).status == 404);
    let refused = tick(&makoto, &format!("{own}/leave"), member(&app, &app.hanako, &app.sakura).as_str());
    assert_eq!(refused.location(), format!("{own}?notice=changed"), "nobody comes or goes meanwhile");

    let other = made(&app, &app.sakura, "３階 病棟");
    assert_eq!(press("restore").location(), format!("{own}?notice=taken"));
    assert!(makoto.get(&format!("{own}?notice=taken")).text().contains("同じ名前のグループがあります"));
    groups::set(app.store(), &app.by(), other.id, Change::Rename("4階病棟".to_owned()))
        .expect("no fault")
        .expect("set");
    assert_eq!(press("restore").location(), format!("{own}?notice=restored"));
    assert_eq!(listed(&app, &app.sakura), [("3階病棟".to_owned(), 1), ("4階病棟".to_owned(), 0)]);

    press("remove");
    app.advance(Duration::from_secs(30 * 86_400));
    let (makoto, _) = somebody(&app, &app.sakura, Role::ClinicAdmin, "later@sakura.example", "後藤 明");
    assert_eq!(makoto.get(&own).status, 404, "it is gone");
    assert!(!makoto.get(PAGE).text().contains("3階病棟"));
}

fn what_another_administrator_did_meanwhile_is_not_written_over(database: Database) {
    let app = TestApp::start(database);
    let (makoto, _) = makoto(&app);
    let (other, _) = somebody(&app, &app.sakura, Role::ClinicAdmin, "akiko@sakura.example", "秋山 明子");
    let ward = made(&app, &app.sakura, "3階病棟");
    let (own, hanako) = (own(&ward.id), member(&app, &app.hanako, &app.sakura));
    let before = seen(&makoto, &own);
    app.advance(Duration::from_secs(1));
    let first = other.submit("/help", &own, &[("name", "東病棟"), ("seen", &before)]);
    assert_eq!(first.location(), format!("{own}?notice=renamed"));
    let second = makoto.submit("/help", &own, &[("name", "西病棟"), ("seen", &before)]);
    assert_eq!(second.status, 422);
    assert!(second.text().contains("先に変更しました") && second.text().contains("value=\"西病棟\""));
    assert_eq!(
        makoto.submit("/help", &format!("{own}/remove"), &[("seen", &before)]).location(),
        format!("{own}?notice=changed")
    );
    assert_eq!(found(&app, &ward.id).name, "東病棟");

    // Both look at the same list, and the second press changes nothing twice.
    assert_eq!(tick(&other, &format!("{own}/join"), hanako.as_str()).location(), format!("{own}?notice=joined"));
    let trail = app.trail().len();
    let both = format!("{hanako} {}", member(&app, &app.hanako, &app.sakura));
    let again = makoto.submit("/help", &format!("{own}/join"), &[("shown", &both), (&format!("on.{hanako}"), "on")]);
    assert_eq!((again.location(), app.trail().len()), (format!("{own}?notice=changed").as_str(), trail));

    // On the person's page: what is not ticked there was so before, and stays as somebody else made it.
    let of_person = format!("{}/groups", page(&app.membership(&app.hanako, &app.sakura)));
    let clerks = made(&app, &app.sakura, "受付");
    let drawn = makoto.get(&of_person);
    let (shown, had) = (drawn.hidden("shown").expect("the groups"), drawn.hidden("had").expect("those ticked"));
    assert_eq!((shown.split(' ').count(), had.as_str()), (2, ward.id.as_str()));
    let on = |id: &GroupId| format!("on.{id}");
    let fields = [("shown", shown.as_str()), ("had", &had), (&on(&ward.id), "on"), (&on(&clerks.id), "on")];
    assert_eq!(other.submit("/help", &of_person, &fields).location(), format!("{of_person}?notice=saved"));
    let late = [("shown", shown.as_str()), ("had", &had), (&on(&clerks.id), "on")];
    assert_eq!(makoto.submit("/help", &of_person, &late).location(), format!("{of_person}?notice=changed"));
    assert_eq!(listed(&app, &app.sakura), [("受付".to_owned(), 1), ("東病棟".to_owned(), 1)], "all or nothing");
    let same = [("shown", shown.as_str()), ("had", &shown), (&on(&ward.id), "on"), (&on(&clerks.id), "on")];
    assert_eq!(makoto.submit("/help", &of_person, &same).location(), format!("{of_person}?notice=unchanged"));
}

fn groups_and_people_are_found_by_name_page_by_page(database: Database) {
    let app = TestApp::start(database);
    let (makoto, _) = makoto(&app);
    let ward = made(&app, &app.sakura, "病棟");
    for number in 10..65 {
        made(&app, &app.sakura, &format!("ﾁｰﾑ {number}"));
        let email = format!("nurse{number}@sakura.example");
        super::limits::invite(&app, &app.sakura, &email, super::limits::details(&format!("佐藤 愛{number}")));
        groups::put(app.store(), &app.by(), ward.id.clone(), &email, true).expect("no fault").expect("put");
    }
    made(&app, &app.demo, "チーム 99");
    let walk = |path: &str, line: &str| {
        let (mut sizes, mut next) = (Vec::new(), Some(path.to_owned()));
        while let Some(page) = next {
            let answer = makoto.get(&page);
            sizes.push(answer.text().matches(line).count());
            next = answer
                .hidden("after")
                .map(|after| format!("{path}{}after={after}", if path.contains('?') { '&' } else { '?' }));
        }
        sizes
    };
    assert_eq!(walk(&format!("{PAGE}?name=ちーむ"), "<a href=\"/admin/groups/0"), [50, 5]);
    let (own, member) = (own(&ward.id), page(&app.membership(&app.hanako, &app.sakura)));
    assert_eq!(walk(&own, "name=\"on."), [50, 5]);
    assert_eq!(walk(&format!("{own}?name=愛6"), "name=\"on."), [5]);
    assert_eq!(walk(&format!("{own}/join"), "name=\"on."), [2]);
    assert_eq!(walk(&format!("{member}/groups"), "name=\"on."), [50, 6]);
    for nothing in ["%25", "_", "%5C", "99"] {
        assert!(makoto.get(&format!("{PAGE}?name={nothing}")).text().contains("あてはまるグループはありません"));
    }
}

#[test]
fn a_name_that_cannot_be_is_said_and_nothing_is_lost() {
    let app = TestApp::start(Database::sqlite());
    let (makoto, _) = makoto(&app);
    let ward = made(&app, &app.sakura, "3階病棟");
    made(&app, &app.sakura, "受付");
    made(&app, &app.demo, "外来");
    let long = "あ".repeat(101);
    for (name, said) in [
        ("", "1行"),
        (" ", "1行"),
        ("二\n行", "1行"),
        ("見えない\u{202e}文字", "1行"),
        (&long, "1行"),
        ("３階　病棟", "同じ名前"),
    ] {
        let answer = makoto.submit(NEW, NEW, &[("name", name)]);
        assert_eq!(answer.status, 422, "{name:?}");
        assert!(answer.text().contains(said) && answer.text().contains("aria-invalid"), "{name:?}");
    }
    let own = own(&ward.id);
    let rename = |name: &str| makoto.submit("/help", &own, &[("name", name), ("seen", &seen(&makoto, &own))]);
    let taken = rename("うけつけ受付");
    assert_eq!(taken.location(), format!("{own}?notice=renamed"), "another name");
    for name in ["受付", "", "\u{200b}"] {
        assert_eq!(rename(name).status, 422, "{name:?}");
    }
    assert_eq!(rename("うけつけ受付").location(), format!("{own}?notice=renamed"), "its own name");
    assert_eq!(
        rename("外来").location(),
        format!("{own}?notice=renamed"),
        "another clinic's is nobody's business here"
    );
    let shown = makoto.submit("/help", &own, &[("name", "<b>受\n付"), ("seen", &seen(&makoto, &own))]).text();
    assert!(shown.contains("&lt;b&gt;受") && !shown.contains("<b>受"), "{shown}");
}

#[test]
fn another_clinics_groups_and_people_are_not_there() {
    let app = TestApp::start(Database::sqlite());
    let (makoto, _) = makoto(&app);
    let (system, _) = somebody(&app, &app.sakura, Role::SystemAdmin, "sys@sakura.example", "情報 システム");
    let (ward, foreign) = (made(&app, &app.sakura, "3階病棟"), made(&app, &app.demo, "外来"));
    let (hanako, misaki) = (member(&app, &app.hanako, &app.sakura), member(&app, &app.misaki, &app.demo));
    let other_clinic = format!("{PAGE}?clinic={}", app.demo.id);
    let (there, of_misaki) = (own(&foreign.id), format!("{}/groups", page(&app.membership(&app.misaki, &app.demo))));
    for address in [&there, &format!("{there}/join"), &format!("{there}/remove"), &of_misaki, &other_clinic] {
        assert_eq!(makoto.get(address).status, 404, "{address}");
        assert_eq!(system.get(address).status, 200, "{address}");
    }
    let seen_there = foreign.updated_at.millis().to_string();
    let (on_misaki, on_hanako) = (format!("on.{misaki}"), format!("on.{hanako}"));
    let (on_ward, on_foreign) = (format!("on.{}", ward.id), format!("on.{}", foreign.id));
    let before = app.trail().len();
    for (address, fields) in [
        (there.clone(), vec![("name", "乗っ取り"), ("seen", &seen_there)]),
        (format!("{there}/remove"), vec![("seen", &seen_there)]),
        (format!("{there}/join"), vec![("shown", misaki.as_str()), (&on_misaki, "on")]),
        // Ids that do not belong together: of another clinic's person, of another clinic's group.
        (format!("{}/join", own(&ward.id)), vec![("shown", misaki.as_str()), (&on_misaki, "on")]),
        (format!("{there}/join"), vec![("shown", hanako.as_str()), (&on_hanako, "on")]),
        (of_misaki.clone(), vec![("shown", ward.id.as_str()), (&on_ward, "on")]),
        (
            of_misaki.replace(misaki.as_str(), hanako.as_str()),
            vec![("shown", foreign.id.as_str()), (&on_foreign, "on")],
        ),
        (of_misaki.replace(misaki.as_str(), hanako.as_str()), vec![("shown", "x'OR'1'='1"), ("on.x'OR'1'='1", "on")]),
        (NEW.to_owned(), vec![("name", "外来2"), ("clinic", app.demo.id.as_str())]),
    ] {
        assert_eq!(makoto.submit("/help", &address, &fields).status, 404, "{address} {fields:?}");
    }
    assert_eq!(listed(&app, &app.demo), [("外来".to_owned(), 0)]);
    assert_eq!(listed(&app, &app.sakura), [("3階病棟".to_owned(), 0)]);
    let denied = app.recorded_since(before).into_iter().filter(|event| event == "access.denied denied out_of_reach");
    assert_eq!(denied.count(), 4, "who reached for another clinic is recorded");

    // A cursor of another clinic begins at the beginning, and tells nothing.
    let forged = makoto.get(&format!("{PAGE}?after={}", foreign.id)).text();
    assert!(forged.contains("3階病棟") && !forged.contains("外来"), "{forged}");
    let forged = makoto.get(&format!("{}/join?after={misaki}", own(&ward.id))).text();
    assert!(forged.contains("山田 花子") && !forged.contains("大塚 美咲"), "{forged}");
    assert_eq!(makoto.get(&format!("{PAGE}?clinic={}&name=外来", app.demo.id)).status, 404);

    // A system administrator makes one for another clinic, and comes back to its list.
    let made = system.submit("/help", NEW, &[("name", "外来2"), ("clinic", app.demo.id.as_str())]);
    assert!(made.location().ends_with("?notice=created"), "{}", made.body);
    assert!(system.get(made.location()).text().contains(&format!("href=\"{other_clinic}\"")));
}

#[test]
fn who_may_only_see_changes_nothing() {
    let app = TestApp::start(Database::sqlite());
    let (desk, _) = somebody(&app, &app.sakura, Role::Helpdesk, "desk@sakura.example", "受付 一");
    let ward = made(&app, &app.sakura, "3階病棟");
    groups::put(app.store(), &app.by(), ward.id.clone(), HANAKO, true).expect("no fault").expect("put");
    let (own, of_hanako) = (own(&ward.id), format!("{}/groups", page(&app.membership(&app.hanako, &app.sakura))));
    for address in [PAGE, &own, &of_hanako] {
        let shown = desk.get(address).text();
        assert!(
            shown.contains("3階病棟") && !shown.contains(NEW) && !shown.contains("name=\"on."),
            "{address}: {shown}"
        );
    }
    let hanako = member(&app, &app.hanako, &app.sakura);
    for address in [NEW.to_owned(), own.clone(), format!("{own}/leave"), format!("{own}/remove"), of_hanako] {
        let on = format!("on.{hanako}");
        let seen = ward.updated_at.millis().to_string();
        let fields = [("name", "x"), ("seen", seen.as_str()), ("shown", hanako.as_str()), (&on, "on")];
        assert_eq!(desk.submit("/help", &address, &fields).status, 404, "{address}");
    }
    assert_eq!(listed(&app, &app.sakura), [("3階病棟".to_owned(), 1)]);
}

#[test]
fn a_sign_in_that_is_no_longer_recent_changes_nothing() {
    let app = TestApp::start(Database::sqlite());
    app.hire(&app.sakura, Role::ClinicAdmin, MAKOTO, "小野 誠");
    let (makoto, _) = enrolled(&app, MAKOTO);
    let ward = made(&app, &app.sakura, "3階病棟");
    let own = own(&ward.id);
    let (hanako, seen) = (member(&app, &app.hanako, &app.sakura), seen(&makoto, &own));
    let of_hanako = format!("{}/groups", page(&app.membership(&app.hanako, &app.sakura)));
    app.advance(Duration::from_secs(16 * 60));
    let (person, group) = (format!("on.{hanako}"), format!("on.{}", ward.id));
    for (address, shown) in [
        (NEW.to_owned(), hanako.as_str()),
        (own.clone(), hanako.as_str()),
        (format!("{own}/join"), hanako.as_str()),
        (format!("{own}/remove"), hanako.as_str()),
        (of_hanako.clone(), ward.id.as_str()),
    ] {
        let fields = [("name", "x"), ("seen", seen.as_str()), ("shown", shown), (&person, "on"), (&group, "on")];
        let answer = makoto.submit("/help", &address, &fields);
        assert!(answer.location().starts_with("/login?notice="), "{address}: {} {}", answer.status, answer.location());
        assert!(makoto.get(&address).text().contains("href=\"/login?notice="), "{address}: it is said before");
    }
    assert_eq!(listed(&app, &app.sakura), [("3階病棟".to_owned(), 0)]);
}
