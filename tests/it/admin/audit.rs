//! `/admin/audit`: a clinic's trail, narrowed down, page by page, and nobody else's; one event whole; who looked.

use genkan::{
    domain::{Actor, AuditEvent, AuditKind, ClientId, Clinic, Outcome, RequestInfo, Role, UnixTime, User},
    random::Random,
    store,
};

use super::{makoto, somebody};
use crate::support::{
    app::{TestApp, draft},
    database::{Database, on_both_databases},
    person::{Answer, Person},
};

on_both_databases! {
    a_clinics_trail_comes_newest_first_and_page_by_page_without_anything_of_another,
    each_field_narrows_the_list_and_all_of_them_together,
    nothing_of_another_clinic_is_found_by_whatever_is_forged,
    each_look_is_recorded_once_and_says_what_was_looked_for,
    one_event_is_whole_and_leads_to_what_belongs_to_it,
}

/// 2020-11-28 02:00 in Japan.
const TWO_AT_NIGHT: UnixTime = UnixTime::from_secs(1_606_496_400);

/// Something at a clinic, `seconds` after two at night.
pub fn event(clinic: Option<&Clinic>, seconds: i64, kind: AuditKind, ip: &str) -> AuditEvent {
    let at = UnixTime::from_secs(TWO_AT_NIGHT.secs() + seconds);
    let request = RequestInfo { request_id: format!("request-{seconds}"), ip: ip.to_owned(), ..RequestInfo::default() };
    // An id of that moment: the order of ids is that of time.
    let mut bytes = [0; 10];
    bytes.copy_from_slice(&Random.bytes::<10>());
    let millis = u64::try_from(at.millis()).expect("after 1970");
    let id = uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid().to_string();
    let event = AuditEvent::new(id, at, kind, Outcome::Success, Actor::Nobody, request);
    match clinic {
        Some(clinic) => event.clinic(&clinic.id),
        None => event,
    }
}

pub fn record(app: &TestApp, events: &[AuditEvent]) {
    let events = events.to_vec();
    app.store()
        .write(move |tx| events.iter().try_for_each(|event| store::audit_events::insert(tx, event)))
        .expect("recorded");
}

pub fn auditor(app: &TestApp) -> (Person<'_>, User) {
    somebody(app, &app.sakura, Role::Auditor, "auditor@sakura.example", "監査 太郎")
}

pub fn ids(page: &Answer) -> Vec<String> {
    let text = page.text();
    text.split("<a href=\"/admin/audit/").skip(1).map(|rest| rest[..36].to_owned()).collect()
}

pub fn address(fields: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    format!("/admin/audit?{query}")
}

pub fn found(person: &Person<'_>, fields: &[(&str, &str)]) -> Vec<String> {
    let page = person.get(&address(fields));
    assert_eq!(page.status, 200, "{}", page.body);
    ids(&page)
}

pub fn of(events: &[&AuditEvent]) -> Vec<String> {
    events.iter().map(|event| event.id.clone()).collect()
}

fn a_clinics_trail_comes_newest_first_and_page_by_page_without_anything_of_another(database: Database) {
    let app = TestApp::start(database);
    let (auditor, _) = auditor(&app);
    let (mut all, mut ours) = (Vec::new(), Vec::new());
    for second in 0..120 {
        for clinic in [Some(&app.sakura), Some(&app.demo), None] {
            let event = event(clinic, second, AuditKind::AuthPassword, "192.0.2.1");
            if clinic.is_some_and(|clinic| clinic.id == app.sakura.id) {
                ours.insert(0, event.id.clone());
            }
            all.push(event);
        }
    }
    record(&app, &all);
    let (mut seen, mut sizes, mut next) = (Vec::new(), Vec::new(), Some(address(&[("address", "192.0.2.1")])));
    while let Some(path) = next {
        let page = auditor.get(&path);
        sizes.push(ids(&page).len());
        seen.extend(ids(&page));
        next = page.hidden("before").map(|before| address(&[("address", "192.0.2.1"), ("before", &before)]));
    }
    assert_eq!((sizes, seen), (vec![50, 50, 20], ours));
    let whole = auditor.get("/admin/audit");
    assert_eq!(ids(&whole).len(), 50);
    assert!(whole.text().contains("さくらクリニック") && !whole.text().contains("デモ医院"), "{}", whole.body);
    let (system, _) = somebody(&app, &app.sakura, Role::SystemAdmin, "system@sakura.example", "森 健太");
    let everything = system.get(&address(&[("address", "192.0.2.1")]));
    let mut newest: Vec<_> = all.iter().map(|event| event.id.clone()).collect();
    newest.sort_unstable_by(|one, other| other.cmp(one));
    assert_eq!(ids(&everything), newest[..50]);
    assert!(everything.text().contains("デモ医院"), "the clinic is told: {}", everything.body);
    let looked = app.trail().into_iter().rfind(|event| event.kind == AuditKind::AuditViewed).expect("recorded");
    assert_eq!(looked.clinic_id, None, "what was looked for everywhere is no single clinic's to read");
}

