//! `/settings/passkeys/phone` and `/phone/{token}`: a phone registers its own passkey for somebody at a PC.

use genkan::domain::AllowedPasskeys;
use serde_json::{Value, json};

use crate::support::{
    app::{PASSWORD, TestApp},
    ceremony::{enrolled, error},
    database::{Database, on_both_databases},
    person::{Answer, Person},
    qr,
    soft_key::SoftKey,
};

on_both_databases! {
    a_phone_registers_a_passkey_of_its_own_and_signs_in_with_it,
}

pub const HANAKO: &str = "hanako@sakura.example";
pub const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1";
pub const WINDOWS: &str =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36";
const LIST: &str = "/settings/passkeys";
pub const AT_PC: &str = "/settings/passkeys/phone";

/// Hanako at a PC, and her phone.
pub struct Handoff<'a> {
    pub pc: Person<'a>,
    pub phone: Person<'a>,
    /// Path of the link that the QR code holds.
    pub link: String,
}

impl<'a> Handoff<'a> {
    /// The PC shows the code.
    pub fn shown(app: &'a TestApp) -> Self {
        let pc = Person::with(app, WINDOWS);
        pc.sign_in(HANAKO, PASSWORD, None);
        Self::shown_at(pc)
    }

    pub fn shown_at(pc: Person<'a>) -> Self {
        let phone = Person::with(pc.app, IPHONE);
        let link = show(&pc);
        Self { pc, phone, link }
    }

    /// And the phone has opened it.
    pub fn pressed(app: &'a TestApp) -> Self {
        let handoff = Self::shown(app);
        assert_eq!(handoff.press(&handoff.phone).location(), handoff.link);
        handoff
    }

    /// And its digits were typed.
    pub fn confirmed(app: &'a TestApp) -> Self {
        let handoff = Self::pressed(app);
        handoff.type_digits(&handoff.digits());
        assert_eq!(handoff.stage(), "confirmed");
        handoff
    }

    /// And it has made a passkey.
    pub fn offered(app: &'a TestApp) -> Self {
        let handoff = Self::confirmed(app);
        let begun = handoff.begin().json();
        let answer = handoff.finish(&begun, &made(&SoftKey::new(&app.issuer), &begun));
        assert_eq!(answer.status, 200, "{}", answer.body);
        handoff
    }

    pub fn press(&self, person: &Person<'_>) -> Answer {
        person.submit(&self.link, &self.link, &[])
    }

    /// As the phone shows them.
    pub fn digits(&self) -> String {
        let page = self.phone.get(&self.link).body;
        let (_, digits) = page.split_once("<p class=\"digits\">").expect("digits");
        digits.split_once("</p>").expect("their end").0.chars().filter(char::is_ascii_digit).collect()
    }

    pub fn type_digits(&self, digits: &str) {
        let answer = self.pc.submit(AT_PC, &format!("{AT_PC}/digits"), &[("digits", digits)]);
        assert_eq!(answer.location(), AT_PC, "{}", answer.body);
    }

    /// As the PC's script hears of it.
    pub fn stage(&self) -> String {
        self.pc.get(&format!("{AT_PC}/state")).json()["seen"].as_str().expect("a stage").to_owned()
    }

    /// As the phone's does.
    pub fn stage_on_phone(&self) -> String {
        self.phone.get(&format!("{}/state", self.link)).json()["seen"].as_str().expect("a stage").to_owned()
    }

    pub fn begin(&self) -> Answer {
        self.phone.post_json(&format!("{}/begin", self.link), &json!({}))
    }

    pub fn finish(&self, begun: &Value, credential: &Value) -> Answer {
        let input = json!({ "state": begun["state"], "credential": credential });
        self.phone.post_json(&format!("{}/finish", self.link), &input)
    }

    pub fn commit(&self) -> Answer {
        self.pc.submit(LIST, &format!("{AT_PC}/commit"), &[])
    }
}

/// Asks for a code, and reads it.
pub fn show(pc: &Person<'_>) -> String {
    assert_eq!(pc.submit(LIST, AT_PC, &[]).location(), AT_PC);
    let link = qr::on_page(&pc.get(AT_PC).body);
    link.strip_prefix(&pc.app.issuer).expect("a link to us").to_owned()
}

/// A phone's passkey, as its own browser reports it.
pub fn made(key: &SoftKey, begun: &Value) -> Value {
    let mut credential = key.register(&begun["options"]).expect("a credential");
    credential["authenticatorAttachment"] = json!("platform");
    credential
}

