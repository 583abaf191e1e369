//! `/settings/history` and `/settings/passkeys/{id}`: what the trail says of oneself, and 「これは自分ではありません」.

use std::time::Duration;

use genkan::{
    domain::{AuditKind, ClientType},
    flows::admin::clients,
};

use crate::{
    oauth::party::{OFFLINE, Party, renewing, token_error, waiting},
    support::{
        app::{PASSWORD, TestApp},
        ceremony::{enrolled, error},
        database::{Database, on_both_databases},
        person::{Answer, Person},
        soft_key::SoftKey,
    },
};

const HANAKO: &str = "hanako@sakura.example";
const MISAKI: &str = "misaki@demo.example";
const PAGE: &str = "/settings/history";
const OVER: &str = "/login?notice=session_ended";

on_both_databases! {
    one_reads_what_one_did_newest_first_and_page_by_page,
    a_passkey_tells_what_it_was_used_for,
    what_was_not_oneself_ends_every_other_session,
    at_home_one_is_told_what_was_changed_since_one_was_here_before,
}

/// The headings of the entries, from the top.
fn told(page: &Answer) -> Vec<String> {
    let (_, list) = page.body.split_once("<ol class=\"trail\">").unwrap_or_default();
    let entries = list.split("<h2>").skip(1).filter_map(|rest| rest.split_once("</h2>"));
    entries.map(|(heading, _)| heading.to_owned()).collect()
}

/// Where the `nth` entry that can be disowned leads.
fn not_me(page: &Answer, nth: usize) -> String {
    let text = page.text();
    let links = text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    links.filter(|link| link.ends_with("/not-me")).nth(nth).expect("a link").to_owned()
}

fn by_passkey(app: &TestApp, key: &SoftKey) -> Answer {
    let browser = Person::at(app);
    let sealed = waiting(&Party::booking(app).ask(&browser, &[]));
    browser.passkey(key, Some(&sealed))
}

fn one_reads_what_one_did_newest_first_and_page_by_page(database: Database) {
    let app = TestApp::start(database);
    let misaki = Person::at(&app);
    Party::booking(&app).sign_in(&misaki, &[]);
    let wrong = Person::at(&app);
    wrong.sign_in(MISAKI, "not-the-password", None);
    app.advance(Duration::from_secs(1));
    assert_eq!(misaki.register(&SoftKey::new(&app.issuer)).status, 200);
    let page = misaki.get(PAGE);
    let all = told(&page);
    let expected = ["パスキーを登録しました", "パスワードでのログインに失敗しました", "パスワードでログインしました"];
    assert_eq!(all[..3], expected, "{all:?}");
    for fact in ["「さくら予約」", "127.0.0.1", "管理者が行いました"] {
        assert!(page.body.contains(fact), "{fact}");
    }
    assert_eq!(page.body.matches("/not-me\"").count(), 3, "what an administrator did is no matter of doubt");

    let passkey = app.passkeys(&app.misaki)[0].clone();
    for number in 0..25 {
        let path = format!("/settings/passkeys/{}/rename", passkey.id);
        misaki.submit("/settings/passkeys", &path, &[("name", &format!("<鍵>{number}"))]);
    }
    let newest = misaki.get(PAGE);
    assert_eq!(told(&newest), ["パスキーの名前を変えました"; 20]);
    assert!(newest.body.contains("&lt;鍵&gt;24") && !newest.body.contains("&lt;鍵&gt;4」"));
    let text = newest.text();
    let older = text.split('"').find(|link| link.starts_with("/settings/history?before=")).expect("another page");
    let older = misaki.get(older);
    assert!(older.body.contains("&lt;鍵&gt;4」"));
    assert_eq!(told(&older)[..5], ["パスキーの名前を変えました"; 5]);
    assert_eq!(told(&older)[5..], all, "and then as before");
    assert!(!older.text().contains("href=\"/settings/history?before="), "nothing is before that");

    let (hanako, _) = enrolled(&app, HANAKO);
    assert!(!hanako.get(PAGE).body.contains("&lt;鍵&gt;"), "nobody else's");
    assert_eq!(Person::at(&app).get(PAGE).location(), OVER);
}

