//! A nurse's phone is broken. Her administrator gives her a one-time code on `/admin`, and she works with it: in the demo's own
//! application, on the screen of a phone, with scripts and without.

use super::demo::RunningDemo;
use crate::support::{
    browser::Tab,
    database::{Database, on_both_databases},
};

on_both_databases! { a_nurse_whose_phone_is_broken_works_by_a_code }

const ENTER: &str = "a[href='/login']";

fn a_nurse_whose_phone_is_broken_works_by_a_code(database: Database) {
    let demo = RunningDemo::start(database);
    let (nurse, password) = demo.somebody("山田 花子");
    let makoto = demo.administrator();
    for scripts in [true, false] {
        let code = given(&demo, &makoto);
        let hanako = makoto.stranger();
        hanako.language("ja");
        hanako.size(360, 800);
        hanako.goto(&demo.booking);
        hanako.follow(ENTER);
        hanako.wait_for_url(&format!("{}/login?continue=", demo.issuer));
        hanako.scripts(scripts);
        let link = "document.querySelector('.help a[href^=\"/login/code?continue=\"]').href";
        hanako.goto(&hanako.eval::<String>(link));
        hanako.wait_for_text("「さくら予約」にログインします");
        hanako.fill("#email", &nurse);
        hanako.fill("#password", &password);
        hanako.fill("#code", &code);
        hanako.follow("#access-code-login button[type=submit]");
        hanako.wait_for_url(&demo.booking);
        hanako.wait_for_text("本日の予約");
        assert_eq!(hanako.text("#acr"), "urn:genkan:acr:temporary", "scripts: {scripts}");
    }
}

/// Finds her, gives the reason, and reads the code from the screen.
fn given(demo: &RunningDemo, makoto: &Tab) -> String {
    makoto.goto(&format!("{}/admin", demo.issuer));
    makoto.fill("#name", "やまだ");
    makoto.follow("main form button");
    makoto.follow(".people li a");
    makoto.follow("a[href$='/access-code']");
    makoto.fill("#reason", "スマートフォンの故障。職員証で確認");
    makoto.follow("main form button.primary");
    makoto.text(".access-code")
}
