//! `/settings/sessions`, and how long a session lives.

use std::time::Duration;

use genkan::domain::SessionId;

use crate::support::{
    app::{PASSWORD, TestApp},
    ceremony::enrolled,
    database::Database,
    person::{Answer, Person},
};

const MISAKI: &str = "misaki@demo.example";
const PAGE: &str = "/settings/sessions";
const OVER: &str = "/login?notice=session_ended";

fn misaki(app: &TestApp) -> Person<'_> {
    let misaki = Person::at(app);
    assert_eq!(misaki.sign_in(MISAKI, PASSWORD, None).location(), "/");
    misaki
}

fn end(person: &Person<'_>, id: &SessionId) -> Answer {
    person.submit(PAGE, &format!("/settings/sessions/{id}/end"), &[])
}

#[test]
fn a_session_that_nobody_uses_for_half_an_hour_is_over() {
    let app = TestApp::start(Database::sqlite());
    let misaki = misaki(&app);
    app.advance(Duration::from_secs(30 * 60) - Duration::from_millis(1));
    assert_eq!(misaki.get(PAGE).status, 200);
    app.advance(Duration::from_secs(30 * 60) - Duration::from_millis(1));
    assert_eq!(misaki.get(PAGE).status, 200, "using it keeps it alive");
    app.advance(Duration::from_secs(30 * 60));
    assert_eq!(misaki.get(PAGE).location(), OVER);
    assert_eq!(misaki.get(PAGE).location(), OVER, "looking does not wake it");
}

#[test]
fn a_session_ends_after_twelve_hours_however_much_it_is_used() {
    let app = TestApp::start(Database::sqlite());
    let misaki = misaki(&app);
    for _ in 0..47 {
        app.advance(Duration::from_secs(15 * 60));
        assert_eq!(misaki.get(PAGE).status, 200);
    }
    app.advance(Duration::from_secs(15 * 60) - Duration::from_millis(1));
    assert_eq!(misaki.get(PAGE).status, 200);
    app.advance(Duration::from_millis(1));
    assert_eq!(misaki.get(PAGE).location(), OVER);
}

#[test]
fn when_a_session_was_last_seen_is_written_at_most_once_a_minute() {
    let app = TestApp::start(Database::sqlite());
    let misaki = misaki(&app);
    let seen = || app.sessions(&app.misaki)[0].last_seen_at;
    let began = seen();
    app.advance(Duration::from_secs(60) - Duration::from_millis(1));
    misaki.get(PAGE);
    assert_eq!(seen(), began);
    app.advance(Duration::from_millis(1));
    misaki.get(PAGE);
    assert_eq!(seen(), app.clock().now());
}

#[test]
fn one_sees_ones_own_sessions_and_ends_one() {
    let app = TestApp::start(Database::sqlite());
    let (here, there) = (misaki(&app), misaki(&app));
    let page = here.get(PAGE).body;
    assert_eq!(page.matches("/end\"").count(), 1, "one other session");
    let others: Vec<_> = app.sessions(&app.misaki).into_iter().map(|session| session.id).collect();
    let other = others.iter().find(|id| page.contains(&format!("{id}/end"))).expect("listed");
    let before = app.trail().len();
    assert_eq!(end(&here, other).location(), "/settings/sessions?notice=ended");
    assert_eq!(there.get(PAGE).location(), OVER);
    assert_eq!(here.get(PAGE).status, 200);
    assert_eq!(end(&here, other).status, 404, "over already");
    assert_eq!(app.recorded_since(before), ["session.ended success ended_by_person"]);
}

#[test]
fn somebody_elses_session_is_not_found() {
    let app = TestApp::start(Database::sqlite());
    let (hanako, _) = enrolled(&app, "hanako@sakura.example");
    let misaki = misaki(&app);
    let hanakos = app.sessions(&app.hanako)[0].id.clone();
    let before = app.trail().len();
    assert_eq!(end(&misaki, &hanakos).status, 404);
    assert_eq!(app.recorded_since(before), Vec::<String>::new());
    assert_eq!(hanako.get(PAGE).status, 200);
    assert!(!misaki.get(PAGE).body.contains(hanakos.as_str()));
}

#[test]
fn one_ends_all_others_at_once() {
    let app = TestApp::start(Database::sqlite());
    let (hanako, _) = enrolled(&app, "hanako@sakura.example");
    let (here, there, elsewhere) = (misaki(&app), misaki(&app), misaki(&app));
    let before = app.trail().len();
    let ended = here.submit(PAGE, "/settings/sessions/end-others", &[]);
    assert_eq!(ended.location(), "/settings/sessions?notice=others_ended");
    for over in [there, elsewhere] {
        assert_eq!(over.get(PAGE).location(), OVER);
    }
    assert_eq!(here.get(PAGE).status, 200);
    assert_eq!(hanako.get(PAGE).status, 200, "nobody else's");
    assert_eq!(app.recorded_since(before), ["session.ended success ended_by_person"; 2]);
}
