//! Registering a passkey on the settings page.

use genkan::{
    domain::{AllowedPasskeys, AttestationDemand},
    flows::admin::clinics::RegistrationDraft,
};

use super::place::{BY_PASSKEY, CONFIRM, Place, REGISTER, TROUBLE};
use crate::support::browser::{Kind, Tab};

fn enrolling(place: &Place) -> Tab {
    let tab = Tab::open();
    tab.language("ja");
    tab.goto(&place.app.url("/login"));
    place.enrol(&tab);
    tab
}

#[test]
fn a_device_that_has_a_passkey_already_is_told_so() {
    let place = Place::open();
    let tab = enrolling(&place);
    let device = tab.authenticator(Kind::Internal);
    tab.follow(REGISTER);
    // Signed in with it: an enrolling session registers one and no more without it.
    tab.follow(BY_PASSKEY);
    tab.goto(&place.app.url("/settings/passkeys"));
    tab.click(REGISTER);
    assert_eq!(tab.text(TROUBLE), "この端末のパスキーは登録済みです。別の端末で登録するか、そのままお使いください。");
    assert_eq!(tab.credentials(&device).len(), 1);
}

#[test]
fn a_cancelled_registration_is_said_to_have_left_nothing_and_can_be_repeated() {
    let place = Place::open();
    let tab = enrolling(&place);
    let device = tab.authenticator(Kind::Internal);
    tab.user_verified(&device, false);
    tab.click(REGISTER);
    assert_eq!(
        tab.text(TROUBLE),
        "パスキーを登録できませんでした。途中で取り消したか、時間が過ぎました。もう一度お試しください。"
    );
    tab.user_verified(&device, true);
    tab.follow(".trouble [data-act=retry]");
    tab.wait_for(BY_PASSKEY);
}

#[test]
fn a_second_passkey_is_added_named_renamed_and_deleted() {
    let place = Place::open();
    let tab = enrolling(&place);
    let device = tab.authenticator(Kind::Internal);
    tab.follow(REGISTER);
    tab.follow(BY_PASSKEY);
    tab.goto(&place.app.url("/settings/passkeys"));
    tab.remove_authenticator(device);
    tab.authenticator(Kind::Usb);
    tab.fill("#passkey-name", "青い鍵");
    tab.follow(REGISTER);
    tab.wait_for_text("青い鍵");
    assert_eq!(tab.count(".cards > li"), 2);
    let named = |name: &str, part: &str| format!("summary[aria-label='「{name}」{part}']");
    tab.click(&named("青い鍵", "の名前を変える"));
    tab.fill("details[open] input[name=name]", "緑の鍵");
    tab.follow("details[open] form button");
    tab.wait_for_text("緑の鍵");
    tab.follow("a[aria-label='「緑の鍵」を削除']");
    tab.follow(CONFIRM);
    tab.wait_for_text("パスキーを削除しました");
    assert_eq!(tab.count(".cards > li"), 1);
}

/// A browser that reaches phones, passes over what it is asked for, as some extensions do, and keeps what it is told to
/// forget.
const HEEDLESS: &str = "
    PublicKeyCredential.getClientCapabilities = async () => ({ hybridTransport: true });
    const original = PublicKeyCredential.parseCreationOptionsFromJSON;
    PublicKeyCredential.parseCreationOptionsFromJSON = (json) => {
        delete json.authenticatorSelection.authenticatorAttachment;
        return original.call(PublicKeyCredential, json);
    };
    PublicKeyCredential.signalUnknownCredential = async (told) => { window.forgotten = told; };
";

#[test]
fn where_only_phones_are_allowed_this_device_is_refused_with_the_way_to_the_qr_code_and_a_phone_is_taken() {
    let place = Place::open();
    let passkeys = Some(AllowedPasskeys::PhoneOnly);
    place.app.registration(&place.app.sakura, RegistrationDraft { passkeys, ..RegistrationDraft::default() });
    let mut tab = Tab::open();
    tab.before_pages(HEEDLESS);
    tab.language("ja");
    tab.goto(&place.app.url("/login"));
    place.enrol(&tab);
    assert!(tab.text("#register-lead").contains("QRコードが表示されます"));
    let device = tab.authenticator(Kind::Internal);
    tab.click(REGISTER);
    assert_eq!(
        tab.text(TROUBLE),
        "所属する医療機関の決まりにより、この機器のパスキーは登録できません。「もう一度試す」を押し、QRコードをスマートフォンで読み取って登録してください。"
    );
    tab.expect_problem("status of 403");
    assert_eq!(tab.eval::<String>("forgotten.rpId"), "localhost");
    assert_eq!(tab.eval::<usize>("forgotten.credentialId.length"), 43, "32 bytes");
    assert_eq!(tab.axe().len(), 0);
    tab.click(".trouble a[href='#by-phone']");
    tab.wait_for("#by-phone:target");
    assert!(tab.sees("#by-phone"), "the steps are unfolded");
    assert_eq!(place.app.passkeys(&place.app.hanako).len(), 0);
    tab.remove_authenticator(device);
    tab.authenticator(Kind::Cable);
    tab.follow(".trouble [data-act=retry]");
    tab.wait_for(BY_PASSKEY);
    assert_eq!(place.app.passkeys(&place.app.hanako)[0].name, "スマートフォン");
}

#[test]
fn where_a_makers_proof_is_demanded_a_key_of_another_maker_is_refused_with_the_reason_and_forgotten() {
    let place = Place::open();
    let attestation = Some(AttestationDemand::Verified);
    place.app.registration(&place.app.sakura, RegistrationDraft { attestation, ..RegistrationDraft::default() });
    let mut tab = Tab::open();
    tab.before_pages(HEEDLESS);
    tab.language("ja");
    tab.goto(&place.app.url("/login"));
    place.enrol(&tab);
    let device = tab.authenticator(Kind::Usb);
    tab.click(REGISTER);
    assert_eq!(
        tab.text(TROUBLE),
        "所属する医療機関の決まりにより、認められた製造元の機器のパスキーだけを登録できます。この機器の製造元は、認められた中にありませんでした。「もう一度試す」を押して指定のセキュリティキーを使うか、QRコードから別の機器で登録してください。難しいときは下記にお問い合わせください。"
    );
    assert!(tab.sees(".trouble [data-act=retry]") && tab.sees(".trouble a[href='#by-phone']"), "what to do next");
    tab.expect_problem("status of 403");
    assert_eq!(tab.eval::<String>("forgotten.rpId"), "localhost");
    assert_eq!(tab.axe().len(), 0);
    assert_eq!(place.app.passkeys(&place.app.hanako).len(), 0);
    tab.remove_authenticator(device);
}
