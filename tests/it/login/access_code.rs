//! `/login/code`: an administrator's one-time code, and the day that it opens.

use std::time::Duration;

use genkan::{
    domain::{Acr, ClientType, PasswordFallback, User},
    flows::admin::{clients, clinics},
    store,
};
use reqwest::Url;
use serde_json::json;

use crate::{
    oauth::party::{OFFLINE, Party, assert_dead, renewing, token_error},
    support::{
        access_code::{DOOR, issue, type_code},
        app::{PASSWORD, TestApp},
        ceremony::{begin_registration, enrolled, error},
        database::{Database, on_both_databases},
        meanwhile::meanwhile,
        person::Person,
        runtime::block_on,
    },
};

on_both_databases! {
    a_password_and_a_code_bring_the_application_that_waited,
    what_a_code_opens_changes_nothing_of_how_somebody_signs_in,
    a_passkey_takes_the_place_of_what_a_code_opened,
    it_is_over_after_twelve_hours_with_all_that_it_gave,
    who_is_shut_out_meanwhile_stays_out,
}

const HANAKO: &str = "hanako@sakura.example";

/// Hanako, signed in with a code on another browser than the one where she has her passkey.
pub fn came_in<'a>(app: &'a TestApp) -> Person<'a> {
    let hanako = Person::at(app);
    let code = issue(app, &app.hanako);
    assert_eq!(type_code(&hanako, (HANAKO, PASSWORD, &code), None).location(), "/");
    hanako
}

fn a_password_and_a_code_bring_the_application_that_waited(database: Database) {
    let app = TestApp::start(database);
    enrolled(&app, HANAKO);
    // No password leads in here by itself: beside a code it is one of two factors.
    app.password_fallback(&app.sakura, PasswordFallback::Deny);
    app.advance(Duration::from_secs(1));
    let code = issue(&app, &app.hanako);
    let hanako = Person::at(&app);
    let party = app.relying_party(&app.booking);
    let (url, pending) = party.authorize_url(&[]);
    let login = hanako.get(url.as_str());
    let page = hanako.get(login.location()).text();
    let (_, waiting) = login.location().split_once("continue=").expect("a waiting request");
    assert!(page.contains(&format!("{DOOR}?continue={waiting}")), "the login page leads there: {page}");
    let page = hanako.get(&format!("{DOOR}?continue={waiting}"));
    assert!(page.body.contains("さくら予約") && page.body.contains("inputmode=\"numeric\""), "{page:?}");
    let before = app.trail().len();
    let back = hanako.follow(type_code(&hanako, (HANAKO, PASSWORD, &code), Some(waiting)));
    assert_eq!(app.recorded_since(before), ["session.started success", "auth.access_code success"]);
    let callback = Url::parse(back.location()).expect("the callback");
    let tokens = block_on(party.exchange(pending, &callback)).expect("verified tokens");
    assert_eq!(tokens.sub(), app.hanako.id.as_str());
    assert_eq!((tokens.acr(), tokens.amr()), (Some("urn:genkan:acr:temporary"), vec!["pwd", "otp"]));

    let home = hanako.get("/").body;
    for told in ["ワンタイムコードでログインしています", "ワンタイムコードを発行しました", "スマートフォンの故障"]
    {
        assert!(home.contains(told), "{told} in {home}");
    }
    assert!(!home.contains("予備を別の端末にも登録"), "no advice that cannot be followed today");
    assert!(hanako.get("/settings/history").body.contains("ワンタイムコードでログインしました"));
    assert!(hanako.get("/settings/sessions").body.contains("<dd>ワンタイムコード</dd>"));
}

#[test]
fn whoever_never_had_a_password_types_the_code_alone() {
    let app = TestApp::start(Database::sqlite());
    enrolled(&app, HANAKO);
    let (user, now) = (app.hanako.id.clone(), app.clock().now());
    app.store().write(move |tx| store::users::forget_password(tx, &user, now)).expect("no fault");
    let code = issue(&app, &app.hanako);
    let hanako = Person::at(&app);
    assert_eq!(type_code(&hanako, (HANAKO, "", &code), None).location(), "/");
    let session = app.sessions(&app.hanako).remove(0);
    assert_eq!((session.authentication.acr, session.authentication.amr.len()), (Acr::Temporary, 1));
}

#[test]
fn a_code_is_good_once_and_for_a_quarter_of_an_hour() {
    let app = TestApp::start(Database::sqlite());
    let code = issue(&app, &app.hanako);
    app.advance(Duration::from_secs(15 * 60) - Duration::from_millis(1));
    let spaced = format!("{} {}", &code[..4], &code[4..]);
    assert_eq!(type_code(&Person::at(&app), (HANAKO, PASSWORD, &spaced), None).location(), "/");
    let before = app.trail().len();
    assert_eq!(type_code(&Person::at(&app), (HANAKO, PASSWORD, &code), None).status, 401);
    assert_eq!(app.recorded_since(before), ["auth.access_code failure no_code"], "used");
    app.advance(Duration::from_secs(1));
    let late = issue(&app, &app.hanako);
    app.advance(Duration::from_secs(15 * 60));
    let before = app.trail().len();
    assert_eq!(type_code(&Person::at(&app), (HANAKO, PASSWORD, &late), None).status, 401);
    assert_eq!(app.recorded_since(before), ["auth.access_code failure code_over"]);
    app.run_jobs();
    let left = app.store().read(|conn| store::access_codes::find_for_user(conn, &app.hanako.id));
    assert!(left.expect("a read").is_none(), "swept");
}

