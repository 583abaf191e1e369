//! Our own forms: from our own pages, with the token that was drawn for this very browser.

use reqwest::header;

use crate::support::{
    app::{PASSWORD, TestApp},
    database::Database,
    person::{Answer, Person},
};

/// Every form that we take, and none with an effect that a refused one could have by accident.
fn forms(app: &TestApp) -> Vec<String> {
    let session = &app.sessions(&app.misaki)[0].id;
    let invitation = app.invite(&app.hanako, &app.sakura);
    let invitation = invitation.strip_prefix(&app.issuer).expect("a link of ours").to_owned();
    vec![
        "/login/password".to_owned(),
        "/settings/password".to_owned(),
        "/settings/passkeys/some-id/rename".to_owned(),
        "/settings/passkeys/some-id/delete".to_owned(),
        format!("/settings/sessions/{session}/end"),
        "/settings/sessions/end-others".to_owned(),
        "/language".to_owned(),
        invitation,
    ]
}

fn misaki(app: &TestApp) -> Person<'_> {
    let misaki = Person::at(app);
    assert_eq!(misaki.sign_in("misaki@demo.example", PASSWORD, None).status, 303);
    misaki
}

fn post(person: &Person<'_>, path: &str, token: Option<&str>, headers: &[(&str, &str)]) -> Answer {
    let mut fields = vec![("email", "misaki@demo.example"), ("password", PASSWORD), ("lang", "en"), ("name", "x")];
    fields.extend(token.map(|token| ("form_token", token)));
    let request = person.http.post(person.app.url(path)).form(&fields);
    person.send(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)))
}

/// A refused form changes nothing: the session lives, nothing is recorded, no cookie but the browser's own is given.
fn every_form_refuses(token: impl Fn(&Person<'_>) -> Option<String>, each: &[&[(&str, &str)]]) {
    let app = TestApp::start(Database::sqlite());
    let misaki = misaki(&app);
    let forms = forms(&app);
    let before = app.trail().len();
    for headers in each {
        let token = token(&misaki);
        for path in &forms {
            let answer = post(&misaki, path, token.as_deref(), headers);
            assert_eq!(answer.status, 403, "{path} {headers:?}: {}", answer.body);
            assert!(answer.body.contains("<html"), "{path}: a page of ours");
        }
    }
    assert_eq!(app.recorded_since(before), Vec::<String>::new());
    assert_eq!(app.sessions(&app.misaki).len(), 1);
}

fn own_token(person: &Person<'_>) -> Option<String> {
    person.get("/settings/passkeys").hidden("form_token")
}

#[test]
fn a_form_from_another_site_is_refused_even_with_its_token() {
    every_form_refuses(own_token, &[&[("origin", "https://evil.example")]]);
}

#[test]
fn a_form_of_no_origin_that_the_browser_calls_cross_site_is_refused() {
    every_form_refuses(
        own_token,
        &[
            &[("origin", "null"), ("sec-fetch-site", "cross-site")],
            &[("origin", "null"), ("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "cross-site")],
        ],
    );
}

#[test]
fn a_form_without_its_token_is_refused() {
    every_form_refuses(|_| None, &[&[]]);
}

#[test]
fn a_form_with_the_token_of_another_browser_is_refused() {
    every_form_refuses(|misaki| Person::at(misaki.app).get("/login").hidden("form_token"), &[&[]]);
}

#[test]
fn a_form_with_a_made_up_token_is_refused() {
    let tokens = ["", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"];
    let next = std::cell::Cell::new(tokens.iter());
    let made_up = |_: &Person<'_>| {
        let mut rest = next.take();
        let token = rest.next().map(|token| (*token).to_owned());
        next.set(rest);
        token
    };
    every_form_refuses(made_up, &[&[], &[], &[]]);
}

#[test]
fn a_token_without_the_cookie_that_it_was_drawn_for_is_refused() {
    let app = TestApp::start(Database::sqlite());
    let token = Person::at(&app).get("/login").hidden("form_token").expect("a token");
    assert_eq!(post(&Person::at(&app), "/login/password", Some(&token), &[]).status, 403);
}

#[test]
fn a_form_of_our_own_page_is_taken_however_little_the_browser_says_of_its_origin() {
    let app = TestApp::start(Database::sqlite());
    let issuer = app.issuer.clone();
    let cases: [&[(&str, &str)]; 5] = [
        &[],
        &[("origin", &issuer)],
        &[("origin", "null")],
        &[("origin", "null"), ("sec-fetch-site", "same-origin")],
        &[("sec-fetch-site", "none")],
    ];
    for headers in cases {
        let misaki = Person::at(&app);
        let token = misaki.get("/login").hidden("form_token");
        let answer = post(&misaki, "/login/password", token.as_deref(), headers);
        assert_eq!((answer.status.as_u16(), answer.location()), (303, "/"), "{headers:?}");
    }
}

#[test]
fn three_restored_tabs_all_work() {
    let app = TestApp::start(Database::sqlite());
    let misaki = Person::at(&app);
    let tabs: Vec<_> = (0..3).map(|_| misaki.get("/login").hidden("form_token").expect("a token")).collect();
    for token in &tabs {
        assert_eq!(post(&misaki, "/login/password", Some(token), &[]).status, 303);
    }
}

#[test]
fn a_form_of_another_type_or_with_bad_encoding_is_a_bad_request() {
    let app = TestApp::start(Database::sqlite());
    let misaki = misaki(&app);
    let token = own_token(&misaki).expect("a token");
    let form = "application/x-www-form-urlencoded";
    let cases = [
        ("application/json", "{}".to_owned()),
        ("text/plain", format!("form_token={token}")),
        ("multipart/form-data; boundary=x", "--x--".to_owned()),
        (form, format!("form_token={token}&email=%zz")),
    ];
    for (kind, body) in cases {
        let request = misaki.http.post(app.url("/login/password")).header(header::CONTENT_TYPE, kind).body(body);
        assert_eq!(misaki.send(request).status, 400, "{kind}");
    }
    let long = format!("form_token={token}&email={}", "x".repeat(64 * 1024));
    let request = misaki.http.post(app.url("/login/password")).header(header::CONTENT_TYPE, form).body(long);
    assert_eq!(misaki.send(request).status, 413);
}

#[test]
fn a_repeated_field_counts_as_none() {
    let app = TestApp::start(Database::sqlite());
    let misaki = Person::at(&app);
    let fields = [("email", "misaki@demo.example"), ("password", "wrong"), ("password", PASSWORD)];
    let answer = misaki.submit("/login", "/login/password", &fields);
    assert_eq!(answer.status, 401);
}
