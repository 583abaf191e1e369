//! People hear by mail of what happens to their account (queued with it, sent after it).

use std::time::Duration;

use genkan::{
    domain::{Happened, User, Way},
    flows::{admin::users, outbox::queue},
    store::outbox,
};

use crate::support::{
    app::{PASSWORD, TestApp},
    authenticator_app::{AuthenticatorApp, type_code},
    ceremony::enrolled,
    database::{Database, on_both_databases},
    mail_server::{Mail, MailServer},
    person::Person,
};

on_both_databases! {
    a_changed_password_is_told_even_when_the_mail_server_is_down_for_an_hour,
    a_sign_in_from_a_new_place_is_told_and_one_from_an_old_place_is_not,
    what_no_server_takes_is_given_up_on_the_record,
    a_letter_that_does_not_go_out_holds_up_no_other,
    a_slow_server_is_left_before_another_node_takes_the_same,
}

const MISAKI: &str = "misaki@demo.example";
const NEW: &str = "kawazu-tobikomu-mizu-9";

fn started(database: Database, server: &MailServer) -> TestApp {
    TestApp::start_with(database, |config| {
        config.mail.carrier = Some(server.carrier());
    })
}

fn signed_in<'a>(app: &'a TestApp) -> Person<'a> {
    let misaki = Person::at(app);
    assert_eq!(misaki.sign_in(MISAKI, PASSWORD, None).location(), "/");
    misaki
}

fn waiting(app: &TestApp) -> usize {
    let ever = app.clock().now().plus(Duration::from_secs(48 * 3600));
    app.store().read(|conn| outbox::list_due(conn, Way::Mail, ever, 100)).expect("the outbox").iter().flatten().count()
}

fn recorded(app: &TestApp, kind: &str) -> Vec<String> {
    let events = app.trail().into_iter().filter(|event| event.kind.as_str() == kind);
    events.map(|event| event.reason.unwrap_or_default()).collect()
}

fn mails(app: &TestApp, server: &MailServer, count: usize) -> Vec<Mail> {
    app.wait_for(|app| {
        app.run_jobs();
        server.got().len() >= count && waiting(app) == 0
    });
    assert_eq!(server.got().len(), count);
    server.got()
}

fn a_changed_password_is_told_even_when_the_mail_server_is_down_for_an_hour(database: Database) {
    let server = MailServer::start();
    server.be_down(true);
    let app = started(database, &server);
    let misaki = signed_in(&app);
    let page = "/settings/password";
    let changed = misaki.submit(page, page, &[("current_password", PASSWORD), ("new_password", NEW)]);
    assert!(changed.status == 200 && changed.body.contains("パスワードを保存しました"), "{}", changed.body);
    for _ in 0..4 {
        app.run_jobs();
        app.advance(Duration::from_secs(15 * 60));
    }
    assert_eq!((waiting(&app), server.got().len()), (1, 0));
    server.be_down(false);
    app.advance(Duration::from_secs(3600));
    let mails = mails(&app, &server, 1);
    let [text, html] = mails[0].parts.as_slice() else { panic!("two parts: {}", mails[0].raw) };
    assert_eq!(mails[0].to, MISAKI);
    for told in
        ["大塚 美咲 様", "パスワードが変更されました", "127.0.0.1", "日本時間", "情報システム係 内線 1234", "デモ医院"]
    {
        assert!(text.contains(told) && html.contains(told), "{told} in {text}");
    }
    assert!(!text.contains(NEW) && !text.contains(PASSWORD) && !html.contains("<a "), "{text}");
    assert!(mails[0].raw.contains("Auto-Submitted: auto-generated"));
    assert_eq!(recorded(&app, "notice.sent").len(), 1);

    // Whoever did not do it themselves is told that this session has ended too.
    let misaki = Person::at(&app);
    assert_eq!(misaki.sign_in(MISAKI, NEW, None).location(), "/");
    let page = misaki.get("/settings/history");
    let not_me = page.body.split('"').find(|part| part.ends_with("/not-me")).expect("what this session did");
    assert_eq!(misaki.submit(not_me, not_me, &[]).location(), "/login?notice=all_ended");
    let last = self::mails(&app, &server, 2).pop().expect("a letter");
    assert!(last.parts[0].contains("操作した端末も含めて"), "{}", last.parts[0]);
}

