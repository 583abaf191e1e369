//! Dr. Sato cannot sign in. The help desk finds out why on `/admin`, the administrator mends it from the same page, and it is
//! seen there that he is in.

use std::time::Duration;

use genkan::domain::Role;

use super::place::{BY_PASSKEY, CONFIRM, Place, REGISTER, TROUBLE, person};
use crate::support::{
    browser::{Kind, Tab},
    database::{Database, on_both_databases},
};

on_both_databases! { why_a_doctor_cannot_sign_in_is_found_out_and_mended }

const SATO: &str = "sato@sakura.example";

/// Somebody of the clinic, signed in with a passkey of this browser.
fn came_in(place: &Place, tab: &Tab, email: &str) {
    let _device = tab.authenticator(Kind::Internal);
    tab.goto(&place.app.url("/login"));
    place.type_password(tab, email);
    tab.follow(REGISTER);
    tab.follow(BY_PASSKEY);
}

fn open_sato(place: &Place, tab: &Tab) {
    tab.goto(&place.app.url("/admin/people"));
    tab.fill("#name", SATO);
    tab.follow("main form button");
    tab.follow(".people li a");
}

fn why_a_doctor_cannot_sign_in_is_found_out_and_mended(database: Database) {
    let place = Place::on(database);
    let app = &place.app;
    for (role, email, name) in [
        (Role::Member, SATO, "佐藤 健"),
        (Role::Helpdesk, "desk@sakura.example", "窓口 弘子"),
        (Role::ClinicAdmin, "makoto@sakura.example", "小野 誠"),
    ] {
        app.hire(&app.sakura, role, email, name);
    }
    let mut sato = person();
    came_in(&place, &sato, SATO);
    let desk = person();
    came_in(&place, &desk, "desk@sakura.example");
    let makoto = person();
    came_in(&place, &makoto, "makoto@sakura.example");

    // The help desk stopped a phone that was thought to be lost, and it turned up.
    open_sato(&place, &desk);
    desk.follow("a[href*='/passkeys/'][href$='/suspend']");
    desk.fill("#reason", "スマートフォンの紛失");
    desk.follow(CONFIRM);
    sato.goto(&app.url("/login"));
    sato.click(BY_PASSKEY);
    sato.text(TROUBLE);
    sato.expect_problem("403");

    for (language, now, tried) in [
        ("en", "Every passkey is suspended", "A suspended passkey was used"),
        ("ja", "登録されているパスキーは、すべて一時停止中です", "一時停止中のパスキーが使われました"),
    ] {
        desk.language(language);
        open_sato(&place, &desk);
        desk.wait_for_text(now);
        desk.wait_for_text(tried);
        assert_eq!(desk.count("section[aria-labelledby=why] a[href$='/resume']"), 0, "not the help desk's to lift");
    }
    makoto.size(360, 800);
    open_sato(&place, &makoto);
    makoto.follow("section[aria-labelledby=why] a[href$='/resume']");
    makoto.fill("#reason", "端末が見つかり、本人を確認");
    makoto.follow("main form button.primary");
    makoto.wait_for_text("一時停止を解除しました");

    app.advance(Duration::from_secs(1));
    sato.follow(".trouble [data-act=retry]");
    sato.wait_for_text("ログイン中の方");
    open_sato(&place, &makoto);
    makoto.wait_for_text("にログインできています");
}
