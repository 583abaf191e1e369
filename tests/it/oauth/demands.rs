//! Applications that demand more of a sign-in than a clinic does, or are entered from certain terminals alone.

use genkan::{
    config::Config,
    domain::{ClientId, TerminalKind},
    flows::admin::clients::{self, Draft, Limits},
};

use super::party::{MISAKI, Party, assert_dead, renewing, token_error, waiting};
use crate::support::{
    access_code::{issue, type_code},
    app::{PASSWORD, TestApp},
    database::{Database, on_both_databases},
    person::{Answer, Person},
    soft_key::SoftKey,
};

on_both_databases! {
    a_weak_sign_in_is_offered_what_is_missing_and_then_told_so,
    a_one_time_code_enters_where_it_is_taken,
    an_application_is_entered_from_the_terminals_that_it_takes,
    what_was_given_ends_when_more_is_demanded,
}

const HANAKO: &str = "hanako@sakura.example";

fn demanding<'a>(app: &'a TestApp, limits: Limits) -> Party<'a> {
    Party::new(app, &app.register(Draft { limits, ..renewing("監査ビューアー") }))
}

fn of_passkeys() -> Limits {
    Limits { min_acr: Some("phr".to_owned()), ..Limits::default() }
}

fn of_personal_terminals() -> Limits {
    Limits { terminals: Some("personal".to_owned()), ..Limits::default() }
}

fn set(app: &TestApp, party: &Party<'_>, limits: Limits) {
    let id = ClientId::new(party.client.client_id.as_str());
    let draft = Draft { limits, ..Draft::default() };
    clients::set(app.store(), &app.by(), id, draft, &Config::sample().keys.algorithms).expect("no fault").expect("set");
    // A change is known within a second.
    app.advance(std::time::Duration::from_secs(1));
}

/// What the application hears of a refusal that a page of ours tells.
fn back(page: &Answer) -> &str {
    assert_eq!(page.status, 403, "{}", page.body);
    let address = page.body.split('"').find(|part| part.contains("error=")).expect("a way back");
    let query = address.split("error=").nth(1).unwrap_or_default();
    query.split('&').next().unwrap_or_default()
}

fn last(app: &TestApp) -> String {
    app.recorded_since(0).pop().unwrap_or_default()
}

fn a_weak_sign_in_is_offered_what_is_missing_and_then_told_so(database: Database) {
    let app = TestApp::start(database);
    let party = demanding(&app, of_passkeys());
    let person = Person::at(&app);
    let asked = party.ask(&person, &[]);
    assert!(
        person.get(asked.location()).text().contains("このアプリケーションを使うには、パスキーでのログインが必要です")
    );
    let sealed = waiting(&asked);
    let refused = person.follow(person.sign_in(MISAKI, PASSWORD, Some(&sealed)));
    assert_eq!(back(&refused), "unmet_authentication_requirements");
    for told in ["パスキーが必要です", "情報システム係 内線 1234", "「監査ビューアー」に戻る", "/login?continue="]
    {
        assert!(refused.text().contains(told), "{told}: {}", refused.text());
    }
    assert_eq!(last(&app), "access.denied denied passkey_needed");
    assert_eq!(party.callback(&person, &[("prompt", "none")]).error(), "login_required");
    assert!(Party::booking(&app).ask(&person, &[]).location().contains("code="), "others ask for less");

    let key = SoftKey::new(&app.issuer);
    assert_eq!(person.register(&key).status, 200);
    let sealed = waiting(&party.ask(&person, &[]));
    let next = person.passkey(&key, Some(&sealed)).json()["next"].as_str().expect("where to go on").to_owned();
    let tokens = party.tokens(&party.came_back(&person.get(&next)).code());
    assert_eq!(tokens.text("acr"), "phr");
    party.callback(&person, &[("prompt", "none")]).code();
}

