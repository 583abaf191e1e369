//! How far an administrator reaches: not into other clinics, not above themselves, and no further than a second ago.

use genkan::{
    domain::{Clinic, Role, User},
    flows::admin::users,
};

use super::{HANAKO, MAKOTO, REASON, act, makoto, of_passkey, page, somebody};
use crate::support::{
    app::TestApp,
    ceremony::{begin_login, enrolled, error, finish_login},
    database::{Database, on_both_databases},
    meanwhile::meanwhile,
    person::{Answer, Person},
};

on_both_databases! {
    an_administrator_of_another_clinic_finds_nobody,
    an_administrator_of_two_clinics_acts_in_the_one_of_the_session,
    a_colleague_who_is_also_elsewhere_can_only_be_shut_out_here,
    a_superior_can_only_be_shut_out,
    two_who_suspend_each_other_at_once_are_not_both_obeyed,
}

pub fn details(name: &str) -> users::Details {
    users::Details {
        name: Some(name.to_owned()),
        name_kana: Some("サトウ アイ".to_owned()),
        ..users::Details::default()
    }
}

pub fn invite(app: &TestApp, clinic: &Clinic, email: &str, details: users::Details) -> User {
    let invite =
        users::Invite { until: None, email: email.to_owned(), clinic: clinic.id.clone(), roles: Vec::new(), details };
    users::invite(app.store(), &app.by(), invite).expect("no fault").expect("an invitation").user
}

/// Every address under a person's page.
const ACTS: [&str; 4] = ["suspend", "resume", "end-date", "access-code"];
const PASSKEY_ACTS: [&str; 3] = ["suspend", "resume", "delete"];

/// What differs from one answer to the next, and says nothing.
fn bare(answer: &Answer) -> String {
    let mut text = answer.text();
    for mark in ["<span class=\"mono\">", "name=\"to\" value=\"", "name=\"form_token\" value=\"", "data-server-time=\""]
    {
        while let Some((before, after)) = text.split_once(mark) {
            let end = after.find(['<', '"']).expect("it ends");
            text = format!("{before}{}", &after[end..]);
        }
    }
    text
}

fn an_administrator_of_another_clinic_finds_nobody(database: Database) {
    let app = TestApp::start(database);
    let (stranger, _) = somebody(&app, &app.demo, Role::ClinicAdmin, "yuko@demo.example", "林 優子");
    let (_, _) = enrolled(&app, HANAKO);
    let (membership, passkey) = (app.membership(&app.hanako, &app.sakura), app.passkeys(&app.hanako).remove(0));
    let unknown = "/admin/people/019bcd2e-4f6c-7a31-9c0e-0f2f7a6f1c55";
    let before = app.trail().len();
    let (there, nowhere) = (stranger.get(&page(&membership)), stranger.get(unknown));
    assert_eq!((there.status.as_u16(), nowhere.status.as_u16()), (404, 404));
    assert_eq!(bare(&there), bare(&nowhere), "as if she did not exist");
    for what in ACTS {
        let target = format!("{}/{what}", page(&membership));
        assert_eq!(
            (stranger.get(&target).status.as_u16(), act(&stranger, &target, &[REASON]).status.as_u16()),
            (404, 404)
        );
    }
    for what in PASSKEY_ACTS {
        let target = format!("{}/{what}", of_passkey(&membership, &passkey));
        assert_eq!(
            (stranger.get(&target).status.as_u16(), act(&stranger, &target, &[REASON]).status.as_u16()),
            (404, 404)
        );
    }
    assert_eq!(app.recorded_since(before), Vec::<String>::new());
    assert!(
        app.passkeys(&app.hanako)[0].is_enabled()
            && app.membership(&app.hanako, &app.sakura).is_active(app.clock().now())
    );
}

