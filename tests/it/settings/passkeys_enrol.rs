//! Who may add or delete a passkey: a sign-in at most five minutes old, as strong as the strongest that the person has; a
//! password alone only before the first passkey, while the invitation is fresh.

use std::time::Duration;

use genkan::domain::Passkey;

use crate::support::{
    app::{PASSWORD, TestApp},
    ceremony::{begin_registration, enrolled, error, finish_registration},
    database::Database,
    person::Person,
    soft_key::SoftKey,
};

const MISAKI: &str = "misaki@demo.example";

fn begin(person: &Person<'_>) -> (u16, String) {
    let answer = begin_registration(person);
    (answer.status.as_u16(), answer.json()["error"].as_str().unwrap_or_default().to_owned())
}

fn refused(reason: &str) -> (u16, String) {
    (403, reason.to_owned())
}

fn allowed() -> (u16, String) {
    (200, String::new())
}

fn delete(person: &Person<'_>, passkey: &Passkey) -> String {
    let path = format!("/settings/passkeys/{}/delete", passkey.id);
    let answer = person.submit("/settings/passkeys", &path, &[("knows_last", "yes")]);
    answer.location().split('&').next().unwrap_or_default().to_owned()
}

#[test]
fn registering_needs_a_sign_in_of_the_last_five_minutes() {
    let app = TestApp::start(Database::sqlite());
    let (hanako, key) = enrolled(&app, "hanako@sakura.example");
    app.advance(Duration::from_secs(5 * 60));
    let begun = begin_registration(&hanako).json();
    let credential = key.forge_registration(&begun["options"], |_| {});
    app.advance(Duration::from_millis(1));
    assert_eq!(begin(&hanako), refused("not_fresh"));
    let late = finish_registration(&hanako, &begun, &credential);
    assert_eq!((late.status.as_u16(), error(&late).as_str()), (403, "not_fresh"), "begun in time is not enough");
    let passkey = app.passkeys(&app.hanako)[0].clone();
    assert_eq!(delete(&hanako, &passkey), "/login?notice=sign_in_again");
    assert_eq!(app.passkeys(&app.hanako).len(), 1);
    assert_eq!(hanako.passkey(&key, None).status, 200);
    assert_eq!(begin(&hanako), allowed(), "after signing in again");
}

/// Who came by an invitation has nothing to sign in with again.
#[test]
fn an_invitation_leaves_half_an_hour_to_find_the_phone() {
    let app = TestApp::start(Database::sqlite());
    let link = app.invite(&app.hanako, &app.sakura);
    let hanako = Person::at(&app);
    assert_eq!(hanako.submit(&link, &link, &[]).location(), "/settings/passkeys");
    for _ in 0..2 {
        app.advance(Duration::from_secs(15 * 60));
        assert_eq!(begin(&hanako), allowed());
    }
    app.advance(Duration::from_millis(1));
    assert_eq!(begin(&hanako), refused("needs_invitation"));
}

#[test]
fn a_password_changes_nothing_for_somebody_who_has_a_passkey() {
    let app = TestApp::start(Database::sqlite());
    let (misaki, key) = enrolled(&app, MISAKI);
    let passkey = app.passkeys(&app.misaki)[0].clone();
    let fields = [("email", MISAKI), ("password", PASSWORD)];
    assert_eq!(misaki.submit("/settings/passkeys", "/login/password", &fields).status, 303);
    assert_eq!(begin(&misaki), refused("not_strong"));
    assert_eq!(delete(&misaki, &passkey), "/login?notice=sign_in_with_passkey");
    let page = misaki.get("/settings/password").body;
    assert!(!page.contains("name=\"new_password\""), "nor the password");
    assert_eq!(misaki.passkey(&key, None).status, 200);
    assert_eq!(begin(&misaki), allowed());
    assert_eq!(delete(&misaki, &passkey), "/settings/passkeys?notice=deleted");
}

#[test]
fn a_leaked_password_does_not_become_a_passkey_after_the_last_one_was_deleted() {
    let app = TestApp::start(Database::sqlite());
    let (misaki, _) = enrolled(&app, MISAKI);
    let last = app.passkeys(&app.misaki)[0].clone();
    assert_eq!(delete(&misaki, &last), "/settings/passkeys?notice=deleted");
    app.advance(Duration::from_secs(24 * 3600));
    let thief = Person::at(&app);
    assert_eq!(thief.sign_in(MISAKI, PASSWORD, None).location(), "/", "her clinic lets a password alone sign in");
    assert_eq!(begin(&thief), refused("needs_invitation"), "though her invitation is of the last 72 h");
    let page = thief.get("/settings/passkeys").body;
    assert!(!page.contains("data-act=\"register\""), "the page offers nothing that cannot work");
    let begun = begin_registration(&misaki);
    assert_eq!(begun.status, 401, "nor does the session of yesterday");
}

#[test]
fn where_the_clinic_denies_passwords_a_leaked_one_looks_wrong_after_the_last_passkey_was_deleted() {
    let app = TestApp::start(Database::sqlite());
    let (hanako, _) = enrolled(&app, "hanako@sakura.example");
    delete(&hanako, &app.passkeys(&app.hanako)[0].clone());
    assert_eq!(app.passkeys(&app.hanako).len(), 0);
    app.advance(Duration::from_secs(24 * 3600));
    let thief = Person::at(&app);
    thief.get("/login");
    let right = thief.sign_in("hanako@sakura.example", PASSWORD, None);
    app.advance(Duration::from_secs(1));
    let wrong = thief.sign_in("hanako@sakura.example", "not-the-password", None);
    assert_eq!((right.status.as_u16(), wrong.status.as_u16()), (401, 401));
    let without_time = |body: &str| -> String {
        body.lines().filter(|line| !line.contains("<time") && !line.contains("data-server-time")).collect()
    };
    assert_eq!(without_time(&right.body), without_time(&wrong.body));
    assert_eq!(app.sessions(&app.hanako).len(), 0);
}

#[test]
fn a_new_invitation_lets_somebody_without_passkeys_enrol_again() {
    let app = TestApp::start(Database::sqlite());
    let (hanako, _) = enrolled(&app, "hanako@sakura.example");
    delete(&hanako, &app.passkeys(&app.hanako)[0].clone());
    app.advance(Duration::from_secs(24 * 3600));
    let link = app.invite(&app.hanako, &app.sakura);
    let again = Person::at(&app);
    assert_eq!(again.sign_in("hanako@sakura.example", PASSWORD, None).status, 401, "it vouches for no leaked password");
    assert_eq!(again.submit(&link, &link, &[]).location(), "/settings/passkeys");
    assert_eq!(begin(&again), allowed());
    let registered = again.register(&SoftKey::new(&app.issuer));
    assert_eq!(registered.status, 200, "{}", registered.body);
}

#[test]
fn a_password_enrols_a_first_passkey_only_while_the_invitation_is_fresh() {
    let app = TestApp::start(Database::sqlite());
    app.advance(Duration::from_secs(72 * 3600 - 1));
    let hanako = Person::at(&app);
    assert_eq!(hanako.sign_in("hanako@sakura.example", PASSWORD, None).location(), "/settings/passkeys");
    assert_eq!(begin(&hanako), allowed());
    app.advance(Duration::from_secs(1));
    assert_eq!(begin(&hanako), refused("needs_invitation"), "the two end together");
}
