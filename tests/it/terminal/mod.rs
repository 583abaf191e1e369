//! `/terminal/{token}`: a PC is registered by a link that is opened on it, and what that is worth afterwards.

use std::time::Duration;

use genkan::{
    domain::{AuditKind, SessionState, TerminalId, TerminalKind, User},
    flows::admin::terminals::{self, Listed},
};

use crate::support::{
    app::{PASSWORD, TestApp},
    database::{Database, on_both_databases},
    meanwhile::meanwhile,
    person::{Answer, Person},
    terminals::{cookie, presenting},
};

on_both_databases! {
    a_link_pressed_by_many_at_once_registers_one_pc,
    a_copied_cookie_gives_a_longer_idle_time_alone_is_seen_in_the_list_and_is_revoked,
}

const MISAKI: &str = "misaki@demo.example";
const HANAKO: &str = "hanako@sakura.example";
const MINUTE: Duration = Duration::from_secs(60);
const MOMENT: Duration = Duration::from_millis(1);
const PAGE: &str = "/settings/sessions";

/// デモ医院 as a clinic begins: whatever it does not know is shared.
fn strict() -> TestApp {
    strict_on(Database::sqlite())
}

fn strict_on(database: Database) -> TestApp {
    let app = TestApp::start(database);
    app.unregistered_terminals(&app.demo, TerminalKind::Shared);
    app
}

fn sign_in(person: &Person<'_>) {
    // Signed in or not: the login page would send on who is.
    let signed_in = person.submit("/help", "/login/password", &[("email", MISAKI), ("password", PASSWORD)]);
    assert_eq!(signed_in.location(), "/", "{}", signed_in.body);
}

/// The session of whoever signed in last.
fn newest(app: &TestApp, user: &User) -> genkan::domain::Session {
    app.sessions(user).into_iter().max_by_key(|session| session.authentication.at).expect("a session")
}

fn listed(app: &TestApp) -> Vec<Listed> {
    terminals::list(app.store(), None, app.clock().now()).expect("the list")
}

fn revoke(app: &TestApp, id: &TerminalId) {
    terminals::revoke(app.store(), &app.by(), id.clone()).expect("no fault").expect("revoked");
}

/// A page that says why the link no longer opens, and gives no cookie.
fn is_gone(answer: &Answer, why: &str) {
    assert_eq!(answer.status, 410, "{}", answer.body);
    assert!(answer.body.contains(why), "{}", answer.body);
    assert_eq!(cookie(answer), None);
}

#[test]
fn looking_at_a_link_changes_nothing_and_the_press_registers_this_browser_once() {
    let app = strict();
    let (link, id) = app.terminal_link(&app.demo, TerminalKind::Personal);
    let before = app.trail().len();
    let pc = Person::at(&app);
    for _ in 0..2 {
        let page = pc.get(&link);
        assert!(page.body.contains("処置室 PC-3") && page.body.contains("デモ医院"), "{}", page.body);
        assert_eq!((page.status.as_u16(), cookie(&page)), (200, None));
    }
    assert_eq!(app.recorded_since(before), Vec::<String>::new());

    let pressed = pc.submit(&link, &link, &[]);
    let value = cookie(&pressed).expect("a cookie");
    assert_eq!((pressed.location(), value.len()), ("/help/check", 43));
    assert!(pressed.header("set-cookie").is_some_and(|set| set.contains("HttpOnly") && set.contains("SameSite=Lax")));
    assert_eq!(app.recorded_since(before), ["terminal.registered success"]);
    let check = pc.get("/help/check");
    assert!(check.body.contains("処置室 PC-3：個人用"), "{}", check.body);
    assert!(pc.get("/settings/passkeys").location().starts_with("/login"), "the cookie signs nobody in");

    for person in [pc, Person::at(&app)] {
        is_gone(&person.get(&link), "このリンクは使用済みです");
        let token = person.get("/login").hidden("form_token").expect("a token");
        is_gone(&person.post_form(&link, &[("form_token", &token)]), "このリンクは使用済みです");
    }
    let known = app.store().read(|conn| genkan::store::terminals::find(conn, &id)).expect("read").expect("known");
    assert_eq!(known.registered.expect("registered").ip, "127.0.0.1");
}

