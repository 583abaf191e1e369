//! `/settings/passkeys`: one's own, at most ten, named and deleted by nobody else.

use genkan::domain::{Passkey, User};

use crate::support::{
    app::{PASSWORD, TestApp},
    ceremony::{begin_registration, enrolled, error, finish_registration},
    database::{Database, on_both_databases},
    person::Person,
    soft_key::SoftKey,
};

on_both_databases! {
    registrations_at_once_at_nine_of_ten_end_at_ten,
    of_registrations_at_once_by_a_password_session_the_first_alone_counts,
}

fn fill_up_to(app: &TestApp, person: &Person<'_>, key: &SoftKey, user: &User, wanted: usize) {
    while app.passkeys(user).len() < wanted {
        let begun = begin_registration(person).json();
        let done = finish_registration(person, &begun, &key.forge_registration(&begun["options"], |_| {}));
        assert_eq!(done.status, 200, "{}", done.body);
    }
}

/// How many of six registrations, begun before any is finished, are taken; the others are refused for one of `reasons`.
fn six_at_once(person: &Person<'_>, key: &SoftKey, reasons: &[&str]) -> usize {
    let ready: Vec<_> = (0..6)
        .map(|_| {
            let begun = begin_registration(person).json();
            let credential = key.forge_registration(&begun["options"], |_| {});
            (begun, credential)
        })
        .collect();
    let answers: Vec<_> = std::thread::scope(|scope| {
        let tries: Vec<_> = ready
            .iter()
            .map(|(begun, credential)| scope.spawn(move || finish_registration(person, begun, credential)))
            .collect();
        tries.into_iter().map(|one| one.join().expect("an answer")).collect()
    });
    let (registered, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 200);
    for answer in refused {
        assert_eq!(answer.status, 403);
        assert!(reasons.contains(&error(&answer).as_str()), "{}", answer.body);
    }
    registered.len()
}

/// Whoever knows a leaked password and presses at the same moment as its owner gets no passkey beside hers.
fn of_registrations_at_once_by_a_password_session_the_first_alone_counts(database: Database) {
    let app = TestApp::start(database);
    let hanako = Person::at(&app);
    hanako.sign_in("hanako@sakura.example", PASSWORD, None);
    let key = SoftKey::new(&app.issuer);
    assert_eq!(six_at_once(&hanako, &key, &["not_strong"]), 1);
    assert_eq!(app.passkeys(&app.hanako).len(), 1);
    assert_eq!(app.reload(&app.hanako).passkey_count, 1);
}

fn registrations_at_once_at_nine_of_ten_end_at_ten(database: Database) {
    let app = TestApp::start(database);
    let (hanako, key) = enrolled(&app, "hanako@sakura.example");
    fill_up_to(&app, &hanako, &key, &app.hanako, 9);
    assert_eq!(six_at_once(&hanako, &key, &["limit"]), 1, "exactly one finds room");
    assert_eq!(app.passkeys(&app.hanako).len(), 10);
    assert_eq!(app.reload(&app.hanako).passkey_count, 10);
    let eleventh = begin_registration(&hanako);
    assert_eq!((eleventh.status.as_u16(), error(&eleventh).as_str()), (403, "limit"));
}

#[test]
fn a_deleted_passkey_makes_room_for_another() {
    let app = TestApp::start(Database::sqlite());
    let (hanako, key) = enrolled(&app, "hanako@sakura.example");
    fill_up_to(&app, &hanako, &key, &app.hanako, 10);
    // Not the one that she signed in with.
    let newest = &app.passkeys(&app.hanako)[9];
    assert_eq!(delete(&hanako, newest).0, 303);
    assert_eq!(begin_registration(&hanako).status, 200);
}

fn rename(person: &Person<'_>, passkey: &Passkey, name: &str) -> (u16, String) {
    let path = format!("/settings/passkeys/{}/rename", passkey.id);
    let answer = person.submit("/settings/passkeys", &path, &[("name", name)]);
    (answer.status.as_u16(), answer.location().to_owned())
}

fn delete(person: &Person<'_>, passkey: &Passkey) -> (u16, String) {
    let path = format!("/settings/passkeys/{}/delete", passkey.id);
    let answer = person.submit("/settings/passkeys", &path, &[("knows_last", "yes")]);
    (answer.status.as_u16(), answer.location().to_owned())
}

#[test]
fn one_names_ones_own_passkeys_and_the_page_lists_them() {
    let app = TestApp::start(Database::sqlite());
    let (hanako, _) = enrolled(&app, "hanako@sakura.example");
    let passkey = app.passkeys(&app.hanako)[0].clone();
    let renamed = (303, "/settings/passkeys?notice=renamed".to_owned());
    assert_eq!(rename(&hanako, &passkey, "  <b>自分のスマホ</b> "), renamed);
    assert_eq!(app.passkeys(&app.hanako)[0].name, "<b>自分のスマホ</b>");
    let page = hanako.get("/settings/passkeys").body;
    assert!(page.contains("&lt;b&gt;自分のスマホ"), "shown as typed");
    assert!(!page.contains("<b>自分のスマホ"), "and never as markup");
    for bad in ["", "   ", "\u{7}"] {
        assert_eq!(rename(&hanako, &passkey, bad).1, "/settings/passkeys?notice=bad_name", "{bad:?}");
    }
    rename(&hanako, &passkey, &"長".repeat(100));
    assert_eq!(app.passkeys(&app.hanako)[0].name.chars().count(), 40, "cut to what fits");
}

