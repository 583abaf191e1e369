//! `/settings/apps`: what applications hold of oneself.

use std::time::Duration;

use genkan::{
    domain::{AuditKind, ClientType},
    flows::admin::clients,
};

use crate::{
    oauth::party::{OFFLINE, Party, Tokens, assert_dead, renewing, token_error},
    support::{
        app::TestApp,
        ceremony::enrolled,
        database::{Database, on_both_databases},
        person::{Answer, Person},
    },
};

const PAGE: &str = "/settings/apps";
const WITHDRAWN: &str = "/settings/apps?notice=withdrawn";

on_both_databases! {
    one_sees_what_applications_hold_and_withdraws_it,
}

fn withdraw(person: &Person<'_>, party: &Party<'_>) -> Answer {
    person.submit(PAGE, &format!("/settings/apps/{}/withdraw", party.client.client_id), &[])
}

fn one_sees_what_applications_hold_and_withdraws_it(database: Database) {
    let app = TestApp::start(database);
    let person = Person::at(&app);
    let chart = Party::renewing(&app);
    let visits = clients::Draft { kind: Some(ClientType::Native), ..renewing("訪問看護") };
    let visits = Party::new(&app, &app.register(visits));
    let of_chart = chart.sign_in_offline(&person);
    let of_visits = visits.tokens(&visits.callback(&person, &[("scope", OFFLINE)]).code());
    app.advance(Duration::from_secs(20 * 60));
    let of_chart = Tokens::of(&chart.refresh(&of_chart.refresh_token, &[]));
    let page = person.get(PAGE);
    for told in ["電子カルテ", "訪問看護", "メールアドレス", "ログアウトするまで", "許可を取り消すまで"]
    {
        assert!(page.body.contains(told), "{told}: {}", page.body);
    }
    assert_eq!(page.body.matches("/withdraw\"").count(), 2);
    assert!(person.get("/").body.contains("href=\"/settings/apps\""));

    assert_eq!(withdraw(&person, &visits).location(), WITHDRAWN);
    assert_dead(&visits.userinfo(&of_visits.access_token));
    assert_eq!(token_error(&visits.refresh(&of_visits.refresh_token, &[])), "invalid_grant");
    assert_eq!(chart.userinfo(&of_chart.access_token).status, 200);
    assert!(!person.get(PAGE).body.contains("訪問看護"));
    let event = app.trail().into_iter().find(|event| event.kind == AuditKind::ConsentWithdrawn).expect("recorded");
    assert_eq!(event.client_id.as_ref().map(|id| id.as_str()), Some(visits.client.client_id.as_str()));
    assert_eq!(
        (event.subject.as_ref(), event.detail),
        (Some(&app.misaki.id), Some(serde_json::json!({ "grants": 1 })))
    );
    assert_eq!(withdraw(&person, &visits).status, 404, "nothing is left");
}

#[test]
fn what_somebody_else_gave_is_neither_seen_nor_withdrawn() {
    let app = TestApp::start(Database::sqlite());
    let party = Party::renewing(&app);
    let tokens = party.sign_in_offline(&Person::at(&app));
    let (hanako, _) = enrolled(&app, "hanako@sakura.example");
    let page = hanako.get(PAGE);
    assert!(page.status == 200 && !page.body.contains("電子カルテ"));
    assert_eq!(withdraw(&hanako, &party).status, 404);
    assert_eq!(party.userinfo(&tokens.access_token).status, 200);
    assert_eq!(Person::at(&app).get(PAGE).location(), "/login?notice=session_ended");
}