fn a_link_pressed_by_many_at_once_registers_one_pc(database: Database) {
    let app = strict_on(database);
    let (link, _) = app.terminal_link(&app.demo, TerminalKind::Personal);
    let people: Vec<_> = (0..6)
        .map(|_| {
            let person = Person::at(&app);
            let token = person.get(&link).hidden("form_token").expect("a token");
            (person, token)
        })
        .collect();
    let answers: Vec<_> = std::thread::scope(|scope| {
        let link = &link;
        let press = |(person, token): &(Person<'_>, String)| person.post_form(link, &[("form_token", token)]);
        let presses: Vec<_> = people.iter().map(|one| scope.spawn(move || press(one))).collect();
        presses.into_iter().map(|press| press.join().expect("an answer")).collect()
    });
    assert_eq!(answers.iter().filter(|answer| cookie(answer).is_some()).count(), 1);
    assert_eq!(answers.iter().filter(|answer| answer.status == 410).count(), 5);
}

#[test]
fn a_link_opens_for_a_day_unless_it_is_revoked_and_only_as_it_was_made() {
    let app = strict();
    let (late, _) = app.terminal_link(&app.demo, TerminalKind::Shared);
    let pc = Person::at(&app);
    app.advance(24 * 60 * MINUTE - MOMENT);
    let token = pc.get(&late).hidden("form_token").expect("a token");
    app.advance(MOMENT);
    is_gone(&pc.get(&late), "リンクの期限が切れています");
    is_gone(&pc.post_form(&late, &[("form_token", &token)]), "リンクの期限が切れています");

    let (revoked, id) = app.terminal_link(&app.demo, TerminalKind::Shared);
    revoke(&app, &id);
    for nothing in [revoked, app.url(&format!("/terminal/{}", "A".repeat(43)))] {
        is_gone(&pc.get(&nothing), "リンクが見つかりません");
        is_gone(&pc.post_form(&nothing, &[("form_token", &token)]), "リンクが見つかりません");
    }
    // Who guesses at links is counted.
    app.advance(2 * MINUTE);
    app.run_jobs();
    let guessed = app.trail().into_iter().rfind(|event| event.kind == AuditKind::TerminalRegistered).expect("counted");
    assert_eq!(guessed.reason.as_deref(), Some("unattributed"));
}

#[test]
fn a_registered_pc_of_ones_own_keeps_ones_session_as_the_clinic_has_it_and_any_other_for_five_minutes() {
    let app = strict();
    let (own, _) = app.at_terminal(&app.demo, TerminalKind::Personal);
    let (shared, _) = app.at_terminal(&app.demo, TerminalKind::Shared);
    let unknown = Person::at(&app);
    for person in [&own, &shared, &unknown] {
        sign_in(person);
    }
    app.advance(5 * MINUTE - MOMENT);
    for person in [&own, &shared, &unknown] {
        assert_eq!(person.get(PAGE).status, 200);
    }
    app.advance(5 * MINUTE);
    assert_eq!(own.get(PAGE).status, 200);
    for person in [&shared, &unknown] {
        assert_eq!(person.get(PAGE).location(), "/login?notice=session_ended");
    }
    app.advance(30 * MINUTE - MOMENT);
    assert_eq!(own.get(PAGE).status, 200);
    app.advance(30 * MINUTE);
    assert_eq!(own.get(PAGE).location(), "/login?notice=session_ended");
}

#[test]
fn a_pc_whose_cookie_is_deleted_or_forged_is_in_the_stricter_state() {
    let app = strict();
    app.at_terminal(&app.demo, TerminalKind::Personal);
    let forged = ["", "A", &"A".repeat(43), &"A".repeat(4000), "../'--"].map(|value| presenting(&app, value, "PC"));
    for person in forged.into_iter().chain([Person::at(&app)]) {
        app.advance(MOMENT);
        sign_in(&person);
        let session = newest(&app, &app.misaki);
        assert_eq!((session.terminal_kind, session.terminal_id), (TerminalKind::Shared, None));
        assert_eq!(session.idle_limit, 5 * MINUTE);
        assert!(person.get("/help/check").body.contains("登録されていません。共用の端末として扱います。"));
    }
    assert_eq!(listed(&app)[0].terminal.last_seen, None, "nobody was at the real one");
}

fn a_copied_cookie_gives_a_longer_idle_time_alone_is_seen_in_the_list_and_is_revoked(database: Database) {
    let app = strict_on(database);
    let (desk, value) = app.at_terminal(&app.demo, TerminalKind::Personal);
    let thief = presenting(&app, &value, "Thief/1.0");
    assert!(thief.get(PAGE).location().starts_with("/login"), "it signs nobody in");
    sign_in(&desk);
    app.advance(MINUTE);
    sign_in(&thief);
    let Listed { terminal, signed_in } = listed(&app).pop().expect("listed");
    assert_eq!(terminal.last_seen.as_ref().map(|seen| seen.user_agent.as_str()), Some("Thief/1.0"));
    let browsers: Vec<_> = signed_in.iter().map(|seen| seen.user_agent.as_str()).collect();
    assert_eq!((browsers.len(), browsers[0]), (2, "Thief/1.0"), "one PC in two places");
    app.advance(20 * MINUTE);
    assert_eq!([&desk, &thief].map(|person| person.get(PAGE).status.as_u16()), [200, 200]);

    let before = app.trail().len();
    revoke(&app, &terminal.id);
    assert_eq!(app.recorded_since(before), ["terminal.revoked success"]);
    let now = app.clock().now();
    for session in app.sessions(&app.misaki) {
        assert_eq!((session.terminal_kind, session.idle_limit), (TerminalKind::Shared, 5 * MINUTE), "at once");
        assert_eq!(session.state(now), SessionState::Alive, "who works there goes on");
    }
    app.advance(5 * MINUTE);
    assert_eq!([&desk, &thief].map(|person| person.get(PAGE).status.as_u16()), [303, 303]);
    sign_in(&desk);
    assert_eq!(newest(&app, &app.misaki).terminal_id, None, "the cookie is worth nothing any more");
}

/// The cookie was still good when it was read, and is not when the session is written.
#[test]
fn a_pc_that_is_revoked_while_somebody_signs_in_there_counts_for_nothing() {
    let database = Database::postgres();
    let url = database.url().to_owned();
    let app = strict_on(database);
    let (pc, _) = app.at_terminal(&app.demo, TerminalKind::Personal);
    meanwhile(&url, "UPDATE terminals SET revoked_at = 1", || sign_in(&pc));
    let session = newest(&app, &app.misaki);
    assert_eq!((session.terminal_kind, session.terminal_id), (TerminalKind::Shared, None));
}

#[test]
fn a_pc_that_becomes_shared_is_so_at_once_and_one_that_becomes_personal_from_the_next_sign_in() {
    let app = strict();
    let (pc, _) = app.at_terminal(&app.demo, TerminalKind::Personal);
    sign_in(&pc);
    let id = listed(&app)[0].terminal.id.clone();
    let set = |kind| {
        terminals::set(app.store(), &app.by(), id.clone(), None, Some(kind)).expect("no fault").expect("set");
        newest(&app, &app.misaki).idle_limit
    };
    assert_eq!(set(TerminalKind::Shared), 5 * MINUTE);
    assert_eq!(set(TerminalKind::Personal), 5 * MINUTE);
    sign_in(&pc);
    assert_eq!(newest(&app, &app.misaki).idle_limit, 30 * MINUTE);
}

#[test]
fn what_another_clinic_says_of_its_pcs_counts_for_nobody_of_ours() {
    let app = strict();
    let (pc, _) = app.at_terminal(&app.sakura, TerminalKind::Personal);
    sign_in(&pc);
    let session = newest(&app, &app.misaki);
    assert_eq!((session.terminal_kind, session.terminal_id), (TerminalKind::Shared, None));
    assert!(pc.get("/help/check").body.contains("登録されていません。共用の端末として扱います。"));
}

#[test]
fn whoever_enrols_at_a_shared_pc_is_given_the_time_to_find_their_phone() {
    let app = TestApp::start(Database::sqlite());
    app.unregistered_terminals(&app.sakura, TerminalKind::Shared);
    let hanako = Person::at(&app);
    hanako.sign_in(HANAKO, PASSWORD, None);
    app.advance(30 * MINUTE - MOMENT);
    assert_eq!(hanako.get("/settings/passkeys").status, 200);
}

#[test]
fn a_shared_pc_offers_to_keep_nothing_and_says_how_to_leave() {
    let app = strict();
    let (shared, _) = app.at_terminal(&app.demo, TerminalKind::Shared);
    let (own, _) = app.at_terminal(&app.demo, TerminalKind::Personal);
    let wrong = shared.sign_in(MISAKI, "not-the-password-1", None);
    for page in [shared.get("/login"), shared.get("/"), wrong] {
        assert_eq!(page.body.matches("autocomplete=\"off\"").count(), 2, "{}", page.body);
        assert!(!page.body.contains("webauthn\"") && page.body.contains("共用の端末です。"));
    }
    let page = own.get("/login").body;
    assert!(page.contains("autocomplete=\"username webauthn\"") && !page.contains("共用の端末です。"));
    app.advance(MINUTE);
    for (person, leave, advised) in [(&shared, "終了", false), (&own, "ログアウト", true)] {
        sign_in(person);
        let portal = person.get("/").body;
        assert!(portal.contains(&format!(">{leave}</button>")), "{portal}");
        assert_eq!(portal.contains("パスキーを登録すると"), advised, "nobody leaves a key of theirs where others sit");
        assert_eq!(portal.contains("この端末は共用です。"), !advised);
    }
}

#[test]
fn the_cookie_begins_its_year_anew_whenever_somebody_comes_to_sign_in() {
    let app = strict();
    let (pc, value) = app.at_terminal(&app.demo, TerminalKind::Personal);
    assert_eq!(cookie(&pc.get("/login")), Some(value.clone()));
    revoke(&app, &listed(&app)[0].terminal.id);
    assert_eq!(cookie(&pc.get("/login")), None, "once it is revoked, no more");
    assert_eq!(cookie(&presenting(&app, "made-up", "PC").get("/login")), None);
}
