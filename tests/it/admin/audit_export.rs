//! `POST /admin/audit/export`: what the page shows as a file, and the record that somebody took it.

use genkan::{
    domain::{AuditEvent, AuditKind},
    flows::admin::audit::{self, Exported, Typed, line},
    store,
};

use super::audit::{auditor, event, record};
use crate::support::{
    app::TestApp,
    database::{Database, on_both_databases},
    person::{Answer, Person},
};

on_both_databases! {
    a_file_holds_what_the_page_shows_and_nothing_else_and_is_recorded_before_it_leaves,
    json_lines_are_those_of_the_command_line,
}

fn take(person: &Person<'_>, fields: &[(&str, &str)]) -> Answer {
    person.submit("/help", "/admin/audit/export", fields)
}

/// Nothing is drawn of a page that comes from a form without its token.
fn without_token(person: &Person<'_>) -> Answer {
    person.post_form("/admin/audit/export", &[("format", "csv")])
}

fn a_file_holds_what_the_page_shows_and_nothing_else_and_is_recorded_before_it_leaves(database: Database) {
    let app = TestApp::start(database);
    let (auditor, user) = auditor(&app);
    let mut ours: Vec<_> =
        (0..1203).map(|second| event(Some(&app.sakura), second, AuditKind::KeyCreated, "192.0.2.1")).collect();
    ours[1202].request.user_agent = "=cmd|'/c calc'!A1".to_owned();
    let theirs = event(Some(&app.demo), 4, AuditKind::KeyCreated, "192.0.2.1");
    let other = event(Some(&app.sakura), 5, AuditKind::KeyRetired, "192.0.2.1");
    record(&app, &[&ours[..], &[theirs.clone(), other.clone()]].concat());
    let filter = [("kind", "key.created"), ("until", "2020-11-28"), ("format", "csv")];
    let length = app.trail().len();
    let file = take(&auditor, &filter);
    assert_eq!((file.status.as_u16(), file.header("content-type")), (200, Some("text/csv; charset=utf-8")));
    let disposition = file.header("content-disposition").unwrap_or_default();
    assert!(disposition.starts_with("attachment; filename=\"genkan-audit-") && disposition.ends_with(".csv\""));
    assert!(file.body.starts_with("\u{feff}\"日時\",") && !file.body.replace("\r\n", "").contains('\n'));
    let mut reader = csv::ReaderBuilder::new().from_reader(file.body.trim_start_matches('\u{feff}').as_bytes());
    let columns = reader.headers().expect("a head").clone();
    let place = |name: &str| columns.iter().position(|column| column == name).expect("a column");
    let rows: Vec<_> = reader.records().map(|row| row.expect("a row")).collect();
    let told: Vec<_> = rows.iter().map(|row| row[place("記録番号")].to_owned()).collect();
    assert_eq!(told, ours.iter().rev().map(|event| event.id.clone()).collect::<Vec<_>>());
    assert_eq!(&rows[0][place("ブラウザー")], "'=cmd|'/c calc'!A1");
    assert_eq!((&rows[0][place("日時")], &rows[0][place("種類")]), ("2020-11-28 02:20:02", "署名鍵の作成"));
    let recorded: Vec<AuditEvent> = app.trail().into_iter().skip(length).collect();
    assert_eq!(recorded.len(), 1, "{recorded:?}");
    assert_eq!((recorded[0].kind, &recorded[0].subject), (AuditKind::AuditExported, &Some(user.id)));
    let detail = serde_json::json!({
        "count": 1203, "format": "csv", "filter": { "kind": "key.created", "until": "2020-11-28" },
    });
    assert_eq!(recorded[0].detail, Some(detail));
}

fn json_lines_are_those_of_the_command_line(database: Database) {
    let app = TestApp::start(database);
    let (auditor, _) = auditor(&app);
    let ours: Vec<_> =
        (0..3).map(|second| event(Some(&app.sakura), second, AuditKind::KeyCreated, "192.0.2.1")).collect();
    record(&app, &ours);
    let file = take(&auditor, &[("kind", "key.created"), ("until", "2020-11-28"), ("format", "jsonl")]);
    assert_eq!(file.header("content-type"), Some("application/x-ndjson"));
    let lines: Vec<serde_json::Value> =
        file.body.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines, ours.iter().rev().map(line).collect::<Vec<_>>());
    let none = take(&auditor, &[("kind", "key.removed"), ("until", "2020-11-28"), ("format", "jsonl")]);
    assert_eq!((none.status.as_u16(), none.body.as_str()), (200, ""));
}