fn each_field_narrows_the_list_and_all_of_them_together(database: Database) {
    let app = TestApp::start(database);
    let (auditor, _) = auditor(&app);
    let booking = ClientId::new(&app.booking.client_id);
    let hanako = Actor::User { id: app.hanako.id.clone(), name: "山田 花子".to_owned() };
    let by = |event: AuditEvent| AuditEvent { actor: hanako.clone(), ..event };
    let ours = |second, kind| event(Some(&app.sakura), second, kind, "192.0.2.1");
    let signed_in = by(ours(0, AuditKind::AuthPasskey));
    let token = ours(1, AuditKind::TokenIssued).subject(&app.hanako.id).client(&booking);
    let about = ours(60, AuditKind::MembershipSuspended).subject(&app.hanako.id);
    let failed = AuditEvent { outcome: Outcome::Failure, ..ours(61, AuditKind::AuthPasskey) };
    let near = event(Some(&app.sakura), 62, AuditKind::KeyCreated, "192.0.2.10");
    let far = event(Some(&app.sakura), 86_400, AuditKind::BackupMade, "198.51.100.7");
    record(&app, &[&signed_in, &token, &about, &failed, &near, &far].map(Clone::clone));
    let day = ("until", "2020-11-29");
    for (fields, wanted) in [
        (vec![("person", "はなこ"), day], vec![&about, &signed_in]),
        (vec![("person", "はなこ"), day, ("kind", "token.issued")], vec![&token]),
        (vec![("person", "HANAKO@sakura"), day, ("kind", "auth.passkey")], vec![&signed_in]),
        (vec![("application", booking.as_str()), day], vec![&token]),
        (vec![("kind", "auth.passkey"), day], vec![&failed, &signed_in]),
        (vec![("kind", "sign_in"), day, ("from", "2020-11-28")], vec![&failed, &signed_in]),
        (vec![("kind", "auth.passkey"), ("outcome", "failure"), day], vec![&failed]),
        (vec![("outcome", "failure"), day, ("from", "2020-11-28T02:00")], vec![&failed]),
        (vec![("from", "2020-11-28T02:01"), ("until", "2020-11-28T02:01")], vec![&near, &failed, &about]),
        (vec![("from", "2020-11-28T02:00"), ("until", "2020-11-28T02:00")], vec![&token, &signed_in]),
        (vec![("address", "192.0.2.1"), day], vec![&failed, &about, &signed_in]),
        (vec![("address", "192.0.2."), day], vec![&near, &failed, &about, &signed_in]),
        (vec![("address", "192.0.2.1"), day, ("kind", "token.issued")], vec![&token]),
        (vec![("address", "198.51."), day], vec![&far]),
        (vec![("address", "203.0.113."), day], vec![]),
    ] {
        assert_eq!(found(&auditor, &fields), of(&wanted), "{fields:?}");
    }
    for (fields, said) in [
        (("person", "いない人"), "見つかりません"),
        (("kind", "auth.*"), "その種類の記録はありません"),
        (("from", "yesterday"), "開始日時を読み取れません"),
        (("address", "%"), "接続元アドレスを読み取れません"),
        (("incident", "12345"), "6桁の数字です"),
        (("incident", "999999"), "この番号の記録はありません"),
    ] {
        let page = auditor.get(&address(&[fields]));
        assert!(page.text().contains(said) && ids(&page).is_empty(), "{fields:?}: {}", page.body);
    }
    for number in 0..6 {
        app.hire(&app.sakura, Role::Member, &format!("sato{number}@sakura.example"), "佐藤 愛");
    }
    assert!(auditor.get(&address(&[("person", "佐藤")])).text().contains("あてはまる方が多すぎます"));
}

