//! The end of a membership: set by an administrator, over by itself to the millisecond, and what was open ends with it.

use std::time::Duration;

use genkan::{
    domain::{Actor, AuditEvent, ClientType, Role, UnixTime, Way},
    flows::admin::{clients, last_day, members},
    store,
};

use super::{HANAKO, REASON, act, makoto, page, somebody};
use crate::{
    oauth::party::{OFFLINE, Party, assert_dead, renewing, token_error},
    support::{
        app::{PASSWORD, TestApp},
        ceremony::{enrolled, error},
        database::{Database, on_both_databases},
        person::Person,
    },
};

on_both_databases! {
    when_the_end_has_come_nothing_lets_the_person_in_and_what_was_open_ends,
    an_administrator_sets_an_end_takes_it_away_and_brings_back_who_had_left,
    who_works_elsewhere_too_goes_on_there,
}

const MINUTE: Duration = Duration::from_secs(60);

fn last(app: &TestApp, kind: &str) -> AuditEvent {
    app.trail().into_iter().rev().find(|event| event.kind.as_str() == kind).expect(kind)
}

/// In so many minutes; days are for administrators.
fn ends_in(app: &TestApp, minutes: u32) {
    let end = app.clock().now().plus(MINUTE * minutes);
    members::set_end(app.store(), &app.by(), (HANAKO, app.sakura.id.clone()), Some(end))
        .expect("no fault")
        .expect("set");
}

fn told(app: &TestApp) -> usize {
    let ever = app.clock().now().plus(Duration::from_secs(3600));
    app.store().read(|conn| store::outbox::list_due(conn, Way::Post, ever, 100)).expect("the outbox").len()
}

fn when_the_end_has_come_nothing_lets_the_person_in_and_what_was_open_ends(database: Database) {
    let app = TestApp::start(database);
    let (hanako, key) = enrolled(&app, HANAKO);
    let chart = Party::new(
        &app,
        &app.register(clients::Draft {
            backchannel_logout_uri: Some("http://127.0.0.1:9/logout".to_owned()),
            ..renewing("電子カルテ")
        }),
    );
    let native =
        Party::new(&app, &app.register(clients::Draft { kind: Some(ClientType::Native), ..renewing("往診アプリ") }));
    let tokens = chart.tokens(&chart.callback(&hanako, &[("scope", OFFLINE)]).code());
    let outliving = native.tokens(&native.callback(&hanako, &[("scope", OFFLINE)]).code());
    ends_in(&app, 3);
    app.advance(3 * MINUTE - Duration::from_millis(1));
    app.run_jobs();
    assert_eq!(hanako.get("/settings/passkeys").status, 200, "the last moment is one of theirs");
    assert_eq!(chart.userinfo(&tokens.access_token).status, 200);
    let code = chart.callback(&hanako, &[("scope", OFFLINE)]).code();
    let recorded = app.recorded_since(0).len();

    // From here on every guard says it, before any timer has run.
    app.advance(Duration::from_millis(1));
    assert_dead(&chart.userinfo(&tokens.access_token));
    let shown = chart.show("/oauth/introspect", &tokens.access_token, "access_token").json();
    assert_eq!(shown["active"], false);
    assert_eq!(token_error(&chart.refresh(&tokens.refresh_token, &[])), "invalid_grant");
    assert_eq!(token_error(&native.refresh(&outliving.refresh_token, &[])), "invalid_grant");
    assert_eq!(token_error(&chart.exchange(&code, &[])), "invalid_grant");
    assert!(hanako.get("/settings/passkeys").location().starts_with("/login"));
    assert!(chart.ask(&hanako, &[]).location().starts_with("/login"), "no single sign-on");
    let refused = Person::at(&app).passkey(&key, None);
    assert_eq!((refused.status.as_u16(), error(&refused).is_empty()), (403, false), "{}", refused.body);
    let by_password = Person::at(&app).sign_in(HANAKO, PASSWORD, None);
    assert_ne!(by_password.status, 303, "{}", by_password.body);

    app.run_jobs();
    app.run_jobs();
    let events = app.recorded_since(recorded);
    assert_eq!(events.iter().filter(|event| event.starts_with("membership.ended")).count(), 1, "once: {events:?}");
    let event = last(&app, "membership.ended");
    assert!(matches!(event.actor, Actor::System));
    assert_eq!(event.subject.as_ref(), Some(&app.hanako.id));
    assert!(app.sessions(&app.hanako).is_empty());
    assert_eq!(told(&app), 1, "the application that wants to hear of it");
}

