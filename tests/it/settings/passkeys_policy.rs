//! Which passkeys somebody's clinics let them register: judged by what the browser and the authenticator say of a new one.

use std::time::Duration;

use genkan::{
    domain::{AllowedPasskeys, AuditKind, Preset, SecurityKeys, TerminalKind, Unclear},
    flows::admin::clinics::RegistrationDraft,
};
use serde_json::{Value, json};
use uuid::{Uuid, uuid};

use crate::support::{
    app::{PASSWORD, TestApp},
    ceremony::{begin_registration, enrolled, error, finish_registration},
    database::{Database, on_both_databases},
    forgery::{Forgery, UP, UV},
    person::{Answer, Person},
    soft_key::SoftKey,
};

on_both_databases! {
    what_a_policy_does_not_allow_is_refused_recorded_and_told_to_the_browser,
    the_strictest_of_two_clinics_decides,
}

const HANAKO: &str = "hanako@sakura.example";
const WINDOWS_HELLO: Uuid = uuid!("08987058-cadc-4b81-b6e1-30de50dcbe96");
const CHROME_ON_MAC: Uuid = uuid!("adce0002-35bc-c60a-648b-0b25f1f05503");
const ANDROID: &str = "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/142.0.0.0 Mobile Safari/537.36";

fn only(passkeys: AllowedPasskeys) -> RegistrationDraft {
    RegistrationDraft { passkeys: Some(passkeys), ..RegistrationDraft::default() }
}

fn signed_in(app: &TestApp) -> Person<'_> {
    let person = Person::at(app);
    person.sign_in(HANAKO, PASSWORD, None);
    person
}

fn register(person: &Person<'_>, change: impl FnOnce(&mut Forgery)) -> (Value, Answer) {
    let begun = begin_registration(person).json();
    let made = SoftKey::new(&person.app.issuer).forge_registration(&begun["options"], change);
    let answer = finish_registration(person, &begun, &made);
    (made, answer)
}

fn windows_hello(it: &mut Forgery) {
    it.aaguid = *WINDOWS_HELLO.as_bytes();
    (it.format, it.transports, it.attachment) = ("packed".to_owned(), vec!["internal"], Some("platform"));
}

fn hidden_windows_hello(it: &mut Forgery) {
    it.aaguid = [0; 16];
    (it.transports, it.attachment) = (vec!["internal"], Some("platform"));
}

fn mac(it: &mut Forgery) {
    it.aaguid = *CHROME_ON_MAC.as_bytes();
    (it.transports, it.attachment) = (vec!["internal"], Some("platform"));
}

fn security_key(it: &mut Forgery) {
    it.flags = UP | UV;
    (it.format, it.transports, it.attachment) = ("packed".to_owned(), vec!["nfc", "usb"], Some("cross-platform"));
}

fn unclear(it: &mut Forgery) {
    (it.transports, it.attachment) = (vec![], None);
}

