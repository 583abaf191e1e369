//! Applications of one clinic, people of several.

use std::time::Duration;

use genkan::{
    config::Config,
    domain::{AuditKind, ClientId, Clinic, PasswordFallback},
    flows::admin::{clients, clinics},
    store,
};

use super::party::{MISAKI, Party, assert_dead, token_error, waiting};
use crate::support::{
    app::{PASSWORD, TestApp, draft},
    database::Database,
    meanwhile::meanwhile,
    person::Person,
};

/// A second clinic whose people may sign in by password alone.
fn second_clinic(app: &TestApp) -> Clinic {
    let draft = clinics::Draft {
        name: Some("みなと医院".to_owned()),
        name_en: Some("Minato Clinic".to_owned()),
        contact: Some("受付 内線 20".to_owned()),
        password_fallback: Some(PasswordFallback::PasswordOnly {
            reason: "更新待ち".to_owned(),
            until: app.clock().now().plus(Duration::from_secs(86_400)),
        }),
        ..clinics::Draft::default()
    };
    let (idle, absolute) = (Duration::from_secs(30 * 60), Duration::from_secs(12 * 3600));
    clinics::add(app.store(), &app.by(), &draft, idle, absolute).expect("no fault").expect("a clinic")
}

fn of_clinic<'a>(app: &'a TestApp, clinic: &Clinic) -> Party<'a> {
    let client = app.register(clients::Draft { clinic: Some(clinic.id.to_string()), ..draft("電子カルテ") });
    Party::new(app, &client)
}

fn clinics_of_issued_tokens(app: &TestApp) -> Vec<String> {
    let issued = app.trail().into_iter().filter(|event| event.kind == AuditKind::TokenIssued);
    issued.map(|event| event.clinic_id.expect("a clinic").to_string()).collect()
}

#[test]
fn who_works_for_another_clinic_is_denied_by_redirect_and_the_trail_keeps_it() {
    let app = TestApp::start(Database::sqlite());
    let party = of_clinic(&app, &app.sakura);
    let person = Person::at(&app);
    let sealed = waiting(&party.ask(&person, &[]));
    let signed_in = person.sign_in(MISAKI, PASSWORD, Some(&sealed));
    assert_eq!(party.came_back(&person.follow(signed_in)).error(), "access_denied");
    assert!(app.recorded_since(0).contains(&"access.denied denied other_clinic".to_owned()));
    assert_eq!(party.callback(&person, &[("prompt", "none")]).error(), "access_denied");
    // Everybody's applications are open to her as before.
    Party::booking(&app).callback(&person, &[]).code();
}

#[test]
fn who_works_for_two_clinics_signs_in_for_the_one_whose_application_it_is() {
    let app = TestApp::start(Database::sqlite());
    let minato = second_clinic(&app);
    app.invite(&app.misaki, &minato);
    let (at_demo, at_minato) = (of_clinic(&app, &app.demo), of_clinic(&app, &minato));
    let person = Person::at(&app);
    let first = at_demo.sign_in_to_tokens(&person, &[]);
    // The trail is in the order of its milliseconds.
    app.advance(Duration::from_secs(1));
    // The session is one for デモ医院: not good enough here, and no reason to be denied either.
    assert_eq!(at_minato.callback(&person, &[("prompt", "none")]).error(), "login_required");
    let second = at_minato.sign_in_to_tokens(&person, &[]);
    assert_eq!(first.text("sub"), second.text("sub"));
    assert_ne!(first.text("sid"), second.text("sid"));
    let [demo, minato_id] = [app.demo.id.to_string(), minato.id.to_string()];
    assert_eq!(clinics_of_issued_tokens(&app), [demo, minato_id]);
    // One browser, one session: the one for the other clinic is over.
    assert_dead(&at_demo.userinfo(&first.access_token));
    assert_eq!(at_minato.userinfo(&second.access_token).status, 200);
}

