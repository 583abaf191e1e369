//! `/settings/password`: choosing and changing one's password.

use std::{collections::HashMap, time::Duration};

use crate::support::{
    app::{PASSWORD, TestApp},
    ceremony::enrolled,
    database::Database,
    person::{Answer, Person},
};

const MISAKI: &str = "misaki@demo.example";
const NEW: &str = "yamanobe-ni-8-hibari";
const PAGE: &str = "/settings/password";

fn misaki(app: &TestApp) -> Person<'_> {
    let misaki = Person::at(app);
    assert_eq!(misaki.sign_in(MISAKI, PASSWORD, None).location(), "/");
    misaki
}

fn change(person: &Person<'_>, current: Option<&str>, new: &str) -> Answer {
    let mut fields = vec![("new_password", new)];
    fields.extend(current.map(|current| ("current_password", current)));
    person.submit(PAGE, PAGE, &fields)
}

/// The page's words for each trouble, in Japanese, which a browser without wishes is shown.
fn words() -> HashMap<String, String> {
    let catalogue: toml::Table = include_str!("../../../templates/locales/ja.toml").parse().expect("a catalogue");
    let troubles = catalogue["password"]["trouble"].as_table().expect("a table");
    troubles.iter().map(|(name, text)| (name.clone(), text.as_str().expect("a text").replace("{min}", "13"))).collect()
}

/// Names of the troubles that the page tells.
fn told(answer: &Answer) -> Vec<String> {
    let mut told: Vec<_> =
        words().into_iter().filter(|(_, text)| answer.body.contains(text)).map(|(name, _)| name).collect();
    told.sort();
    told
}

#[test]
fn a_changed_password_signs_in_and_the_old_one_does_not() {
    let app = TestApp::start(Database::sqlite());
    let misaki = misaki(&app);
    let saved = change(&misaki, Some(PASSWORD), NEW);
    assert_eq!(saved.status, 200);
    assert_eq!(told(&saved), Vec::<String>::new());
    assert_eq!(Person::at(&app).sign_in(MISAKI, PASSWORD, None).status, 401);
    app.advance(Duration::from_secs(1));
    assert_eq!(Person::at(&app).sign_in(MISAKI, NEW, None).location(), "/");
    assert!(!saved.body.contains(NEW), "a password is never shown");
}

#[test]
fn a_password_that_breaks_a_rule_is_refused_with_its_words() {
    let app = TestApp::start(Database::sqlite());
    let misaki = misaki(&app);
    let too_long = format!("8{}", "ひばり".repeat(50));
    let cases = [
        ("yamanobe-8-h", ["too_short"].as_slice()),
        ("", &["common", "no_digit", "no_letter", "too_short"]),
        (&too_long, &["too_long"]),
        ("yamanobe-ni-hibari", &["no_digit"]),
        ("9402-7716-3358-1", &["no_letter"]),
        ("password12345678", &["common"]),
        ("otsuka-misaki-2749", &["personal"]),
        ("大塚美咲はいつも元気9", &["personal", "too_short"]),
        ("ヤマダの家は坂の上にある3軒目", &["personal"]),
        ("demo-clinic-hibari-8", &["personal"]),
        ("デモ医院のひばり8羽が鳴いている", &["personal"]),
    ];
    let before = app.reload(&app.misaki).password_hash;
    for (new, expected) in cases {
        let answer = change(&misaki, Some(PASSWORD), new);
        assert_eq!(answer.status, 422, "{new}");
        assert_eq!(told(&answer), expected, "{new}");
        assert!(new.is_empty() || !answer.body.contains(new), "a password is never shown");
    }
    assert_eq!(app.reload(&app.misaki).password_hash, before);
}

