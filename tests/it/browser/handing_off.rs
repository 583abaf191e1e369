//! A PC whose browser reaches no phone: its own QR code, and the phone's own browser.

use genkan::{domain::AllowedPasskeys, flows::admin::clinics::RegistrationDraft};

use super::place::{BY_PASSKEY, Place, REGISTER};
use crate::support::{
    browser::{Kind, Tab},
    database::{Database, on_both_databases},
    qr,
};

on_both_databases! {
    two_presses_three_digits_and_one_gesture_register_a_phone_that_then_signs_in,
}

pub const GO_ON: &str = "main form button.primary";
pub const OWN_QR: &str = "#own-qr button";
const PAGE: &str = "/settings/passkeys/phone";

/// As where there is no Bluetooth.
pub const NO_HYBRID: &str = "PublicKeyCredential.getClientCapabilities = async () => ({ hybridTransport: false })";

/// What a camera sees of the QR code, at 200 pixels: grey by grey.
const PICTURE: &str = "(async () => {
    const edge = 200;
    const drawing = new XMLSerializer().serializeToString(document.querySelector('svg.qr'));
    const picture = new Image(edge, edge);
    picture.src = 'data:image/svg+xml,' + encodeURIComponent(drawing);
    await picture.decode();
    const canvas = Object.assign(document.createElement('canvas'), { width: edge, height: edge });
    const context = canvas.getContext('2d');
    context.drawImage(picture, 0, 0, edge, edge);
    return Array.from(context.getImageData(0, 0, edge, edge).data).filter((_, at) => at % 4 === 0);
})()";

pub fn scan(pc: &Tab) -> String {
    let width: f64 = pc.eval("document.querySelector('svg.qr').getBoundingClientRect().width");
    assert!(width >= 240.0, "{width} px");
    qr::in_picture(200, &pc.eval::<Vec<u8>>(PICTURE))
}

pub fn digits(phone: &Tab) -> String {
    phone.text("p.digits").chars().filter(char::is_ascii_digit).collect()
}

fn two_presses_three_digits_and_one_gesture_register_a_phone_that_then_signs_in(database: Database) {
    let place = Place::on(database);
    let passkeys = Some(AllowedPasskeys::PhoneOnly);
    place.app.registration(&place.app.sakura, RegistrationDraft { passkeys, ..RegistrationDraft::default() });
    let pc = Tab::open();
    pc.before_pages(NO_HYBRID);
    pc.language("ja");
    pc.goto(&place.authorize(&[]));
    place.enrol(&pc);
    pc.wait_for_text("Bluetooth でスマートフォンとつながれません");

    pc.follow(REGISTER);
    pc.wait_for_url(&place.app.url(PAGE));
    let link = scan(&pc);
    let phone = pc.stranger();
    phone.phone("ja");
    phone.without_autofill();
    let device = phone.authenticator(Kind::Internal);
    phone.goto(&link);
    assert!(phone.text("main").contains("山田 花子 さん（さくらクリニック）のパスキーを"));
    phone.follow(GO_ON);
    let digits = digits(&phone);

    pc.wait_for("#digits");
    assert!(pc.eval::<bool>("document.activeElement.id === 'digits'"), "nothing is to be looked for");
    pc.fill("#digits", &digits);
    phone.wait_for_text("登録できました");
    pc.wait_for_url(&place.app.url("/settings/passkeys?notice=registered"));
    pc.wait_for_text("パスキーを登録しました");
    let made = phone.credentials(&device);
    assert_eq!((made.len(), made[0].sign_count), (1, 1), "one gesture");
    assert_eq!(pc.text(BY_PASSKEY), "パスキーでログインして「画像ワークリスト」へ進む", "nor is the request lost");

    phone.goto(&place.app.url("/settings/passkeys"));
    phone.wait_for_url(&place.app.url("/login"));
    phone.goto(&place.authorize(&[]));
    phone.follow(BY_PASSKEY);
    place.wait_for_code(&phone);
}

#[test]
fn at_the_pc_everything_works_without_scripts_and_by_the_keyboard() {
    let place = Place::open();
    let pc = Tab::open();
    pc.scripts(false);
    pc.language("ja");
    pc.goto(&place.app.url("/login"));
    place.enrol(&pc);
    pc.follow(OWN_QR);
    let phone = pc.stranger();
    phone.phone("ja");
    phone.authenticator(Kind::Internal);
    phone.goto(&scan(&pc));
    phone.follow(GO_ON);
    pc.follow("noscript a.button");
    pc.fill("#digits", &digits(&phone));
    let before = pc.eval::<f64>("performance.timeOrigin");
    pc.press("Enter");
    pc.wait_for_js(&format!("performance.timeOrigin !== {before} && document.readyState === 'complete'"));
    phone.wait_for_text("もう少しお待ちください");
    pc.visit_until(&place.app.url(PAGE), "form[data-act=commit]");
    pc.follow(GO_ON);
    pc.wait_for_text("パスキーを登録しました");
    phone.wait_for_text("登録できました");
    assert_eq!(place.app.passkeys(&place.app.hanako).len(), 1);
}

#[test]
fn who_says_that_the_code_of_the_browser_did_not_work_is_shown_ours() {
    let place = Place::open();
    let tab = Tab::open();
    tab.language("ja");
    tab.goto(&place.app.url("/login"));
    place.enrol(&tab);
    let device = tab.authenticator(Kind::Internal);
    tab.user_verified(&device, false);
    tab.click(REGISTER);
    tab.follow(".trouble button[form=own-qr]");
    tab.wait_for("svg.qr");
}
