//! `/settings/passkeys/{id}/…`: suspending, resuming and deleting, the sessions that end with it, and the last way in.

use std::time::Duration;

use genkan::{
    domain::{ClientType, Passkey, PasskeyId, SessionId, SuspendedBy, Suspension, User},
    flows::admin::clients,
    store,
};

use crate::{
    oauth::party::{OFFLINE, Party, assert_dead, renewing, token_error},
    support::{
        app::{PASSWORD, TestApp},
        ceremony::{begin_login, enrolled, error, finish_login},
        database::{Database, on_both_databases},
        meanwhile::meanwhile,
        person::{Answer, Person},
        soft_key::SoftKey,
    },
};

const HANAKO: &str = "hanako@sakura.example";
const MISAKI: &str = "misaki@demo.example";
const PAGE: &str = "/settings/passkeys";
const SUSPENDED: &str = "/settings/passkeys?notice=suspended";
const RESUMED: &str = "/settings/passkeys?notice=resumed";
const DELETED: &str = "/settings/passkeys?notice=deleted";
const OVER: &str = "/login?notice=session_ended";

const END: (&str, &str) = ("end_sessions", "yes");
const LAST: (&str, &str) = ("knows_last", "yes");

on_both_databases! {
    a_suspended_passkey_signs_nobody_in_and_what_it_opened_ends_until_it_is_resumed,
    a_deleted_passkey_ends_what_it_opened_where_one_says_so,
    the_last_passkey_goes_only_when_the_person_was_told,
    what_an_administrator_suspended_stays_so,
}

fn change(person: &Person<'_>, passkey: &Passkey, what: &str, fields: &[(&str, &str)]) -> Answer {
    person.submit(PAGE, &format!("{PAGE}/{}/{what}", passkey.id), fields)
}

/// Somebody with two passkeys, signed in with the second on a browser of its own.
struct Two<'a> {
    phone: Passkey,
    phone_key: SoftKey,
    by_phone: Person<'a>,
    desk: Passkey,
    desk_key: SoftKey,
    at_desk: Person<'a>,
}

impl<'a> Two<'a> {
    fn of(app: &'a TestApp, user: &User) -> Self {
        let (by_phone, phone_key) = enrolled(app, user.email.as_str());
        let (at_desk, desk_key) = (Person::at(app), SoftKey::new(&app.issuer));
        assert_eq!(by_phone.register(&desk_key).status, 200);
        assert_eq!(at_desk.passkey(&desk_key, None).status, 200);
        let [phone, desk] = app.passkeys(user).try_into().expect("two passkeys");
        Self { phone, phone_key, by_phone, desk, desk_key, at_desk }
    }
}

