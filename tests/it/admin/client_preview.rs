//! `/admin/clients/{client}/preview`: a sign-in that does not happen tells what the real one would.

use genkan::{
    domain::{Actor, Client, Role, User},
    flows::admin::clients::{Draft, Limits},
    store,
};
use serde_json::Value;

use super::{HANAKO, MAKOTO, makoto, somebody};
use crate::{
    oauth::party::Party,
    support::{
        app::{PASSWORD, Registered, TestApp, draft},
        ceremony::enrolled,
        database::{Database, on_both_databases},
        person::{Answer, Person},
    },
};

on_both_databases! {
    what_is_shown_is_what_the_real_sign_in_brings,
    what_keeps_somebody_out_is_said,
}

fn of_sakura(app: &TestApp, draft: Draft) -> (Client, Registered) {
    let registered = app.register(Draft { clinic: Some(app.sakura.id.to_string()), ..draft });
    let all = app.store().read(store::clients::list).expect("a read");
    (all.into_iter().find(|client| client.id.as_str() == registered.client_id).expect("the client"), registered)
}

fn look(person: &Person<'_>, client: &Client, email: &str) -> Answer {
    let page = format!("/admin/clients/{}/preview", client.id);
    person.submit(&page, &page, &[("email", email)])
}

/// The JSON below this heading.
fn shown(answer: &Answer, what: &str) -> Value {
    let text = answer.text().replace("&quot;", "\"").replace("&#x2f;", "/").replace("&#34;", "\"");
    let after = text.split(&format!("aria-labelledby=\"{what}\">")).nth(1).expect("it is shown").to_owned();
    serde_json::from_str(after.split("</pre>").next().unwrap_or_default()).expect("JSON")
}

fn last(app: &TestApp) -> genkan::domain::AuditEvent {
    app.trail().pop().expect("an event")
}

fn what_is_shown_is_what_the_real_sign_in_brings(database: Database) {
    let app = TestApp::start(database);
    let (makoto, admin) = makoto(&app);
    let (hanako, _) = enrolled(&app, HANAKO);
    let (client, registered) = of_sakura(
        &app,
        Draft {
            scope: Some("openid profile email roles clinic".to_owned()),
            claim_names: Some("roles=groups".to_owned()),
            first_party: Some(true),
            limits: Limits { min_acr: Some("phr".to_owned()), ..Limits::default() },
            ..draft("電子カルテ")
        },
    );
    app.advance(std::time::Duration::from_secs(1));
    let sessions = app.sessions(&app.hanako).len();
    let answer = look(&makoto, &client, &format!(" {} ", HANAKO.to_uppercase()));
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(answer.text().contains("このアプリケーションに入れます"));
    let event = last(&app);
    assert_eq!(event.kind.as_str(), "client.previewed");
    assert!(matches!(&event.actor, Actor::User { id, .. } if *id == admin.id));
    assert_eq!((event.subject.as_ref(), event.client_id.as_ref()), (Some(&app.hanako.id), Some(&client.id)));
    assert_eq!(app.sessions(&app.hanako).len(), sessions);

    let party = Party::new(&app, &registered);
    let scope = ("scope", "openid profile email roles clinic");
    let tokens = party.tokens(&party.callback(&hanako, &[scope, ("nonce", "")]).code());
    assert_eq!(shown(&answer, "userinfo"), party.userinfo(&tokens.access_token).json());
    let (mut told, mut real) = (shown(&answer, "id-token"), tokens.claims);
    for claims in [&mut told, &mut real] {
        let claims = claims.as_object_mut().expect("an object");
        for other in ["sid", "at_hash", "iat", "exp", "auth_time"] {
            claims.remove(other);
        }
    }
    assert_eq!(told, real);
}

