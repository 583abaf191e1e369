//! `/login/second-factor`: the code after the password.

use std::{collections::HashSet, thread, time::Duration};

use genkan::{
    domain::{Authentication, PasswordFallback, User},
    store,
};
use reqwest::Url;

use crate::support::{
    app::{PASSWORD, TestApp},
    authenticator_app::{AuthenticatorApp, DOOR, SETTINGS, STEP, type_code},
    database::{Database, on_both_databases},
    person::{Answer, Person},
    runtime::block_on,
};

on_both_databases! {
    a_password_and_a_code_bring_the_application_that_waited,
    one_code_by_eight_at_once_is_used_once,
    a_recovery_code_is_used_once_whoever_tries_at_once,
    what_changes_between_password_and_code_counts,
}

const HANAKO: &str = "hanako@sakura.example";
const MISAKI: &str = "misaki@demo.example";
const AGAIN: &str = "/login?notice=start_again";

/// Hanako has set up an app, and is not signed in on any browser but the one where she did.
fn with_app(app: &TestApp) -> (AuthenticatorApp, Vec<String>) {
    let hanako = Person::at(app);
    hanako.sign_in(HANAKO, PASSWORD, None);
    AuthenticatorApp::set_up(&hanako)
}

/// Somebody at another browser who has typed her password.
fn asked<'a>(app: &'a TestApp) -> (Person<'a>, Answer) {
    let person = Person::at(app);
    let asked = person.sign_in(HANAKO, PASSWORD, None);
    assert!(!asked.headers.contains_key("set-cookie"), "nobody is signed in yet: {asked:?}");
    (person, asked)
}

fn failures(app: &TestApp, user: &User) -> i32 {
    app.reload(user).password_failures
}

fn a_password_and_a_code_bring_the_application_that_waited(database: Database) {
    let app = TestApp::start(database);
    let (phone, codes) = with_app(&app);
    let party = app.relying_party(&app.booking);
    for (field, code) in [("code", phone.code(&app, 0)), ("recovery_code", codes[0].clone())] {
        let hanako = Person::at(&app);
        let (url, pending) = party.authorize_url(&[]);
        let login = hanako.get(url.as_str());
        let (_, waiting) = login.location().split_once("continue=").expect("a waiting request");
        let asked = hanako.sign_in(HANAKO, PASSWORD, Some(waiting));
        let page = hanako.get(asked.location());
        assert!(page.body.contains("さくら予約") && page.body.contains("autocomplete=\"one-time-code\""), "{page:?}");
        assert!(!page.body.contains("/assets/") || !page.body.contains("<script"), "it needs no script");
        let back = hanako.follow(type_code(&hanako, &asked, field, &code));
        let callback = Url::parse(back.location()).expect("the callback");
        let tokens = block_on(party.exchange(pending, &callback)).expect("verified tokens");
        assert_eq!(tokens.sub(), app.hanako.id.as_str());
        assert_eq!((tokens.acr(), tokens.amr()), (Some("urn:genkan:acr:mfa"), vec!["pwd", "otp", "mfa"]));
        assert_eq!(hanako.get("/settings/sessions").status, 200, "an ordinary session");
    }
    let expected = Authentication::by_password_and_code(app.clock().now());
    assert_eq!(app.sessions(&app.hanako)[0].authentication.amr, expected.amr);
}

#[test]
fn whoever_has_an_app_is_asked_even_where_a_password_alone_signs_in() {
    let app = TestApp::start(Database::sqlite());
    let misaki = Person::at(&app);
    assert_eq!(misaki.sign_in(MISAKI, PASSWORD, None).location(), "/");
    let (phone, _) = AuthenticatorApp::set_up(&misaki);
    let elsewhere = Person::at(&app);
    let asked = elsewhere.sign_in(MISAKI, PASSWORD, None);
    assert_eq!(type_code(&elsewhere, &asked, "code", &phone.code(&app, 0)).location(), "/");
}

