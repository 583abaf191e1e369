//! `/settings/second-factor`: an authenticator app and recovery codes of one's own.

use std::time::Duration;

use genkan::{
    domain::PasswordFallback,
    flows::admin,
    keys::{Keys, MasterKey},
    random::Random,
    store,
};

use crate::support::{
    app::{PASSWORD, TestApp},
    authenticator_app::{AuthenticatorApp, SET_UP, SETTINGS, confirm, recovery_codes, type_code},
    ceremony::enrolled,
    database::{Database, on_both_databases},
    person::{Answer, Person},
};

on_both_databases! {
    whoever_has_no_passkey_sets_up_an_app_by_their_invitation,
    an_app_is_set_up_once_and_removed_with_its_codes,
}

const HANAKO: &str = "hanako@sakura.example";
const MISAKI: &str = "misaki@demo.example";
const CODES: &str = "/settings/second-factor/recovery-codes";
const REMOVE: &str = "/settings/second-factor/remove";

fn has_factor(app: &TestApp) -> bool {
    let user = &app.hanako.id;
    app.store().read(|conn| store::second_factors::find(conn, user)).expect("no fault").is_some()
}

fn signed_in<'a>(app: &'a TestApp, phone: &AuthenticatorApp) -> Person<'a> {
    let person = Person::at(app);
    let asked = person.sign_in(HANAKO, PASSWORD, None);
    assert_eq!(type_code(&person, &asked, "code", &phone.code(app, 0)).location(), "/");
    person
}

fn whoever_has_no_passkey_sets_up_an_app_by_their_invitation(database: Database) {
    let app = TestApp::start(database);
    app.advance(Duration::from_secs(80 * 3600));
    assert_eq!(Person::at(&app).sign_in(HANAKO, PASSWORD, None).status, 401, "nobody vouches for her any more");
    let hanako = Person::at(&app);
    let link = app.invite(&app.hanako, &app.sakura);
    hanako.submit(&link, &link, &[]);
    let page = hanako.get(SET_UP);
    assert!(page.body.contains("viewBox") && !page.body.contains("style="), "a picture of its own");
    let phone = AuthenticatorApp::reading(&page);
    let done = confirm(&hanako, &page, &phone.code(&app, 0));
    assert_eq!(recovery_codes(&done).len(), 10);
    assert!(done.body.contains("/settings/password"), "the invitation has taken her old password: she is told");
    let chosen = "kawa-8-nagare";
    let saved = hanako.submit("/settings/password", "/settings/password", &[("new_password", chosen)]);
    assert_eq!(saved.location(), "/settings/second-factor?notice=password_saved");
    let page = hanako.get(saved.location()).text();
    let (_, rest) = page.split_once("/login?continue=").expect("where to sign in next");
    let (waiting, _) = rest.split_once('"').expect("its end");
    app.advance(Duration::from_secs(30));
    assert_eq!(hanako.get("/settings/sessions").location(), "/settings/passkeys", "she is enrolling still");
    let asked = hanako.sign_in(HANAKO, chosen, Some(waiting));
    assert_eq!(type_code(&hanako, &asked, "code", &phone.code(&app, 0)).location(), "/");
    assert_eq!(hanako.get("/settings/sessions").status, 200);
    assert!(hanako.get(SETTINGS).body.contains("10個"));
}