fn a_suspended_passkey_signs_nobody_in_and_what_it_opened_ends_until_it_is_resumed(database: Database) {
    let app = TestApp::start(database);
    let two = Two::of(&app, &app.hanako);
    let chart = Party::renewing(&app);
    let tokens = chart.tokens(&chart.callback(&two.by_phone, &[("scope", OFFLINE)]).code());
    // What outlives its session: given in this one, in one that is over, and in another passkey's.
    let native = clients::Draft { kind: Some(ClientType::Native), ..renewing("訪問看護") };
    let native = Party::new(&app, &app.register(native));
    let given = |person: &Person<'_>| native.tokens(&native.callback(person, &[("scope", OFFLINE)]).code());
    let earlier = Person::at(&app);
    assert_eq!(earlier.passkey(&two.phone_key, None).status, 200);
    let [now_and, earlier, kept] = [given(&two.by_phone), given(&earlier), given(&two.at_desk)];
    let (over, at) = (SessionId::new(earlier.text("sid")), app.clock().now());
    app.store().write(move |tx| store::sessions::end(tx, &over, "logout", at)).expect("ended");
    let asked = two.at_desk.get(&format!("{PAGE}/{}/suspend", two.phone.id)).text();
    assert!(asked.contains("name=\"end_sessions\" value=\"yes\" checked") && asked.contains("1件"), "{asked}");
    assert!(!asked.contains("knows_last"), "another is left");

    let before = app.trail().len();
    assert_eq!(change(&two.at_desk, &two.phone, "suspend", &[END]).location(), SUSPENDED);
    assert_eq!(app.recorded_since(before), ["session.ended success passkey_suspended", "passkey.disabled success"]);
    let event = app.trail().pop().expect("an event");
    let (id, name) = (&two.phone.id, &two.phone.name);
    let detail = serde_json::json!({ "passkey": id, "name": name, "sessions_ended": 1, "grants_revoked": 2 });
    assert_eq!((event.detail, event.subject), (Some(detail), Some(app.hanako.id.clone())));
    assert_eq!(two.by_phone.get(PAGE).location(), OVER);
    assert_dead(&chart.userinfo(&tokens.access_token));
    assert_eq!(token_error(&chart.refresh(&tokens.refresh_token, &[])), "invalid_grant");
    for tokens in [now_and, earlier] {
        assert_eq!(token_error(&native.refresh(&tokens.refresh_token, &[])), "invalid_grant");
    }
    assert_eq!(native.refresh(&kept.refresh_token, &[]).status, 200);
    assert_eq!(two.at_desk.get(PAGE).status, 200, "another passkey's session goes on");
    assert!(two.at_desk.get(PAGE).body.contains("一時停止中"));

    let suspended = app.passkeys(&app.hanako)[0].suspension.clone();
    assert_eq!(suspended, Some(Suspension { at: app.clock().now(), by: SuspendedBy::Owner, reason: None }));
    let refused = Person::at(&app).passkey(&two.phone_key, None);
    assert_eq!((refused.status.as_u16(), error(&refused).as_str()), (403, "passkey_suspended"));
    assert_eq!(refused.json().get("signal_unknown"), None, "it stays on its device");
    assert_eq!(app.recorded_since(app.trail().len() - 1), ["auth.passkey failure passkey_suspended"]);

    assert_eq!(change(&two.at_desk, &two.phone, "suspend", &[]).location(), PAGE, "once is enough");
    let before = app.trail().len();
    assert_eq!(change(&two.at_desk, &two.phone, "resume", &[]).location(), RESUMED);
    assert_eq!(change(&two.at_desk, &two.phone, "resume", &[]).location(), PAGE);
    assert_eq!(app.recorded_since(before), ["passkey.enabled success"]);
    assert_eq!(Person::at(&app).passkey(&two.phone_key, None).status, 200);
}

fn a_deleted_passkey_ends_what_it_opened_where_one_says_so(database: Database) {
    let app = TestApp::start(database);
    let two = Two::of(&app, &app.hanako);
    assert_eq!(change(&two.at_desk, &two.phone, "delete", &[]).location(), DELETED);
    assert_eq!(two.by_phone.get(PAGE).status, 200, "the box was cleared");
    assert_eq!(app.reload(&app.hanako).passkey_count, 1);

    let third = SoftKey::new(&app.issuer);
    assert_eq!(two.at_desk.register(&third).status, 200);
    let asked = two.at_desk.get(&format!("{PAGE}/{}/delete", two.desk.id)).text();
    assert!(asked.contains("この端末からもログアウトします"), "{asked}");
    let before = app.trail().len();
    let gone = change(&two.at_desk, &two.desk, "delete", &[END]);
    assert_eq!(gone.location(), "/login?notice=ended_with_passkey");
    assert!(gone.header("set-cookie").expect("the cookie goes").contains("Max-Age=0"));
    assert_eq!(app.recorded_since(before), ["session.ended success passkey_deleted", "passkey.deleted success"]);
    assert!(two.at_desk.get(gone.location()).body.contains("そのパスキーで始めたログインを終了しました"));
    assert_eq!(Person::at(&app).passkey(&two.desk_key, None).status, 403);
    assert_eq!(Person::at(&app).passkey(&third, None).status, 200);
}

fn the_last_passkey_goes_only_when_the_person_was_told(database: Database) {
    let app = TestApp::start(database);
    let cases = [
        (&app.hanako, "suspend", "次にログインする方法がなくなり"),
        (&app.misaki, "suspend", "ログインの方法はパスワードだけになり"),
        (&app.hanako, "delete", "次にログインする方法がなくなり"),
        (&app.misaki, "delete", "ログインの方法はパスワードだけになり"),
    ];
    let people = [HANAKO, MISAKI].map(|email| enrolled(&app, email).0);
    for (index, (user, what, words)) in cases.into_iter().enumerate() {
        let (person, passkey) = (&people[index % 2], app.passkeys(user)[0].clone());
        let page = format!("{PAGE}/{}/{what}", passkey.id);
        let before = app.trail().len();
        assert_eq!(change(person, &passkey, what, &[]).location(), page, "one is asked first");
        assert_eq!(app.recorded_since(before), Vec::<String>::new());
        let asked = person.get(&page);
        assert!(asked.body.contains(words), "{}", asked.body);
        assert_eq!(asked.hidden("knows_last").as_deref(), Some("yes"));
        assert_eq!(change(person, &passkey, what, &[LAST]).status, 303);
        if what == "suspend" {
            assert!(person.get(PAGE).body.contains("いまログインに使えるパスキーがありません"));
            assert_eq!(change(person, &passkey, "resume", &[]).location(), RESUMED, "by the sign-in of a moment ago");
        } else {
            assert!(app.passkeys(user).is_empty());
        }
    }
}

