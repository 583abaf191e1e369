//! `/admin/terminals`: a clinic's PCs are listed, offered a link, and revoked by who looks after the clinic.

use std::time::Duration;

use genkan::{
    domain::{AuditKind, Clinic, Role, TerminalKind},
    flows::admin::terminals,
};

use super::{makoto, somebody};
use crate::support::{
    app::TestApp,
    database::{Database, on_both_databases},
    person::Person,
    terminals::{cookie, presenting},
};

on_both_databases! {
    a_link_made_here_registers_a_pc_that_is_listed_and_revoked,
}

const PAGE: &str = "/admin/terminals";
const NAME: (&str, &str) = ("name", "処置室 PC-3");
const PERSONAL: (&str, &str) = ("kind", "personal");

fn link(body: &str) -> String {
    let after = body.split("terminal-link\">").nth(1).expect("a link");
    after.split('<').next().unwrap_or_default().to_owned()
}

fn known(app: &TestApp, clinic: &Clinic) -> usize {
    let listed = terminals::list(app.store(), Some(&clinic.id), app.clock().now()).expect("the list");
    listed.iter().filter(|listed| listed.terminal.is_known(app.clock().now())).count()
}

fn a_link_made_here_registers_a_pc_that_is_listed_and_revoked(database: Database) {
    let app = TestApp::start(database);
    let (makoto, user) = makoto(&app);
    assert!(makoto.get(PAGE).text().contains("登録した端末はありません"));
    let made = makoto.submit(PAGE, PAGE, &[NAME, PERSONAL]);
    assert_eq!(made.status, 200, "{}", made.body);
    assert!(
        made.body.contains("個人用") && made.headers["cache-control"].to_str().is_ok_and(|it| it.contains("no-store"))
    );
    assert!(makoto.get(PAGE).text().contains("登録待ち"));
    let (pc, link) = (Person::at(&app), link(&made.text()));
    let registered = cookie(&pc.submit(&link, &link, &[])).expect("its cookie");
    let page = makoto.get(PAGE).text();
    assert!(page.contains("処置室 PC-3") && page.contains("127.0.0.1") && !page.contains("登録待ち"), "{page}");
    assert!(!page.contains(&registered) && !page.contains(&link), "neither secret is shown again");

    let listed = terminals::list(app.store(), None, app.clock().now()).expect("the list").remove(0);
    let revoke = format!("{PAGE}/{}/revoke", listed.terminal.id);
    assert!(makoto.get(&revoke).text().contains("共用の端末として扱われる"));
    assert_eq!(makoto.submit(&revoke, &revoke, &[]).location(), "/admin/terminals?notice=manage_terminals");
    assert_eq!(known(&app, &app.sakura), 0);
    assert_eq!(makoto.get(&revoke).status, 404, "it is over");
    assert_eq!(makoto.submit(PAGE, &revoke, &[]).status, 404);
    let by = |kind| app.trail().into_iter().filter(move |event| event.kind == kind).collect::<Vec<_>>();
    for kind in [AuditKind::TerminalAdded, AuditKind::TerminalRevoked] {
        let events = by(kind);
        assert_eq!(events.len(), 1, "{}", kind.as_str());
        assert_eq!(events[0].clinic_id.as_ref(), Some(&app.sakura.id));
        assert!(matches!(&events[0].actor, genkan::domain::Actor::User { id, .. } if *id == user.id));
    }
    let later = presenting(&app, &registered, "Mozilla/5.0");
    assert!(!later.get("/help/check").text().contains("処置室 PC-3"), "its cookie says nothing any more");
}

#[test]
fn a_name_that_cannot_be_is_refused_with_what_was_typed_and_a_kind_that_is_none_is_shared() {
    let app = TestApp::start(Database::sqlite());
    let (makoto, _) = makoto(&app);
    let long = "あ".repeat(101);
    for name in ["", " ", "a\u{202e}b", "a\nb", &long] {
        let refused = makoto.submit(PAGE, PAGE, &[("name", name), PERSONAL]);
        assert_eq!(refused.status, 422, "{name:?}");
        assert!(refused.body.contains("aria-invalid") && refused.body.contains("value=\"personal\" checked"));
    }
    assert_eq!(known(&app, &app.sakura), 0);
    assert!(makoto.submit(PAGE, PAGE, &[NAME, ("kind", "throne")]).body.contains("共用"));
}

#[test]
fn another_clinics_terminals_are_a_system_administrators_alone() {
    let app = TestApp::start(Database::sqlite());
    let (makoto, _) = makoto(&app);
    let (_, theirs) = app.terminal_link(&app.demo, TerminalKind::Shared);
    let (list, revoke) = (format!("{PAGE}?clinic={}", app.demo.id), format!("{PAGE}/{theirs}/revoke"));
    assert_eq!(makoto.get(&list).status, 404);
    assert_eq!(makoto.get(&revoke).status, 404);
    assert_eq!(makoto.submit(PAGE, &revoke, &[]).status, 404);
    let add = [NAME, PERSONAL, ("clinic", app.demo.id.as_str())];
    assert_eq!(makoto.submit(PAGE, PAGE, &add).status, 404);
    assert_eq!((known(&app, &app.demo), known(&app, &app.sakura)), (1, 0));

    let (chief, _) = somebody(&app, &app.sakura, Role::SystemAdmin, "chief@sakura.example", "院長 大介");
    assert!(chief.get(&list).text().contains("処置室 PC-3"));
    assert_eq!(chief.submit(&list, PAGE, &add).status, 200);
    assert_eq!((known(&app, &app.demo), known(&app, &app.sakura)), (2, 0));
    assert_eq!(chief.submit(&list, &revoke, &[]).status, 303);
    assert_eq!(known(&app, &app.demo), 1);
}

#[test]
fn a_help_desk_sees_them_and_changes_none() {
    let app = TestApp::start(Database::sqlite());
    let (desk, _) = somebody(&app, &app.sakura, Role::Helpdesk, "desk@sakura.example", "窓口 静");
    let (_, id) = app.terminal_link(&app.sakura, TerminalKind::Shared);
    let page = desk.get(PAGE);
    assert!(
        page.text().contains("処置室 PC-3") && !page.body.contains("/revoke") && !page.body.contains("name=\"kind\"")
    );
    let revoke = format!("{PAGE}/{id}/revoke");
    assert_eq!([desk.submit(PAGE, PAGE, &[NAME]).status, desk.submit(PAGE, &revoke, &[]).status], [404, 404]);
    assert_eq!(known(&app, &app.sakura), 1);
}

#[test]
fn after_a_quarter_of_an_hour_the_passkey_is_asked_for_first() {
    let app = TestApp::start(Database::sqlite());
    let (makoto, _) = makoto(&app);
    let (_, id) = app.terminal_link(&app.sakura, TerminalKind::Shared);
    app.advance(Duration::from_secs(15 * 60 + 1));
    let revoke = format!("{PAGE}/{id}/revoke");
    for page in [PAGE, &revoke] {
        let body = makoto.get(page).text();
        assert!(
            body.contains("href=\"/login?notice=") && !body.contains("<form method=\"post\" action=\"/admin"),
            "{body}"
        );
    }
    for (path, fields) in [(PAGE, &[NAME][..]), (&revoke, &[])] {
        assert!(makoto.submit("/help", path, fields).location().starts_with("/login?notice="), "{path}");
    }
    assert_eq!(known(&app, &app.sakura), 1);
}
