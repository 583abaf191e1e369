//! The passkey that the browser offers in the e-mail field: no press at all, and it never wears out.

use super::place::{Place, TROUBLE};
use crate::support::browser::{Kind, Tab};

const ASKED: &str =
    "performance.getEntriesByType('resource').filter(entry => entry.name.endsWith('/login/passkey/begin')).length";
/// What a browser does when another tab comes to the front, and when this one comes back.
const HIDE: &str = "Object.defineProperty(document, 'hidden', {value: true, configurable: true});
    document.dispatchEvent(new Event('visibilitychange')); null";
const SHOW: &str = "delete document.hidden; document.dispatchEvent(new Event('visibilitychange')); null";

fn asked(times: u32) -> String {
    format!("{ASKED} === {times}")
}

#[test]
fn a_tab_that_comes_back_asks_with_a_new_challenge_and_signs_in() {
    let place = Place::open();
    let tab = Tab::open();
    let device = place.hanako_with_passkey(&tab, Kind::Internal);
    // Nobody touches it: the offer stays open.
    tab.presence(&device, false);
    tab.goto(&place.authorize(&[]));
    tab.wait_for_js(&asked(1));
    tab.eval::<()>(HIDE);
    tab.presence(&device, true);
    tab.eval::<()>(SHOW);
    place.wait_for_code(&tab);
}

#[test]
fn an_offer_is_renewed_before_its_challenge_runs_out() {
    let place = Place::open();
    let tab = Tab::open();
    // The 45 seconds pass at once, three times.
    tab.before_pages(
        "const wait = setTimeout; let times = 0;
         window.setTimeout = (work, span, ...more) => wait(work, span === 45000 && ++times <= 3 ? 0 : span, ...more)",
    );
    tab.goto(&place.app.url("/login"));
    tab.wait_for_js(&asked(4));
    assert!(!tab.sees(TROUBLE), "nobody asked, so nobody is told");
}

#[test]
fn the_button_takes_over_from_an_open_offer() {
    let place = Place::open();
    let tab = Tab::open();
    let device = place.hanako_with_passkey(&tab, Kind::Internal);
    tab.presence(&device, false);
    tab.goto(&place.authorize(&[]));
    tab.wait_for_js(&asked(1));
    tab.presence(&device, true);
    tab.follow("[data-act=passkey]");
    place.wait_for_code(&tab);
}

#[test]
fn a_fruitless_offer_says_nothing_and_leaves_the_password_form_alone() {
    let place = Place::open();
    let tab = Tab::open();
    tab.authenticator(Kind::Internal);
    tab.goto(&place.authorize(&[]));
    tab.wait_for_js(&asked(1));
    assert!(!tab.sees(".trouble"));
    place.type_password(&tab, "misaki@demo.example");
    place.wait_for_code(&tab);
}
