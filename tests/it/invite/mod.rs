//! `/invite/{token}`: looking changes nothing, the press spends the link, and what it opens only enrols.

use std::time::Duration;

use genkan::store;
use serde_json::json;

use crate::support::{
    app::{PASSWORD, TestApp},
    ceremony::{begin_registration, error},
    database::{Database, on_both_databases},
    person::{Answer, Person},
    soft_key::SoftKey,
};

on_both_databases! {
    a_link_pressed_by_many_at_once_opens_one_session,
}

fn press(person: &Person<'_>, link: &str) -> Answer {
    person.submit(link, link, &[])
}

/// A page that says why the link no longer opens, and whom to ask.
fn is_gone(answer: &Answer) {
    assert_eq!(answer.status, 410, "{}", answer.body);
    assert!(answer.body.contains("情報システム係 内線 1234"), "whom to ask");
    assert!(
        !answer.headers.contains_key("set-cookie") || !answer.header("set-cookie").unwrap_or("").starts_with("genkan=")
    );
}

#[test]
fn looking_at_a_link_changes_nothing() {
    let app = TestApp::start(Database::sqlite());
    let link = app.invite(&app.hanako, &app.sakura);
    let before = app.trail().len();
    for _ in 0..2 {
        let page = Person::at(&app).get(&link);
        assert_eq!(page.status, 200);
        assert!(page.body.contains("山田 花子") && page.body.contains("さくらクリニック"), "{}", page.body);
    }
    assert_eq!(app.recorded_since(before), Vec::<String>::new());
    assert_eq!(press(&Person::at(&app), &link).location(), "/settings/passkeys", "it still opens");
}

#[test]
fn a_link_opens_once() {
    let app = TestApp::start(Database::sqlite());
    let link = app.invite(&app.hanako, &app.sakura);
    let hanako = Person::at(&app);
    let token = hanako.get(&link).hidden("form_token").expect("a token");
    let before = app.trail().len();
    assert_eq!(hanako.post_form(&link, &[("form_token", &token)]).location(), "/settings/passkeys");
    assert_eq!(app.recorded_since(before), ["session.started success", "invitation.used success"]);
    is_gone(&hanako.post_form(&link, &[("form_token", &token)]));
    is_gone(&Person::at(&app).get(&link));
    assert_eq!(app.sessions(&app.hanako).len(), 1);
}

fn a_link_pressed_by_many_at_once_opens_one_session(database: Database) {
    let app = TestApp::start(database);
    let link = app.invite(&app.hanako, &app.sakura);
    let people: Vec<_> = (0..6)
        .map(|_| {
            let person = Person::at(&app);
            let token = person.get(&link).hidden("form_token").expect("a token");
            (person, token)
        })
        .collect();
    let statuses: Vec<_> = std::thread::scope(|scope| {
        let link = &link;
        let presses: Vec<_> = people
            .iter()
            .map(|(person, token)| {
                scope.spawn(move || person.post_form(link, &[("form_token", token)]).status.as_u16())
            })
            .collect();
        presses.into_iter().map(|press| press.join().expect("an answer")).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 410).count(), 5, "{statuses:?}");
    assert_eq!(app.sessions(&app.hanako).len(), 1);
}

#[test]
fn a_link_opens_for_72_hours() {
    let app = TestApp::start(Database::sqlite());
    let link = app.invite(&app.hanako, &app.sakura);
    let hanako = Person::at(&app);
    app.advance(Duration::from_secs(72 * 3600) - Duration::from_millis(1));
    let token = hanako.get(&link).hidden("form_token").expect("a token");
    app.advance(Duration::from_millis(1));
    is_gone(&hanako.post_form(&link, &[("form_token", &token)]));
    is_gone(&hanako.get(&link));
}

#[test]
fn a_newer_link_replaces_an_older_one() {
    let app = TestApp::start(Database::sqlite());
    let (older, newer) = (app.invite(&app.hanako, &app.sakura), app.invite(&app.hanako, &app.sakura));
    is_gone(&Person::at(&app).get(&older));
    assert_eq!(press(&Person::at(&app), &newer).location(), "/settings/passkeys");
}

#[test]
fn a_link_that_was_never_made_or_whose_person_is_disabled_opens_nothing() {
    let app = TestApp::start(Database::sqlite());
    let link = app.invite(&app.hanako, &app.sakura);
    let hanako = Person::at(&app);
    let token = hanako.get(&link).hidden("form_token").expect("a token");
    app.disable(&app.hanako);
    let unknown = app.url(&format!("/invite/{}", "A".repeat(43)));
    for link in [&link, &unknown] {
        assert_eq!(hanako.get(link).status, 410);
        assert_eq!(hanako.post_form(link, &[("form_token", &token)]).status, 410);
    }
    assert_eq!(app.sessions(&app.hanako).len(), 0);
}

#[test]
fn a_link_of_a_suspended_membership_opens_nothing() {
    let app = TestApp::start(Database::sqlite());
    let link = app.invite(&app.hanako, &app.sakura);
    let (user, clinic, now) = (app.hanako.id.clone(), app.sakura.id.clone(), app.clock().now());
    app.store().write(move |tx| store::memberships::suspend(tx, &user, &clinic, now)).expect("no fault");
    assert_eq!(press(&Person::at(&app), &link).status, 410);
    assert_eq!(app.sessions(&app.hanako).len(), 0);
}