fn a_phone_registers_a_passkey_of_its_own_and_signs_in_with_it(database: Database) {
    let app = TestApp::start(database);
    let only_phones = Some(AllowedPasskeys::PhoneOnly);
    app.registration(
        &app.sakura,
        genkan::flows::admin::clinics::RegistrationDraft { passkeys: only_phones, ..Default::default() },
    );
    let handoff = Handoff::shown(&app);
    let before = app.trail().len();
    assert_eq!((handoff.stage(), handoff.stage_on_phone()), ("shown".to_owned(), "shown".to_owned()));
    let page = handoff.phone.get(&handoff.link).body;
    assert!(page.contains("山田 花子 さん（さくらクリニック）のパスキーを"), "{page}");

    handoff.press(&handoff.phone);
    assert_eq!(handoff.press(&handoff.phone).location(), handoff.link, "pressing twice is pressing once");
    assert_eq!(handoff.stage(), "pressed");
    let digits = handoff.digits();
    assert_eq!(digits.len(), 3);
    assert!(!handoff.pc.get(AT_PC).body.contains(&digits), "they are seen on the phone alone");
    let full_width: String =
        digits.chars().map(|digit| char::from_u32(u32::from(digit) + 0xfee0).expect("wide")).collect();
    handoff.type_digits(&full_width);
    assert_eq!((handoff.stage(), handoff.stage_on_phone()), ("confirmed".to_owned(), "confirmed".to_owned()));

    let key = SoftKey::new(&app.issuer);
    let begun = handoff.begin().json();
    assert!(
        begun["options"]["publicKey"]["authenticatorSelection"]["authenticatorAttachment"].is_null(),
        "on the phone"
    );
    let answer = handoff.finish(&begun, &made(&key, &begun));
    assert_eq!((answer.status.as_u16(), answer.json()["next"].as_str()), (200, Some(handoff.link.as_str())));
    assert!(!answer.headers.contains_key("set-cookie"), "it gets no session");
    assert_eq!(handoff.stage(), "offered");
    assert_eq!(app.passkeys(&app.hanako).len(), 0, "it is none yet");
    assert_eq!(error_of_login(&app, &key), "unknown_credential");

    assert_eq!(handoff.commit().location(), AT_PC);
    assert_eq!(handoff.pc.get(AT_PC).location(), "/settings/passkeys?notice=registered");
    assert_eq!(handoff.stage_on_phone(), "done");
    assert!(handoff.phone.get(&handoff.link).body.contains("登録できました"));
    let passkey = app.passkeys(&app.hanako).pop().expect("registered");
    assert_eq!((passkey.name.as_str(), passkey.created_user_agent.as_str()), ("スマートフォン", IPHONE));
    assert_eq!(
        app.recorded_since(before),
        ["passkey.handoff success", "passkey.handoff success", "passkey.handoff success", "passkey.registered success"]
    );
    let trail = app.trail();
    let steps: Vec<_> = trail[before..].iter().map(|event| (event.detail.clone(), event.actor.clone())).collect();
    let told = |n: usize, name: &str| steps[n].0.as_ref().expect("details")[name].clone();
    assert_eq!([told(0, "step"), told(1, "step"), told(2, "step")], ["pressed", "confirmed", "offered"]);
    assert_eq!(steps[0].1, genkan::domain::Actor::Nobody, "the link proves nobody");
    assert_eq!(told(3, "channel"), "phone_handoff");
    assert_eq!(handoff.phone.passkey(&key, None).status, 200, "and from now on it signs in");
}

/// Why a login by this key fails.
fn error_of_login(app: &TestApp, key: &SoftKey) -> String {
    error(&Person::at(app).passkey(key, None))
}

#[test]
fn what_waits_for_the_sign_in_is_not_lost_on_the_way() {
    let app = TestApp::start(Database::sqlite());
    let handoff = Handoff::offered(&app);
    let again = handoff.pc.submit(LIST, AT_PC, &[("continue", "sealed-request")]);
    assert_eq!(again.location(), "/settings/passkeys/phone?continue=sealed-request");
    let page = handoff.pc.get(again.location()).body;
    assert!(page.contains("href=\"/settings/passkeys?continue=sealed-request\""), "{page}");
    let told = handoff.pc.submit(again.location(), &format!("{AT_PC}/digits"), &[("continue", "sealed-request")]);
    assert_eq!(told.location(), again.location());
    let foreign = handoff.pc.submit(LIST, AT_PC, &[("continue", "x\"&y=1")]);
    assert_eq!(foreign.location(), AT_PC, "what is none of ours is carried nowhere");
}

#[test]
fn whoever_is_on_the_phone_already_is_offered_no_other() {
    let app = TestApp::start(Database::sqlite());
    let phone = Person::with(&app, IPHONE);
    phone.sign_in(HANAKO, PASSWORD, None);
    assert!(!phone.get(LIST).body.contains("action=\"/settings/passkeys/phone\""));
    let pc = Person::with(&app, WINDOWS);
    pc.sign_in(HANAKO, PASSWORD, None);
    assert!(pc.get(LIST).body.contains("スマートフォンのブラウザで登録する"));
}

/// What is registered five minutes after the sign-in is refused; so nobody is sent to a phone too late for it.
#[test]
fn a_code_lives_no_longer_than_the_sign_in_that_will_have_to_register_it() {
    let app = TestApp::start(Database::sqlite());
    let (pc, _) = enrolled(&app, HANAKO);
    app.advance(std::time::Duration::from_secs(181));
    let late = pc.submit(LIST, AT_PC, &[]);
    assert!(late.location().starts_with("/login?notice=sign_in_again"), "{}", late.location());
    let (pc, _) = enrolled_again(&app);
    app.advance(std::time::Duration::from_secs(179));
    let handoff = Handoff::shown_at(pc);
    app.advance(std::time::Duration::from_secs(120));
    assert_eq!(handoff.stage(), "shown");
    app.advance(std::time::Duration::from_secs(1));
    assert_eq!(handoff.stage(), "ended");
    assert!(handoff.pc.get(AT_PC).body.contains("時間が過ぎたため"));
}

fn enrolled_again(app: &TestApp) -> (Person<'_>, SoftKey) {
    app.invite(&app.misaki, &app.demo);
    enrolled(app, "misaki@demo.example")
}