fn a_sign_in_from_a_new_place_is_told_and_one_from_an_old_place_is_not(database: Database) {
    let server = MailServer::start();
    let app = started(database, &server);
    // The first of all, and the same again.
    signed_in(&app);
    signed_in(&app);
    assert_eq!(waiting(&app), 0);
    let elsewhere = Person { app: &app, http: another_browser() };
    assert_eq!(elsewhere.sign_in(MISAKI, PASSWORD, None).location(), "/");
    let told = mails(&app, &server, 1);
    assert!(told[0].parts[0].contains("Firefox (Windows)"), "{}", told[0].parts[0]);
    // It is known by now, and forgotten in time.
    assert_eq!(Person { app: &app, http: another_browser() }.sign_in(MISAKI, PASSWORD, None).location(), "/");
    assert_eq!(waiting(&app), 0);
    app.advance(Duration::from_secs(91 * 24 * 3600));
    signed_in(&app);
    assert_eq!(mails(&app, &server, 2).len(), 2);
}

#[test]
fn codes_set_up_and_a_recovery_code_used_are_told() {
    let server = MailServer::start();
    let app = started(Database::sqlite(), &server);
    let (_, codes) = AuthenticatorApp::set_up(&signed_in(&app));
    let lost = Person::at(&app);
    let asked = lost.sign_in(MISAKI, PASSWORD, None);
    assert_eq!(type_code(&lost, &asked, "recovery_code", &codes[0]).location(), "/");
    let mut told: Vec<_> = mails(&app, &server, 2).into_iter().map(|mail| mail.parts[0].clone()).collect();
    told.sort_by_key(|text| text.contains("予備コードを使って"));
    assert!(told[0].contains("認証アプリの確認コードが設定されました"), "{}", told[0]);
    assert!(told[1].contains("予備コードを使って") && !told[1].contains(&codes[0]), "{}", told[1]);
}

fn another_browser() -> reqwest::Client {
    let browser = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0";
    reqwest::Client::builder()
        .cookie_store(true)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .user_agent(browser)
        .build()
        .expect("a browser")
}

fn what_no_server_takes_is_given_up_on_the_record(database: Database) {
    let server = MailServer::start();
    server.be_down(true);
    let app = started(database, &server);
    let (hanako, key) = enrolled(&app, "hanako@sakura.example");
    // A new passkey is told, and what is done to it.
    assert_eq!(waiting(&app), 1);
    drop((hanako, key));
    app.wait_for(|app| {
        app.run_jobs();
        app.advance(Duration::from_secs(3600));
        waiting(app) == 0
    });
    assert_eq!(recorded(&app, "notice.undelivered"), ["server_refuses"]);
    assert!(server.got().is_empty());
    // Whom the server does not know is no reason to try for a day.
    server.be_down(false);
    told(&app, &[invited(&app, "nobody@demo.example")]);
    app.wait_for(|app| waiting(app) == 0);
    assert_eq!(recorded(&app, "notice.undelivered"), ["server_refuses", "answered_550"]);
}

fn invited(app: &TestApp, email: &str) -> User {
    let invite = users::Invite {
        until: None,
        email: email.to_owned(),
        clinic: app.demo.id.clone(),
        roles: Vec::new(),
        details: users::Details {
            name: Some("誰 でもない".to_owned()),
            name_kana: Some("ダレ デモナイ".to_owned()),
            ..users::Details::default()
        },
    };
    users::invite(app.store(), &app.by(), invite).expect("no fault").expect("invited").user
}