fn an_app_is_set_up_once_and_removed_with_its_codes(database: Database) {
    let app = TestApp::start(database);
    let hanako = Person::at(&app);
    hanako.sign_in(HANAKO, PASSWORD, None);
    let (first, second) = (hanako.get(SET_UP), hanako.get(SET_UP));
    let [of_first, of_second] = [&first, &second].map(AuthenticatorApp::reading);
    let wrong = confirm(&hanako, &first, &of_second.code(&app, 0));
    assert_eq!(wrong.status, 422, "the other picture's code");
    assert!(!has_factor(&app) && !app.reload(&app.hanako).ever_enrolled);
    assert_eq!(wrong.hidden("set_up"), first.hidden("set_up"), "the same picture again");
    let codes = recovery_codes(&confirm(&hanako, &wrong, &of_first.code(&app, 0)));
    assert!(has_factor(&app) && app.reload(&app.hanako).ever_enrolled);
    assert_eq!(confirm(&hanako, &second, &of_second.code(&app, 0)).location(), SETTINGS, "one is enough");
    // Her password alone has become too weak for more, and the code that set it up is used.
    assert_eq!(hanako.submit(SETTINGS, CODES, &[]).location(), SETTINGS);
    assert!(hanako.get(SETTINGS).body.contains("sign_in_with_passkey"));
    let asked = Person::at(&app);
    let answer = asked.sign_in(HANAKO, PASSWORD, None);
    assert_eq!(type_code(&asked, &answer, "code", &of_first.code(&app, 0)).status, 401);
    app.advance(Duration::from_secs(30));
    let hanako = signed_in(&app, &of_first);
    let renewed = recovery_codes(&hanako.submit(SETTINGS, CODES, &[]));
    assert!(renewed.len() == 10 && renewed.iter().all(|code| !codes.contains(code)));
    let elsewhere = Person::at(&app);
    let answer = elsewhere.sign_in(HANAKO, PASSWORD, None);
    assert_eq!(type_code(&elsewhere, &answer, "recovery_code", &codes[0]).status, 401, "one of before");
    app.advance(Duration::from_secs(1));
    assert_eq!(type_code(&elsewhere, &answer, "recovery_code", &renewed[0]).location(), "/");
    let asks = hanako.get(REMOVE);
    assert!(asks.body.contains("次にログインする方法がなくなり"), "{}", asks.body);
    let removed = hanako.submit(REMOVE, REMOVE, &[("end_others", "yes")]);
    assert_eq!(removed.location(), "/settings/second-factor?notice=removed");
    assert!(!has_factor(&app));
    assert_eq!(elsewhere.get(SETTINGS).location(), "/login?notice=session_ended");
    assert_eq!(Person::at(&app).sign_in(HANAKO, PASSWORD, None).status, 401, "a password alone is nothing here");
    // Who changes their telephone sets up the next one in the same breath.
    AuthenticatorApp::set_up(&hanako);
    assert!(has_factor(&app));
    let kinds = app.trail().into_iter().map(|event| event.kind.as_str()).collect::<Vec<_>>();
    let count = |kind: &str| kinds.iter().filter(|it| **it == kind).count();
    assert_eq!((count("second_factor.added"), count("second_factor.removed"), count("recovery_codes.made")), (2, 1, 1));
}

/// Whoever is not fit to set one up.
type Unfit = (&'static str, for<'a> fn(&'a TestApp) -> Person<'a>);

const UNFIT: &[Unfit] = &[
    ("signed in too long ago", |app| {
        let hanako = Person::at(app);
        hanako.sign_in(HANAKO, PASSWORD, None);
        app.advance(Duration::from_secs(5 * 60 + 1));
        hanako
    }),
    ("a password alone, long invited", |app| {
        app.advance(Duration::from_secs(80 * 3600));
        let misaki = Person::at(app);
        assert_eq!(misaki.sign_in(MISAKI, PASSWORD, None).location(), "/");
        misaki
    }),
    ("a password alone of somebody with a passkey", |app| {
        enrolled(app, MISAKI);
        let misaki = Person::at(app);
        assert_eq!(misaki.sign_in(MISAKI, PASSWORD, None).location(), "/");
        misaki
    }),
];

#[test]
fn a_password_that_leaked_never_becomes_a_second_factor() {
    for (name, unfit) in UNFIT {
        let app = TestApp::start(Database::sqlite());
        // A picture from while it was allowed does not help.
        let hanako = Person::at(&app);
        hanako.sign_in(HANAKO, PASSWORD, None);
        let page = hanako.get(SET_UP);
        let phone = AuthenticatorApp::reading(&page);
        let person = unfit(&app);
        assert_eq!(person.get(SET_UP).location(), SETTINGS, "{name}");
        let fields = [("set_up", page.hidden("set_up").expect("a picture")), ("code", phone.code(&app, 0))];
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        let answer = person.submit(SETTINGS, SET_UP, &fields);
        assert!(answer.location().starts_with(SETTINGS), "{name}: {answer:?}");
        let all = app.store().read(store::second_factors::list).expect("no fault");
        assert!(all.is_empty(), "{name}");
    }
}

#[test]
fn a_picture_is_good_for_its_own_session_for_ten_minutes() {
    let app = TestApp::start(Database::sqlite());
    let (hanako, key) = enrolled(&app, HANAKO);
    let page = hanako.get(SET_UP);
    let phone = AuthenticatorApp::reading(&page);
    let late = "/settings/second-factor?notice=late";
    let (misaki, _) = enrolled(&app, MISAKI);
    let of_hanako = |person: &Person<'_>| -> Answer {
        let (set_up, code) = (page.hidden("set_up").expect("a picture"), phone.code(&app, 0));
        person.submit(SETTINGS, SET_UP, &[("set_up", &set_up), ("code", &code)])
    };
    assert_eq!(of_hanako(&misaki).location(), late);
    app.advance(Duration::from_secs(10 * 60));
    hanako.passkey(&key, None);
    assert_eq!(of_hanako(&hanako).location(), late);
    assert!(!has_factor(&app));
}