fn at_home_one_is_told_what_was_changed_since_one_was_here_before(database: Database) {
    let app = TestApp::start(database);
    let (changed, registered) = ("前回のログインから後に", "パスキーを登録しました");
    app.advance(Duration::from_secs(60));
    let first = Person::at(&app);
    first.sign_in(MISAKI, PASSWORD, None);
    let home = first.get("/").body;
    assert!(!home.contains(changed) && !home.contains("前回のログイン"), "nobody was here before: {home}");
    app.advance(Duration::from_secs(60));
    let other = Person::at(&app);
    other.sign_in(MISAKI, PASSWORD, None);
    assert_eq!(other.register(&SoftKey::new(&app.issuer)).status, 200);
    let home = other.get("/").body;
    assert!(home.contains("前回のログイン") && !home.contains(changed), "one's own doing, a moment ago: {home}");
    app.advance(Duration::from_secs(60));
    let next = Person::at(&app);
    next.sign_in(MISAKI, PASSWORD, None);
    let home = next.get("/").body;
    assert!(home.contains(changed) && home.contains(registered), "{home}");
    app.advance(Duration::from_secs(60));
    let last = Person::at(&app);
    last.sign_in(MISAKI, PASSWORD, None);
    let home = last.get("/").body;
    assert!(home.contains("前回のログイン") && !home.contains(changed), "told once: {home}");
}

fn a_passkey_tells_what_it_was_used_for(database: Database) {
    let app = TestApp::start(database);
    let (hanako, key) = enrolled(&app, HANAKO);
    assert_eq!(by_passkey(&app, &key).status, 200);
    let passkey = app.passkeys(&app.hanako)[0].clone();
    let event = app.trail().pop().expect("an event");
    assert_eq!(
        (event.kind, event.client_id.map(|id| id.to_string())),
        (AuditKind::AuthPasskey, Some(app.booking.client_id.clone()))
    );
    let card = hanako.get("/settings/passkeys").body;
    assert!(card.contains("さくら予約"), "the card names the application of the last use: {card}");
    let path = format!("/settings/passkeys/{}", passkey.id);
    hanako.submit("/settings/passkeys", &format!("{path}/suspend"), &[("knows_last", "yes")]);
    assert_eq!(error(&by_passkey(&app, &key)), "passkey_suspended");
    let page = hanako.get(&path);
    let signed_in = "パスキーでログインしました";
    assert_eq!(told(&page), ["パスキーでのログインに失敗しました", signed_in, signed_in]);
    assert_eq!(page.body.matches("「さくら予約」").count(), 2, "the first was for no application");
    assert!(page.body.contains("127.0.0.1") && page.body.contains("2回"));

    hanako.submit("/settings/passkeys", &format!("{path}/resume"), &[]);
    for _ in 0..55 {
        assert_eq!(hanako.passkey(&key, None).status, 200);
    }
    assert_eq!(told(&hanako.get(&path)).len(), 58, "more than the last fifty");
    let (misaki, _) = enrolled(&app, MISAKI);
    assert_eq!(misaki.get(&path).status, 404);
}

