//! Consent to applications of another house (OpenID Connect Core §3.1.2.4, §11).

use std::time::Duration;

use genkan::{
    domain::{AuditKind, ClientType},
    flows::admin::clients,
};

use super::{
    party::{MISAKI, OFFLINE, Party, Tokens, assert_page, renewing, token_error},
    refused_requests::set_enabled,
};
use crate::support::{
    app::{PASSWORD, TestApp},
    database::{Database, on_both_databases},
    person::{Answer, Person},
};

on_both_databases! {
    another_house_is_asked_for_once_and_remembered,
    a_person_who_cancels_is_sent_back_and_nothing_is_remembered,
}

const ASK: (&str, &str) = ("prompt", "consent");

fn foreign(app: &TestApp, kind: ClientType) -> Party<'_> {
    let draft = clients::Draft { first_party: Some(false), kind: Some(kind), ..renewing("訪問看護") };
    Party::new(app, &app.register(draft))
}

fn misaki(app: &TestApp) -> Person<'_> {
    let misaki = Person::at(app);
    assert_eq!(misaki.sign_in(MISAKI, PASSWORD, None).location(), "/");
    misaki
}

/// The page to which the application's request leads.
fn question(party: &Party<'_>, person: &Person<'_>, changes: &[(&str, &str)]) -> Answer {
    let page = person.follow(party.ask(person, changes));
    assert_eq!(page.status, 200, "{page:?}");
    assert!(page.body.contains(r#"<form method="post" action="/oauth/consent">"#), "{}", page.body);
    page
}

fn press(person: &Person<'_>, page: &Answer, answer: &str) -> Answer {
    let field = |name: &str| page.hidden(name).expect(name);
    let (token, question) = (field("form_token"), field("question"));
    person.post_form("/oauth/consent", &[("form_token", &token), ("question", &question), ("answer", answer)])
}

fn recorded(app: &TestApp, event: &str) -> usize {
    app.recorded_since(0).iter().filter(|recorded| *recorded == event).count()
}

fn another_house_is_asked_for_once_and_remembered(database: Database) {
    let app = TestApp::start(database);
    let party = foreign(&app, ClientType::Web);
    let person = misaki(&app);
    assert_eq!(party.callback(&person, &[("prompt", "none")]).error(), "consent_required");
    let page = question(&party, &person, &[("scope", "openid email")]);
    for told in ["訪問看護", "メールアドレス", "許可する", "キャンセル", "大塚 美咲"] {
        assert!(page.body.contains(told), "{told}: {}", page.body);
    }
    assert!(!page.body.contains("電話番号"));
    let tokens = party.tokens(&party.came_back(&press(&person, &page, "allow")).code());
    assert_eq!((tokens.scope.as_str(), tokens.refresh_token.as_str()), ("openid email", ""));

    // Remembered: the same or less goes without a word, more is asked for, and what is agreed to adds up.
    for scope in ["openid email", "openid"] {
        assert_eq!(party.tokens(&party.callback(&person, &[("scope", scope)]).code()).scope, scope);
        party.callback(&person, &[("scope", scope), ("prompt", "none")]).code();
    }
    let page = question(&party, &person, &[("scope", "openid phone")]);
    party.came_back(&press(&person, &page, "allow")).code();
    party.callback(&person, &[("scope", "openid email phone")]).code();
    assert_eq!(recorded(&app, "consent.given success"), 2);
    let event = app.trail().into_iter().find(|event| event.kind == AuditKind::ConsentGiven).expect("recorded");
    assert_eq!(event.subject.as_ref(), Some(&app.misaki.id));
    assert_eq!(event.client_id.as_ref().map(|id| id.as_str()), Some(party.client.client_id.as_str()));
    assert_eq!(event.detail, Some(serde_json::json!({ "scope": "openid email" })));
    // It is hers alone.
    let other = Person::at(&app);
    crate::support::ceremony::enrolled(&app, "hanako@sakura.example");
    assert_eq!(party.callback(&other, &[("prompt", "none")]).error(), "login_required");
}

fn a_person_who_cancels_is_sent_back_and_nothing_is_remembered(database: Database) {
    let app = TestApp::start(database);
    let party = foreign(&app, ClientType::Spa);
    let person = misaki(&app);
    for answer in ["cancel", "", "ALLOW"] {
        let page = question(&party, &person, &[]);
        assert_eq!(party.came_back(&press(&person, &page, answer)).error(), "access_denied", "{answer:?}");
    }
    question(&party, &person, &[]);
    assert_eq!(recorded(&app, "access.denied denied consent_refused"), 3);
    assert_eq!(recorded(&app, "consent.given success"), 0);
}

#[test]
fn offline_access_is_ignored_in_passing_and_had_when_it_was_asked_for() {
    let app = TestApp::start(Database::sqlite());
    let person = misaki(&app);
    let web = foreign(&app, ClientType::Web);
    let page = question(&web, &person, &[("scope", OFFLINE)]);
    assert!(!page.body.contains("受け取り続ける"), "{}", page.body);
    let tokens = web.tokens(&web.came_back(&press(&person, &page, "allow")).code());
    assert_eq!((tokens.scope.as_str(), tokens.refresh_token.as_str()), ("openid profile email", ""));

    let page = question(&web, &person, &[("scope", OFFLINE), ASK]);
    assert!(page.body.contains("ログアウトするまで情報を受け取り続ける"), "{}", page.body);
    let tokens = web.tokens(&web.came_back(&press(&person, &page, "allow")).code());
    assert_eq!(tokens.scope, OFFLINE);
    Tokens::of(&web.refresh(&tokens.refresh_token, &[]));
    // Remembered, it is had in passing too, and never again without being asked for.
    let code = web.callback(&person, &[("scope", OFFLINE), ("prompt", "none")]).code();
    assert!(!web.tokens(&code).refresh_token.is_empty());
    question(&web, &person, &[("scope", OFFLINE), ASK]);

    let native = foreign(&app, ClientType::Native);
    let page = question(&native, &person, &[("scope", OFFLINE)]);
    assert!(page.body.contains("許可を取り消すまで情報を受け取り続ける"), "{}", page.body);
    assert_eq!(native.tokens(&native.came_back(&press(&person, &page, "allow")).code()).scope, OFFLINE);
}

#[test]
fn our_own_house_is_never_asked_for_unless_the_application_wants_it() {
    let app = TestApp::start(Database::sqlite());
    let (person, party) = (misaki(&app), Party::renewing(&app));
    assert!(!party.tokens(&party.callback(&person, &[("scope", OFFLINE)]).code()).refresh_token.is_empty());
    let page = question(&party, &person, &[("scope", OFFLINE), ASK]);
    assert_eq!(party.came_back(&press(&person, &page, "cancel")).error(), "access_denied");
    let page = question(&party, &person, &[("scope", OFFLINE), ASK]);
    assert_eq!(party.tokens(&party.came_back(&press(&person, &page, "allow")).code()).scope, OFFLINE);
    question(&party, &person, &[("scope", OFFLINE), ASK]);
}

#[test]
fn consent_comes_after_the_sign_in_that_was_asked_for_with_it() {
    let app = TestApp::start(Database::sqlite());
    let party = foreign(&app, ClientType::Web);
    let person = misaki(&app);
    app.advance(Duration::from_secs(60));
    let sealed = super::party::waiting(&party.ask(&person, &[("prompt", "login consent")]));
    let page = person.follow(person.sign_in(MISAKI, PASSWORD, Some(&sealed)));
    let tokens = party.tokens(&party.came_back(&press(&person, &page, "allow")).code());
    assert_eq!(tokens.auth_time(), app.clock().now().secs());
}

#[test]
fn a_form_of_another_session_request_or_time_gives_nothing() {
    let app = TestApp::start(Database::sqlite());
    let party = foreign(&app, ClientType::Web);
    let (person, twin) = (misaki(&app), misaki(&app));
    let page = question(&party, &person, &[]);
    // Another session of the same person is asked itself.
    let own = question(&party, &twin, &[]);
    let token = own.hidden("form_token").expect("a token");
    let stolen = page.hidden("question").expect("a question");
    let fields = [("form_token", token.as_str()), ("question", stolen.as_str()), ("answer", "allow")];
    let asked = twin.post_form("/oauth/consent", &fields);
    assert!(asked.location().starts_with("/oauth/consent?continue="), "{asked:?}");
    // Without this browser's token, or from another site, nothing is read at all.
    assert_eq!(twin.post_form("/oauth/consent", &fields[1..]).status, 403);
    let foreign = twin.http.post(app.url("/oauth/consent")).header("origin", "https://evil.example").form(&fields);
    assert_eq!(twin.send(foreign).status, 403);
    for question in ["", "x", super::party::waiting(&party.ask(&Person::at(&app), &[])).as_str()] {
        assert_page(&twin.post_form("/oauth/consent", &[fields[0], ("question", question), fields[2]]));
    }
    // Whoever is no longer signed in signs in again first.
    let id = app.sessions(&app.misaki).last().expect("the older session").id.clone();
    let now = app.clock().now();
    app.store().write(move |tx| genkan::store::sessions::end(tx, &id, "revoked", now)).expect("ended");
    let again = press(&person, &page, "allow");
    assert!(again.location().starts_with("/login?continue="), "{again:?}");
    // A client that was switched off meanwhile gets nothing, and neither does an hour-old form.
    set_enabled(&app, &party.client, false);
    assert_page(&press(&twin, &own, "allow"));
    set_enabled(&app, &party.client, true);
    app.advance(Duration::from_secs(3600));
    assert_page(&press(&twin, &own, "allow"));
    assert_eq!(recorded(&app, "consent.given success"), 0);
    assert_page(&person.get("/oauth/consent"));
    assert_page(&person.get("/oauth/consent?continue=x"));
}

#[test]
fn what_was_withdrawn_before_the_code_was_exchanged_is_not_given() {
    let app = TestApp::start(Database::sqlite());
    let party = foreign(&app, ClientType::Web);
    let person = misaki(&app);
    let page = question(&party, &person, &[]);
    let code = party.came_back(&press(&person, &page, "allow")).code();
    let action = format!("/settings/apps/{}/withdraw", party.client.client_id);
    assert_eq!(person.submit("/settings/apps", &action, &[]).location(), "/settings/apps?notice=withdrawn");
    assert_eq!(token_error(&party.exchange(&code, &[])), "invalid_grant");
}