type Refused = (RegistrationDraft, fn(&mut Forgery), &'static str);

fn what_a_policy_does_not_allow_is_refused_recorded_and_told_to_the_browser(database: Database) {
    let app = TestApp::start(database);
    let hanako = signed_in(&app);
    let tpm = |it: &mut Forgery| {
        hidden_windows_hello(it);
        it.format = "tpm".to_owned();
    };
    let first = only(AllowedPasskeys::PhoneFirst);
    let cases: [Refused; 9] = [
        (first.clone(), windows_hello, "windows_hello_blocked"),
        (first.clone(), tpm, "windows_hello_blocked"),
        (first.clone(), hidden_windows_hello, "platform_authenticator_blocked"),
        (first.clone(), mac, "platform_authenticator_blocked"),
        (first.clone(), security_key, "security_key_blocked"),
        (only(AllowedPasskeys::PhoneOnly), security_key, "platform_authenticator_blocked"),
        (RegistrationDraft { unclear: Some(Unclear::Refuse), ..first.clone() }, unclear, "unclear_authenticator"),
        (RegistrationDraft { allow_synced: Some(false), ..first.clone() }, |_| (), "synced_blocked"),
        (
            RegistrationDraft { blocked: Some(vec![CHROME_ON_MAC]), ..only(AllowedPasskeys::Any) },
            mac,
            "authenticator_not_allowed",
        ),
    ];
    for (draft, change, reason) in cases {
        app.registration(&app.sakura, draft);
        let length = app.trail().len();
        let (made, answer) = register(&hanako, change);
        assert_eq!((answer.status.as_u16(), error(&answer).as_str()), (403, reason));
        assert_eq!(answer.json()["signal_unknown"], made["id"], "{reason}: the browser may forget it");
        assert_eq!(app.recorded_since(length), [format!("passkey.register_refused denied {reason}")]);
        assert_eq!(
            app.trail()[length].detail.as_ref().expect("what was seen")["attachment"],
            made["authenticatorAttachment"]
        );
    }
    assert_eq!(app.passkeys(&app.hanako).len(), 0);
    assert_eq!(app.reload(&app.hanako).passkey_count, 0);
    app.registration(
        &app.sakura,
        RegistrationDraft { allow_synced: Some(true), blocked: Some(Vec::new()), ..only(AllowedPasskeys::PhoneOnly) },
    );
    assert_eq!(register(&hanako, |it| it.aaguid = [0; 16]).1.status, 200);
    assert_eq!(app.passkeys(&app.hanako)[0].name, "スマートフォン");
}

fn the_strictest_of_two_clinics_decides(database: Database) {
    let app = TestApp::start(database);
    app.invite(&app.hanako, &app.demo);
    let hanako = signed_in(&app);
    app.registration(&app.demo, only(AllowedPasskeys::PhoneOnly));
    let begun = begin_registration(&hanako).json();
    let options = &begun["options"]["publicKey"];
    assert_eq!(options["hints"], json!(["hybrid"]));
    assert_eq!(options["authenticatorSelection"]["authenticatorAttachment"], "cross-platform");
    assert_eq!(options["attestation"], "direct");
    assert_eq!(error(&register(&hanako, mac).1), "platform_authenticator_blocked", "though she works at the other now");
    app.registration(&app.demo, only(AllowedPasskeys::Any));
    let (_, answer) = register(&hanako, mac);
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(app.passkeys(&app.hanako)[0].name, "Chrome (Mac)");
}

#[test]
fn after_a_phone_other_devices_and_security_keys_may_follow_and_windows_hello_may_not() {
    let app = TestApp::start(Database::sqlite());
    app.registration(&app.sakura, RegistrationDraft { preset: Some(Preset::Phone), ..RegistrationDraft::default() });
    let (hanako, _) = enrolled(&app, HANAKO);
    for device in [mac, security_key] {
        let (_, answer) = register(&hanako, device);
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
    for (device, reason) in [
        (windows_hello as fn(&mut Forgery), "windows_hello_blocked"),
        (hidden_windows_hello, "platform_authenticator_blocked"),
    ] {
        assert_eq!(error(&register(&hanako, device).1), reason);
    }
    let never = RegistrationDraft { security_keys: Some(SecurityKeys::Never), ..RegistrationDraft::default() };
    app.registration(&app.sakura, never);
    assert_eq!(error(&register(&hanako, security_key).1), "security_key_blocked");
}

#[test]
fn windows_hello_may_follow_on_a_pc_that_is_registered_as_ones_own_and_nowhere_else() {
    let app = TestApp::start(Database::sqlite());
    let preset = Some(Preset::PersonalPc);
    app.registration(&app.sakura, RegistrationDraft { preset, ..RegistrationDraft::default() });
    let (elsewhere, key) = enrolled(&app, HANAKO);
    let (own, _) = app.at_terminal(&app.sakura, TerminalKind::Personal);
    let (shared, _) = app.at_terminal(&app.sakura, TerminalKind::Shared);
    for person in [&own, &shared] {
        assert_eq!(person.passkey(&key, None).status, 200);
    }
    for person in [&elsewhere, &shared] {
        assert_eq!(error(&register(person, windows_hello).1), "windows_hello_blocked");
    }
    assert_eq!(register(&own, windows_hello).1.status, 200);
}

#[test]
fn where_usb_keys_are_the_daily_way_a_first_one_is_taken() {
    let app = TestApp::start(Database::sqlite());
    let preset = Some(Preset::ClosedNetwork);
    app.registration(&app.sakura, RegistrationDraft { preset, ..RegistrationDraft::default() });
    let hanako = signed_in(&app);
    assert_eq!(begin_registration(&hanako).json()["options"]["publicKey"]["hints"], json!(["security-key", "hybrid"]));
    assert_eq!(error(&register(&hanako, windows_hello).1), "windows_hello_blocked");
    assert_eq!(register(&hanako, security_key).1.status, 200);
    assert_eq!(app.passkeys(&app.hanako)[0].name, "セキュリティキー");
}

#[test]
fn a_passkey_that_nobody_can_place_is_taken_where_the_clinic_is_lenient_and_marked_in_the_trail() {
    let app = TestApp::start(Database::sqlite());
    app.registration(&app.sakura, only(AllowedPasskeys::PhoneOnly));
    let (_, answer) = register(&signed_in(&app), unclear);
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(app.passkeys(&app.hanako)[0].name, "パスキー");
    let trail = app.trail();
    let event = trail.iter().find(|event| event.kind == AuditKind::PasskeyRegistered).expect("recorded");
    assert_eq!(event.detail.as_ref().expect("what was seen")["unclear"], true);
}

#[test]
fn somebody_who_is_on_the_phone_already_registers_it_directly() {
    let app = TestApp::start(Database::sqlite());
    app.registration(&app.sakura, only(AllowedPasskeys::PhoneOnly));
    let hanako = signed_in(&app);
    let by_phone = |path: &str, body: &Value| {
        let request = hanako.http.post(app.url(path)).header("origin", &app.issuer).header("user-agent", ANDROID);
        hanako.send(request.json(body))
    };
    let begun = by_phone("/settings/passkeys/begin", &json!({})).json();
    assert!(begun["options"]["publicKey"]["authenticatorSelection"]["authenticatorAttachment"].is_null());
    assert_eq!(begun["options"]["publicKey"]["hints"], json!([]));
    let made = SoftKey::new(&app.issuer).forge_registration(&begun["options"], |it| {
        it.attachment = Some("platform");
    });
    let input = json!({ "state": begun["state"], "credential": made });
    assert_eq!(by_phone("/settings/passkeys/finish", &input).status, 200);
}

#[test]
fn the_policy_of_the_moment_decides_not_that_of_the_beginning() {
    let app = TestApp::start(Database::sqlite());
    let hanako = signed_in(&app);
    let begun = begin_registration(&hanako).json();
    assert_eq!(begun["options"]["publicKey"]["attestation"], "none", "nothing depends on its make");
    let made = SoftKey::new(&app.issuer).forge_registration(&begun["options"], mac);
    app.registration(&app.sakura, only(AllowedPasskeys::PhoneOnly));
    assert_eq!(error(&finish_registration(&hanako, &begun, &made)), "platform_authenticator_blocked");
}

#[test]
fn only_what_nobody_here_knows_is_given_up_for_forgotten() {
    let app = TestApp::start(Database::sqlite());
    let hanako = signed_in(&app);
    let begun = begin_registration(&hanako).json();
    let made = SoftKey::new(&app.issuer).forge_registration(&begun["options"], |_| ());
    app.advance(Duration::from_secs(65));
    let late = finish_registration(&hanako, &begun, &made);
    assert_eq!((error(&late).as_str(), &late.json()["signal_unknown"]), ("challenge_expired", &made["id"]));
    let begun = begin_registration(&hanako).json();
    let made = SoftKey::new(&app.issuer).forge_registration(&begun["options"], |_| ());
    assert_eq!(finish_registration(&hanako, &begun, &made).status, 200);
    let twice = finish_registration(&hanako, &begun, &made);
    assert_eq!(twice.status, 403);
    assert!(twice.json()["signal_unknown"].is_null(), "{}", twice.body);
}

#[test]
fn a_clinic_may_give_its_people_more_time() {
    let app = TestApp::start(Database::sqlite());
    let challenge = Some(Duration::from_secs(200));
    app.registration(&app.sakura, RegistrationDraft { challenge, ..RegistrationDraft::default() });
    for (seconds, taken) in [(205, false), (204, true)] {
        let hanako = signed_in(&app);
        let begun = begin_registration(&hanako).json();
        assert_eq!(begun["options"]["publicKey"]["timeout"], 200_000);
        let made = SoftKey::new(&app.issuer).forge_registration(&begun["options"], |_| ());
        app.advance(Duration::from_secs(seconds));
        let answer = finish_registration(&hanako, &begun, &made);
        assert_eq!(answer.status == 200, taken, "{}", answer.body);
    }
}
