//! `/clinic`: whoever works for several clinics says for which one today, once, and applications hear of that one alone.

use std::time::Duration;

use genkan::{
    domain::{Clinic, PasswordFallback, Role, UnixTime},
    flows::admin::{clients::Draft, members},
    store,
};

use super::party::{MISAKI, Party, waiting};
use crate::support::{
    access_code::type_code,
    app::{PASSWORD, TestApp, draft},
    ceremony::enrolled,
    database::{Database, on_both_databases},
    person::{Answer, Person},
    soft_key::SoftKey,
};

on_both_databases! {
    who_works_for_two_clinics_is_asked_once_and_claims_carry_that_one,
    changing_it_later_moves_the_administration_and_leaves_what_was_granted,
    what_is_no_longer_so_changes_nothing,
}

const PATH: &str = "/clinic";
const SCOPE: (&str, &str) = ("scope", "openid clinic roles");

/// Misaki, a member at デモ医院 and the administrator of さくらクリニック.
fn misaki(app: &TestApp) -> (Person<'_>, SoftKey) {
    app.appoint(&app.misaki, &app.sakura, Role::ClinicAdmin);
    enrolled(app, MISAKI)
}

fn shared(app: &TestApp) -> Party<'_> {
    Party::new(app, &app.register(Draft { scope: Some("openid clinic roles".to_owned()), ..draft("電子カルテ") }))
}

fn choose(person: &Person<'_>, page: &Answer, clinic: &Clinic) -> Answer {
    let question = page.hidden("question").expect("the question");
    person.submit("/help", PATH, &[("question", &question), ("clinic", clinic.id.as_str())])
}

