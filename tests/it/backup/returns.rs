//! The day after the fire: people sign in with the passkeys that they have, and nothing that was handed out before opens
//! anything, be it from before the backup or from after it.

use std::time::Duration;

use genkan::{domain::AuditKind, store::Store};

use super::{Vault, restore};
use crate::{
    oauth::party::{MISAKI, Party, assert_dead, assert_page, token_error, waiting},
    support::{
        access_code::{issue, type_code},
        app::{PASSWORD, TestApp},
        ceremony::{begin_login, enrolled, error, finish_login},
        database::{Database, on_both_databases},
        person::{Answer, Person},
    },
};

on_both_databases! { a_restore_signs_people_in_with_their_old_passkeys_and_believes_nothing_from_before }

/// Everything that somebody could bring along.
struct HandedOut {
    browser: reqwest::Client,
    access_token: String,
    code: String,
    request: String,
}

fn hand_out(app: &TestApp, person: &Person<'_>) -> HandedOut {
    let party = Party::booking(app);
    let request = waiting(&party.ask(&Person::at(app), &[]));
    let access_token = party.tokens(&party.callback(person, &[]).code()).access_token;
    let code = party.callback(person, &[]).code();
    assert_eq!(party.userinfo(&access_token).status, 200);
    HandedOut { browser: person.http.clone(), access_token, code, request }
}

fn opens_nothing(app: &TestApp, before: &HandedOut) {
    let party = Party::booking(app);
    assert_dead(&party.userinfo(&before.access_token));
    assert_eq!(token_error(&party.exchange(&before.code, &[])), "invalid_grant");
    let person = Person { app, http: before.browser.clone() };
    assert!(is_sent_to_login(&person.get("/settings/sessions")), "no session");
    assert_page(&person.get(&format!("/oauth/authorize?continue={}", before.request)));
}

fn is_sent_to_login(answer: &Answer) -> bool {
    answer.status == 303 && answer.location().starts_with("/login")
}

fn a_restore_signs_people_in_with_their_old_passkeys_and_believes_nothing_from_before(database: Database) {
    let other = if database.url().starts_with("sqlite") { Database::sqlite() } else { Database::postgres() };
    let app = TestApp::start(database);
    let (misaki, key) = enrolled(&app, MISAKI);
    let link = app.invite(&app.hanako, &app.sakura);
    let code = issue(&app, &app.hanako);
    let jwks = app.cx().ring.jwks().to_owned();
    let before = hand_out(&app, &misaki);
    let vault = Vault::of(&app);
    let file = vault.back_up(&app);
    // Life goes on after the backup, and is lost.
    app.advance(Duration::from_secs(60));
    let late = Person::at(&app);
    late.passkey(&key, None);
    let after = hand_out(&app, &late);
    let begun = begin_login(&late);
    let (keys, http) = (app.cx().keys, late.http.clone());
    drop((misaki, late));

    let store = Store::open(&genkan::store::StoreOptions::new(other.url())).expect("an empty database");
    let restored = restore(&app, &store, &file, &keys);
    assert_eq!(restored.sessions, 1);
    assert_eq!((restored.grants, restored.invitations), (1, 2), "with the one that misaki never used");
    assert_eq!(restored.users.len(), 2);
    assert_eq!(restored.clients.len(), 1);
    drop(store);
    let app = app.moved_to(other);

    opens_nothing(&app, &before);
    opens_nothing(&app, &after);
    let late = Person { app: &app, http };
    let credential = key.login(&begun["options"]).expect("an assertion");
    assert_eq!(error(&finish_login(&late, &begun, &credential)), "bad_challenge");
    assert_eq!(Person::at(&app).get(&link).status, 410, "a link may have been used since");
    let typed = type_code(&Person::at(&app), ("hanako@sakura.example", PASSWORD, &code), None);
    assert_eq!(typed.status, 401, "nor is a code what it was");
    app.advance(Duration::from_secs(1));

    let misaki = Person::at(&app);
    assert_eq!(misaki.passkey(&key, None).status, 200, "her passkey is what she has");
    hand_out(&app, &misaki);
    assert_eq!(Person::at(&app).sign_in("hanako@sakura.example", PASSWORD, None).status, 401, "not enrolled yet");
    assert_eq!(Person::at(&app).get(&app.invite(&app.hanako, &app.sakura)).status, 200, "and invited again");
    assert_eq!(app.cx().ring.jwks(), jwks, "applications know the keys");
    let event = app.trail().into_iter().find(|event| event.kind == AuditKind::BackupRestored).expect("recorded");
    assert_eq!(event.detail.expect("a detail")["sessions"], 1);
}