#[test]
fn a_suspended_one_is_deleted_without_a_warning_and_is_no_spare() {
    let app = TestApp::start(Database::sqlite());
    let two = Two::of(&app, &app.hanako);
    let advice = "予備のパスキーを";
    assert!(!two.at_desk.get(PAGE).body.contains(advice));
    change(&two.at_desk, &two.phone, "suspend", &[]);
    assert!(two.at_desk.get(PAGE).body.contains(advice));
    assert!(two.at_desk.get("/").body.contains("パスキーが1つだけです"));
    assert!(!two.at_desk.get(&format!("{PAGE}/{}/delete", two.phone.id)).body.contains("knows_last"));
    assert_eq!(change(&two.at_desk, &two.phone, "delete", &[]).location(), DELETED);
}

/// A lost phone is stopped at once, by any ordinary sign-in; bringing it back and deleting take more.
#[test]
fn only_suspending_needs_no_fresh_sign_in_and_who_signs_in_again_comes_back() {
    let app = TestApp::start(Database::sqlite());
    let two = Two::of(&app, &app.hanako);
    app.advance(Duration::from_secs(5 * 60) + Duration::from_millis(1));
    let page = format!("{PAGE}/{}/delete", two.phone.id);
    let stale = change(&two.at_desk, &two.phone, "delete", &[]);
    let sealed = stale.location().strip_prefix("/login?notice=sign_in_again&continue=").expect("a sign-in").to_owned();
    assert!(
        two.at_desk.get(&page).text().contains("/login?notice=sign_in_again&amp;continue="),
        "its page says so first"
    );
    assert_eq!(change(&two.at_desk, &two.phone, "suspend", &[]).location(), SUSPENDED);
    let resume = change(&two.at_desk, &two.phone, "resume", &[]);
    assert!(resume.location().starts_with("/login?notice=sign_in_again&continue="), "{}", resume.location());
    assert_eq!(two.at_desk.passkey(&two.desk_key, Some(&sealed)).json()["next"], page.as_str());
    assert!(two.at_desk.get(&page).body.contains("削除する"));
    assert_eq!(change(&two.at_desk, &two.phone, "resume", &[]).location(), RESUMED);
    assert_eq!(change(&two.at_desk, &two.phone, "delete", &[]).location(), DELETED);
}

#[test]
fn what_a_suspended_passkey_opened_changes_nothing_while_another_signs_in() {
    let app = TestApp::start(Database::sqlite());
    let two = Two::of(&app, &app.hanako);
    assert_eq!(change(&two.at_desk, &two.phone, "suspend", &[]).location(), SUSPENDED);
    assert_eq!(two.by_phone.get(PAGE).status, 200, "its session was left");
    for (passkey, what) in [(&two.desk, "delete"), (&two.phone, "delete"), (&two.phone, "resume")] {
        let refused = change(&two.by_phone, passkey, what, &[LAST]);
        assert!(![DELETED, RESUMED].contains(&refused.location()), "{what}: {}", refused.location());
    }
    let enabled: Vec<_> = app.passkeys(&app.hanako).iter().map(Passkey::is_enabled).collect();
    assert_eq!(enabled, [false, true]);
    assert_eq!(change(&two.at_desk, &two.phone, "resume", &[]).location(), RESUMED);
    assert_eq!(change(&two.by_phone, &two.desk, "delete", &[]).location(), DELETED);
}