fn a_one_time_code_enters_where_it_is_taken(database: Database) {
    let app = TestApp::start(database);
    let strict = demanding(&app, Limits { takes_temporary: Some(false), ..Limits::default() });
    let person = Person::at(&app);
    let asked = strict.ask(&person, &[]);
    let door = format!("/login/code?continue={}", waiting(&asked));
    assert!(person.get(&door).text().contains("管理者のワンタイムコードでログインしたときは使えません"));
    let code = issue(&app, &app.hanako);
    let entered = type_code(&person, (HANAKO, PASSWORD, &code), Some(&waiting(&asked)));
    let refused = person.follow(entered);
    assert_eq!(back(&refused), "unmet_authentication_requirements");
    assert!(refused.text().contains("いつもの方法でログインし直してください"));
    assert_eq!(last(&app), "access.denied denied temporary_access");
    let tokens = Party::booking(&app).tokens(&Party::booking(&app).callback(&person, &[]).code());
    assert_eq!(tokens.text("acr"), "urn:genkan:acr:temporary");
    // A minimum above it says no, whatever else is said.
    let both =
        Limits { takes_temporary: Some(true), min_acr: Some("urn:genkan:acr:mfa".to_owned()), ..Limits::default() };
    assert_eq!(demanding(&app, both).callback(&person, &[("prompt", "none")]).error(), "login_required");
}

fn an_application_is_entered_from_the_terminals_that_it_takes(database: Database) {
    let app = TestApp::start(database);
    app.unregistered_terminals(&app.demo, TerminalKind::Shared);
    let limits = of_personal_terminals();
    let start_uri = Some("https://karte.example.jp/".to_owned());
    let party = Party::new(&app, &app.register(Draft { limits, start_uri, ..renewing("監査ビューアー") }));
    let elsewhere = Person::at(&app);
    let sealed = waiting(&party.ask(&elsewhere, &[]));
    let refused = elsewhere.follow(elsewhere.sign_in(MISAKI, PASSWORD, Some(&sealed)));
    assert_eq!(back(&refused), "access_denied");
    assert!(refused.text().contains("この端末からは使えません") && !refused.body.contains("/login?continue="));
    assert_eq!(last(&app), "access.denied denied terminal");
    assert_eq!(party.callback(&elsewhere, &[("prompt", "none")]).error(), "access_denied");
    assert!(!elsewhere.get("/").text().contains("監査ビューアー"));

    let (own, _) = app.at_terminal(&app.demo, TerminalKind::Personal);
    party.sign_in(&own, &[]).code();
    assert!(own.get("/").text().contains("監査ビューアー"));
}

fn what_was_given_ends_when_more_is_demanded(database: Database) {
    let app = TestApp::start(database);
    app.unregistered_terminals(&app.demo, TerminalKind::Shared);
    for (limits, reason) in [(of_passkeys(), "passkey_needed"), (of_personal_terminals(), "terminal")] {
        let (party, other) = (demanding(&app, Limits::default()), demanding(&app, Limits::default()));
        let person = Person::at(&app);
        let tokens = party.sign_in_offline(&person);
        let kept = other.tokens(&other.callback(&person, &[]).code());
        let code = party.callback(&person, &[]).code();
        let before = app.trail().len();
        set(&app, &party, limits);
        assert_eq!(token_error(&party.exchange(&code, &[])), "invalid_grant");
        assert!(app.recorded_since(before).contains(&format!("token.refused denied {reason}")));
        assert_dead(&party.userinfo(&tokens.access_token));
        assert_eq!(token_error(&party.refresh(&tokens.refresh_token, &[])), "invalid_grant");
        assert_eq!(other.userinfo(&kept.access_token).status, 200, "that application demands no more than before");
    }
}

#[test]
fn a_passkey_is_told_as_the_second_factor_that_was_essential() {
    let app = TestApp::start(Database::sqlite());
    let party = Party::booking(&app);
    let (person, _) = crate::support::ceremony::enrolled(&app, HANAKO);
    let claims = r#"{"id_token":{"acr":{"essential":true,"values":["urn:genkan:acr:mfa"]}}}"#;
    let tokens = party.tokens(&party.callback(&person, &[("claims", claims)]).code());
    assert_eq!(tokens.text("acr"), "urn:genkan:acr:mfa");
    let tokens = party.tokens(&party.callback(&person, &[]).code());
    assert_eq!(tokens.text("acr"), "phr");
}