#[test]
fn somebody_elses_passkeys_are_not_found() {
    let app = TestApp::start(Database::sqlite());
    enrolled(&app, "hanako@sakura.example");
    let (misaki, _) = enrolled(&app, "misaki@demo.example");
    let hanakos = app.passkeys(&app.hanako)[0].clone();
    let before = app.trail().len();
    assert_eq!(rename(&misaki, &hanakos, "mine").0, 404);
    assert_eq!(delete(&misaki, &hanakos).0, 404);
    let unknown = Passkey { id: genkan::domain::PasskeyId::new("no-such-id".to_owned()), ..hanakos.clone() };
    assert_eq!(delete(&misaki, &unknown).0, 404, "as one that never was");
    assert_eq!(app.recorded_since(before), Vec::<String>::new());
    assert_eq!(app.passkeys(&app.hanako)[0].name, hanakos.name);
}

#[test]
fn a_passkey_that_is_registered_already_is_refused() {
    let app = TestApp::start(Database::sqlite());
    let (hanako, key) = enrolled(&app, "hanako@sakura.example");
    let begun = begin_registration(&hanako).json();
    assert!(key.register(&begun["options"]).is_err(), "its authenticator knows that it is excluded");
    let taken = app.passkeys(&app.hanako)[0].credential_id.clone();
    let excluded = begun["options"]["publicKey"]["excludeCredentials"][0]["id"].as_str().expect("an id");
    assert_eq!(excluded, taken);
    let misaki = Person::at(&app);
    misaki.sign_in("misaki@demo.example", PASSWORD, None);
    for person in [&hanako, &misaki] {
        let begun = begin_registration(person).json();
        let same_id = key.forge_registration(&begun["options"], |it| {
            use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
            let id = URL_SAFE_NO_PAD.decode(&taken).expect("base64url");
            it.raw_id.clone_from(&id);
            it.attested_id = id;
        });
        let answer = finish_registration(person, &begun, &same_id);
        assert_eq!((answer.status.as_u16(), error(&answer).as_str()), (403, "already_registered"));
    }
    assert_eq!(app.reload(&app.hanako).passkey_count, 1, "no room was taken");
    let misaki = app.reload(&app.misaki);
    assert_eq!((misaki.passkey_count, misaki.ever_enrolled), (0, false), "nor has she ever held one");
}

#[test]
fn a_registration_is_bound_to_its_session_and_used_once() {
    let app = TestApp::start(Database::sqlite());
    let (hanako, key) = enrolled(&app, "hanako@sakura.example");
    let begun = begin_registration(&hanako).json();
    let credential = key.forge_registration(&begun["options"], |_| {});
    let (misaki, _) = enrolled(&app, "misaki@demo.example");
    let stolen = finish_registration(&misaki, &begun, &credential);
    assert_eq!((stolen.status.as_u16(), error(&stolen).as_str()), (403, "other_session"));
    let second_browser = Person::at(&app);
    assert_eq!(second_browser.passkey(&key, None).status, 200);
    assert_eq!(error(&finish_registration(&second_browser, &begun, &credential)), "other_session");
    assert_eq!(finish_registration(&hanako, &begun, &credential).status, 200);
    assert_eq!(error(&finish_registration(&hanako, &begun, &credential)), "challenge_used");
    app.advance(std::time::Duration::from_secs(1));
    let late = begin_registration(&hanako).json();
    app.advance(std::time::Duration::from_secs(66));
    let answer = finish_registration(&hanako, &late, &key.forge_registration(&late["options"], |_| {}));
    assert_eq!(error(&answer), "challenge_expired");
}

#[test]
fn a_new_passkey_is_written_down_with_what_was_told_of_it() {
    let app = TestApp::start(Database::sqlite());
    enrolled(&app, "hanako@sakura.example");
    let passkey = app.passkeys(&app.hanako)[0].clone();
    assert_eq!(passkey.aaguid.as_bytes(), &crate::support::soft_key::AAGUID);
    assert_eq!(passkey.transports, ["hybrid", "internal"]);
    assert_eq!(passkey.created_at, app.clock().now());
    assert_eq!(passkey.created_ip, "127.0.0.1");
    assert!(passkey.is_enabled());
    assert!(!passkey.name.is_empty(), "named by us when the person gave no name");
}

#[test]
fn what_can_be_no_id_of_ours_is_not_found() {
    let app = TestApp::start(Database::postgres());
    let (hanako, _) = enrolled(&app, "hanako@sakura.example");
    for id in ["%00", "x", "%2e%2e", "0"] {
        for path in [format!("/settings/passkeys/{id}/delete"), format!("/settings/sessions/{id}/end")] {
            assert_eq!(hanako.submit("/settings/passkeys", &path, &[]).status, 404, "{path}");
        }
    }
}
