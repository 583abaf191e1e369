//! `/oauth/userinfo` (OpenID Connect Core §5.3; RFC 6750).

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::{Map, Value, json};

use genkan::{
    domain::{PasswordFallback, Role},
    flows::admin::{clients::Draft, clinics},
};

use super::party::{MISAKI, Party, assert_dead};
use crate::support::{
    app::{TestApp, draft},
    database::{Database, on_both_databases},
    person::{Answer, Person},
};

on_both_databases! {
    who_works_for_two_clinics_is_told_of_as_they_are_in_the_one_they_work_for_now,
}

const FORM: &str = "application/x-www-form-urlencoded";
const PROFILE: [&str; 14] = [
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "updated_at",
];

fn claims(answer: &Answer) -> Map<String, Value> {
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    answer.json().as_object().expect("an object").clone()
}

#[test]
fn get_and_post_with_the_header_and_post_with_a_form_answer_alike() {
    let app = TestApp::start(Database::sqlite());
    let party = Party::booking(&app);
    let tokens = party.sign_in_to_tokens(&Person::at(&app), &[]);
    let (itself, token) = (&party.itself, &tokens.access_token);
    let post = || itself.http.post(app.url("/oauth/userinfo"));
    let form = format!("access_token={token}");
    let by_get = claims(&party.userinfo(token));
    assert_eq!(by_get["sub"], tokens.claims["sub"]);
    for (what, request) in [
        ("header", post().bearer_auth(token)),
        ("header, empty form", post().bearer_auth(token).header(CONTENT_TYPE, FORM).body("")),
        ("header, something else in the body", post().bearer_auth(token).json(&json!({ "a": 1 }))),
        ("scheme in lower case", post().header(AUTHORIZATION, format!("bearer {token}"))),
        ("form", post().header(CONTENT_TYPE, FORM).body(form.clone())),
        ("form with a charset", post().header(CONTENT_TYPE, format!("{FORM}; charset=UTF-8")).body(form.clone())),
    ] {
        assert_eq!(claims(&itself.send(request)), by_get, "{what}");
    }
}