fn one_code_by_eight_at_once_is_used_once(database: Database) {
    let app = TestApp::start(database);
    let (phone, _) = with_app(&app);
    let before = app.sessions(&app.hanako).len();
    let code = phone.code(&app, 0);
    let browsers: Vec<_> = (0..8).map(|_| asked(&app)).collect();
    let answers: Vec<_> = thread::scope(|scope| {
        let tries = browsers.iter().map(|(person, asked)| scope.spawn(|| type_code(person, asked, "code", &code)));
        let tries: Vec<_> = tries.collect();
        tries.into_iter().map(|one| one.join().expect("an answer")).collect()
    });
    let inside = answers.iter().filter(|answer| answer.location() == "/").count();
    assert_eq!(inside, 1, "{answers:?}");
    assert_eq!(app.sessions(&app.hanako).len() - before, 1);
}

fn a_recovery_code_is_used_once_whoever_tries_at_once(database: Database) {
    let app = TestApp::start(database);
    let (_, codes) = with_app(&app);
    let browsers: Vec<_> = (0..4).map(|_| asked(&app)).collect();
    let code = codes[3].to_lowercase();
    let code = code.as_str();
    let answers: Vec<_> = thread::scope(|scope| {
        let tries =
            browsers.iter().map(|(person, asked)| scope.spawn(move || type_code(person, asked, "recovery_code", code)));
        let tries: Vec<_> = tries.collect();
        tries.into_iter().map(|one| one.join().expect("an answer")).collect()
    });
    assert_eq!(answers.iter().filter(|answer| answer.location() == "/").count(), 1, "{answers:?}");
    let used: Vec<_> = app.trail().into_iter().filter(|event| event.kind.as_str() == "recovery_code.used").collect();
    assert_eq!(used.len(), 1);
    assert_eq!(used[0].detail.as_ref().map(|detail| detail["left"].clone()), Some(9.into()));
    // The others are good still, each once.
    app.advance(Duration::from_secs(60));
    let (person, asked) = asked(&app);
    let again = type_code(&person, &asked, "recovery_code", &codes[3]);
    assert_eq!(again.status, 401);
    assert!(again.body.contains("すでに使われています"), "{}", again.body);
    app.advance(Duration::from_secs(60));
    assert_eq!(type_code(&person, &asked, "recovery_code", &codes[4]).location(), "/");
    let shown = person.get(SETTINGS).body;
    assert!(shown.contains("8個"), "{shown}");
}

#[test]
fn a_clock_may_be_a_step_off_and_no_code_is_good_after_a_later_one() {
    let app = TestApp::start(Database::sqlite());
    let (phone, _) = with_app(&app);
    app.advance(STEP * 2);
    // (of the step this many later, whether it signs in)
    for (later, good) in
        [(-2, false), (2, false), (-1, true), (-1, false), (0, true), (1, true), (1, false), (0, false)]
    {
        let (person, asked) = asked(&app);
        let answer = type_code(&person, &asked, "code", &phone.code(&app, later));
        assert_eq!(answer.location() == "/", good, "{later}: {}", answer.status);
        if !good {
            assert_eq!(answer.status, 401);
            assert!(answer.body.contains("確認コードが正しくありません"));
            // Past the waiting, and in the same step of the app's.
            let id = app.hanako.id.clone();
            app.store().write(move |tx| store::users::reset_password_failures(tx, &id)).expect("no fault");
            forget_waiting(&app);
        }
    }
}

/// As after a day.
fn forget_waiting(app: &TestApp) {
    let later = app.clock().now().plus(Duration::from_secs(2 * 86_400));
    let swept = app.store().write(move |tx| store::sweep(tx, later));
    assert_eq!(swept.expect("no fault").password_attempts, 1);
}

