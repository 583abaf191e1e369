//! RP-initiated logout (OpenID Connect RP-Initiated Logout 1.0).

use genkan::flows::admin::clients;
use url::form_urlencoded::Serializer;

use super::{
    party::{Party, Tokens, assert_dead, assert_page},
    refused_requests::set_enabled,
    signing_in_again::forged_hints,
};
use crate::support::{
    app::{LOGGED_OUT, TestApp, draft},
    database::Database,
    person::{Answer, Person},
};

/// 50 characters, each that a state may be made of and an address dislikes among them.
const STATE: &str = "aZ09-._~!$&'()*+,;=:@/?%20%2B#[]{}|^`<>\"\\ x y z 12";

fn address(params: &[(&str, &str)]) -> String {
    format!("/oauth/logout?{}", Serializer::new(String::new()).extend_pairs(params).finish())
}

fn is_signed_in(party: &Party<'_>, person: &Person<'_>) -> bool {
    party.callback(person, &[("prompt", "none")]).get("code").is_some()
}

fn signed_in<'a>(party: &Party<'a>) -> (Person<'a>, Tokens) {
    let person = Person::at(party.app);
    let tokens = party.sign_in_to_tokens(&person, &[]);
    (person, tokens)
}

/// The confirmation page, whose first form goes on.
fn assert_asks(answer: &Answer) {
    assert_eq!((answer.status.as_u16(), answer.header("location")), (200, None), "{answer:?}");
    assert!(answer.body.contains(r#"<form method="post" action="/oauth/logout">"#), "{}", answer.body);
}

fn assert_our_page(answer: &Answer) {
    assert_eq!((answer.status.as_u16(), answer.header("location")), (200, None), "{answer:?}");
    assert!(!answer.body.contains(r#"action="/oauth/logout""#), "{}", answer.body);
}

/// Presses the button of the confirmation page.
fn confirm(person: &Person<'_>, page: &Answer) -> Answer {
    let names = ["form_token", "id_token_hint", "client_id", "post_logout_redirect_uri", "state", "ui_locales"];
    let fields: Vec<_> = names.iter().filter_map(|name| Some((*name, unescape(&page.hidden(name)?)))).collect();
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    person.post_form("/oauth/logout", &fields)
}

fn unescape(html: &str) -> String {
    let named = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#x27;", "'"),
        ("&#39;", "'"),
        ("&#x2f;", "/"),
    ];
    named.iter().fold(html.to_owned(), |text, (name, letter)| text.replace(name, letter)).replace("&amp;", "&")
}

#[test]
fn a_hint_of_this_very_session_ends_it_at_once_and_goes_back_with_the_state() {
    let app = TestApp::start(Database::sqlite());
    let party = Party::booking(&app);
    let (person, tokens) = signed_in(&party);
    let hint = ("id_token_hint", tokens.id_token.as_str());
    let to = ("post_logout_redirect_uri", LOGGED_OUT);
    let back = person.get(&address(&[hint, to, ("state", STATE)]));
    let url = reqwest::Url::parse(back.location()).expect("an address");
    let query: Vec<_> = url.query_pairs().into_owned().collect();
    assert_eq!(query, [("state".to_owned(), STATE.to_owned())]);
    assert!(back.location().starts_with(LOGGED_OUT) && !back.location().contains(['+', ' ', '#']));
    assert!(!is_signed_in(&party, &person));
    assert_dead(&party.userinfo(&tokens.access_token));

    let (person, tokens) = signed_in(&party);
    let hint = ("id_token_hint", tokens.id_token.as_str());
    let client = ("client_id", app.booking.client_id.as_str());
    assert_eq!(person.get(&address(&[hint, client, to])).location(), LOGGED_OUT);
    assert!(!is_signed_in(&party, &person));
}

#[test]
fn a_hint_alone_ends_its_session_on_a_page_of_ours() {
    let app = TestApp::start(Database::sqlite());
    let party = Party::booking(&app);
    let (person, tokens) = signed_in(&party);
    let answer = person.get(&address(&[("id_token_hint", &tokens.id_token), ("state", STATE)]));
    assert_our_page(&answer);
    assert!(!is_signed_in(&party, &person));
}

#[test]
fn without_a_hint_the_person_is_asked_and_nobody_is_sent_anywhere() {
    let app = TestApp::start(Database::sqlite());
    let party = Party::booking(&app);
    for params in [
        &[][..],
        &[("state", STATE)],
        &[("post_logout_redirect_uri", LOGGED_OUT)],
        &[("post_logout_redirect_uri", LOGGED_OUT), ("client_id", app.booking.client_id.as_str()), ("state", STATE)],
    ] {
        let (person, tokens) = signed_in(&party);
        let page = person.get(&address(params));
        assert_asks(&page);
        assert!(is_signed_in(&party, &person), "{params:?}");
        assert_our_page(&confirm(&person, &page));
        assert!(!is_signed_in(&party, &person), "{params:?}");
        assert_dead(&party.userinfo(&tokens.access_token));
    }
    // Nobody signed in: nothing to ask.
    assert_our_page(&Person::at(&app).get("/oauth/logout"));
}

#[test]
fn a_hint_of_another_session_asks_first_and_then_goes_back() {
    let app = TestApp::start(Database::sqlite());
    let party = Party::booking(&app);
    let (_, earlier) = signed_in(&party);
    let (person, _) = signed_in(&party);
    let to = ("post_logout_redirect_uri", LOGGED_OUT);
    let page = person.get(&address(&[("id_token_hint", &earlier.id_token), to, ("state", STATE)]));
    assert_asks(&page);
    assert!(page.body.contains("さくら予約"), "{}", page.body);
    assert!(is_signed_in(&party, &person));
    let back = confirm(&person, &page);
    assert!(back.location().starts_with(&format!("{LOGGED_OUT}?state=")), "{back:?}");
    assert!(!is_signed_in(&party, &person));
    // The other session is not this browser's to end.
    assert_eq!(party.userinfo(&earlier.access_token).status, 200);
}

#[test]
fn an_address_that_is_not_registered_letter_for_letter_is_never_gone_to() {
    let app = TestApp::start(Database::sqlite());
    let party = Party::booking(&app);
    for other in [
        "http://127.0.0.1:9/logged-out?foo=bar",
        "http://127.0.0.1:9/logged-out/",
        "http://127.0.0.1:9/Logged-Out",
        "http://127.0.0.1:10/logged-out",
        "http://127.0.0.1:9/logged-out#x",
        "https://evil.example/",
        "/login",
        "http://127.0.0.1:9/callback",
        "javascript:alert(1)",
    ] {
        let (person, tokens) = signed_in(&party);
        let hint = ("id_token_hint", tokens.id_token.as_str());
        assert_our_page(&person.get(&address(&[hint, ("post_logout_redirect_uri", other), ("state", STATE)])));
    }
    // Registered, but for another client, or for one that is disabled.
    let elsewhere = "http://127.0.0.1:9/elsewhere";
    let to = ("post_logout_redirect_uri", elsewhere);
    let other = clients::Draft { post_logout_redirect_uris: Some(vec![elsewhere.to_owned()]), ..draft("別の予約") };
    let other = app.register(other);
    let (person, tokens) = signed_in(&party);
    let hint = ("id_token_hint", tokens.id_token.as_str());
    let named = ("client_id", other.client_id.as_str());
    assert_asks(&person.get(&address(&[hint, named, to])));
    assert_our_page(&person.get(&address(&[hint, to])));
    let (person, tokens) = signed_in(&party);
    set_enabled(&app, &app.booking, false);
    let hint = ("id_token_hint", tokens.id_token.as_str());
    assert_our_page(&person.get(&address(&[hint, ("post_logout_redirect_uri", LOGGED_OUT)])));
}

#[test]
fn a_hint_that_no_key_of_ours_signed_ends_nothing_unasked_and_goes_nowhere() {
    let app = TestApp::start(Database::sqlite());
    let party = Party::booking(&app);
    let (person, tokens) = signed_in(&party);
    let mut pages = Vec::new();
    for (what, hint) in forged_hints(&app, &tokens) {
        let to = ("post_logout_redirect_uri", LOGGED_OUT);
        let page = person.get(&address(&[("id_token_hint", &hint), to, ("state", STATE)]));
        assert_asks(&page);
        assert!(is_signed_in(&party, &person), "{what}");
        pages.push(page);
    }
    for page in &pages {
        assert_our_page(&person.follow(confirm(&person, page)));
    }
    assert!(!is_signed_in(&party, &person));
}

#[test]
fn an_expired_hint_is_as_good_as_any() {
    let app = TestApp::start(Database::sqlite());
    let party = Party::booking(&app);
    let (person, tokens) = signed_in(&party);
    app.advance(std::time::Duration::from_secs(20 * 60));
    let params = [("id_token_hint", tokens.id_token.as_str()), ("post_logout_redirect_uri", LOGGED_OUT)];
    assert_eq!(person.get(&address(&params)).location(), LOGGED_OUT);
    assert!(!is_signed_in(&party, &person));
}

#[test]
fn a_post_from_another_site_which_brings_no_cookie_ends_the_session_by_get() {
    let app = TestApp::start(Database::sqlite());
    let party = Party::booking(&app);
    let (person, tokens) = signed_in(&party);
    let params = [
        ("id_token_hint", tokens.id_token.as_str()),
        ("post_logout_redirect_uri", LOGGED_OUT),
        ("state", STATE),
        ("ui_locales", "en"),
    ];
    let form = party.itself.http.post(app.url("/oauth/logout")).header("origin", "http://127.0.0.1:9").form(&params);
    let on = party.itself.send(form);
    assert!(on.status == 303 && on.location().starts_with("/oauth/logout?"), "{on:?}");
    let back = person.get(on.location());
    assert!(back.location().starts_with(&format!("{LOGGED_OUT}?state=")), "{back:?}");
    assert!(!is_signed_in(&party, &person));
}

#[test]
fn a_form_of_another_site_confirms_nothing() {
    let app = TestApp::start(Database::sqlite());
    let party = Party::booking(&app);
    let (person, _) = signed_in(&party);
    let stolen = Person::at(&app).get("/login").hidden("form_token").expect("a token of another browser");
    for token in ["", "x", stolen.as_str()] {
        let form = person.http.post(app.url("/oauth/logout")).header("origin", "https://evil.example");
        assert_asks(&person.send(form.form(&[("form_token", token)])));
        assert!(is_signed_in(&party, &person));
    }
}

#[test]
fn what_cannot_be_read_gets_a_page_and_repeated_or_overlong_values_count_as_none() {
    let app = TestApp::start(Database::sqlite());
    let party = Party::booking(&app);
    let (person, tokens) = signed_in(&party);
    assert_page(&person.get("/oauth/logout?state=%zz"));
    let hint = ("id_token_hint", tokens.id_token.as_str());
    let to = ("post_logout_redirect_uri", LOGGED_OUT);
    assert_asks(&person.get(&address(&[hint, hint, to])));
    assert_asks(&person.get(&address(&[hint, to, ("state", &"s".repeat(2049))])));
    assert!(is_signed_in(&party, &person));
}

#[test]
fn the_page_speaks_the_language_asked_for() {
    let app = TestApp::start(Database::sqlite());
    let party = Party::booking(&app);
    let (person, _) = signed_in(&party);
    assert!(person.get(&address(&[])).body.contains(r#"<html lang="ja""#));
    let page = person.get(&address(&[("ui_locales", "fr en")]));
    assert!(page.body.contains(r#"<html lang="en""#));
    assert!(confirm(&person, &page).body.contains(r#"<html lang="en""#));
}
