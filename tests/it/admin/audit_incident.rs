//! The six digits of an error page lead to what was recorded.

use diesel::connection::SimpleConnection;
use genkan::domain::{Actor, AuditKind, Outcome, Role};

use super::{HANAKO, audit::auditor, makoto, page, somebody};
use crate::support::{
    app::{PASSWORD, TestApp},
    ceremony::enrolled,
    database::{Database, on_both_databases},
    person::Person,
};

on_both_databases! { the_number_of_an_error_page_finds_the_request_that_failed }

fn number(body: &str) -> String {
    let (_, rest) = body.split_once("class=\"incident\"").expect("a number");
    let digits: String = rest.split_once("<strong>").expect("it is large").1.chars().take(6).collect();
    assert!(digits.bytes().all(|byte| byte.is_ascii_digit()), "{digits}");
    digits
}

fn the_number_of_an_error_page_finds_the_request_that_failed(database: Database) {
    let app = TestApp::start(database);
    let (auditor, _) = auditor(&app);
    let (system, _) = somebody(&app, &app.demo, Role::SystemAdmin, "system@demo.example", "森 健太");
    let (makoto, chief) = makoto(&app);
    let (_, key) = enrolled(&app, HANAKO);
    let broken = format!("UPDATE users SET profile = 'x' WHERE id = '{}'", app.hanako.id);
    app.store().write(move |tx| Ok(tx.batch_execute(&broken)?)).expect("a row that cannot be read");

    let path = page(&app.membership(&app.hanako, &app.sakura));
    let failed = makoto.get(&path);
    assert_eq!(failed.status, 500);
    let known = number(&failed.body);
    let event = app.trail().into_iter().next_back().expect("an event");
    assert_eq!((event.kind, event.outcome), (AuditKind::RequestFailed, Outcome::Error));
    assert_eq!((event.incident.as_ref(), &event.subject), (Some(&known), &Some(chief.id)));
    let detail = serde_json::json!({ "method": "GET", "route": "/admin/people/{member}" });
    assert_eq!(event.detail, Some(detail));
    let found = auditor.get(&format!("/admin/audit?incident={known}")).text();
    assert!(found.contains(&format!("/admin/audit/{}", event.id)) && found.contains("システムのエラー"), "{found}");
    let whole = auditor.get(&format!("/admin/audit/{}", event.id)).text();
    assert!(whole.contains(&known) && whole.contains("/admin/people/{member}"), "{whole}");

    // Of somebody whom nobody knows yet: the house's alone.
    let stranger = Person::at(&app).sign_in(HANAKO, PASSWORD, None);
    assert_eq!(stranger.status, 500);
    let script = Person::at(&app).passkey(&key, None);
    assert_eq!(script.status, 500, "{}", script.body);
    let told = script.json()["incident"].as_str().expect("a number").to_owned();
    for (number, route) in [(number(&stranger.body), "/login/password"), (told, "/login/passkey/finish")] {
        let event = app.trail().into_iter().find(|event| event.incident.as_ref() == Some(&number)).expect("an event");
        assert_eq!((event.actor.clone(), event.clinic_id.clone()), (Actor::Nobody, None));
        assert_eq!(event.detail.as_ref().and_then(|detail| detail["route"].as_str()), Some(route));
        let ours = auditor.get(&format!("/admin/audit?incident={number}")).text();
        assert!(ours.contains("この番号の記録はありません") && !ours.contains(&event.id), "{ours}");
        let all = system.get(&format!("/admin/audit?incident={number}")).text();
        assert!(all.contains(&event.id), "{all}");
    }
}

/// A page that is not there, and one for others, are nobody's fault.
#[test]
fn a_refusal_is_no_incident() {
    let app = TestApp::start(Database::sqlite());
    let (auditor, _) = auditor(&app);
    let length = app.trail().len();
    for path in ["/nothing", "/admin/people", "/admin/audit/x"] {
        let refused = auditor.get(path);
        assert!(refused.status == 404 && !refused.body.contains("class=\"incident\""), "{path}");
    }
    assert_eq!(app.recorded_since(length), Vec::<String>::new());
}