#[test]
fn a_file_ends_with_the_oldest_whatever_is_recorded_meanwhile() {
    let app = TestApp::start(Database::sqlite());
    let (auditor, _) = auditor(&app);
    let oldest = event(Some(&app.sakura), 0, AuditKind::KeyCreated, "192.0.2.1");
    record(&app, std::slice::from_ref(&oldest));
    app.advance(std::time::Duration::from_secs(1));
    let file = take(&auditor, &[("format", "jsonl")]);
    let last: serde_json::Value = serde_json::from_str(file.body.lines().last().expect("a line")).expect("JSON");
    assert_eq!(last, line(&oldest));
    assert!(!file.body.contains("audit.exported"), "the record of the file itself comes after it");
}

#[test]
fn what_makes_no_sense_takes_nothing_along() {
    let app = TestApp::start(Database::sqlite());
    let (auditor, _) = auditor(&app);
    let theirs = event(Some(&app.demo), 0, AuditKind::KeyCreated, "198.51.100.9");
    record(&app, std::slice::from_ref(&theirs));
    let length = app.trail().len();
    assert_eq!(without_token(&auditor).status, 403);
    assert_eq!(take(&auditor, &[]).status, 400);
    assert_eq!(take(&auditor, &[("format", "xlsx")]).status, 400);
    let wrong = take(&auditor, &[("format", "csv"), ("from", "yesterday")]);
    assert!(wrong.body.contains("開始日時を読み取れません"), "{}", wrong.body);
    assert_eq!(take(&auditor, &[("format", "csv"), ("request", &theirs.id)]).status, 400);
    assert_eq!(take(&Person::at(&app), &[("format", "csv")]).location(), "/login?notice=session_ended");
    assert!(app.trail().len() == length, "{:?}", app.recorded_since(length));
    let file = take(&auditor, &[("format", "csv"), ("address", "198.51.")]);
    assert!(file.status == 200 && !file.body.contains(&theirs.id), "{}", file.body);
}

/// More than a file holds: said first, and the newest are taken by another press.
#[test]
fn a_file_has_an_end_and_it_is_said_before() {
    let app = TestApp::start(Database::sqlite());
    let (auditor, _) = auditor(&app);
    for tens in 0..10 {
        let piece: Vec<_> = (0..10_001)
            .map(|number| event(Some(&app.sakura), tens * 10_001 + number, AuditKind::TokenIssued, "192.0.2.1"))
            .collect();
        record(&app, &piece);
    }
    let length = |kind| {
        let found = app.store().read(|conn| {
            let strand = genkan::store::audit_events::Strand::Kind(kind);
            genkan::store::audit_events::strand(conn, (&strand, None), ("", "z"), 10)
        });
        found.expect("the trail").len()
    };
    let asked = [("kind", "token.issued"), ("format", "jsonl")];
    let page = take(&auditor, &asked);
    assert!(page.body.contains("新しいものから100,000件を書き出す"), "{}", &page.body[..2000]);
    assert_eq!(length(AuditKind::AuditExported), 0, "nothing has left");
    let file = take(&auditor, &[asked[0], asked[1], ("newest", "yes")]);
    assert_eq!(file.body.lines().count(), 100_000);
    assert_eq!(length(AuditKind::AuditExported), 1);
}

/// What is looked for is rare: a file is not looked for through the whole trail, and the search says where it ended.
#[test]
fn the_search_for_a_file_has_an_end_too() {
    let app = TestApp::start(Database::sqlite());
    let (_, user) = auditor(&app);
    let rare = |second| event(Some(&app.sakura), second, AuditKind::KeyCreated, "192.0.2.1");
    let common = (2..=11_000).map(|second| event(Some(&app.sakura), second, AuditKind::BackupMade, "192.0.2.1"));
    record(&app, &[rare(0)].into_iter().chain(common).chain([rare(11_001)]).collect::<Vec<_>>());
    let session = app.sessions(&user).remove(0).id;
    let who = app.store().read(|conn| store::sessions::find_signed_in_by_id(conn, &session));
    let who = who.expect("no fault").expect("a session");
    let typed = Typed { kind: "key.created".to_owned(), until: "2020-11-28".to_owned(), ..Typed::default() };
    let look = |farthest| {
        let mut so_far = Exported::begin(app.clock().now(), farthest);
        let mut steps = 0;
        while !so_far.ended {
            let found = audit::next(app.store(), &who, &typed, so_far, 100).expect("no fault");
            so_far = found.expect("theirs to see").expect("a question").so_far;
            steps += 1;
        }
        (so_far.count, so_far.cut, steps)
    };
    assert_eq!(look(6_000), (1, true, 2), "two pages were looked through");
    assert_eq!(look(1_000_000), (2, false, 3), "all of it was");
}