#[test]
fn a_wrong_code_waits_and_counts_and_the_password_alone_forgives_nothing() {
    let app = TestApp::start(Database::sqlite());
    let (phone, codes) = with_app(&app);
    for (count, seconds) in [(1, 1), (2, 2), (3, 4)] {
        let (person, asked) = asked(&app);
        let wrong = if count == 2 { ("recovery_code", "01Z0Z-AHJKM") } else { ("code", "000000") };
        assert_eq!(type_code(&person, &asked, wrong.0, wrong.1).status, 401);
        assert_eq!(failures(&app, &app.hanako), count);
        for (field, code) in [("code", phone.code(&app, 0)), ("recovery_code", codes[0].clone())] {
            let early = type_code(&person, &asked, field, &code);
            assert_eq!((early.status.as_u16(), early.header("retry-after")), (429, Some(seconds.to_string().as_str())));
        }
        let at_the_door = Person::at(&app).sign_in(HANAKO, PASSWORD, None);
        assert_eq!(at_the_door.status, 429, "one row for both pages");
        app.advance(Duration::from_secs(seconds));
    }
    let (person, asked) = asked(&app);
    assert_eq!(failures(&app, &app.hanako), 3, "the right password alone has forgiven nothing");
    assert_eq!(type_code(&person, &asked, "code", &phone.code(&app, 0)).location(), "/");
    assert_eq!(failures(&app, &app.hanako), 0);
}

#[test]
fn the_hundredth_wrong_code_closes_the_way_for_the_right_one() {
    let app = TestApp::start(Database::sqlite());
    let (phone, _) = with_app(&app);
    let (person, asked) = asked(&app);
    let id = app.hanako.id.clone();
    let count =
        move |tx: &mut store::Tx<'_>| (0..99).try_for_each(|_| store::users::count_password_failure(tx, &id).map(drop));
    app.store().write(count).expect("no fault");
    assert_eq!(type_code(&person, &asked, "code", "000000").status, 401);
    app.advance(Duration::from_secs(1));
    let before = app.trail().len();
    assert_eq!(type_code(&person, &asked, "code", &phone.code(&app, 0)).location(), AGAIN);
    assert_eq!(app.recorded_since(before), ["auth.second_factor failure password_closed"]);
}

#[test]
fn a_step_is_good_on_its_own_browser_for_five_minutes_and_once() {
    let app = TestApp::start(Database::sqlite());
    let (phone, codes) = with_app(&app);
    let (person, asked) = asked(&app);
    let step = person.get(asked.location()).hidden("step").expect("a step");
    let tried = |person: &Person<'_>, step: &str, code: &str| {
        person.submit("/help", DOOR, &[("step", step), ("recovery_code", code)])
    };
    // Another person's browser, and one that is signed in.
    for other in [Person::at(&app), {
        let misaki = Person::at(&app);
        misaki.sign_in(MISAKI, PASSWORD, None);
        misaki
    }] {
        other.get("/help");
        assert_eq!(other.get(asked.location()).location(), AGAIN);
        assert_eq!(tried(&other, &step, &codes[0]).location(), AGAIN);
    }
    for forged in ["", "made-up", &step[1..]] {
        assert_eq!(tried(&person, forged, &codes[0]).location(), AGAIN, "{forged}");
    }
    assert_eq!(tried(&person, &step, &codes[0]).location(), "/");
    let late = tried(&person, &step, &codes[1]);
    assert_eq!(late.location(), AGAIN, "once");
    let (person, asked) = self::asked_after(&app, Duration::from_secs(5));
    app.advance(Duration::from_secs(5 * 60));
    assert_eq!(person.get(asked.location()).location(), AGAIN);
    let step = asked.location().split_once("step=").expect("a step").1;
    assert_eq!(tried(&person, step, &codes[2]).location(), AGAIN);
    assert_eq!(app.sessions(&app.hanako).len(), 2, "{phone}", phone = phone.code(&app, 0));
}

/// Past what a refused step has set as waiting.
fn asked_after<'a>(app: &'a TestApp, wait: Duration) -> (Person<'a>, Answer) {
    app.advance(wait);
    asked(app)
}