#[test]
fn a_call_without_a_token_or_with_two_is_told_so_by_the_challenge() {
    let app = TestApp::start(Database::sqlite());
    let party = Party::booking(&app);
    let tokens = party.sign_in_to_tokens(&Person::at(&app), &[]);
    let (itself, token) = (&party.itself, &tokens.access_token);
    let (get, post) = (|| itself.http.get(app.url("/oauth/userinfo")), || itself.http.post(app.url("/oauth/userinfo")));
    let form = format!("access_token={token}");
    let in_form = |form: &str| post().header(CONTENT_TYPE, FORM).body(form.to_owned());
    for (what, request, status, error) in [
        ("nothing", get(), 401, None),
        ("nothing by POST", post(), 401, None),
        ("in the query", itself.http.get(app.url(&format!("/oauth/userinfo?{form}"))), 401, None),
        ("another scheme", get().basic_auth("a", Some("b")), 401, None),
        ("a form that says it is JSON", post().header(CONTENT_TYPE, "application/json").body(form.clone()), 401, None),
        ("a scheme without a token", get().header(AUTHORIZATION, "Bearer"), 400, Some("invalid_request")),
        ("header and form", in_form(&form).bearer_auth(token), 400, Some("invalid_request")),
        ("twice in the form", in_form(&format!("{form}&{form}")), 400, Some("invalid_request")),
        ("too long", in_form(&format!("{form}&x={}", "x".repeat(70_000))), 400, Some("invalid_request")),
        ("no such token", get().bearer_auth("x"), 401, Some("invalid_token")),
    ] {
        let answer = itself.send(request);
        assert_eq!(answer.status, status, "{what}: {}", answer.body);
        let challenge = answer.header("www-authenticate").unwrap_or_else(|| panic!("{what}: no challenge"));
        assert!(challenge.starts_with(r#"Bearer realm="Genkan""#), "{what}: {challenge}");
        match error {
            None => assert!(!challenge.contains("error") && answer.body.is_empty(), "{what}: {challenge}"),
            Some(error) => {
                assert!(challenge.contains(&format!(r#"error="{error}""#)), "{what}: {challenge}");
                assert_eq!(answer.json()["error"], error, "{what}");
            }
        }
    }
    assert_eq!(party.userinfo(token).status, 200);
}

#[test]
fn each_scope_brings_all_of_its_standard_claims_and_no_other() {
    let app = TestApp::start(Database::sqlite());
    let party = Party::booking(&app);
    let person = Person::at(&app);
    party.sign_in(&person, &[]);
    let with = |more: &[&'static str]| [&["sub"], more].concat();
    let profile = [&PROFILE[..], &["name#ja-Kana-JP"]].concat();
    let everything =
        [&profile[..], &["email", "email_verified", "address", "phone_number", "phone_number_verified"]].concat();
    for (scope, expected) in [
        ("openid", with(&[])),
        ("openid profile", with(&profile)),
        ("openid email", with(&["email", "email_verified"])),
        ("openid address", with(&["address"])),
        ("openid phone", with(&["phone_number", "phone_number_verified"])),
        ("openid profile email address phone", with(&everything)),
    ] {
        let tokens = party.tokens(&party.callback(&person, &[("scope", scope)]).code());
        let answer = claims(&party.userinfo(&tokens.access_token));
        let mut told: Vec<_> = answer.keys().map(String::as_str).collect();
        let mut expected = expected;
        told.sort_unstable();
        expected.sort_unstable();
        assert_eq!(told, expected, "{scope}");
        for (name, value) in &answer {
            assert_type(name, value);
        }
    }
}

/// OpenID Connect Core §5.1.
fn assert_type(name: &str, value: &Value) {
    let is_text = |value: &Value| value.as_str().is_some_and(|text| !text.trim().is_empty() && text != "null");
    let good = match name {
        "email_verified" | "phone_number_verified" => value.is_boolean(),
        "updated_at" => value.as_i64().is_some_and(|at| (631_152_000..=4_102_444_800).contains(&at)),
        "address" => value.as_object().is_some_and(|parts| !parts.is_empty() && parts.values().all(is_text)),
        _ => is_text(value),
    };
    assert!(good, "{name}: {value}");
}

#[test]
fn claims_without_a_value_are_left_out() {
    let app = TestApp::start(Database::sqlite());
    let party = Party::booking(&app);
    let mut bare = app.misaki.clone();
    bare.profile = genkan::domain::Profile { name: "大塚 美咲".to_owned(), ..Default::default() };
    bare.profile.nickname = Some(" ".to_owned());
    bare.profile.address = Some(genkan::domain::Address::default());
    app.store().write(move |tx| genkan::store::users::update_profile(tx, &bare)).expect("changed");
    let tokens = party.sign_in_to_tokens(&Person::at(&app), &[]);
    let answer = claims(&party.userinfo(&tokens.access_token));
    let told: Vec<_> = answer.keys().map(String::as_str).collect();
    assert_eq!(told.len(), 5, "{told:?}");
    for name in ["sub", "name", "updated_at", "email", "email_verified"] {
        assert!(told.contains(&name), "{told:?}");
    }
}

#[test]
fn a_claim_asked_for_by_name_is_told_by_userinfo_and_not_by_the_id_token() {
    let app = TestApp::start(Database::sqlite());
    let party = Party::booking(&app);
    let asked = [("scope", "openid"), ("claims", r#"{"userinfo":{"name":{"essential":true},"unheard_of":null}}"#)];
    let tokens = party.sign_in_to_tokens(&Person::at(&app), &asked);
    let answer = claims(&party.userinfo(&tokens.access_token));
    assert_eq!((answer.len(), &answer["name"]), (2, &json!("大塚 美咲")));
    assert_eq!(tokens.claims.get("name"), None);
}

#[test]
fn a_suspended_membership_ends_access_at_once() {
    let app = TestApp::start(Database::sqlite());
    let party = Party::booking(&app);
    let tokens = party.sign_in_to_tokens(&Person::at(&app), &[]);
    let (user, clinic, now) = (app.misaki.id.clone(), app.demo.id.clone(), app.clock().now());
    app.store().write(move |tx| genkan::store::memberships::suspend(tx, &user, &clinic, now)).expect("suspended");
    assert_dead(&party.userinfo(&tokens.access_token));
}

fn who_works_for_two_clinics_is_told_of_as_they_are_in_the_one_they_work_for_now(database: Database) {
    let app = TestApp::start(database);
    app.appoint(&app.misaki, &app.sakura, Role::Auditor);
    let until = app.clock().now().plus(Duration::from_secs(86_400));
    app.password_fallback(&app.sakura, PasswordFallback::PasswordOnly { reason: "機器の入替え".to_owned(), until });
    let code = clinics::TypedCode { digits: "0110113719".to_owned(), ..clinics::TypedCode::default() };
    let coded = clinics::Draft { code: Some(code), ..clinics::Draft::default() };
    clinics::set(app.store(), &app.by(), app.sakura.id.clone(), coded).expect("no fault").expect("set");
    let scope = Some("openid clinic roles".to_owned());
    let of = |clinic: &genkan::domain::Clinic| {
        let clinic = Some(clinic.id.to_string());
        Party::new(&app, &app.register(Draft { scope: scope.clone(), clinic, ..draft("勤怠") }))
    };
    for (clinic, roles, institution) in [(&app.demo, ["member"], None), (&app.sakura, ["auditor"], Some("0110113719"))]
    {
        let party = of(clinic);
        let asked = [("scope", "openid clinic roles"), ("claims", r#"{"id_token":{"roles":null}}"#)];
        let code = party.sign_in_as(&Person::at(&app), MISAKI, &asked).code();
        let tokens = party.tokens(&code);
        let told = Value::Object(claims(&party.userinfo(&tokens.access_token)));
        let sub = tokens.claims["sub"].clone();
        let mut place = json!({ "id": clinic.id.as_str(), "name": clinic.name });
        if let Some(code) = institution {
            place["code"] = code.into();
        }
        assert_eq!(told, json!({ "sub": sub, "clinic": place, "roles": roles }));
        assert_eq!(tokens.claims["roles"], json!(roles), "in the ID token where that asks for it");
        assert_eq!(tokens.claims.get("clinic"), None);
    }
    // Who is not registered for it is not told.
    let clinic = Some(app.demo.id.to_string());
    let modest = Draft { scope: Some("openid".to_owned()), clinic, ..draft("待合表示") };
    let modest = Party::new(&app, &app.register(modest));
    let code = modest.sign_in_as(&Person::at(&app), MISAKI, &[("scope", "openid clinic roles")]).code();
    let told = claims(&modest.userinfo(&modest.tokens(&code).access_token));
    assert_eq!(told.keys().collect::<Vec<_>>(), ["sub"]);
}
