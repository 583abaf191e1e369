//! The trail: what each action writes, failures of nobody gathered by the minute, and no secret in it or in the log.

use std::time::Duration;

use genkan::{domain::AuditEvent, jobs};
use serde_json::json;

use crate::support::{
    app::{PASSWORD, TestApp},
    ceremony::{begin_login, begin_registration, enrolled, error, finish_login, finish_registration},
    database::Database,
    log,
    person::Person,
    soft_key::SoftKey,
};

const HANAKO: &str = "hanako@sakura.example";
const MISAKI: &str = "misaki@demo.example";

/// Hanako and her passkey, misaki and her browser, both signed in.
struct Scene<'a> {
    app: &'a TestApp,
    hanako: Person<'a>,
    key: SoftKey,
    misaki: Person<'a>,
}

type Action = (&'static str, fn(&Scene<'_>), &'static [&'static str]);

const ACTIONS: &[Action] = &[
    (
        "looking around",
        |it| ["/", "/login", "/settings/passkeys"].iter().for_each(|path| drop(it.hanako.get(path))),
        &[],
    ),
    (
        "signing in with a passkey",
        |it| drop(Person::at(it.app).passkey(&it.key, None)),
        &["session.started success", "auth.passkey success"],
    ),
    (
        "a spoilt answer",
        |it| {
            let begun = begin_login(&it.hanako);
            finish_login(
                &it.hanako,
                &begun,
                &it.key.forge_login(&begun["options"], |answer| answer.spoil_signature = true),
            );
        },
        &["auth.passkey failure bad_signature"],
    ),
    (
        "signing in with a password",
        |it| drop(Person::at(it.app).sign_in(MISAKI, PASSWORD, None)),
        &["session.started success", "auth.password success"],
    ),
    (
        "a wrong password",
        |it| drop(Person::at(it.app).sign_in(MISAKI, "wrong", None)),
        &["auth.password failure wrong_password"],
    ),
    ("registering a passkey", |it| register(it, |_| {}), &["passkey.registered success"]),
    (
        "registering without user verification",
        |it| register(it, |answer| answer.flags = 1),
        &["passkey.register_refused denied user_not_verified"],
    ),
    (
        "naming a passkey",
        |it| {
            let path = format!("/settings/passkeys/{}/rename", it.app.passkeys(&it.app.hanako)[0].id);
            it.hanako.submit("/settings/passkeys", &path, &[("name", "予備")]);
        },
        &["passkey.renamed success"],
    ),
    (
        "deleting a passkey",
        |it| {
            let path = format!("/settings/passkeys/{}/delete", it.app.passkeys(&it.app.hanako)[0].id);
            it.hanako.submit("/settings/passkeys", &path, &[("knows_last", "yes")]);
        },
        &["passkey.deleted success"],
    ),
    (
        "changing the password",
        |it| {
            let fields = [("current_password", PASSWORD), ("new_password", "kazaguruma-5-mawaru")];
            it.misaki.submit("/settings/password", "/settings/password", &fields);
        },
        &["password.changed success"],
    ),
    (
        "a wrong current password",
        |it| {
            let fields = [("current_password", "wrong"), ("new_password", "kazaguruma-5-mawaru")];
            it.misaki.submit("/settings/password", "/settings/password", &fields);
        },
        &["auth.password failure wrong_current_password"],
    ),
    (
        "a new password that is too short",
        |it| {
            let fields = [("current_password", PASSWORD), ("new_password", "short")];
            it.misaki.submit("/settings/password", "/settings/password", &fields);
        },
        &[],
    ),
    ("making an invitation", |it| drop(it.app.invite(&it.app.hanako, &it.app.sakura)), &["invitation.created success"]),
    (
        "using an invitation",
        |it| {
            let link = it.app.invite(&it.app.hanako, &it.app.sakura);
            Person::at(it.app).submit(&link, &link, &[]);
        },
        &[
            "invitation.created success",
            "session.started success",
            "session.ended success invited_again",
            "invitation.used success",
        ],
    ),
    (
        "ending the other sessions",
        |it| {
            it.misaki.submit("/settings/sessions", "/settings/sessions/end-others", &[]);
        },
        &[],
    ),
    (
        "logging out",
        |it| drop(it.misaki.submit("/oauth/logout", "/oauth/logout", &[])),
        &["session.ended success logout", "auth.logout success"],
    ),
    ("switching the language", |it| drop(it.misaki.submit("/login", "/language", &[("lang", "en")])), &[]),
];

fn register(it: &Scene<'_>, change: impl FnOnce(&mut crate::support::forgery::Forgery)) {
    let begun = begin_registration(&it.hanako).json();
    finish_registration(&it.hanako, &begun, &it.key.forge_registration(&begun["options"], change));
}

#[test]
fn every_action_writes_exactly_its_events() {
    for (name, act, expected) in ACTIONS {
        let app = TestApp::start(Database::sqlite());
        let (hanako, key) = enrolled(&app, HANAKO);
        let misaki = Person::at(&app);
        misaki.sign_in(MISAKI, PASSWORD, None);
        let scene = Scene { app: &app, hanako, key, misaki };
        let before = app.trail().len();
        act(&scene);
        assert_eq!(app.recorded_since(before), *expected, "{name}");
        for event in &app.trail()[before..] {
            is_complete(event);
        }
    }
}