fn nothing_of_another_clinic_is_found_by_whatever_is_forged(database: Database) {
    let app = TestApp::start(database);
    let (auditor, _) = auditor(&app);
    let own = app
        .register(genkan::flows::admin::clients::Draft {
            clinic: Some(app.demo.id.to_string()), ..draft("デモ検査")
        });
    let own = ClientId::new(own.client_id);
    let misaki = Actor::User { id: app.misaki.id.clone(), name: "大塚 美咲".to_owned() };
    let session = genkan::domain::SessionId::new("a-session");
    let theirs = AuditEvent {
        actor: misaki,
        outcome: Outcome::Failure,
        ..event(Some(&app.demo), 0, AuditKind::KeyRemoved, "198.51.100.9")
    };
    let theirs = theirs.client(&own).session(&session).subject(&app.hanako.id);
    let nobodys = event(None, 1, AuditKind::KeyRemoved, "198.51.100.9");
    // Of the same request and session, at our clinic.
    let ours = event(Some(&app.sakura), 0, AuditKind::KeyCreated, "192.0.2.1").session(&session);
    record(&app, &[theirs.clone(), nobodys.clone(), ours.clone()]);
    for fields in [
        ("application", own.as_str()),
        ("kind", "key.removed"),
        ("address", "198.51.100.9"),
        ("address", "198.51."),
        ("request", theirs.id.as_str()),
        ("request", nobodys.id.as_str()),
        ("session", theirs.id.as_str()),
        ("person", "大塚"),
        ("person", "misaki@demo.example"),
        ("clinic", app.demo.id.as_str()),
        ("before", theirs.id.as_str()),
    ] {
        let page = auditor.get(&address(&[fields, ("until", "2020-11-28")]));
        let shown = ids(&page);
        assert!(page.status == 200 && !shown.contains(&theirs.id) && !shown.contains(&nobodys.id), "{fields:?}");
        assert!(!page.text().contains("デモ検査") && !page.text().contains("大塚 美咲"), "{fields:?}: {}", page.body);
    }
    assert_eq!(found(&auditor, &[("outcome", "failure"), ("until", "2020-11-28")]), Vec::<String>::new());
    assert_eq!(found(&auditor, &[("person", "はなこ"), ("until", "2020-11-28")]), Vec::<String>::new());
    for event in [&theirs, &nobodys] {
        assert_eq!(auditor.get(&format!("/admin/audit/{}", event.id)).status, 404);
    }
    assert_eq!(auditor.get("/admin/audit/x").status, 404);
    for kept in ["request", "session"] {
        assert_eq!(found(&auditor, &[(kept, &ours.id)]), of(&[&ours]), "{kept}");
    }
    let (system, _) = somebody(&app, &app.demo, Role::SystemAdmin, "system@demo.example", "森 健太");
    assert_eq!(found(&system, &[("session", &theirs.id)]).len(), 2, "who may sees both");
}