fn an_administrator_of_two_clinics_acts_in_the_one_of_the_session(database: Database) {
    let app = TestApp::start(database);
    let user = app.hire(&app.sakura, Role::ClinicAdmin, MAKOTO, "小野 誠");
    app.appoint(&user, &app.demo, Role::ClinicAdmin);
    let (makoto, _) = enrolled(&app, MAKOTO);
    let working_for = app.sessions(&user)[0].clinic_id.clone();
    let (here, there) = match working_for == app.sakura.id {
        true => ((&app.hanako, &app.sakura), (&app.misaki, &app.demo)),
        false => ((&app.misaki, &app.demo), (&app.hanako, &app.sakura)),
    };
    let suspend = |(user, clinic)| act(&makoto, &format!("{}/suspend", page(&app.membership(user, clinic))), &[REASON]);
    assert_eq!(makoto.get(&format!("/admin/people?clinic={}", there.1.id)).status, 404);
    assert_eq!(suspend(there).status, 404);
    assert!(app.membership(there.0, there.1).is_active(app.clock().now()));
    let code =
        |(user, clinic)| act(&makoto, &format!("{}/access-code", page(&app.membership(user, clinic))), &[REASON]);
    assert_eq!((code(there).status.as_u16(), code(here).status.as_u16()), (404, 200));
    assert!(suspend(here).location().ends_with("notice=suspend_membership"));
}

fn a_colleague_who_is_also_elsewhere_can_only_be_shut_out_here(database: Database) {
    let app = TestApp::start(database);
    let (makoto, _) = makoto(&app);
    let (hanako, key) = enrolled(&app, HANAKO);
    app.appoint(&app.hanako, &app.demo, Role::Member);
    let (membership, passkey) = (app.membership(&app.hanako, &app.sakura), app.passkeys(&app.hanako).remove(0));
    let shown = makoto.get(&page(&membership)).text();
    assert!(shown.contains("システム管理者に依頼してください") && shown.contains("所属を停止する"), "{shown}");
    assert!(!shown.contains("デモ医院") && !shown.contains("最後の使用") && !shown.contains("/passkeys/"), "{shown}");
    let out = format!("{}?notice=out_of_reach", page(&membership));
    let before = app.trail().len();
    for what in PASSKEY_ACTS {
        let target = format!("{}/{what}", of_passkey(&membership, &passkey));
        assert_eq!((makoto.get(&target).location(), act(&makoto, &target, &[REASON]).location()), (&*out, &*out));
    }
    assert_eq!(app.recorded_since(before), vec!["access.denied denied out_of_reach"; 3]);
    assert!(app.passkeys(&app.hanako)[0].is_enabled());
    assert!(
        act(&makoto, &format!("{}/suspend", page(&membership)), &[REASON]).location().ends_with("suspend_membership")
    );
    assert_eq!(hanako.get("/settings/passkeys").location(), "/login?notice=session_ended");
    // The other clinic is none of theirs, and goes on.
    let there = Person::at(&app);
    assert_eq!(there.passkey(&key, None).status, 200);
    assert_eq!(app.sessions(&app.hanako)[0].clinic_id, app.demo.id);
    assert!(
        act(&makoto, &format!("{}/resume", page(&membership)), &[REASON]).location().ends_with("resume_membership")
    );
    let (system, _) = somebody(&app, &app.demo, Role::SystemAdmin, "system@demo.example", "森 健太");
    let target = format!("{}/suspend", of_passkey(&membership, &passkey));
    assert!(act(&system, &target, &[REASON]).location().ends_with("suspend_passkey"));
}

fn a_superior_can_only_be_shut_out(database: Database) {
    let app = TestApp::start(database);
    let (makoto, _) = makoto(&app);
    app.hire(&app.demo, Role::SystemAdmin, "another@demo.example", "森 健太");
    for (role, email) in [(Role::SystemAdmin, "chief@sakura.example"), (Role::ClinicAdmin, "equal@sakura.example")] {
        let (_, user) = somebody(&app, &app.sakura, role, email, "院長 大介");
        let (membership, passkey) = (app.membership(&user, &app.sakura), app.passkeys(&user).remove(0));
        let out = format!("{}?notice=out_of_reach", page(&membership));
        for what in PASSKEY_ACTS {
            let target = format!("{}/{what}", of_passkey(&membership, &passkey));
            assert_eq!(act(&makoto, &target, &[REASON]).location(), out, "{what}");
        }
        assert!(app.passkeys(&user)[0].is_enabled());
        let suspended = act(&makoto, &format!("{}/suspend", page(&membership)), &[REASON]);
        assert!(suspended.location().ends_with("notice=suspend_membership"), "{}", suspended.location());
        // To let a superior in again would be to make one.
        assert_eq!(act(&makoto, &format!("{}/resume", page(&membership)), &[REASON]).location(), out);
        assert!(!app.membership(&user, &app.sakura).is_active(app.clock().now()));
    }
    let (desk, _) = somebody(&app, &app.sakura, Role::Helpdesk, "desk@sakura.example", "窓口 弘子");
    let admin = app.hire(&app.sakura, Role::ClinicAdmin, "other@sakura.example", "別の 管理者");
    let membership = app.membership(&admin, &app.sakura);
    let refused = act(&desk, &format!("{}/suspend", page(&membership)), &[REASON]);
    assert_eq!(refused.location(), format!("{}?notice=out_of_reach", page(&membership)));
}