#[test]
fn a_short_password_stands_beside_a_code_and_not_alone() {
    let app = TestApp::start(Database::sqlite());
    let hanako = Person::at(&app);
    hanako.sign_in(HANAKO, PASSWORD, None);
    let page = hanako.get("/settings/password").body;
    assert!(page.contains("8文字以上"), "{page}");
    let change = |person: &Person<'_>, current: &str, new: &str| {
        let fields = [("current_password", current), ("new_password", new)];
        person.submit("/settings/password", "/settings/password", &fields)
    };
    assert_eq!(change(&hanako, PASSWORD, "kawa-8k").status, 422, "seven");
    assert_eq!(change(&hanako, PASSWORD, "kawa-8km").status, 303, "eight");
    // The clinic lets passwords stand alone: hers is asked to become longer first.
    let until = app.clock().now().plus(Duration::from_secs(86_400 * 30));
    let alone = PasswordFallback::PasswordOnly { reason: "機器の入替え".to_owned(), until };
    app.password_fallback(&app.sakura, alone);
    let hanako = Person::at(&app);
    let asked = hanako.sign_in(HANAKO, "kawa-8km", None);
    assert_eq!(asked.location(), "/settings/password?notice=too_short");
    let page = hanako.get(asked.location()).body;
    assert!(page.contains("短すぎます") && page.contains("13文字以上"), "{page}");
    assert_eq!(hanako.get("/").location(), "/settings/passkeys", "nowhere else yet");
    assert_eq!(change(&hanako, "kawa-8km", "kawa-8km-naga").status, 303);
    assert_eq!(Person::at(&app).sign_in(HANAKO, "kawa-8km-naga", None).location(), "/");
}

#[test]
fn while_a_password_stands_alone_the_home_page_says_until_when() {
    let app = TestApp::start(Database::sqlite());
    let misaki = Person::at(&app);
    misaki.sign_in(MISAKI, PASSWORD, None);
    let banner = "パスワードだけでもログインできます";
    assert!(misaki.get("/").body.contains(banner));
    app.password_fallback(&app.demo, PasswordFallback::SecondFactor);
    assert!(!misaki.get("/").body.contains(banner));
}

#[test]
fn a_new_master_key_opens_every_app_and_keeps_recovery_codes() {
    let app = TestApp::start(Database::sqlite());
    let hanako = Person::at(&app);
    hanako.sign_in(HANAKO, PASSWORD, None);
    let (_, codes) = AuthenticatorApp::set_up(&hanako);
    let (old, new) = (app.cx().keys, Keys::new(&MasterKey::generate(Random)));
    let find = || app.store().read(|conn| store::second_factors::find(conn, &app.hanako.id)).expect("no fault");
    let seed = old.open_seed(&app.hanako.id, &find().expect("an app").sealed_seed).expect("opens");
    admin::keys::rewrap(app.store(), &old, &new, &app.by()).expect("sealed again");
    let sealed = find().expect("an app").sealed_seed;
    assert!(old.open_seed(&app.hanako.id, &sealed).is_err());
    assert_eq!(new.open_seed(&app.hanako.id, &sealed).expect("opens"), seed);
    let hash = seed.recovery_hash(&genkan::domain::RecoveryCode::parse(&codes[0]).expect("a code"));
    let (user, now) = (app.hanako.id.clone(), app.clock().now());
    let used = app.store().write(move |tx| store::second_factors::use_recovery_code(tx, &user, &hash, now));
    assert!(used.expect("no fault"));
}