fn what_was_not_oneself_ends_every_other_session(database: Database) {
    let app = TestApp::start(database);
    let (hanako, key) = enrolled(&app, HANAKO);
    let thief = Person::at(&app);
    app.advance(Duration::from_secs(1));
    assert_eq!(thief.passkey(&key, None).status, 200);
    let native = clients::Draft { kind: Some(ClientType::Native), ..renewing("訪問看護") };
    let native = Party::new(&app, &app.register(native));
    let given = |person: &Person<'_>| native.tokens(&native.callback(person, &[("scope", OFFLINE)]).code());
    let [own, stolen] = [given(&hanako), given(&thief)];
    let ask = not_me(&hanako.get(PAGE), 0);
    let asked = hanako.get(&ask);
    assert!(asked.body.contains(">ほかの端末のログインをすべて終了する<"), "{}", asked.body);
    assert!(asked.body.contains("パスワードを変更してください") && asked.body.contains("情報システム係 内線 1234"));
    assert!(!asked.body.contains("この端末からもログアウトします"));
    assert_eq!(thief.get(PAGE).status, 200, "looking changes nothing");
    let before = app.trail().len();
    let done = hanako.submit(&ask, &ask, &[]);
    assert_eq!(done.location(), "/settings/history?notice=disowned");
    assert_eq!(app.recorded_since(before), ["session.ended success disowned", "activity.disowned success"]);
    let event = app.trail().pop().expect("an event");
    let detail = event.detail.expect("a detail");
    assert_eq!((&detail["sessions_ended"], &detail["grants_revoked"]), (&1.into(), &1.into()));
    assert_eq!(token_error(&native.refresh(&stolen.refresh_token, &[])), "invalid_grant");
    assert_eq!(native.refresh(&own.refresh_token, &[]).status, 200);
    assert_eq!((thief.get(PAGE).location(), hanako.get(PAGE).status.as_u16()), (OVER, 200));
    assert!(hanako.get(done.location()).body.contains("続けて、パスワードを変更し"));

    // What was done in the session that asks ends it too.
    let page = hanako.get(PAGE);
    let here = (0..).map(|nth| not_me(&page, nth)).find(|link| hanako.get(link).body.contains("この端末からも"));
    let here = here.expect("an entry of this session");
    assert!(hanako.get(&here).body.contains(">ログインをすべて終了する<"));
    let gone = hanako.submit(&here, &here, &[]);
    assert_eq!(gone.location(), "/login?notice=all_ended");
    assert_eq!(app.sessions(&app.hanako).len(), 0);
    assert!(hanako.get(gone.location()).body.contains("この端末のログインをすべて終了しました"));
}

#[test]
fn only_ones_own_acts_are_disowned() {
    let app = TestApp::start(Database::sqlite());
    let (hanako, key) = enrolled(&app, HANAKO);
    let (misaki, _) = enrolled(&app, MISAKI);
    let hanakos = not_me(&hanako.get(PAGE), 0);
    Person::at(&app).sign_in(HANAKO, "not-the-password", None);
    let id = |kind: AuditKind| app.trail().into_iter().rfind(|event| event.kind == kind).expect("an event").id;
    let cases = [
        hanakos,
        format!("{PAGE}/{}/not-me", id(AuditKind::InvitationCreated)),
        // Hers, of which only the house takes notice; and one at which nobody was seen, but at another's door.
        format!("{PAGE}/{}/not-me", id(AuditKind::SessionStarted)),
        format!("{PAGE}/{}/not-me", id(AuditKind::AuthPassword)),
        format!("{PAGE}/019bcd2e-4f6c-7a31-9c0e-0f2f7a6f1c55/not-me"),
        format!("{PAGE}/x/not-me"),
        format!("{PAGE}?before=x"),
    ];
    let before = app.trail().len();
    for path in cases {
        assert_eq!(misaki.get(&path).status, 404, "{path}");
        if path.ends_with("not-me") {
            assert_eq!(misaki.submit(PAGE, &path, &[]).status, 404, "{path}");
        }
    }
    assert_eq!(app.recorded_since(before), Vec::<String>::new());
    assert_eq!(hanako.get(PAGE).status, 200);

    let shared = Person::at(&app);
    shared.sign_in(MISAKI, PASSWORD, None);
    assert_eq!(shared.passkey(&key, None).status, 200);
    let page = misaki.get(PAGE).body;
    assert!(page.contains("自動で行われました") && !page.contains("山田"), "who came next is told to nobody: {page}");
}