/// In the order of the buttons.
fn offered(page: &Answer) -> Vec<String> {
    page.body
        .split("name=\"clinic\" value=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next().map(str::to_owned))
        .collect()
}

fn who_works_for_two_clinics_is_asked_once_and_claims_carry_that_one(database: Database) {
    let app = TestApp::start(database);
    let ((person, key), party) = (misaki(&app), shared(&app));
    assert_eq!(person.get("/").location(), PATH, "at home too");
    let asked = party.ask(&person, &[SCOPE]);
    assert!(asked.location().starts_with("/clinic?continue="), "{}", asked.location());
    let page = person.get(asked.location());
    assert!(
        page.text().contains("今日はどちらの施設で働きますか") && page.text().contains("電子カルテ"),
        "{}",
        page.text()
    );
    assert_eq!(offered(&page).len(), 2);
    // Silently nobody is asked, nor told of a clinic that nobody chose.
    assert_eq!(party.callback(&person, &[SCOPE, ("prompt", "none")]).error(), "interaction_required");
    let answer = choose(&person, &page, &app.sakura);
    let tokens = party.tokens(&party.came_back(&answer).code());
    let told: serde_json::Value = party.userinfo(&tokens.access_token).json();
    assert_eq!((&told["clinic"]["id"], &told["roles"][0]), (&app.sakura.id.as_str().into(), &"clinic_admin".into()));
    for more in [&[SCOPE][..], &[SCOPE, ("prompt", "none")]] {
        let code = party.callback(&person, more).code();
        let told: serde_json::Value = party.userinfo(&party.tokens(&code).access_token).json();
        assert_eq!(told["clinic"]["id"], app.sakura.id.as_str(), "not asked again");
    }
    let event =
        app.trail().into_iter().rfind(|event| event.kind.as_str() == "session.clinic_chosen").expect("recorded");
    assert_eq!(event.clinic_id.as_ref(), Some(&app.sakura.id));
    // To sign in again on the same browser for the same clinic asks nobody anew.
    let again = party.ask(&person, &[SCOPE, ("prompt", "login")]);
    let next = person.passkey(&key, Some(&waiting(&again))).json()["next"].as_str().expect("where to").to_owned();
    assert!(person.get(&next).location().contains("code="));
    // The next day it is another sign-in, and the clinic of last time stands first.
    app.advance(Duration::from_secs(13 * 3600));
    let tomorrow = Person::at(&app);
    tomorrow.passkey(&key, None);
    let page = tomorrow.get(PATH);
    assert_eq!(offered(&page), [app.sakura.id.as_str(), app.demo.id.as_str()]);
    assert_eq!(page.text().matches("（前回）").count(), 1);
    assert_eq!(choose(&tomorrow, &page, &app.demo).location(), "/");
    assert_eq!(offered(&tomorrow.get(PATH)), [app.demo.id.as_str(), app.sakura.id.as_str()]);
}

#[test]
fn who_works_for_one_clinic_never_sees_the_question() {
    let app = TestApp::start(Database::sqlite());
    let party = shared(&app);
    let (person, _) = enrolled(&app, MISAKI);
    assert!(!party.callback(&person, &[SCOPE, ("prompt", "none")]).code().is_empty());
    assert_eq!((person.get("/").status.as_u16(), person.get(PATH).location()), (200, "/"));
    assert!(!person.get("/").body.contains("href=\"/clinic\""));
    assert_eq!(Person::at(&app).get(PATH).location(), "/");
    // Neither does who works for one any more: the other is suspended.
    let (two, _) = misaki_of_two_with_one_suspended(&app);
    assert!(!party.callback(&two, &[SCOPE]).code().is_empty());
}

fn misaki_of_two_with_one_suspended(app: &TestApp) -> (Person<'_>, SoftKey) {
    const KEN: &str = "ken@demo.example";
    let ken = app.hire(&app.demo, Role::Member, KEN, "森 健");
    app.appoint(&ken, &app.sakura, Role::Member);
    let found = enrolled(app, KEN);
    // The session works for the first by name.
    let (user, clinic, now) = (ken.id, app.demo.id.clone(), app.clock().now());
    app.store().write(move |tx| store::memberships::suspend(tx, &user, &clinic, now)).expect("suspended");
    found
}

#[test]
fn an_application_of_one_clinic_asks_nobody_and_chooses_nothing() {
    let app = TestApp::start(Database::sqlite());
    let (person, _) = misaki(&app);
    let session = app.sessions(&app.misaki)[0].clinic_id.clone();
    let own = app.register(Draft { clinic: Some(session.to_string()), ..draft("勤怠") });
    assert!(!Party::new(&app, &own).callback(&person, &[]).code().is_empty());
    assert!(shared(&app).ask(&person, &[SCOPE]).location().starts_with(PATH), "that was no choice");
}

fn changing_it_later_moves_the_administration_and_leaves_what_was_granted(database: Database) {
    let app = TestApp::start(database);
    let ((person, _), party) = (misaki(&app), shared(&app));
    let page = person.get(PATH);
    assert_eq!(choose(&person, &page, &app.demo).location(), "/");
    assert_eq!(person.get("/admin/people").status, 404, "a plain member there");
    let tokens = party.tokens(&party.callback(&person, &[SCOPE]).code());
    let before = app.sessions(&app.misaki)[0].clone();
    let home = person.get("/").text();
    assert!(home.contains("href=\"/clinic\"") && home.contains("デモ医院"), "{home}");
    app.advance(Duration::from_secs(60));
    assert_eq!(choose(&person, &person.get(PATH), &app.sakura).location(), "/");
    let people = person.get("/admin/people");
    assert!(people.status == 200 && people.text().contains("さくらクリニック"));
    let after = app.sessions(&app.misaki)[0].clone();
    assert_eq!((&after.id, after.expires_at, after.idle_limit), (&before.id, before.expires_at, before.idle_limit));
    let told: serde_json::Value = party.userinfo(&tokens.access_token).json();
    assert_eq!(told["clinic"]["id"], app.demo.id.as_str(), "it was given for that one");
    let anew = party.tokens(&party.callback(&person, &[SCOPE]).code());
    let told: serde_json::Value = party.userinfo(&anew.access_token).json();
    assert_eq!(told["clinic"]["id"], app.sakura.id.as_str());
}

fn what_is_no_longer_so_changes_nothing(database: Database) {
    let app = TestApp::start(database);
    let (person, _) = misaki(&app);
    let clinic_now = || app.sessions(&app.misaki)[0].clinic_id.clone();
    let (before, page) = (clinic_now(), person.get(PATH));
    let question = page.hidden("question").expect("the question");
    let other = if before == app.sakura.id { &app.demo } else { &app.sakura };
    let length = app.trail().len();
    // Of a clinic that is not theirs, or none at all.
    let third =
        Clinic { id: genkan::domain::ClinicId::new("019bcd2e-4f6c-7a31-9c0e-0f2f7a6f1c55"), ..app.demo.clone() };
    assert_eq!(choose(&person, &page, &third).location(), PATH);
    assert_eq!(person.submit("/help", PATH, &[("question", &question)]).status, 400);
    assert_eq!(person.submit("/help", PATH, &[("question", "x"), ("clinic", other.id.as_str())]).status, 400);
    // By another person's browser.
    let stranger = enrolled(&app, "hanako@sakura.example").0;
    assert_eq!(choose(&stranger, &page, other).location(), PATH);
    assert!(!app.recorded_since(length).iter().any(|line| line.contains("clinic_chosen")));
    // A tab that still asks about the clinic of before.
    assert_eq!(choose(&person, &person.get(PATH), other).location(), "/");
    assert_eq!(choose(&person, &page, other).location(), PATH);
    assert_eq!(clinic_now(), other.id);
    // The membership is over when the button is pressed.
    let page = person.get(PATH);
    let (user, clinic, now) = (app.misaki.id.clone(), before.clone(), app.clock().now());
    app.store().write(move |tx| store::memberships::suspend(tx, &user, &clinic, now)).expect("suspended");
    let back = if before == app.sakura.id { &app.sakura } else { &app.demo };
    assert_eq!(choose(&person, &page, back).location(), PATH);
    assert_eq!(clinic_now(), other.id);
}

#[test]
fn a_password_alone_does_not_lead_into_a_clinic_that_asks_for_more() {
    let app = TestApp::start(Database::sqlite());
    let person = Person::at(&app);
    person.sign_in(MISAKI, crate::support::app::PASSWORD, None);
    assert_eq!(person.get("/").status, 200);
    app.appoint(&app.misaki, &app.sakura, Role::ClinicAdmin);
    let refused = choose(&person, &person.get(PATH), &app.sakura);
    assert!(refused.location().starts_with("/login?notice=sign_in_with_passkey"), "{}", refused.location());
    assert_eq!(app.sessions(&app.misaki)[0].clinic_id, app.demo.id);
    let until = UnixTime::from_secs(4_000_000_000);
    app.password_fallback(&app.sakura, PasswordFallback::PasswordOnly { reason: "入替".to_owned(), until });
    assert_eq!(choose(&person, &person.get(PATH), &app.sakura).location(), "/");
}

#[test]
fn a_one_time_code_is_for_its_clinic_and_nobody_is_asked_for_another() {
    let app = TestApp::start(Database::sqlite());
    app.appoint(&app.misaki, &app.sakura, Role::Member);
    let party = shared(&app);
    let to = (MISAKI, Some(app.sakura.id.clone()));
    let keys = app.cx().keys;
    let issued = members::issue_access_code(app.store(), &keys, &app.by(), to, "故障").expect("no fault");
    let code = issued.expect("a code").issued.digits.reveal().to_owned();
    let person = Person::at(&app);
    type_code(&person, (MISAKI, PASSWORD, &code), None);
    assert_eq!(person.get("/").status, 200, "at home without a question");
    assert_eq!(person.get(PATH).location(), "/");
    let tokens = party.tokens(&party.callback(&person, &[SCOPE]).code());
    let told: serde_json::Value = party.userinfo(&tokens.access_token).json();
    assert_eq!(told["clinic"]["id"], app.sakura.id.as_str());
}