#[test]
fn thirteen_and_a_hundred_and_twenty_eight_characters_are_taken() {
    let app = TestApp::start(Database::sqlite());
    let misaki = misaki(&app);
    let longest = format!("8{}あ", "空飛ぶ鳥の声".repeat(21));
    assert_eq!(longest.chars().count(), 128);
    let mut current = PASSWORD;
    for new in ["tB9vquKmzr4Wx", &longest] {
        let saved = change(&misaki, Some(current), new);
        assert_eq!(saved.status, 200, "{:?}", told(&saved));
        current = new;
    }
    assert_eq!(Person::at(&app).sign_in(MISAKI, &longest, None).location(), "/");
}

#[test]
fn whoever_signed_in_by_password_is_asked_for_it() {
    let app = TestApp::start(Database::sqlite());
    let misaki = misaki(&app);
    assert!(misaki.get(PAGE).body.contains("name=\"current_password\""));
    let before = app.trail().len();
    for current in [None, Some(""), Some("wrong")] {
        let answer = change(&misaki, current, NEW);
        assert_eq!(answer.status, 422);
        assert_eq!(told(&answer), ["wrong_current"], "{current:?}");
        app.advance(Duration::from_secs(4));
    }
    assert_eq!(app.recorded_since(before), ["auth.password failure wrong_current_password"; 3]);
    assert_eq!(change(&misaki, Some(PASSWORD), NEW).status, 200);
}

#[test]
fn guessing_the_current_password_waits_and_counts_as_at_the_door() {
    let app = TestApp::start(Database::sqlite());
    let misaki = misaki(&app);
    change(&misaki, Some("wrong"), NEW);
    let early = change(&misaki, Some(PASSWORD), NEW);
    assert_eq!(early.status, 422);
    assert_eq!(Person::at(&app).sign_in(MISAKI, PASSWORD, None).status, 429, "one row for both doors");
    assert_eq!(app.reload(&app.misaki).password_failures, 1, "counted against the account as well");
    app.advance(Duration::from_secs(1));
    assert_eq!(change(&misaki, Some(PASSWORD), NEW).status, 200);
    assert_eq!(app.reload(&app.misaki).password_failures, 0);
}

#[test]
fn the_current_password_may_be_typed_in_another_width() {
    let app = TestApp::start(Database::sqlite());
    let full_width: String =
        PASSWORD.chars().map(|c| char::from_u32(u32::from(c) + 0xFEE0).expect("a full-width form")).collect();
    assert_eq!(change(&misaki(&app), Some(&full_width), NEW).status, 200);
}

#[test]
fn a_passkey_or_an_invitation_needs_no_current_password() {
    let app = TestApp::start(Database::sqlite());
    let (hanako, _) = enrolled(&app, "hanako@sakura.example");
    assert!(!hanako.get(PAGE).body.contains("name=\"current_password\""));
    assert_eq!(change(&hanako, None, NEW).status, 200);
    let link = app.invite(&app.misaki, &app.demo);
    let invited = Person::at(&app);
    invited.submit(&link, &link, &[]);
    let saved = change(&invited, None, "kazaguruma-5-mawaru");
    assert_eq!(saved.location(), "/settings/passkeys?notice=password_saved");
}

#[test]
fn after_five_minutes_one_signs_in_again_first() {
    let app = TestApp::start(Database::sqlite());
    let misaki = misaki(&app);
    let token = misaki.get(PAGE).hidden("form_token").expect("a token");
    app.advance(Duration::from_secs(5 * 60 + 1));
    let fields = [("form_token", token.as_str()), ("current_password", PASSWORD), ("new_password", NEW)];
    let late = misaki.post_form(PAGE, &fields);
    assert_eq!(late.status, 422);
    assert!(late.text().contains("/login?notice=sign_in_again"), "the page says how to go on");
    assert_eq!(Person::at(&app).sign_in(MISAKI, PASSWORD, None).location(), "/", "the old one stays");
}

#[test]
fn password_managers_find_the_page() {
    let app = TestApp::start(Database::sqlite());
    assert_eq!(Person::at(&app).get("/.well-known/change-password").location(), PAGE);
}