#[test]
fn a_password_may_suspend_and_neither_resume_nor_delete() {
    let app = TestApp::start(Database::sqlite());
    let two = Two::of(&app, &app.misaki);
    let password = Person::at(&app);
    password.sign_in(MISAKI, PASSWORD, None);
    assert_eq!(change(&password, &two.phone, "suspend", &[]).location(), SUSPENDED);
    for what in ["resume", "delete"] {
        let answer = change(&password, &two.phone, what, &[]);
        assert!(answer.location().starts_with("/login?notice=sign_in_with_passkey"), "{}", answer.location());
    }
    assert_eq!(change(&password, &two.desk, "suspend", &[LAST]).location(), SUSPENDED);
    assert_eq!(app.passkeys(&app.misaki).iter().filter(|passkey| passkey.is_enabled()).count(), 0);
    for passkey in [&two.phone, &two.desk] {
        for what in ["resume", "delete"] {
            assert!(change(&password, passkey, what, &[]).location().starts_with("/login?"), "{what}");
        }
    }
    assert_eq!(app.passkeys(&app.misaki).len(), 2);
}

/// Or whoever knows it could stop the passkeys first, and then keep their owner out for good.
#[test]
fn a_leaked_password_that_suspends_the_passkeys_cannot_be_changed() {
    let app = TestApp::start(Database::sqlite());
    let two = Two::of(&app, &app.misaki);
    let thief = Person::at(&app);
    thief.sign_in(MISAKI, PASSWORD, None);
    let page = "/settings/password";
    let fields = [("current_password", PASSWORD), ("new_password", "kazaguruma-5-mawaru")];
    assert_eq!(thief.submit(page, page, &fields).status, 422, "a passkey is stronger");
    change(&thief, &two.phone, "suspend", &[END]);
    change(&thief, &two.desk, "suspend", &[END, LAST]);
    assert_eq!(thief.submit(page, page, &fields).status, 422);
    assert!(thief.get(page).body.contains("今のログインではパスワードを変更できません"));
    assert_eq!(Person::at(&app).sign_in(MISAKI, PASSWORD, None).location(), "/", "the owner's still opens");
    let invited = Person::at(&app);
    let link = app.invite(&app.misaki, &app.demo);
    invited.submit(&link, &link, &[]);
    assert_eq!(change(&invited, &two.phone, "resume", &[]).location(), RESUMED, "whom the clinic vouches for");
}

#[test]
fn an_enrolling_session_suspends_nothing() {
    let app = TestApp::start(Database::sqlite());
    let two = Two::of(&app, &app.hanako);
    let link = app.invite(&app.hanako, &app.sakura);
    let invited = Person::at(&app);
    invited.submit(&link, &link, &[]);
    assert_eq!(change(&invited, &two.phone, "suspend", &[]).location(), PAGE);
    assert!(app.passkeys(&app.hanako)[0].is_enabled());
    assert!(!invited.get(PAGE).body.contains("/suspend"), "nor is it offered");
}

fn what_an_administrator_suspended_stays_so(database: Database) {
    let app = TestApp::start(database);
    let two = Two::of(&app, &app.hanako);
    change(&two.at_desk, &two.phone, "suspend", &[]);
    let taken = Suspension {
        at: app.clock().now(),
        by: SuspendedBy::Administrator,
        reason: Some("<b>紛失</b>の届け出".to_owned()),
    };
    let suspend = |suspension: &Suspension| {
        let (id, owner, suspension) = (two.phone.id.clone(), app.hanako.id.clone(), suspension.clone());
        app.store().write(move |tx| store::passkeys::suspend(tx, &id, &owner, &suspension)).expect("an answer")
    };
    assert!(suspend(&taken), "it takes the place of her own");
    assert!(!suspend(&taken));
    assert!(!suspend(&Suspension { by: SuspendedBy::Owner, reason: None, ..taken.clone() }), "not the other way");
    let refused = "/settings/passkeys?notice=by_administrator";
    for what in ["resume", "delete"] {
        assert_eq!(change(&two.at_desk, &two.phone, what, &[]).location(), refused);
    }
    assert_eq!(app.passkeys(&app.hanako)[0].suspension, Some(taken));
    let page = two.at_desk.get(PAGE).text();
    assert!(page.contains("&lt;b&gt;紛失&lt;/b&gt;の届け出"), "{page}");
    assert!(!page.contains(&format!("{}/resume", two.phone.id)) && !page.contains(&format!("{}/delete", two.phone.id)));
    let (id, owner) = (two.phone.id.clone(), app.hanako.id.clone());
    let lifted = app.store().write(move |tx| store::passkeys::resume(tx, &id, &owner, SuspendedBy::Administrator));
    assert!(lifted.expect("an answer"));
    assert_eq!(Person::at(&app).passkey(&two.phone_key, None).status, 403, "her own suspension is there again");
    assert_eq!(change(&two.at_desk, &two.phone, "resume", &[]).location(), RESUMED);
    assert_eq!(Person::at(&app).passkey(&two.phone_key, None).status, 200);
}

