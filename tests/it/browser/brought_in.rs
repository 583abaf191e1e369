//! A new nurse is brought in by her administrator. By a letter: she opens it on her phone, sets up a passkey, and enters the
//! demo's own application, which is told that the address is hers; by a sheet of paper, that nobody knows whose it is.

use super::{
    demo::{RunningDemo, invitation_in},
    place::{BY_PASSKEY, REGISTER},
};
use crate::support::{
    browser::{Kind, Tab},
    database::{Database, on_both_databases},
};

on_both_databases! {
    a_nurse_comes_in_by_a_letter_and_her_address_is_known_to_be_hers,
    a_nurse_comes_in_by_a_sheet_and_her_address_is_not_known_to_be_hers,
}

const ENTER: &str = "a[href='/login']";
const LEAVE: &str = "form[action='/logout'] button";
const ROKU: &str = "roku.nishimura@sakura.example";

fn a_nurse_comes_in_by_a_letter_and_her_address_is_known_to_be_hers(database: Database) {
    let demo = RunningDemo::start(database);
    let makoto = demo.administrator();
    invite(&demo, &makoto, "mail");
    makoto.wait_for_text("招待のメールを送ります");
    let roku = comes_in(&makoto, &demo.invitation_for(ROKU));
    assert_eq!(address_as_told_to(&demo, &roku), (ROKU.to_owned(), "true".to_owned()));
}

fn a_nurse_comes_in_by_a_sheet_and_her_address_is_not_known_to_be_hers(database: Database) {
    let demo = RunningDemo::start(database);
    let makoto = demo.administrator();
    invite(&demo, &makoto, "sheet");
    let roku = comes_in(&makoto, &invitation_in(&makoto.body(), &demo.issuer).expect("a link on the sheet"));
    assert_eq!(address_as_told_to(&demo, &roku), (ROKU.to_owned(), "false".to_owned()));
}

fn invite(demo: &RunningDemo, makoto: &Tab, way: &str) {
    makoto.goto(&format!("{}/admin/invitations", demo.issuer));
    makoto.follow("a[href='/admin/people/invite']");
    makoto.fill("#name", "西村 ろく");
    makoto.fill("#kana", "ニシムラ ロク");
    makoto.fill("#email", ROKU);
    makoto.click(&format!("input[name=way][value={way}]"));
    makoto.follow("main form button.primary");
}

/// On a phone that has never been here.
pub fn comes_in(other: &Tab, link: &str) -> Tab {
    let phone = other.stranger();
    phone.phone("ja");
    phone.without_autofill();
    phone.authenticator(Kind::Internal);
    phone.goto(link);
    phone.wait_for_text("からの招待です");
    phone.follow("main form button.primary");
    phone.follow(REGISTER);
    phone.follow(BY_PASSKEY);
    phone.wait_for_text("ログイン中の方");
    phone
}

/// By the application, as userinfo tells it; the ID token is the passkey's and says nothing of it (OpenID Connect Core 5.4).
fn address_as_told_to(demo: &RunningDemo, phone: &Tab) -> (String, String) {
    phone.goto(&demo.booking);
    phone.follow(ENTER);
    phone.wait_for_url(&demo.booking);
    phone.wait_for(LEAVE);
    assert_eq!((phone.text("#acr"), phone.count("#id-token [data-claim=email_verified]")), ("phr".to_owned(), 0));
    let told = |claim: &str| {
        phone.eval::<String>(&format!("document.querySelector('#userinfo [data-claim={claim}]').textContent"))
    };
    (told("email"), told("email_verified"))
}