#[test]
fn a_new_code_takes_the_place_of_the_one_before() {
    let app = TestApp::start(Database::sqlite());
    let (first, second) = (issue(&app, &app.hanako), issue(&app, &app.hanako));
    assert_eq!(type_code(&Person::at(&app), (HANAKO, PASSWORD, &first), None).status, 401);
    app.advance(Duration::from_secs(1));
    assert_eq!(type_code(&Person::at(&app), (HANAKO, PASSWORD, &second), None).location(), "/");
}

fn what_a_code_opens_changes_nothing_of_how_somebody_signs_in(database: Database) {
    let app = TestApp::start(database);
    let (_, _) = enrolled(&app, HANAKO);
    let hanako = came_in(&app);
    let passkey = app.passkeys(&app.hanako).remove(0).id;
    let own = format!("/settings/passkeys/{passkey}");
    let began = begin_registration(&hanako);
    assert_eq!((began.status.as_u16(), error(&began).as_str()), (403, "temporary"));
    assert_eq!(hanako.submit("/settings/passkeys", "/settings/passkeys/phone", &[]).location(), "/settings/passkeys");
    for what in ["resume", "delete"] {
        let refused = hanako.submit("/help", &format!("{own}/{what}"), &[("knows_last", "yes")]);
        assert!(refused.location().starts_with("/login?notice=sign_in_with_passkey&"), "{what}: {refused:?}");
    }
    let fields = [("current_password", PASSWORD), ("new_password", "kawazu-tobikomu-mizu-9")];
    assert_eq!(hanako.submit("/help", "/settings/password", &fields).status, 422);
    for what in ["recovery-codes", "remove"] {
        let refused = hanako.submit("/help", &format!("/settings/second-factor/{what}"), &[]);
        assert_eq!(refused.location(), "/settings/second-factor", "{what}");
    }
    assert_eq!(hanako.get("/settings/second-factor/set-up").location(), "/settings/second-factor");
    for page in ["/settings/passkeys", "/settings/password", "/settings/second-factor", &format!("{own}/delete")] {
        let shown = hanako.get(page).body;
        assert!(shown.contains("ワンタイムコードでのログイン中は"), "{page}: {shown}");
    }
    assert_eq!(app.reload(&app.hanako).password_hash, app.hanako.password_hash);
    // What is lost can be stopped, and what is open ended.
    let suspended = hanako.submit("/help", &format!("{own}/suspend"), &[("knows_last", "yes")]);
    assert!(suspended.location().ends_with("notice=suspended") && !app.passkeys(&app.hanako)[0].is_enabled());
    let ended = hanako.submit("/help", "/settings/sessions/end-others", &[]);
    assert_eq!((ended.location(), app.sessions(&app.hanako).len()), ("/settings/sessions?notice=others_ended", 1));
}

/// A password alone would enrol here, and an invitation vouches: a code does not.
#[test]
fn a_code_enrols_nobody() {
    let app = TestApp::start(Database::sqlite());
    let hanako = came_in(&app);
    assert_eq!(error(&begin_registration(&hanako)), "temporary");
    assert!(!app.reload(&app.hanako).ever_enrolled);
}

fn a_passkey_takes_the_place_of_what_a_code_opened(database: Database) {
    let app = TestApp::start(database);
    let (_, key) = enrolled(&app, HANAKO);
    let hanako = came_in(&app);
    let before = app.sessions(&app.hanako).remove(0);
    assert_eq!(before.authentication.acr, Acr::Temporary);
    assert_eq!(hanako.passkey(&key, None).status, 200);
    let after = app.sessions(&app.hanako).into_iter().find(|session| session.id == before.id).expect("the same");
    assert_eq!(after.authentication.acr, Acr::Passkey);
    assert_eq!(begin_registration(&hanako).status, 200);
    assert!(!hanako.get("/").body.contains("ワンタイムコードでログインしています"));
}

fn it_is_over_after_twelve_hours_with_all_that_it_gave(database: Database) {
    let app = TestApp::start(database);
    let draft = clinics::Draft {
        session_idle: Some(Duration::from_secs(3600)),
        session_absolute: Some(Duration::from_secs(24 * 3600)),
        ..clinics::Draft::default()
    };
    clinics::set(app.store(), &app.by(), app.sakura.id.clone(), draft).expect("no fault").expect("set");
    let hanako = came_in(&app);
    let native = clients::Draft { kind: Some(ClientType::Native), ..renewing("訪問看護") };
    let native = Party::new(&app, &app.register(native));
    let tokens = native.tokens(&native.callback(&hanako, &[("scope", OFFLINE)]).code());
    for _ in 0..23 {
        app.advance(Duration::from_secs(1800));
        assert_eq!(hanako.get("/settings/sessions").status, 200);
    }
    app.advance(Duration::from_secs(1800) - Duration::from_millis(1));
    let renewed = native.refresh(&tokens.refresh_token, &[]).json();
    let [access, refresh] = ["access_token", "refresh_token"].map(|name| renewed[name].as_str().expect("a token"));
    assert_eq!(native.userinfo(access).status, 200);
    assert_eq!(hanako.get("/settings/sessions").status, 200);
    app.advance(Duration::from_millis(1));
    assert_eq!(hanako.get("/settings/sessions").location(), "/login?notice=session_ended");
    assert_dead(&native.userinfo(access));
    assert_eq!(token_error(&native.refresh(refresh, &[])), "invalid_grant");
}

