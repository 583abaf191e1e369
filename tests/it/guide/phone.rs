//! The phone as the usual key.

use genkan::{domain::Preset, flows::admin::clinics::RegistrationDraft};
use serde_json::json;
use uuid::uuid;

use super::{HANAKO, PASSKEYS};
use crate::{
    browser::{
        handing_off::{OWN_QR, scan},
        place::{Place, person},
    },
    settings::handoff::Handoff,
    support::{
        app::{PASSWORD, TestApp},
        ceremony::{begin_login, begin_registration, enrolled, error, finish_login, finish_registration},
        database::Database,
        person::Person,
        soft_key::SoftKey,
    },
};

/// Where the first passkey is on a phone, as it is everywhere until a clinic decides otherwise.
fn by_phone(app: &TestApp) {
    let preset = Some(Preset::Phone);
    app.registration(&app.sakura, RegistrationDraft { preset, ..RegistrationDraft::default() });
}

/// 「指紋や顔認証など「いつものカギ(スマホ等)」でログインできる」「端末のPIN/画面ロックを使うため」
#[test]
fn g_03_the_phone_s_own_lock_is_all_that_a_login_asks_for() {
    let app = TestApp::start(Database::sqlite());
    let (_, key) = enrolled(&app, HANAKO);
    let fresh = Person::at(&app);
    let begun = begin_login(&fresh);
    assert_eq!(begun["options"]["publicKey"]["userVerification"], "required", "fingerprint, face, PIN or screen lock");
    assert!(begun["options"]["publicKey"]["allowCredentials"].as_array().is_none_or(Vec::is_empty), "no name is asked");
    let credential = key.login(&begun["options"]).expect("an assertion");
    assert!(!credential.to_string().contains("password"));
    assert_eq!(finish_login(&fresh, &begun, &credential).status, 200);
    assert_eq!(fresh.get("/").status, 200);
}

/// 「スマホでQRコードを読み取り、指紋/顔認証を実行します」「PC画面のQRをスマホで読み取り、スマホ側で安全に鍵を作成する登録方法」
#[test]
fn g_07_registering_leads_to_a_qr_code_the_browser_s_or_ours() {
    let app = TestApp::start(Database::sqlite());
    by_phone(&app);
    let hanako = Person::at(&app);
    hanako.sign_in(HANAKO, PASSWORD, None);
    let begun = begin_registration(&hanako).json();
    let options = &begun["options"]["publicKey"];
    assert_eq!(options["hints"], json!(["hybrid"]));
    assert_eq!(options["authenticatorSelection"]["authenticatorAttachment"], "cross-platform");
    let page = hanako.get(PASSKEYS).body;
    assert!(
        page.contains("QRコードが表示されます") && page.contains("Bluetooth とインターネット接続が必要です"),
        "{page}"
    );

    Handoff::offered(&app).commit();
    assert_eq!(app.passkeys(&app.hanako).len(), 1, "made on the phone");
}

/// 「Windows Helloでの登録は…ブロック/非推奨となる場合があります。スマホでのQR登録が必須です」
#[test]
fn g_33_windows_hello_is_refused_with_the_way_to_the_qr_code() {
    let app = TestApp::start(Database::sqlite());
    by_phone(&app);
    let hanako = Person::at(&app);
    hanako.sign_in(HANAKO, PASSWORD, None);
    let begun = begin_registration(&hanako).json();
    let hello = SoftKey::new(&app.issuer).forge_registration(&begun["options"], |it| {
        it.aaguid = *uuid!("9ddd1817-af5a-4672-a2b9-3e3dd95000a9").as_bytes();
        (it.format, it.transports, it.attachment) = ("packed".to_owned(), vec!["internal"], Some("platform"));
    });
    assert_eq!(error(&finish_registration(&hanako, &begun, &hello)), "windows_hello_blocked");
    let page = hanako.get(PASSKEYS).body;
    let (_, told) = page.split_once("<p data-for=\"windows_hello_blocked\">").expect("what is said then");
    assert!(
        told.split("</p>").next().is_some_and(|text| text.contains("QRコードをスマートフォンで読み取って")),
        "{told}"
    );
}

/// 「画面の明るさを上げ、距離を調整。OS標準カメラやGoogleレンズ等で再試行」
#[test]
fn g_42_our_qr_code_is_large_reads_from_afar_and_says_what_to_do_when_it_does_not() {
    let place = Place::open();
    let tab = person();
    tab.goto(&place.app.url("/login"));
    place.enrol(&tab);
    tab.follow(OWN_QR);
    // 240 pixels at least on the screen, read at 200.
    assert!(scan(&tab).starts_with(&place.app.url("/phone/")), "a plain link");
    tab.click("main summary");
    tab.wait_for_text("画面を明るくし");
    tab.wait_for_text("標準のカメラか Google レンズ");
}