fn an_administrator_sets_an_end_takes_it_away_and_brings_back_who_had_left(database: Database) {
    let app = TestApp::start(database);
    let (makoto, _) = makoto(&app);
    let (_, key) = enrolled(&app, HANAKO);
    let membership = app.membership(&app.hanako, &app.sakura);
    let (home, target) = (page(&membership), format!("{}/end-date", page(&membership)));
    let until = |day: UnixTime| last_day(day.plus(Duration::from_millis(1)));
    let (now, day) = (app.clock().now(), Duration::from_secs(86400));
    let before = app.trail().len();
    for wrong in ["2026-13-01", "明日", "2999-1-1", "\u{202e}2999-01-01", &last_day(now.minus(day)), &"9".repeat(500)]
    {
        let refused = act(&makoto, &target, &[REASON, ("until", wrong)]);
        assert_eq!(refused.status, 422, "{wrong}");
        assert!(refused.text().contains("今日以降の日付"), "{wrong}");
    }
    assert_eq!(act(&makoto, &target, &[("reason", "\u{200b}"), ("until", "2999-01-01")]).status, 422);
    assert_eq!(app.recorded_since(before), [""; 0]);
    let done = act(&makoto, &target, &[REASON, ("until", &until(now))]);
    assert_eq!(done.location(), format!("{home}?notice=set_end_date"));
    let event = last(&app, "membership.end_set");
    let detail = event.detail.as_ref().expect("a detail");
    assert_eq!((detail["after"].as_str(), detail["admin_reason"].as_str()), (Some(&*until(now)), Some(REASON.1)));
    assert!(makoto.get("/admin/people").text().contains("まで</span>"));
    assert!(makoto.get(&home).text().contains("在籍の終了日"));
    assert!(makoto.get(&target).text().contains(&format!("value=\"{}\"", until(now))));
    assert_eq!(act(&makoto, &target, &[REASON, ("until", &until(now))]).location(), format!("{home}?notice=unchanged"));

    app.advance(day);
    app.run_jobs();
    let (chief, _) = somebody(&app, &app.sakura, Role::ClinicAdmin, "chief@sakura.example", "院長 大介");
    assert!(chief.get("/admin/people").text().contains("で終了</span>"));
    assert_eq!(Person::at(&app).passkey(&key, None).status, 403);
    // Nobody is invited to where they would not be let in.
    let invite = genkan::flows::admin::users::Invite {
        until: None,
        email: HANAKO.to_owned(),
        clinic: app.sakura.id.clone(),
        roles: Vec::new(),
        details: genkan::flows::admin::users::Details::default(),
    };
    let refused = genkan::flows::admin::users::invite(app.store(), &app.by(), invite).expect("no fault");
    assert_eq!(refused.expect_err("over").code(), "membership_ended");
    assert!(act(&chief, &target, &[REASON, ("until", "")]).location().ends_with("notice=set_end_date"));
    assert_eq!(Person::at(&app).passkey(&key, None).status, 200, "back");
    assert_eq!(app.membership(&app.hanako, &app.sakura).ends_at, None);
}

fn who_works_elsewhere_too_goes_on_there(database: Database) {
    let app = TestApp::start(database);
    app.appoint(&app.hanako, &app.demo, Role::Member);
    let (_, key) = enrolled(&app, HANAKO);
    ends_in(&app, 1);
    app.advance(MINUTE);
    app.run_jobs();
    assert_eq!(Person::at(&app).passkey(&key, None).status, 200);
    assert_eq!(app.sessions(&app.hanako)[0].clinic_id, app.demo.id);
}
