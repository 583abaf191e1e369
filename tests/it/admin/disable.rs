//! Disabling somebody everywhere: what ends, and at once; and who cannot be shut out, since nobody would be left.

use std::sync::Barrier;

use genkan::{domain::Role, store};

use super::{HANAKO, REASON, act, makoto, page, somebody};
use crate::{
    oauth::party::{OFFLINE, Party, assert_dead, renewing, token_error},
    support::{
        app::TestApp,
        ceremony::{enrolled, error},
        database::{Database, on_both_databases},
        person::Person,
    },
};

on_both_databases! {
    who_is_disabled_has_nothing_left_a_moment_later_and_is_enabled_again,
    the_last_administrators_cannot_be_shut_out,
    of_the_last_two_who_are_shut_out_at_once_one_stays,
}

fn who_is_disabled_has_nothing_left_a_moment_later_and_is_enabled_again(database: Database) {
    let app = TestApp::start(database);
    let (makoto, _) = makoto(&app);
    let (hanako, key) = enrolled(&app, HANAKO);
    let chart = Party::new(&app, &app.register(renewing("電子カルテ")));
    let tokens = chart.tokens(&chart.callback(&hanako, &[("scope", OFFLINE)]).code());
    let introspected =
        || chart.show("/oauth/introspect", &tokens.access_token, "access_token").json()["active"].clone();
    assert_eq!(introspected(), true);
    let path = page(&app.membership(&app.hanako, &app.sakura));
    let asked = makoto.get(&format!("{path}/disable")).text();
    assert!(asked.contains("すべての施設で利用を止めます") && asked.contains("name=\"reason\""), "{asked}");

    let before = app.trail().len();
    let disabled = act(&makoto, &format!("{path}/disable"), &[REASON]);
    assert_eq!(disabled.location(), format!("{path}?notice=disable_person"));
    assert_eq!(app.recorded_since(before).last().map(String::as_str), Some("account.disabled success"));
    assert_dead(&chart.userinfo(&tokens.access_token));
    assert_eq!(introspected(), false);
    assert_eq!(token_error(&chart.refresh(&tokens.refresh_token, &[])), "invalid_grant");
    assert_eq!(hanako.get("/settings/passkeys").location(), "/login?notice=session_ended");
    let refused = Person::at(&app).passkey(&key, None);
    assert_eq!((refused.status.as_u16(), error(&refused).as_str()), (403, "account_disabled"));
    let shown = makoto.get(&path).text();
    assert!(shown.contains("小野 誠 さんが行いました") && shown.contains(REASON.1), "{shown}");
    // Of two administrators who do it the second is told that it is so already.
    let again = act(&makoto, &format!("{path}/disable"), &[REASON]);
    assert_eq!(again.location(), format!("{path}?notice=unchanged"));

    let enabled = act(&makoto, &format!("{path}/enable"), &[REASON]);
    assert_eq!(enabled.location(), format!("{path}?notice=enable_person"));
    assert_dead(&chart.userinfo(&tokens.access_token));
    assert_eq!(Person::at(&app).passkey(&key, None).status, 200);
}

fn the_last_administrators_cannot_be_shut_out(database: Database) {
    let app = TestApp::start(database);
    let (makoto, _) = makoto(&app);
    let (system, _) = somebody(&app, &app.demo, Role::SystemAdmin, "system@demo.example", "森 健太");
    let chief = app.hire(&app.sakura, Role::SystemAdmin, "chief@sakura.example", "院長 大介");
    let only = app.hire(&app.demo, Role::ClinicAdmin, "only@demo.example", "林 優子");
    // As long as there is another.
    let of_chief = page(&app.membership(&chief, &app.sakura));
    let suspended = act(&makoto, &format!("{of_chief}/suspend"), &[REASON]);
    assert!(suspended.location().ends_with("notice=suspend_membership"), "{}", suspended.location());
    // The system administrator of デモ医院 looks after it too: the clinic's own may go, and then nobody may any more.
    let of_only = page(&app.membership(&only, &app.demo));
    assert!(act(&system, &format!("{of_only}/disable"), &[REASON]).location().ends_with("notice=disable_person"));
    let of_makoto = page(&app.membership(&makoto_user(&app), &app.sakura));
    let before = app.trail().len();
    for what in ["suspend", "disable"] {
        let refused = act(&system, &format!("{of_makoto}/{what}"), &[REASON]);
        assert_eq!(refused.location(), format!("{of_makoto}?notice=last_administrator"), "{what}");
    }
    assert_eq!(app.recorded_since(before), vec!["access.denied denied last_administrator"; 2]);
    assert!(app.membership(&makoto_user(&app), &app.sakura).is_active(app.clock().now()));
    assert!(system.get(&format!("{of_makoto}?notice=last_administrator")).text().contains("最後の管理者です"));
    // A clinic's administrator and the last one of the house, who is of their clinic.
    act(&system, &format!("{of_chief}/resume"), &[REASON]);
    let (helper, _) = somebody(&app, &app.demo, Role::ClinicAdmin, "helper@demo.example", "手塚 実");
    let of_system = page(&app.membership(&user(&app, "system@demo.example"), &app.demo));
    assert!(act(&helper, &format!("{of_system}/suspend"), &[REASON]).location().ends_with("suspend_membership"));
    let last = act(&makoto, &format!("{of_chief}/suspend"), &[REASON]);
    assert_eq!(last.location(), format!("{of_chief}?notice=last_administrator"));
}

fn user(app: &TestApp, email: &str) -> genkan::domain::User {
    let email = genkan::domain::Email::parse(email).expect("an address");
    app.store().read(|conn| store::users::find_by_email(conn, &email)).expect("a read").expect("the person")
}

fn makoto_user(app: &TestApp) -> genkan::domain::User {
    user(app, super::MAKOTO)
}

fn of_the_last_two_who_are_shut_out_at_once_one_stays(database: Database) {
    let app = TestApp::start(database);
    let (makoto, _) = makoto(&app);
    let (yuko, _) = somebody(&app, &app.demo, Role::ClinicAdmin, "yuko@demo.example", "林 優子");
    let one = app.hire(&app.sakura, Role::SystemAdmin, "one@sakura.example", "院長 大介");
    let other = app.hire(&app.demo, Role::SystemAdmin, "other@demo.example", "森 健太");
    let start = Barrier::new(2);
    let answers = std::thread::scope(|scope| {
        let presses = [(&makoto, &one, &app.sakura), (&yuko, &other, &app.demo)].map(|(person, target, clinic)| {
            let target = format!("{}/suspend", page(&app.membership(target, clinic)));
            let token = person.get("/help").hidden("form_token").expect("a form token");
            let start = &start;
            scope.spawn(move || {
                start.wait();
                person.post_form(&target, &[("form_token", &token), REASON]).location().to_owned()
            })
        });
        presses.map(|press| press.join().expect("an answer"))
    });
    let kept = answers.iter().filter(|to| to.ends_with("notice=last_administrator")).count();
    let gone = answers.iter().filter(|to| to.ends_with("notice=suspend_membership")).count();
    assert_eq!((kept, gone), (1, 1), "{answers:?}");
    let active = [(&one, &app.sakura), (&other, &app.demo)]
        .map(|(user, clinic)| app.membership(user, clinic).is_active(app.clock().now()));
    assert_eq!(active.iter().filter(|active| **active).count(), 1);
}
