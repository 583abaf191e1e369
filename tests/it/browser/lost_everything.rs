//! A nurse has lost her phone and knows no password. Her administrator, who has seen her staff card, invites her again on
//! `/admin`: with the sheet and a new phone she begins as on the first day, and whatever was lost opens nothing.

use super::{
    brought_in::comes_in,
    demo::{RunningDemo, invitation_in},
    place::{BY_PASSKEY, BY_PASSWORD, REGISTER, TROUBLE, person},
};
use crate::support::{
    browser::{Kind, Tab},
    database::{Database, on_both_databases},
};

on_both_databases! { a_nurse_who_lost_everything_begins_again_and_her_old_phone_opens_nothing }

const ENTER: &str = "a[href='/login']";
const LEAVE: &str = "form[action='/logout'] button";

fn a_nurse_who_lost_everything_begins_again_and_her_old_phone_opens_nothing(database: Database) {
    let demo = RunningDemo::start(database);
    let (nurse, password) = demo.somebody("山田 花子");
    let mut old = person();
    old.authenticator(Kind::Internal);
    old.goto(&demo.booking);
    old.follow(ENTER);
    old.fill("#email", &nurse);
    old.fill("#password", &password);
    old.follow(BY_PASSWORD);
    old.follow(REGISTER);
    old.follow(BY_PASSKEY);
    old.wait_for_url(&demo.booking);
    old.wait_for(LEAVE);

    let link = invited_again(&demo);
    // The application has heard of it, without this browser.
    old.visit_until(&demo.booking, ENTER);
    old.goto(&format!("{}/settings/passkeys", demo.issuer));
    old.wait_for_url(&format!("{}/login", demo.issuer));
    old.click(BY_PASSKEY);
    assert_eq!(old.text(TROUBLE), "このパスキーは一時停止中です。別のパスキーを使うか、管理者にお問い合わせください。");
    old.expect_problem("status of 4");
    old.goto(&format!("{}/login", demo.issuer));
    old.fill("#email", &nurse);
    old.fill("#password", &password);
    old.follow(BY_PASSWORD);
    old.expect_problem("status of 401");

    let new = comes_in(&old, &link);
    new.goto(&demo.booking);
    new.follow(ENTER);
    new.wait_for_url(&demo.booking);
    new.wait_for(LEAVE);
    assert_eq!(new.text("#acr"), "phr");
}

/// By the demo's only administrator of the clinic: the sheet is shown at once.
fn invited_again(demo: &RunningDemo) -> String {
    let makoto: Tab = demo.administrator();
    makoto.goto(&format!("{}/admin", demo.issuer));
    makoto.fill("#name", "やまだ");
    makoto.follow("main form button");
    makoto.follow(".people li a");
    makoto.follow("a[href$='/invite-again']");
    makoto.click("input[name=checked][value=card]");
    makoto.fill("#reason", "スマートフォンの水没。職員証を確認");
    makoto.click("input[name=way][value=sheet]");
    makoto.follow("main form button.danger");
    invitation_in(&makoto.body(), &demo.issuer).expect("a link on the sheet")
}
