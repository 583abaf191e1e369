//! The session that a sign-in opens, and the cookie that holds it.

use reqwest::{Url, header};

use crate::support::{
    app::{PASSWORD, TestApp},
    ceremony::enrolled,
    database::Database,
    person::{Answer, Person},
    relying_party::{RelyingParty, SignedIn},
    runtime::block_on,
};

const MISAKI: &str = "misaki@demo.example";

/// `genkan=…` as an answer gave it.
fn cookie(answer: &Answer) -> String {
    let given = answer.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
    let ours: Vec<_> = given.filter(|text| text.starts_with("genkan=")).collect();
    let [one] = ours.as_slice() else { panic!("one session cookie: {answer:?}") };
    (*one).to_owned()
}

/// By somebody who is signed in already, and so has to go past the portal.
fn sign_in_again(person: &Person<'_>) -> Answer {
    person.submit("/settings/passkeys", "/login/password", &[("email", MISAKI), ("password", PASSWORD)])
}

fn pair(cookie: &str) -> &str {
    cookie.split(';').next().expect("a pair")
}

/// What a browser that holds this cookie is shown.
fn with_cookie(app: &TestApp, cookie: &str) -> u16 {
    let elsewhere = Person::at(app);
    let request = elsewhere.http.get(app.url("/settings/sessions")).header(header::COOKIE, pair(cookie));
    elsewhere.send(request).status.as_u16()
}

/// The application's tokens, by the session that the browser has or by a password.
fn tokens(person: &Person<'_>, party: &RelyingParty, more: &[(&'static str, &'static str)]) -> SignedIn {
    let (url, pending) = party.authorize_url(more);
    let mut answer = person.get(url.as_str());
    if let Some((_, sealed)) = answer.location().split_once("/login?continue=") {
        let sealed = sealed.to_owned();
        answer = person.sign_in(MISAKI, PASSWORD, Some(&sealed));
    }
    let back = person.follow(answer);
    let callback = Url::parse(back.location()).expect("the callback");
    block_on(party.exchange(pending, &callback)).expect("verified tokens")
}

#[test]
fn the_cookie_is_for_the_server_alone_and_says_nothing() {
    let app = TestApp::start(Database::sqlite());
    let cookie = cookie(&Person::at(&app).sign_in(MISAKI, PASSWORD, None));
    let (value, attributes) = cookie["genkan=".len()..].split_once(';').expect("attributes");
    assert_eq!(attributes, " HttpOnly; SameSite=Lax; Path=/");
    assert_eq!(value.len(), 43, "256 random bits");
}

#[test]
fn every_sign_in_gives_a_new_cookie_and_the_old_one_is_dead() {
    let app = TestApp::start(Database::sqlite());
    let (misaki, key) = enrolled(&app, MISAKI);
    let mut held = cookie(&sign_in_again(&misaki));
    for by_passkey in [true, false, true] {
        assert_eq!(with_cookie(&app, &held), 200);
        let next = if by_passkey { misaki.passkey(&key, None) } else { sign_in_again(&misaki) };
        let next = cookie(&next);
        assert_ne!(pair(&next), pair(&held));
        assert_eq!(with_cookie(&app, &held), 303, "the old one is dead");
        held = next;
    }
    assert_eq!(with_cookie(&app, &held), 200);
}

#[test]
fn a_cookie_brought_along_is_never_taken_over() {
    let app = TestApp::start(Database::sqlite());
    let planted = format!("genkan={}", "A".repeat(43));
    let browser = Person::at(&app);
    let token = browser.get("/login").hidden("form_token").expect("a token");
    let fields = [("form_token", token.as_str()), ("email", MISAKI), ("password", PASSWORD)];
    let request = browser.http.post(app.url("/login/password")).header(header::COOKIE, &planted).form(&fields);
    assert_eq!(browser.send(request).status, 403, "without the browser's own cookie there is no form");
    let signed_in = browser.sign_in(MISAKI, PASSWORD, None);
    assert_ne!(pair(&cookie(&signed_in)), planted);
    assert_eq!(with_cookie(&app, &planted), 303);
}

#[test]
fn the_same_person_keeps_the_sid_when_signing_in_again() {
    let app = TestApp::start(Database::sqlite());
    let misaki = Person::at(&app);
    let party = app.relying_party(&app.booking);
    let first = tokens(&misaki, &party, &[]);
    app.advance(std::time::Duration::from_secs(60));
    let again = tokens(&misaki, &party, &[("prompt", "login")]);
    assert_eq!(again.sid(), first.sid());
    assert!(again.auth_time() > first.auth_time());
    assert_eq!(app.sessions(&app.misaki).len(), 1);
    assert!(block_on(party.userinfo(&first)).is_ok(), "what the application was given lives on");
    let elsewhere = tokens(&Person::at(&app), &party, &[]);
    assert_ne!(elsewhere.sid(), first.sid(), "another browser is another session");
}

#[test]
fn another_person_on_the_same_browser_ends_the_session_and_what_it_gave() {
    let app = TestApp::start(Database::sqlite());
    let (_, hanakos_key) = enrolled(&app, "hanako@sakura.example");
    let shared = Person::at(&app);
    let party = app.relying_party(&app.booking);
    let first = tokens(&shared, &party, &[]);
    let misakis = cookie(&sign_in_again(&shared));
    assert!(block_on(party.userinfo(&first)).is_ok());
    let before = app.trail().len();
    assert_eq!(shared.passkey(&hanakos_key, None).status, 200);
    assert_eq!(app.sessions(&app.misaki).len(), 0);
    assert_eq!(with_cookie(&app, &misakis), 303);
    assert!(block_on(party.userinfo(&first)).is_err(), "her access token is dead");
    assert_eq!(
        app.recorded_since(before),
        ["session.ended success replaced", "session.started success", "auth.passkey success"]
    );
    let ended = &app.trail()[before];
    assert_eq!(ended.subject, Some(app.misaki.id.clone()), "whose session it was, not who came next");
    assert_eq!(ended.actor, genkan::flows::cx::actor(&app.hanako));
}

#[test]
fn logging_out_ends_the_session_and_takes_the_cookie_away() {
    let app = TestApp::start(Database::sqlite());
    let misaki = Person::at(&app);
    let held = cookie(&misaki.sign_in(MISAKI, PASSWORD, None));
    let out = misaki.submit("/oauth/logout", "/oauth/logout", &[]);
    assert_eq!(out.status, 200);
    assert!(cookie(&out).contains("Max-Age=0"), "{out:?}");
    assert_eq!(with_cookie(&app, &held), 303);
    assert_eq!(app.sessions(&app.misaki).len(), 0);
}