/// What was read said that it is enabled; the write asks again.
#[test]
fn a_passkey_suspended_while_its_answer_is_checked_opens_no_session() {
    let database = Database::postgres();
    let url = database.url().to_owned();
    let app = TestApp::start(database);
    let (_, key) = enrolled(&app, HANAKO);
    let browser = Person::at(&app);
    let begun = begin_login(&browser);
    let credential = key.login(&begun["options"]).expect("an assertion");
    let before = app.sessions(&app.hanako).len();
    let suspend = "UPDATE passkeys SET enabled = FALSE, suspended_at = 1, suspended_by = 'owner'";
    let answer = meanwhile(&url, suspend, || finish_login(&browser, &begun, &credential));
    assert_eq!((answer.status.as_u16(), error(&answer).as_str()), (403, "changed_meanwhile"));
    assert_eq!(app.sessions(&app.hanako).len(), before);
}

#[test]
fn somebody_elses_passkey_is_not_there() {
    let app = TestApp::start(Database::sqlite());
    let two = Two::of(&app, &app.hanako);
    let (misaki, _) = enrolled(&app, MISAKI);
    let before = app.trail().len();
    let unknown = Passkey { id: PasskeyId::new("019bcd2e-4f6c-7a31-9c0e-0f2f7a6f1c55"), ..two.phone.clone() };
    for passkey in [&two.phone, &unknown] {
        for what in ["suspend", "resume", "delete"] {
            assert_eq!(change(&misaki, passkey, what, &[END, LAST]).status, 404, "{what}");
        }
        for page in ["suspend", "delete"] {
            assert_eq!(misaki.get(&format!("{PAGE}/{}/{page}", passkey.id)).status, 404, "{page}");
        }
    }
    assert_eq!(app.recorded_since(before), Vec::<String>::new());
    assert_eq!(two.by_phone.get(PAGE).status, 200);
}

#[test]
fn password_managers_find_the_page() {
    let app = TestApp::start(Database::sqlite());
    let answer = Person::at(&app).get("/.well-known/passkey-endpoints");
    let page = app.url(PAGE);
    assert_eq!(answer.json(), serde_json::json!({ "enroll": page, "manage": page }));
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
}

/// Whose passkey is not found signs in with the password, and sees what is registered.
#[test]
fn the_login_page_leads_to_what_is_registered() {
    let app = TestApp::start(Database::sqlite());
    let misaki = Person::at(&app);
    let login = misaki.get("/login").text();
    let (_, panel) = login.split_once("data-part=\"frame\"").expect("the panel of what went wrong");
    assert!(panel.contains("href=\"/login?to=passkeys\""), "{panel}");
    let asked = misaki.get("/login?to=passkeys");
    let sealed = asked.location().strip_prefix("/login?continue=").expect("it waits");
    assert_eq!(misaki.sign_in(MISAKI, PASSWORD, Some(sealed)).location(), PAGE);
    assert_eq!(misaki.get("/login?to=passkeys").location(), PAGE, "who is signed in is there at once");
    assert_eq!(Person::at(&app).get("/login?to=//evil.example").status, 200, "it leads nowhere else");
}

#[test]
fn a_changed_password_ends_the_other_sessions_where_one_says_so() {
    let app = TestApp::start(Database::sqlite());
    let [here, there] = [(); 2].map(|()| {
        let misaki = Person::at(&app);
        misaki.sign_in(MISAKI, PASSWORD, None);
        misaki
    });
    let page = "/settings/password";
    assert!(here.get(page).text().contains("name=\"end_others\" value=\"yes\" checked"));
    let change = |current, new, more: &[(&str, &str)]| {
        here.submit(page, page, &[&[("current_password", current), ("new_password", new)], more].concat()).status
    };
    assert_eq!(change(PASSWORD, "kazaguruma-5-mawaru", &[]), 200);
    assert_eq!(there.get(PAGE).status, 200);
    let before = app.trail().len();
    assert_eq!(change("kazaguruma-5-mawaru", "yamanobe-ni-8-hibari", &[("end_others", "yes")]), 200);
    assert_eq!(app.recorded_since(before), ["session.ended success password_changed", "password.changed success"]);
    assert_eq!((there.get(PAGE).location(), here.get(PAGE).status.as_u16()), (OVER, 200));
}
