//! Every screen, looked at: at 360 and 1280 px, light and dark. Pictures are in `target/screenshots`.

mod administration;
mod applications;
mod audit;
mod clients;
mod clinics;
mod errors;
mod gallery;
mod groups;
mod handoff;
mod invite_list;
mod losing;
mod professions;
mod settings;
mod signed_out;
mod terminals;

use std::thread;

use super::{demo::RunningDemo, place::Place};
use crate::support::{browser::Tab, database::Database};
use gallery::Gallery;

#[test]
fn every_screen_is_legible_reachable_and_still_at_both_sizes_in_both_themes() {
    let faults = thread::scope(|scope| {
        let walks = [
            scope.spawn(|| {
                let mut gallery = Gallery::new();
                signed_out::walk(&Place::open(), &mut gallery);
                terminals::walk(&Place::open(), &mut gallery);
                handoff::walk(&Place::open(), &mut gallery);
                applications::walk(&RunningDemo::start(Database::sqlite()), &mut gallery);
                administration::walk(&Place::open(), &mut gallery);
                losing::walk(&mut gallery);
                gallery.faults
            }),
            scope.spawn(|| {
                let (mut gallery, place) = (Gallery::new(), Place::open());
                errors::walk(&place, &mut gallery);
                settings::walk(&place, &mut gallery);
                audit::walk(&Place::open(), &mut gallery);
                clinics::walk(&Place::open(), &mut gallery);
                clinics::workplace(&Place::open(), &mut gallery);
                gallery.faults
            }),
        ];
        walks.map(|walk| walk.join().expect("the walk was finished")).concat()
    });
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The login page with everything it loads is what somebody waits for on a bad day's network.
#[test]
fn the_login_page_is_three_requests_and_weighs_less_than_60_kb_on_the_wire() {
    let place = Place::open();
    let tab = Tab::open();
    tab.goto(&place.authorize(&[]));
    tab.wait_for_js("performance.getEntriesByName(location.origin + '/login/passkey/begin').length === 1");
    let weight: u64 = tab.eval("performance.getEntries().reduce((sum, entry) => sum + (entry.transferSize ?? 0), 0)");
    println!("{weight} bytes");
    // The icon of the tab is waited for by nobody.
    let files: u64 =
        tab.eval("performance.getEntriesByType('resource').filter(({ name }) => /[.](css|js)$/.test(name)).length");
    assert_eq!(files, 2, "a style and a script, beside the page");
    assert!(weight > 10_000 && weight < 60_000, "{weight} bytes");
}
