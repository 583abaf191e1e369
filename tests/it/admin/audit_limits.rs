//! Where looking through the trail ends: who may not, how far a page looks, and what cannot be recorded.

use diesel::connection::SimpleConnection;
use genkan::domain::{Actor, AuditEvent, AuditKind, Role};

use super::audit::{address, auditor, event, found, ids, of, record};
use crate::support::{app::TestApp, database::Database, person::Person};

#[test]
fn whoever_may_no_longer_look_is_told_nothing() {
    let app = TestApp::start(Database::sqlite());
    let (auditor, user) = auditor(&app);
    assert_eq!(auditor.get("/admin/audit").status, 200);
    let before = app.trail().len();
    app.appoint(&user, &app.sakura, Role::Helpdesk);
    assert_eq!(auditor.get("/admin/audit").status, 404);
    assert!(app.trail().iter().skip(before).all(|event| event.kind != AuditKind::AuditViewed));
    assert_eq!(Person::at(&app).get("/admin/audit").location(), "/login?notice=session_ended");
}

/// One event that is looked for, and more after it than a page looks at.
fn buried(app: &TestApp, others: impl Fn(i64) -> AuditEvent) -> AuditEvent {
    let wanted = AuditEvent {
        reason: Some("wanted".to_owned()),
        ..event(Some(&app.sakura), 0, AuditKind::KeyCreated, "192.0.2.1")
    };
    let others: Vec<_> = (1..=5_100).map(others).collect();
    record(app, &[std::slice::from_ref(&wanted), &others].concat());
    wanted
}

const ASKED: [(&str, &str); 2] = [("kind", "key.created"), ("until", "2020-11-28")];

#[test]
fn a_page_looks_no_further_than_it_may_and_says_how_far() {
    let app = TestApp::start(Database::sqlite());
    let (auditor, _) = auditor(&app);
    let wanted = buried(&app, |second| event(Some(&app.sakura), second, AuditKind::BackupMade, "192.0.2.1"));
    let page = auditor.get(&address(&ASKED));
    assert!(ids(&page).is_empty() && page.text().contains("までさかのぼって調べました"), "{}", page.body);
    let before = page.hidden("before").expect("a place to go on from");
    assert_eq!(found(&auditor, &[ASKED[0], ASKED[1], ("before", before.as_str())]), of(&[&wanted]));
}

#[test]
fn how_far_a_page_looks_tells_nothing_of_another_clinic() {
    let app = TestApp::start(Database::sqlite());
    let (auditor, _) = auditor(&app);
    let (hanako, name) = (app.hanako.id.clone(), "山田 花子".to_owned());
    let by_hanako =
        |event: AuditEvent| AuditEvent { actor: Actor::User { id: hanako.clone(), name: name.clone() }, ..event };
    let theirs = |second| by_hanako(event(Some(&app.demo), second, AuditKind::KeyCreated, "192.0.2.1"));
    let wanted = buried(&app, theirs);
    for fields in [ASKED, [("address", "192.0.2.1"), ASKED[1]], [("address", "192.0.2."), ASKED[1]]] {
        let page = auditor.get(&address(&fields));
        assert_eq!(ids(&page), of(&[&wanted]), "{fields:?}");
        assert!(!page.text().contains("さかのぼって"), "{fields:?}");
    }
    let page = auditor.get(&address(&[("person", "はなこ"), ASKED[1]]));
    assert!(ids(&page).is_empty() && !page.text().contains("さかのぼって"), "{}", page.body);
}

/// Nobody looks unseen: what cannot be recorded is not shown, and nothing leaves.
#[test]
fn a_look_that_cannot_be_recorded_shows_nothing() {
    let app = TestApp::start(Database::sqlite());
    let (auditor, _) = auditor(&app);
    let event = app.trail().into_iter().rfind(|event| event.clinic_id.is_some()).expect("an event").id;
    let refuse = "CREATE TRIGGER unseen BEFORE INSERT ON audit_events WHEN NEW.kind LIKE 'audit.%' \
                  BEGIN SELECT RAISE(ABORT, 'no room'); END";
    app.store().write(|tx| Ok(tx.batch_execute(refuse)?)).expect("a store that keeps no look");
    for path in ["/admin/audit".to_owned(), format!("/admin/audit/{event}")] {
        let page = auditor.get(&path);
        // The address itself comes back to whoever sent it.
        let shown = page.body.contains("<dl>") || page.body.contains("class=\"people\"");
        assert!(page.status == 500 && !shown, "{path}: {}", page.body);
    }
    let file = auditor.submit("/help", "/admin/audit/export", &[("format", "csv")]);
    assert!(file.status == 500 && !file.body.contains(&event), "{}", file.body);
}
