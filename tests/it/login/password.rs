//! `POST /login/password`: who gets in, and that everybody else is told the same.

use std::time::Duration;

use genkan::{
    domain::{PasswordFallback, PasswordHash, User},
    flows::admin::users,
    keys::{PasswordCost, PasswordHasher},
    random::Random,
    store,
};

use crate::support::{
    app::{PASSWORD, TestApp},
    ceremony::enrolled,
    database::Database,
    person::{Answer, Person},
};

fn set_password(app: &TestApp, user: &User, hash: String) {
    let (id, old, now) = (user.id.clone(), app.reload(user).password_hash, app.clock().now());
    let set = app
        .store()
        .write(move |tx| store::users::set_password(tx, &id, &hash, old.as_ref().map(PasswordHash::as_str), now));
    assert!(set.expect("no fault"));
}

fn count_failures(app: &TestApp, user: &User, failures: usize) {
    let id = user.id.clone();
    let counted = app
        .store()
        .write(move |tx| (0..failures).try_for_each(|_| store::users::count_password_failure(tx, &id).map(drop)));
    counted.expect("no fault");
}

fn invite(app: &TestApp, email: &str) -> User {
    let details = users::Details {
        name: Some("新人 三郎".to_owned()),
        name_kana: Some("シンジン サブロウ".to_owned()),
        ..users::Details::default()
    };
    let invite =
        users::Invite { until: None, email: email.to_owned(), clinic: app.demo.id.clone(), roles: Vec::new(), details };
    users::invite(app.store(), &app.by(), invite).expect("no fault").expect("an invitation").user
}