#[test]
fn an_application_that_needs_more_is_told_so() {
    let app = TestApp::start(Database::sqlite());
    let hanako = came_in(&app);
    let party = Party::booking(&app);
    let essential = |acr: &str| json!({ "id_token": { "acr": { "essential": true, "values": [acr] } } }).to_string();
    let (phr, temporary) = (essential("phr"), essential("urn:genkan:acr:temporary"));
    assert!(party.ask(&hanako, &[("claims", &phr)]).location().starts_with("/login?continue="), "by passkey");
    let silent = party.callback(&hanako, &[("claims", &phr), ("prompt", "none")]);
    assert_eq!(silent.error(), "login_required");
    let tokens = party.tokens(&party.callback(&hanako, &[("claims", &temporary), ("acr_values", "phr")]).code());
    assert_eq!(tokens.text("acr"), "urn:genkan:acr:temporary");
}

fn withdrawn(app: &TestApp, user: &User) -> bool {
    app.store().read(|conn| store::access_codes::find_for_user(conn, &user.id)).expect("a read").is_none()
}

fn who_is_shut_out_meanwhile_stays_out(database: Database) {
    let app = TestApp::start(database);
    let code = issue(&app, &app.hanako);
    app.disable(&app.hanako);
    assert!(withdrawn(&app, &app.hanako));
    let before = app.trail().len();
    assert_eq!(type_code(&Person::at(&app), (HANAKO, PASSWORD, &code), None).status, 401);
    assert_eq!(app.recorded_since(before), ["auth.access_code failure no_code"]);
    let (user, now) = (app.hanako.id.clone(), app.clock().now());
    app.store().write(move |tx| store::users::enable(tx, &user, now)).expect("no fault");
    app.advance(Duration::from_secs(1));
    let code = issue(&app, &app.hanako);
    let (user, clinic, now) = (app.hanako.id.clone(), app.sakura.id.clone(), app.clock().now());
    app.store().write(move |tx| store::memberships::suspend(tx, &user, &clinic, now)).expect("no fault");
    let before = app.trail().len();
    assert_eq!(type_code(&Person::at(&app), (HANAKO, PASSWORD, &code), None).status, 401);
    assert_eq!(app.recorded_since(before), ["auth.access_code failure no_membership"]);
}

/// Read as good, and no longer so when it is written; nothing is used up by it.
#[test]
fn what_changes_between_the_look_and_the_write_counts() {
    let database = Database::postgres();
    let url = database.url().to_owned();
    let app = TestApp::start(database);
    let code = issue(&app, &app.hanako);
    let mut waits = [1, 2].into_iter();
    for (change, undo) in [
        ("UPDATE memberships SET suspended_at = 1", "UPDATE memberships SET suspended_at = NULL"),
        (
            "UPDATE users SET password_hash = password_hash || '='",
            "UPDATE users SET password_hash = rtrim(password_hash, '=')",
        ),
    ] {
        let before = app.trail().len();
        let browser = Person::at(&app);
        let answer = meanwhile(&url, change, || type_code(&browser, (HANAKO, PASSWORD, &code), None));
        assert_eq!(answer.status, 401, "{change}");
        assert_eq!(app.recorded_since(before), ["auth.access_code failure changed_meanwhile"]);
        assert!(app.sessions(&app.hanako).is_empty());
        meanwhile(&url, undo, || ());
        app.advance(Duration::from_secs(waits.next().expect("a wait")));
    }
    assert_eq!(type_code(&Person::at(&app), (HANAKO, PASSWORD, &code), None).location(), "/");
}

#[test]
fn whose_password_was_guessed_at_until_it_closed_comes_in_and_opens_it() {
    let app = TestApp::start(Database::sqlite());
    let code = issue(&app, &app.hanako);
    let user = app.hanako.id.clone();
    let close = move |tx: &mut store::Tx<'_>| {
        (0..User::PASSWORD_FAILURE_LIMIT).try_for_each(|_| store::users::count_password_failure(tx, &user).map(drop))
    };
    app.store().write(close).expect("no fault");
    assert_eq!(Person::at(&app).sign_in(HANAKO, PASSWORD, None).status, 401);
    app.advance(Duration::from_secs(1));
    assert_eq!(type_code(&Person::at(&app), (HANAKO, PASSWORD, &code), None).location(), "/");
    assert_eq!(app.reload(&app.hanako).password_failures, 0);
}