/// Queued in this order, all at once.
fn told(app: &TestApp, people: &[User]) {
    let (cx, clinic, people) = (app.cx(), app.demo.id.clone(), people.to_vec());
    let queued = app.store().write(move |tx| {
        people.iter().try_for_each(|person| queue(tx, &cx, Happened::PasswordChanged, &person.id, &clinic, None))
    });
    queued.expect("queued");
}

fn run(app: &TestApp, statement: String) {
    let ran =
        app.store().write(move |tx| Ok(diesel::connection::SimpleConnection::batch_execute(&mut **tx, &statement)?));
    ran.expect("the statement runs");
}

fn a_letter_that_does_not_go_out_holds_up_no_other(database: Database) {
    let server = MailServer::start();
    let app = started(database, &server);
    let trouble = ["grey", "full", "relayed", "\u{e9}mile", "gone", "nobody", "broken"];
    let mut people: Vec<_> = trouble.iter().map(|name| invited(&app, &format!("{name}@demo.example"))).collect();
    run(&app, format!("UPDATE users SET profile = 'x' WHERE id = '{}'", people[6].id));
    people.push(app.misaki.clone());
    // Of a node that knows more than this one.
    for (id, message) in [("a", r#"{"kind":"newer"}"#), ("b", r#"{"kind":"notice","what":"newer"}"#)] {
        run(&app, format!("INSERT INTO outbox VALUES ('{id}', '{message}', 0, 0, 0)"));
    }
    told(&app, &people);
    app.wait_for(|app| recorded(app, "notice.undelivered").len() == 3);
    assert_eq!(recorded(&app, "notice.undelivered"), ["address_not_ascii", "answered_550", "answered_550"]);
    app.wait_for(|app| recorded(app, "notice.sent").len() == 1);
    assert_eq!(waiting(&app), 4);
    let due = |way| {
        let now = app.clock().now();
        app.store().read(|conn| outbox::list_due(conn, way, now, 100)).expect("the outbox").len()
    };
    app.wait_for(|_| due(Way::Post) == 0 && due(Way::Mail) == 0);
    app.wait_for(|app| {
        app.run_jobs();
        app.advance(Duration::from_secs(3600));
        waiting(app) == 0
    });
    assert_eq!(recorded(&app, "notice.undelivered")[3..], ["answered_451", "answered_452", "answered_554", "unread"]);
    assert_eq!(server.got().iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), [MISAKI], "and once only");
    let ever = app.clock().now().plus(Duration::from_secs(3600));
    let left = |way| app.store().read(|conn| outbox::list_due(conn, way, ever, 100)).expect("the outbox");
    assert!(matches!((&left(Way::Post)[..], &left(Way::Mail)[..]), ([Err(_)], [Err(_)])), "left to whoever reads them");
}

fn a_slow_server_is_left_before_another_node_takes_the_same(database: Database) {
    let server = MailServer::start();
    let app = started(database, &server);
    server.be_slow(app.clock(), Duration::from_secs(12));
    told(&app, &[app.misaki.clone(), app.misaki.clone(), app.misaki.clone()]);
    app.wait_for(|app| !recorded(app, "notice.sent").is_empty());
    assert_eq!((recorded(&app, "notice.sent").len(), waiting(&app)), (2, 1));
    app.advance(Duration::from_secs(30));
    app.wait_for(|app| waiting(app) == 0);
    let names = server.got().into_iter().map(|mail| {
        let line = mail.raw.lines().find(|line| line.starts_with("Message-ID: <"));
        line.expect("a name").to_owned()
    });
    assert_eq!(names.collect::<std::collections::HashSet<_>>().len(), 3, "each once");
}

#[test]
fn where_no_mail_is_sent_nothing_is_queued() {
    let app = TestApp::start(Database::sqlite());
    let (_hanako, _key) = enrolled(&app, "hanako@sakura.example");
    assert_eq!(waiting(&app), 0);
}
