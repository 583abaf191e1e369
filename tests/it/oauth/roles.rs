//! Applications that are for certain roles alone.

use genkan::{
    config::Config,
    domain::{ClientId, Role},
    flows::admin::clients,
};

use super::party::{MISAKI, OFFLINE, Party, assert_dead, renewing, token_error, waiting};
use crate::support::{
    app::{PASSWORD, TestApp},
    database::{Database, on_both_databases},
    person::Person,
};

on_both_databases! {
    who_has_none_of_the_roles_is_told_whom_to_ask_and_the_trail_keeps_it,
    what_was_given_ends_with_the_role,
}

fn for_roles<'a>(app: &'a TestApp, roles: &str) -> Party<'a> {
    Party::new(app, &app.register(clients::Draft { roles: Some(roles.to_owned()), ..renewing("監査ビューアー") }))
}

fn set(app: &TestApp, party: &Party<'_>, roles: &str) {
    let draft = clients::Draft { roles: Some(roles.to_owned()), ..clients::Draft::default() };
    let id = ClientId::new(party.client.client_id.as_str());
    clients::set(app.store(), &app.by(), id, draft, &Config::sample().keys.algorithms).expect("no fault").expect("set");
    // A change is known within a second.
    app.advance(std::time::Duration::from_secs(1));
}

fn who_has_none_of_the_roles_is_told_whom_to_ask_and_the_trail_keeps_it(database: Database) {
    let app = TestApp::start(database);
    let party = for_roles(&app, "auditor clinic_admin");
    let person = Person::at(&app);
    let sealed = waiting(&party.ask(&person, &[]));
    let refused = person.follow(person.sign_in(MISAKI, PASSWORD, Some(&sealed)));
    assert_eq!(refused.status, 403);
    let page = refused.text();
    for told in ["このアプリケーションは使えません", "情報システム係 内線 1234", "「監査ビューアー」に戻る"]
    {
        assert!(page.contains(told), "{told}: {page}");
    }
    let back = page.split('"').find(|part| part.contains("error=access_denied")).expect("a way back");
    assert!(back.starts_with(&party.redirect_uri) && back.contains("state=") && back.contains("iss="), "{back}");
    assert_eq!(app.recorded_since(0).last().map(String::as_str), Some("access.denied denied role"));
    assert_eq!(party.callback(&person, &[("prompt", "none")]).error(), "access_denied");
    assert!(!person.get("/").body.contains("監査ビューアー") && person.get("/").body.contains("さくら予約"));

    app.appoint(&app.misaki, &app.demo, Role::Auditor);
    assert!(person.get("/").body.contains("監査ビューアー"));
    party.tokens(&party.callback(&person, &[]).code());
    set(&app, &party, "");
    app.appoint(&app.misaki, &app.demo, Role::Member);
    party.tokens(&party.callback(&person, &[]).code());
}

fn what_was_given_ends_with_the_role(database: Database) {
    let app = TestApp::start(database);
    let party = for_roles(&app, "helpdesk");
    app.appoint(&app.misaki, &app.demo, Role::Helpdesk);
    let person = Person::at(&app);
    let tokens = party.sign_in_offline(&person);
    let everybodys = Party::renewing(&app);
    let kept = everybodys.tokens(&everybodys.callback(&person, &[("scope", OFFLINE)]).code());
    // A code that was on its way when the role went.
    let code = party.callback(&person, &[]).code();
    let before = app.trail().len();
    app.appoint(&app.misaki, &app.demo, Role::Member);
    assert_eq!(token_error(&party.exchange(&code, &[])), "invalid_grant");
    assert!(app.recorded_since(before).contains(&"token.refused denied role".to_owned()));
    assert_dead(&party.userinfo(&tokens.access_token));
    assert_eq!(token_error(&party.refresh(&tokens.refresh_token, &[])), "invalid_grant");
    assert_eq!(everybodys.refresh(&kept.refresh_token, &[]).status, 200, "open to everybody");

    // The same when it is the application that closes.
    set(&app, &everybodys, "clinic_admin member");
    assert_eq!(everybodys.userinfo(&kept.access_token).status, 200, "still one of them");
    set(&app, &everybodys, "clinic_admin");
    assert_dead(&everybodys.userinfo(&kept.access_token));
    assert_eq!(everybodys.ask(&person, &[]).status, 403);
}