#[test]
fn a_link_of_a_suspended_membership_opens_no_other_place_where_the_person_works() {
    let app = TestApp::start(Database::sqlite());
    app.appoint(&app.hanako, &app.demo, genkan::domain::Role::Member);
    let link = app.invite(&app.hanako, &app.sakura);
    let (user, clinic, now) = (app.hanako.id.clone(), app.sakura.id.clone(), app.clock().now());
    app.store().write(move |tx| store::memberships::suspend(tx, &user, &clinic, now)).expect("suspended");
    assert_eq!(press(&Person::at(&app), &link).status, 410);
    assert_eq!(app.sessions(&app.hanako).len(), 0);
}

#[test]
fn an_enrolling_session_reaches_passkeys_password_and_logout_only() {
    let app = TestApp::start(Database::sqlite());
    let link = app.invite(&app.hanako, &app.sakura);
    let person = Person::at(&app);
    let by_password = || person.sign_in("hanako@sakura.example", PASSWORD, None);
    let by_link = || press(&person, &link);
    for sign_in in [&by_password as &dyn Fn() -> Answer, &by_link] {
        assert_eq!(sign_in().location(), "/settings/passkeys");
        for path in ["/settings/passkeys", "/settings/password", "/oauth/logout"] {
            assert_eq!(person.get(path).status, 200, "{path}");
        }
        for path in ["/", "/settings/sessions"] {
            assert_eq!(person.get(path).location(), "/settings/passkeys", "{path}");
        }
        let others = person.submit("/settings/passkeys", "/settings/sessions/end-others", &[]);
        assert_eq!(others.location(), "/settings/passkeys");
        assert_eq!(begin_registration(&person).status, 200);
    }
}

#[test]
fn an_enrolling_session_gives_no_application_a_code() {
    let app = TestApp::start(Database::sqlite());
    let link = app.invite(&app.hanako, &app.sakura);
    let hanako = Person::at(&app);
    press(&hanako, &link);
    let party = app.relying_party(&app.booking);
    let (silent, _) = party.authorize_url(&[("prompt", "none")]);
    let answer = hanako.get(silent.as_str());
    let told = ["error=login_required", "error=interaction_required"];
    assert!(told.iter().any(|error| answer.location().contains(error)), "{}", answer.location());
    assert!(!answer.location().contains("code="));
    let (asking, _) = party.authorize_url(&[]);
    let answer = hanako.get(asking.as_str());
    assert!(answer.location().starts_with("/settings/passkeys?continue="), "{}", answer.location());
}

#[test]
fn the_first_passkey_sign_in_makes_an_enrolling_session_an_ordinary_one() {
    let app = TestApp::start(Database::sqlite());
    let link = app.invite(&app.hanako, &app.sakura);
    let (hanako, key) = (Person::at(&app), SoftKey::new(&app.issuer));
    press(&hanako, &link);
    assert_eq!(hanako.register(&key).status, 200);
    assert_eq!(hanako.get("/").location(), "/settings/passkeys", "registering alone does not");
    assert_eq!(hanako.passkey(&key, None).json(), json!({ "next": "/" }));
    assert_eq!(hanako.get("/").status, 200);
}

#[test]
fn a_person_without_a_password_goes_straight_to_a_passkey_or_chooses_one() {
    let app = TestApp::start(Database::sqlite());
    let link = app.invite(&app.hanako, &app.sakura);
    let hanako = Person::at(&app);
    press(&hanako, &link);
    let page = "/settings/password";
    let chosen = hanako.submit(page, page, &[("new_password", "kazaguruma-5-mawaru")]);
    assert_eq!(chosen.location(), "/settings/passkeys?notice=password_saved");
    let elsewhere = Person::at(&app);
    assert_eq!(
        elsewhere.sign_in("hanako@sakura.example", "kazaguruma-5-mawaru", None).location(),
        "/settings/passkeys"
    );
}

/// Who found the first link pressed it, and chose a password. The clinic invites her again.
#[test]
fn a_new_link_takes_back_what_an_old_one_opened() {
    let app = TestApp::start(Database::sqlite());
    let stolen = app.invite(&app.hanako, &app.sakura);
    let thief = Person::at(&app);
    press(&thief, &stolen);
    let page = "/settings/password";
    let chosen = thief.submit(page, page, &[("new_password", "kazaguruma-5-mawaru")]);
    assert_eq!(chosen.location(), "/settings/passkeys?notice=password_saved");
    let link = app.invite(&app.hanako, &app.sakura);
    let refused = begin_registration(&thief);
    assert_eq!(
        (refused.status.as_u16(), error(&refused).as_str()),
        (403, "needs_invitation"),
        "the new one is not theirs"
    );
    let hanako = Person::at(&app);
    let before = app.trail().len();
    assert_eq!(press(&hanako, &link).location(), "/settings/passkeys");
    let told = ["session.started success", "session.ended success invited_again", "invitation.used success"];
    assert_eq!(app.recorded_since(before), told);
    assert_eq!(thief.get("/settings/passkeys").location(), "/login?notice=session_ended");
    let again = Person::at(&app).sign_in("hanako@sakura.example", "kazaguruma-5-mawaru", None);
    assert_eq!(again.status, 401, "nor does the password open anything");
    assert_eq!(begin_registration(&hanako).status, 200);
}
