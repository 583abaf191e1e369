//! Without a mouse (WCAG 2.2, success criterion 2.1.1): everything is reached by Tab and done by Enter and Space.

use genkan::{
    domain::{AllowedPasskeys, Role},
    flows::admin::clinics::RegistrationDraft,
};

use super::{
    handing_off::{GO_ON, NO_HYBRID, digits, scan},
    place::{BY_PASSKEY, BY_PASSWORD, CONFIRM, Place, REGISTER, person},
};
use crate::support::{app::PASSWORD, browser::Kind};

#[test]
fn a_first_day_a_sign_in_and_the_care_of_passkeys_need_no_mouse() {
    let place = Place::open();
    let tab = person();
    tab.authenticator(Kind::Internal);
    tab.goto(&place.authorize(&[]));
    tab.type_into("#email", "hanako@sakura.example");
    tab.type_into("#password", PASSWORD);
    tab.enter(BY_PASSWORD);
    tab.wait_for_url(&place.app.url("/settings/passkeys"));
    tab.enter(REGISTER);
    tab.wait_for_text("パスキーを登録しました");
    tab.enter(BY_PASSKEY);
    place.wait_for_code(&tab);

    tab.goto(&place.app.url("/settings/passkeys"));
    tab.enter("li:first-child a[href$='/suspend']");
    tab.reach("input[name=end_sessions]");
    tab.press(" ");
    tab.enter(CONFIRM);
    tab.wait_for_text("パスキーを一時停止しました");
    tab.enter("form[action$='/resume'] button");
    tab.wait_for_text("パスキーの使用を再開しました");
    tab.enter("button[form=logout]");
    tab.wait_for_url(&place.app.url("/oauth/logout"));
}

#[test]
fn handing_over_to_a_phone_needs_no_mouse_on_either() {
    let place = Place::open();
    let passkeys = Some(AllowedPasskeys::PhoneOnly);
    place.app.registration(&place.app.sakura, RegistrationDraft { passkeys, ..RegistrationDraft::default() });
    let pc = person();
    pc.before_pages(NO_HYBRID);
    pc.goto(&place.app.url("/login"));
    place.enrol(&pc);
    pc.enter(REGISTER);
    let phone = pc.stranger();
    phone.phone("ja");
    phone.authenticator(Kind::Internal);
    phone.goto(&scan(&pc));
    phone.enter(GO_ON);
    pc.type_into("#digits", &digits(&phone));
    phone.wait_for_text("登録できました");
    pc.wait_for_text("パスキーを登録しました");
    assert_eq!(place.app.passkeys(&place.app.hanako).len(), 1);
}

#[test]
fn an_administrator_without_a_mouse_suspends_a_passkey_and_invites_a_list() {
    let place = Place::open();
    const MAKOTO: &str = "makoto@sakura.example";
    place.app.hire(&place.app.sakura, Role::ClinicAdmin, MAKOTO, "小野 誠");
    place.hanako_with_passkey(&person(), Kind::Internal);
    let admin = person();
    admin.authenticator(Kind::Internal);
    admin.goto(&place.app.url("/login"));
    place.type_password(&admin, MAKOTO);
    admin.follow(REGISTER);
    admin.follow(BY_PASSKEY);
    admin.goto(&place.app.url("/admin/people"));
    admin.type_into("#name", "花子");
    admin.enter("main form button");
    admin.enter(".people li a");
    admin.enter("a[href*='/passkeys/'][href$='/suspend']");
    admin.type_into("#reason", "紛失の届けがありました");
    admin.enter(CONFIRM);
    admin.wait_for_text("一時停止");
    assert!(!place.app.passkeys(&place.app.hanako)[0].is_enabled());

    admin.goto(&place.app.url("/admin/people"));
    admin.enter("a[href='/admin/people/invite']");
    admin.enter("a[href='/admin/people/invite/list']");
    admin.type_into("#people", "西村 ろく\tニシムラ ロク\troku@sakura.example");
    admin.enter("main form button.primary");
    admin.wait_for_text("1人を招待できます");
    admin.enter("main form button.primary");
    admin.wait_for_text("西村 ろく 様");
}