/// What happens meanwhile, and what the trail calls it.
type Change = (&'static str, fn(&TestApp));

const CHANGES: &[Change] = &[
    ("account_disabled", |app| app.disable(&app.hanako)),
    ("password_denied", |app| app.password_fallback(&app.sakura, PasswordFallback::Deny)),
    ("no_membership", |app| {
        let (user, clinic, now) = (app.hanako.id.clone(), app.sakura.id.clone(), app.clock().now());
        app.store().write(move |tx| store::memberships::suspend(tx, &user, &clinic, now)).expect("no fault");
    }),
    ("password_changed", |app| {
        let (user, now) = (app.reload(&app.hanako), app.clock().now());
        let old = user.password_hash.expect("a password");
        let set =
            app.store().write(move |tx| store::users::set_password(tx, &user.id, "other", Some(old.as_str()), now));
        assert!(set.expect("no fault"));
    }),
    ("no_second_factor", |app| {
        let user = app.hanako.id.clone();
        assert!(app.store().write(move |tx| store::second_factors::delete(tx, &user)).expect("no fault"));
    }),
];

fn what_changes_between_password_and_code_counts(database: Database) {
    let app = TestApp::start(database);
    let (phone, _) = with_app(&app);
    let before = app.sessions(&app.hanako).len();
    let steps: Vec<_> = CHANGES.iter().map(|_| asked(&app)).collect();
    let mut told = HashSet::new();
    for ((reason, change), (person, asked)) in CHANGES.iter().zip(&steps) {
        // One after the other: each is the first that the judge finds, as the list is ordered.
        change(&app);
        let trail = app.trail().len();
        let answer = type_code_blindly(person, asked, &phone.code(&app, 0));
        assert_eq!(answer.location(), AGAIN, "{reason}");
        assert_eq!(app.recorded_since(trail), [format!("auth.second_factor failure {reason}")]);
        told.insert((answer.status, answer.location().to_owned()));
        undo(&app, reason);
        app.advance(Duration::from_secs(32));
    }
    assert_eq!(told.len(), 1, "whatever the cause");
    assert!(app.sessions(&app.hanako).len() <= before);
}

/// Without looking at the page first.
fn type_code_blindly(person: &Person<'_>, asked: &Answer, code: &str) -> Answer {
    let step = asked.location().split_once("step=").expect("a step").1;
    person.submit("/login", DOOR, &[("step", step), ("code", code)])
}

fn undo(app: &TestApp, reason: &str) {
    let (user, clinic, now) = (app.hanako.id.clone(), app.sakura.id.clone(), app.clock().now());
    let undone = match reason {
        "account_disabled" => app.store().write(move |tx| store::users::enable(tx, &user, now)),
        "no_membership" => app.store().write(move |tx| store::memberships::resume(tx, &user, &clinic)),
        "password_denied" => {
            app.password_fallback(&app.sakura, PasswordFallback::SecondFactor);
            Ok(true)
        }
        "password_changed" => {
            let old = app.hanako.password_hash.clone().expect("a password");
            app.store().write(move |tx| store::users::set_password(tx, &user, old.as_str(), Some("other"), now))
        }
        _ => Ok(true),
    };
    assert!(undone.expect("no fault"), "{reason}");
}

#[test]
fn the_trail_tells_a_known_password_from_a_sign_in() {
    let app = TestApp::start(Database::sqlite());
    let (phone, _) = with_app(&app);
    let before = app.trail().len();
    let (person, asked) = asked(&app);
    assert_eq!(app.recorded_since(before), ["auth.password_accepted success"]);
    type_code(&person, &asked, "code", "12 34 5x");
    app.advance(Duration::from_secs(1));
    type_code(&person, &asked, "code", &phone.code(&app, 0));
    let recorded = app.recorded_since(before + 1);
    assert_eq!(
        recorded,
        ["auth.second_factor failure wrong_code", "session.started success", "auth.second_factor success"]
    );
    let history = person.get("/settings/history").body;
    for told in ["確認コードの入力を求めました", "確認コードで失敗しました", "パスワードと確認コードでログインしました"]
    {
        assert!(history.contains(told), "{told}");
    }
}