/// One way not to get in: what is typed, and how things stand.
type Case = (&'static str, &'static str, &'static str, fn(&TestApp));

const REFUSED: &[Case] = &[
    ("unknown person", "nobody@demo.example", PASSWORD, |_| {}),
    ("wrong password", "misaki@demo.example", "not-her-password-1", |_| {}),
    ("empty password", "misaki@demo.example", "", |_| {}),
    ("no address at all", "misaki", PASSWORD, |_| {}),
    ("nothing typed", "", "", |_| {}),
    ("disabled", "misaki@demo.example", PASSWORD, |app| app.disable(&app.misaki)),
    ("password way closed", "misaki@demo.example", PASSWORD, |app| count_failures(app, &app.misaki, 100)),
    ("no password chosen", "saburo@demo.example", PASSWORD, |app| drop(invite(app, "saburo@demo.example"))),
    ("clinic wants two factors, long invited", "hanako@sakura.example", PASSWORD, |app| {
        app.advance(Duration::from_secs(72 * 3600));
    }),
    ("clinic wants two factors, holds a passkey", "hanako@sakura.example", PASSWORD, |app| {
        enrolled(app, "hanako@sakura.example");
    }),
    ("clinic denies passwords", "misaki@demo.example", PASSWORD, |app| {
        app.password_fallback(&app.demo, PasswordFallback::Deny);
    }),
    ("clinic denies passwords, just invited", "hanako@sakura.example", PASSWORD, |app| {
        app.password_fallback(&app.sakura, PasswordFallback::Deny);
    }),
    ("the time of passwords alone is over", "misaki@demo.example", PASSWORD, |app| {
        app.advance(Duration::from_secs(11 * 365 * 86_400));
    }),
    ("suspended", "misaki@demo.example", PASSWORD, |app| {
        let (user, clinic, now) = (app.misaki.id.clone(), app.demo.id.clone(), app.clock().now());
        let suspended = app.store().write(move |tx| store::memberships::suspend(tx, &user, &clinic, now));
        assert!(suspended.expect("no fault"));
    }),
];

/// The answer without what differs between any two: the date, this browser's token, the server's port and time, what was
/// typed.
fn comparable(app: &TestApp, answer: &Answer, email: &str) -> (u16, Vec<String>, String) {
    let port = app.issuer.rsplit(':').next().expect("a port").to_owned();
    let token = answer.hidden("form_token").expect("a token");
    let typed = format!("value=\"{email}\"");
    let body: String = answer
        .body
        .replace(&token, "TOKEN")
        .replace(&port, "PORT")
        .replace(&typed, "value=\"EMAIL\"")
        .lines()
        .filter(|line| !line.contains("<time") && !line.contains("data-server-time"))
        .collect();
    let mut headers: Vec<_> = answer
        .headers
        .iter()
        .filter(|(name, _)| !["date", "content-length"].contains(&name.as_str()))
        .map(|(name, value)| format!("{name}: {value:?}"))
        .collect();
    headers.sort();
    (answer.status.as_u16(), headers, body)
}

#[test]
fn everybody_who_does_not_get_in_is_told_the_same_and_costs_the_same_work() {
    let answers = REFUSED.iter().map(|&(name, email, password, prepare)| {
        let app = TestApp::start(Database::sqlite());
        prepare(&app);
        let browser = Person::at(&app);
        browser.get("/login");
        let hasher = app.cx().hasher;
        let before = hasher.runs();
        let answer = browser.sign_in(email, password, None);
        assert_eq!(hasher.runs() - before, 1, "{name}: one hash");
        assert!(!answer.headers.contains_key("set-cookie"), "{name}: {answer:?}");
        (name, comparable(&app, &answer, email))
    });
    let answers: Vec<_> = answers.collect();
    let (_, first) = &answers[0];
    assert_eq!(first.0, 401);
    for (name, answer) in &answers {
        assert_eq!(answer, first, "{name}");
    }
}

#[test]
fn the_waiting_after_a_wrong_password_is_the_same_for_known_and_unknown() {
    let app = TestApp::start(Database::sqlite());
    let told: Vec<_> = ["misaki@demo.example", "nobody@demo.example"]
        .into_iter()
        .map(|email| {
            let browser = Person::at(&app);
            browser.get("/login");
            browser.sign_in(email, "wrong", None);
            comparable(&app, &browser.sign_in(email, "wrong", None), email)
        })
        .collect();
    assert_eq!(told[0].0, 429);
    assert_eq!(told[0], told[1]);
}

#[test]
fn the_trail_knows_why_a_password_was_refused() {
    let reasons = [
        ("wrong password", "auth.password failure wrong_password"),
        ("disabled", "auth.password failure account_disabled"),
        ("password way closed", "auth.password failure password_closed"),
        ("no password chosen", "auth.password failure no_password"),
        ("clinic wants two factors, long invited", "auth.password failure password_alone_not_allowed"),
        ("clinic wants two factors, holds a passkey", "auth.password failure password_alone_not_allowed"),
        ("clinic denies passwords", "auth.password failure password_denied"),
        ("clinic denies passwords, just invited", "auth.password failure password_denied"),
        ("the time of passwords alone is over", "auth.password failure password_alone_not_allowed"),
        ("suspended", "auth.password failure no_membership"),
    ];
    for (name, expected) in reasons {
        let (_, email, password, prepare) = REFUSED.iter().find(|case| case.0 == name).expect(name);
        let app = TestApp::start(Database::sqlite());
        prepare(&app);
        let before = app.trail().len();
        Person::at(&app).sign_in(email, password, None);
        assert_eq!(app.recorded_since(before), [expected], "{name}");
    }
}

#[test]
fn a_password_typed_in_another_width_or_composition_signs_in() {
    let app = TestApp::start(Database::sqlite());
    let full_width: String =
        PASSWORD.chars().map(|c| char::from_u32(u32::from(c) + 0xFEE0).expect("a full-width form")).collect();
    assert_eq!(Person::at(&app).sign_in("misaki@demo.example", &full_width, None).location(), "/");
    // Chosen with a composed letter, typed with a combining one.
    set_password(&app, &app.misaki, app.cx().hasher.hash("さくらガ咲く丘の上で27", Random).expect("a hash"));
    assert_eq!(Person::at(&app).sign_in("misaki@demo.example", "さくらカ\u{3099}咲く丘の上で27", None).location(), "/");
}

#[test]
fn an_address_is_known_in_whatever_case_and_with_blanks_around_it() {
    let app = TestApp::start(Database::sqlite());
    for email in ["MISAKI@demo.example", " misaki@Demo.Example "] {
        assert_eq!(Person::at(&app).sign_in(email, PASSWORD, None).location(), "/", "{email}");
    }
}

#[test]
fn a_hash_of_yesterdays_cost_is_made_anew_by_a_sign_in() {
    let app = TestApp::start(Database::sqlite());
    let cheap = PasswordHasher::new(PasswordCost { memory_kib: 64, passes: 1, lanes: 1 }).expect("a hasher");
    set_password(&app, &app.misaki, cheap.hash(PASSWORD, Random).expect("a hash"));
    let stored = || app.reload(&app.misaki).password_hash.expect("a hash").as_str().to_owned();
    Person::at(&app).sign_in("misaki@demo.example", "wrong", None);
    assert!(stored().contains("m=64,"), "a wrong password changes nothing");
    app.advance(Duration::from_secs(1));
    for _ in 0..2 {
        assert_eq!(Person::at(&app).sign_in("misaki@demo.example", PASSWORD, None).location(), "/");
        assert!(stored().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", stored());
    }
    let once = stored();
    Person::at(&app).sign_in("misaki@demo.example", PASSWORD, None);
    assert_eq!(stored(), once, "not at every sign-in");
}

#[test]
fn the_form_is_plain_html_and_asks_for_nothing_else() {
    let app = TestApp::start(Database::sqlite());
    let login = Person::at(&app).get("/login").body;
    let (_, form) = login.split_once("action=\"/login/password\"").expect("a form");
    let (form, _) = form.split_once("</form>").expect("its end");
    let names: Vec<_> = form.split(" name=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(names, ["form_token", "email", "password"]);
    for needed in ["autocomplete=\"username webauthn\"", "autocomplete=\"current-password\"", "type=\"submit\""] {
        assert!(form.contains(needed), "{needed}");
    }
}