fn two_who_suspend_each_other_at_once_are_not_both_obeyed(database: Database) {
    let app = TestApp::start(database);
    let (makoto, one) = makoto(&app);
    let (yuko, other) = somebody(&app, &app.sakura, Role::ClinicAdmin, "yuko@sakura.example", "林 優子");
    let start = std::sync::Barrier::new(2);
    std::thread::scope(|scope| {
        for (person, target) in [(&makoto, &other), (&yuko, &one)] {
            let target = format!("{}/suspend", page(&app.membership(target, &app.sakura)));
            let token = person.get("/help").hidden("form_token").expect("a form token");
            let start = &start;
            scope.spawn(move || {
                start.wait();
                person.post_form(&target, &[("form_token", &token), REASON])
            });
        }
    });
    let active = [&one, &other].map(|user| app.membership(user, &app.sakura).is_active(app.clock().now()));
    assert_eq!(active.iter().filter(|active| **active).count(), 1, "{active:?}");
}

/// The read still found an administrator; the write waits for the demotion, and asks again.
#[test]
fn an_administrator_demoted_a_second_ago_does_nothing_more() {
    let database = Database::postgres();
    let url = database.url().to_owned();
    let app = TestApp::start(database);
    let (makoto, user) = makoto(&app);
    let (_, _) = enrolled(&app, HANAKO);
    let (membership, passkey) = (app.membership(&app.hanako, &app.sakura), app.passkeys(&app.hanako).remove(0));
    let target = format!("{}/suspend", of_passkey(&membership, &passkey));
    let before = app.trail().len();
    let demote = format!("UPDATE memberships SET roles = '[\"member\"]' WHERE user_id = '{}'", user.id);
    assert_eq!(meanwhile(&url, &demote, || act(&makoto, &target, &[REASON])).status, 404);
    assert!(app.passkeys(&app.hanako)[0].is_enabled() && app.recorded_since(before).is_empty());
    assert_eq!(makoto.get("/admin/people").status, 404);

    app.appoint(&user, &app.sakura, Role::ClinicAdmin);
    let promote = format!("UPDATE memberships SET roles = '[\"system_admin\"]' WHERE user_id = '{}'", app.hanako.id);
    let hold = format!("SELECT id FROM users WHERE id = '{}' FOR UPDATE; {promote}", app.hanako.id);
    let refused = meanwhile(&url, &hold, || act(&makoto, &target, &[REASON]));
    assert!(refused.location().ends_with("notice=out_of_reach"), "{}", refused.location());
    assert_eq!(app.recorded_since(before + 2).last().expect("an event"), "access.denied denied out_of_reach");
}

#[test]
fn a_member_suspended_while_signing_in_does_not_come_in() {
    let database = Database::postgres();
    let url = database.url().to_owned();
    let app = TestApp::start(database);
    let (_, key) = enrolled(&app, HANAKO);
    let browser = Person::at(&app);
    let begun = begin_login(&browser);
    let credential = key.login(&begun["options"]).expect("an assertion");
    let before = app.sessions(&app.hanako).len();
    let suspend = "UPDATE memberships SET suspended_at = 1";
    let answer = meanwhile(&url, suspend, || finish_login(&browser, &begun, &credential));
    assert_eq!((answer.status.as_u16(), error(&answer).as_str()), (403, "changed_meanwhile"));
    assert_eq!(app.sessions(&app.hanako).len(), before);
}