/// Who, to whom, where from, and when.
fn is_complete(event: &AuditEvent) {
    assert!(event.subject.is_some(), "{event:?}");
    if !event.kind.as_str().starts_with("invitation.created") {
        assert_eq!(event.request.ip, "127.0.0.1", "{event:?}");
        assert_eq!(event.request.request_id.len(), 16, "{event:?}");
    }
    let opens = event.kind.as_str() == "session.started" || event.kind.as_str().starts_with("passkey.");
    if opens && !event.kind.as_str().ends_with("counter_back") {
        assert!(event.session_ref.is_some() && event.clinic_id.is_some(), "{event:?}");
    }
    if event.kind.as_str().starts_with("auth.pass") && event.outcome.as_str() == "success" {
        assert!(event.acr.is_some() && !event.amr.is_empty(), "{event:?}");
    }
}

#[test]
fn failures_of_nobody_are_gathered_into_one_event_a_minute() {
    let app = TestApp::start(Database::sqlite());
    let to_the_next_minute = 60_000 - app.clock().now().millis().rem_euclid(60_000);
    app.advance(Duration::from_millis(to_the_next_minute.unsigned_abs()));
    let before = app.trail().len();
    let stranger = Person::at(&app);
    for _ in 0..5 {
        stranger.sign_in("nobody@demo.example", "typed-by-a-stranger-1", None);
    }
    stranger.sign_in("somebody@demo.example", "typed-by-a-stranger-1", None);
    for _ in 0..3 {
        let body = json!({ "state": "forged", "credential": {} });
        assert_eq!(error(&stranger.post_json("/login/passkey/finish", &body)), "bad_challenge");
    }
    let unknown = format!("/invite/{}", "A".repeat(43));
    let token = stranger.get("/login").hidden("form_token").expect("a token");
    stranger.post_form(&unknown, &[("form_token", &token)]);
    jobs::once(app.store(), &app.cx()).expect("no fault");
    assert_eq!(app.recorded_since(before), Vec::<String>::new(), "not before the minute is over");
    app.advance(Duration::from_secs(60));
    for _ in 0..2 {
        jobs::once(app.store(), &app.cx()).expect("no fault");
    }
    let mut counted: Vec<_> = app.trail()[before..]
        .iter()
        .map(|event| {
            assert_eq!(event.reason.as_deref(), Some("unattributed"));
            assert_eq!(event.request.ip, "127.0.0.1");
            let count = event.detail.as_ref().and_then(|detail| detail["count"].as_i64()).expect("a count");
            (event.kind.as_str(), count)
        })
        .collect();
    counted.sort_unstable();
    assert_eq!(counted, [("auth.invitation", 1), ("auth.passkey", 3), ("auth.password", 6)]);
}

#[test]
fn no_secret_and_no_typed_password_is_in_the_trail_or_in_the_log() {
    log::start();
    let app = TestApp::start(Database::sqlite());
    let (wrong, short, new) = ("typed-wrong-4711", "short-4712", "kazaguruma-4713-mawaru");
    let mut secrets: Vec<String> = [PASSWORD, wrong, short, new].map(str::to_owned).into();
    let link = app.invite(&app.hanako, &app.sakura);
    secrets.push(link.rsplit('/').next().expect("a token").to_owned());
    let (invited, key) = (Person::at(&app), SoftKey::new(&app.issuer));
    invited.get(&link);
    let mut answers = vec![invited.submit(&link, &link, &[])];
    invited.submit("/settings/password", "/settings/password", &[("new_password", short)]);
    invited.submit("/settings/password", "/settings/password", &[("new_password", new)]);
    answers.push(invited.register(&key));
    answers.push(invited.passkey(&key, None));
    let misaki = Person::at(&app);
    misaki.sign_in(MISAKI, wrong, None);
    misaki.sign_in(wrong, wrong, None);
    app.advance(Duration::from_secs(120));
    let (url, pending) = app.relying_party(&app.booking).authorize_url(&[]);
    let sealed = misaki.get(url.as_str()).location().split_once("continue=").expect("it waits").1.to_owned();
    answers.push(misaki.sign_in(MISAKI, PASSWORD, Some(&sealed)));
    let back = misaki.follow(answers[answers.len() - 1].clone());
    let callback = reqwest::Url::parse(back.location()).expect("the callback");
    let (_, code) = callback.query_pairs().find(|(name, _)| name == "code").expect("a code");
    secrets.extend([code.into_owned(), pending.verifier.clone(), sealed]);
    secrets.extend(app.booking.secret.clone());
    let party = app.relying_party(&app.booking);
    let tokens = crate::support::runtime::block_on(party.exchange(pending, &callback)).expect("tokens");
    secrets.extend([tokens.access_token.clone(), tokens.id_token.clone()]);
    for answer in &answers {
        let cookies = answer.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
        let values = cookies.filter_map(|cookie| cookie.split(';').next()?.split_once('=').map(|(_, value)| value));
        secrets.extend(values.filter(|value| !value.is_empty()).map(str::to_owned));
    }
    jobs::once(app.store(), &app.cx()).expect("no fault");
    assert!(secrets.len() >= 13, "{}", secrets.len());
    let trail = format!("{:?}", app.trail());
    let log = log::kept();
    assert!(log.contains("/invite/{token}") && log.contains("/login/password"), "requests are in the log");
    for secret in &secrets {
        assert!(!trail.contains(secret.as_str()), "{secret} is in the trail");
        assert!(!log.contains(secret.as_str()), "{secret} is in the log");
    }
}