fn what_keeps_somebody_out_is_said(database: Database) {
    let app = TestApp::start(database);
    let (makoto, _) = makoto(&app);
    let limits =
        Limits { min_acr: Some("phrh".to_owned()), terminals: Some("personal".to_owned()), ..Limits::default() };
    let (client, _) = of_sakura(&app, Draft { limits, roles: Some("auditor".to_owned()), ..draft("監査") });
    enrolled(&app, HANAKO);
    let said = |what: &[&str]| {
        let text = look(&makoto, &client, HANAKO).text();
        for what in what {
            assert!(text.contains(what), "{what}: {text}");
        }
    };
    said(&[
        "このアプリケーションには入れません",
        "役割が、使える方にあてはまりません",
        "この種類の端末からは使えません",
    ]);
    said(&["機器の外に出ないことが確かめられたパスキーが必要です", "管理者のワンタイムコード"]);
    let (user, clinic, now) = (app.hanako.id.clone(), app.sakura.id.clone(), app.clock().now());
    app.store().write(move |tx| store::memberships::suspend(tx, &user, &clinic, now)).expect("suspended");
    said(&["この施設での利用が停止されています"]);
    app.disable(&app.hanako);
    said(&["アカウントが無効です"]);
    assert_eq!(last(&app).detail.expect("a detail")["enters"], false);
}

#[test]
fn whom_an_administrator_may_not_see_is_nobody_and_other_clinics_applications_are_not_there() {
    let app = TestApp::start(Database::sqlite());
    let (makoto, _) = makoto(&app);
    let (client, _) = of_sakura(&app, draft("電子カルテ"));
    let before = app.trail().len();
    for (email, why) in
        [("misaki@demo.example", "another clinic's"), ("nobody@sakura.example", "nobody"), ("x", "none")]
    {
        let answer = look(&makoto, &client, email);
        assert_eq!(answer.status, 422, "{why}");
        assert!(answer.text().contains("このメールアドレスの方は見つかりません"), "{why}");
    }
    app.register(Draft { clinic: Some(app.demo.id.to_string()), ..draft("よその予約") });
    let all = app.store().read(store::clients::list).expect("a read");
    let foreign = all.into_iter().find(|client| client.name == "よその予約").expect("the client");
    assert_eq!(look(&makoto, &foreign, HANAKO).status, 404);
    let machine = Draft { kind: Some(genkan::domain::ClientType::Machine), redirect_uris: None, ..Draft::default() };
    let (machine, _) = of_sakura(&app, Draft { name: Some("連携".to_owned()), ..machine });
    assert_eq!(look(&makoto, &machine, HANAKO).status, 404);
    assert_eq!(app.trail().len(), before + 2, "what was registered, and nobody looked at");

    let (system, _) = somebody(&app, &app.sakura, Role::SystemAdmin, "sys@sakura.example", "情報 システム");
    let seen = look(&system, &client, "misaki@demo.example");
    assert!(seen.text().contains("ほかの施設の方だけが使います"), "{}", seen.text());
    let (desk, _) = somebody(&app, &app.sakura, Role::Helpdesk, "desk@sakura.example", "窓口 係");
    assert_eq!(look(&desk, &client, HANAKO).status, 404);
}

#[test]
fn the_ways_are_those_that_the_person_has() {
    let app = TestApp::start(Database::sqlite());
    let (makoto, _) = makoto(&app);
    let (client, _) = of_sakura(&app, draft("電子カルテ"));
    let ways = |email: &str| {
        let text = look(&makoto, &client, email).text();
        ["<dt>パスキー</dt>", "<dt>パスワードだけ</dt>", "<dt>パスワードと確認コード</dt>"]
            .map(|way| text.contains(way))
    };
    assert_eq!(ways(MAKOTO), [true, false, false], "this clinic lets no password stand alone");
    let newcomer: User = app.hire(&app.sakura, Role::Member, "new@sakura.example", "新人 一郎");
    assert_eq!(ways(newcomer.email.as_str()), [false, false, false]);
    Person::at(&app).sign_in(newcomer.email.as_str(), PASSWORD, None);
    assert_eq!(ways(newcomer.email.as_str()), [false, false, false], "who enrols is not in yet");
}