fn each_look_is_recorded_once_and_says_what_was_looked_for(database: Database) {
    let app = TestApp::start(database);
    let (auditor, user) = auditor(&app);
    let events: Vec<_> =
        (0..120).map(|second| event(Some(&app.sakura), second, AuditKind::KeyCreated, "192.0.2.1")).collect();
    record(&app, &events);
    let looked = |path: &str| {
        let before = app.trail().len();
        let page = auditor.get(path);
        assert_eq!(page.status, 200, "{}", page.body);
        let trail = app.trail();
        let recorded = trail.iter().filter(|event| event.kind == AuditKind::AuditViewed).max_by_key(|event| &event.id);
        (page, trail.len() - before, recorded.cloned())
    };
    let (page, recorded, last) = looked(&address(&[("kind", "key.created"), ("until", "2020-11-28")]));
    let last = last.expect("a record");
    assert_eq!((recorded, last.outcome), (1, Outcome::Success));
    assert_eq!(last.detail, Some(serde_json::json!({ "kind": "key.created", "until": "2020-11-28" })));
    assert_eq!((last.subject, last.clinic_id), (Some(user.id), Some(app.sakura.id.clone())));
    assert!(last.session_ref.is_some());
    let before = page.hidden("before").expect("a second page");
    let fields = [("kind", "key.created"), ("until", "2020-11-28"), ("before", before.as_str())];
    let (second, recorded, _) = looked(&address(&fields));
    assert_eq!((recorded, ids(&second).len()), (0, 50), "a further page of the same");
    // Whoever makes up a place to go on from, or takes one along to another question, begins at the beginning.
    let forged = format!("{}x", before);
    for fields in [
        vec![("kind", "key.created"), ("before", before.as_str())],
        vec![("kind", "key.created"), ("until", "2020-11-28"), ("before", forged.as_str())],
        vec![("kind", "key.created"), ("until", "2020-11-28"), ("before", events[60].id.as_str())],
    ] {
        let (first, recorded, _) = looked(&address(&fields));
        assert_eq!((recorded, ids(&first)[0] == events[119].id), (1, true), "{fields:?}");
    }
    let (makoto, _) = makoto(&app);
    let stolen = makoto.get(&address(&fields));
    assert_eq!(ids(&stolen)[0], events[119].id, "another's place to go on from");
    let (_, recorded, last) = looked(&format!("/admin/audit/{}", events[0].id));
    assert_eq!((recorded, last.expect("a record").detail), (1, Some(serde_json::json!({ "event": events[0].id }))));
}

fn one_event_is_whole_and_leads_to_what_belongs_to_it(database: Database) {
    let app = TestApp::start(database);
    let (auditor, _) = auditor(&app);
    let session = genkan::domain::SessionId::new("a-session");
    let renamed = Actor::User { id: app.hanako.id.clone(), name: "旧姓 花子".to_owned() };
    let mut whole = event(Some(&app.sakura), 5, AuditKind::PasskeyRenamed, "192.0.2.1");
    whole.actor = renamed;
    whole.request.user_agent = "Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 <b>".to_owned();
    let whole = whole
        .subject(&app.hanako.id)
        .client(&ClientId::new(&app.booking.client_id))
        .session(&session)
        .reason("a_reason")
        .detail(serde_json::json!({ "name": "<院内PC>", "before": { "name": "古い名前" } }));
    let same_request =
        AuditEvent { request: whole.request.clone(), ..event(Some(&app.sakura), 6, AuditKind::NoticeSent, "") };
    let same_session = event(Some(&app.sakura), 7, AuditKind::SessionEnded, "192.0.2.1").session(&session);
    let other = event(Some(&app.sakura), 8, AuditKind::SessionEnded, "192.0.2.1");
    record(&app, &[whole.clone(), same_request.clone(), same_session.clone(), other]);
    let page = auditor.get(&format!("/admin/audit/{}", whole.id)).text();
    for words in [
        "パスキーの名前の変更",
        "2020年11月28日 2:00:05</time> <span>（日本時間）</span>",
        "旧姓 花子",
        "<bdi>山田 花子</bdi>",
        "さくら予約",
        "さくらクリニック",
        "192.0.2.1",
        "Chrome (Windows)",
        "a_reason",
        "before.name",
        "古い名前",
        "&lt;院内PC&gt;",
        "成功",
        "request-5",
        &whole.id,
        app.hanako.id.as_str(),
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    for (kept, wanted) in [("request", [&same_request, &whole]), ("session", [&same_session, &whole])] {
        assert!(page.contains(&format!("/admin/audit?{kept}={}", whole.id)), "{kept}: {page}");
        assert_eq!(found(&auditor, &[(kept, &whole.id)]), of(&wanted), "{kept}");
    }
}