#[test]
fn an_application_for_every_clinic_takes_the_session_once_the_clinic_is_chosen() {
    let app = TestApp::start(Database::sqlite());
    let minato = second_clinic(&app);
    app.invite(&app.misaki, &minato);
    let (at_minato, everywhere) = (of_clinic(&app, &minato), Party::booking(&app));
    let person = Person::at(&app);
    let there = at_minato.sign_in_to_tokens(&person, &[]);
    assert_eq!(everywhere.callback(&person, &[("prompt", "none")]).error(), "interaction_required");
    let question = person.get("/clinic").hidden("question").expect("the question");
    let chosen = [("question", question.as_str()), ("clinic", minato.id.as_str())];
    assert_eq!(person.submit("/help", "/clinic", &chosen).location(), "/");
    let here = everywhere.tokens(&everywhere.callback(&person, &[("prompt", "none")]).code());
    assert_eq!(there.text("sid"), here.text("sid"));
}

#[test]
fn a_membership_that_was_suspended_meanwhile_gives_no_token() {
    let app = TestApp::start(Database::sqlite());
    let party = of_clinic(&app, &app.demo);
    let person = Person::at(&app);
    let tokens = party.sign_in_to_tokens(&person, &[]);
    let code = party.callback(&person, &[]).code();
    let (user, clinic, now) = (app.misaki.id.clone(), app.demo.id.clone(), app.clock().now());
    app.store().write(move |tx| genkan::store::memberships::suspend(tx, &user, &clinic, now)).expect("suspended");
    assert_eq!(token_error(&party.exchange(&code, &[])), "invalid_grant");
    assert_dead(&party.userinfo(&tokens.access_token));
    assert_eq!(party.callback(&person, &[("prompt", "none")]).error(), "login_required");
}

/// Who read a row before somebody else changed it does not write that change away.
#[test]
fn of_two_changes_at_once_neither_is_lost() {
    let database = Database::postgres();
    let url = database.url().to_owned();
    let app = TestApp::start(database);
    let client = ClientId::new(app.booking.client_id.as_str());
    let disable = format!("UPDATE clients SET disabled_at = 1 WHERE id = '{client}'");
    meanwhile(&url, &disable, || {
        let draft = clients::Draft { name: Some("新しい予約".to_owned()), ..clients::Draft::default() };
        clients::set(app.store(), &app.by(), client.clone(), draft, &Config::sample().keys.algorithms)
            .expect("no fault")
            .expect("set")
    });
    let found = app.store().read(|conn| store::clients::find(conn, &client)).expect("no fault").expect("the client");
    assert_eq!((found.name.as_str(), found.is_enabled()), ("新しい予約", false));
    let deny = format!("UPDATE clinics SET password_fallback = 'deny' WHERE id = '{}'", app.demo.id);
    meanwhile(&url, &deny, || {
        let draft = clinics::Draft { contact: Some("受付 内線 21".to_owned()), ..clinics::Draft::default() };
        clinics::set(app.store(), &app.by(), app.demo.id.clone(), draft).expect("no fault").expect("set")
    });
    let found =
        app.store().read(|conn| store::clinics::find(conn, &app.demo.id)).expect("no fault").expect("the clinic");
    assert_eq!((found.contact.as_str(), found.password_fallback), ("受付 内線 21", PasswordFallback::Deny));
}

/// On a terminal that several share, the next one is asked who they are.
#[test]
fn a_session_of_another_clinic_does_not_keep_the_next_person_out() {
    let app = TestApp::start(Database::sqlite());
    let party = of_clinic(&app, &app.sakura);
    let person = Person::at(&app);
    Party::booking(&app).sign_in(&person, &[]).code();
    assert_eq!(party.callback(&person, &[]).error(), "access_denied");
    for prompt in ["login", "select_account"] {
        let sealed = waiting(&party.ask(&person, &[("prompt", prompt)]));
        let signed_in = person.sign_in(MISAKI, PASSWORD, Some(&sealed));
        assert_eq!(party.came_back(&person.follow(signed_in)).error(), "access_denied", "it was her again");
    }
}
