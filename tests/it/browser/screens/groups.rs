//! A clinic's groups: none, one that is made and filled, its removal, and those of one person.

use super::{super::place::Place, Gallery};
use crate::support::browser::Tab;

/// As the clinic's administrator, whose tab this is. `member`: the page of one of its people.
pub fn walk(place: &Place, tab: &mut Tab, member: &str, gallery: &mut Gallery) {
    let open = |tab: &Tab, path: &str| tab.goto(&place.app.url(path));
    for (language, mark) in [("ja", ""), ("en", "-en")] {
        tab.language(language);
        open(tab, "/admin/groups");
        gallery.take(tab, &format!("admin-groups{mark}"));
        open(tab, "/admin/groups/new");
        tab.fill("#called", "\u{202e}病棟");
        tab.follow("main form button.primary");
        gallery.take(tab, &format!("admin-group-wrong{mark}"));
        tab.expect_problem("status of 422");
        tab.fill("#called", &format!("3階病棟{mark}"));
        tab.follow("main form button.primary");
        gallery.take(tab, &format!("admin-group-created{mark}"));
        tab.follow("a[href$='/join']");
        tab.click("main fieldset label");
        gallery.take(tab, &format!("admin-group-join{mark}"));
        tab.follow("main form button.primary");
        gallery.take(tab, &format!("admin-group{mark}"));
        open(tab, &format!("{member}/groups"));
        tab.click("main fieldset label");
        tab.follow("main form button.primary");
        gallery.take(tab, &format!("admin-person-groups{mark}"));
        open(tab, "/admin/groups");
        tab.follow(".people li:last-child a");
        tab.follow("a[href$='/remove']");
        gallery.take(tab, &format!("admin-group-remove{mark}"));
        tab.follow("main form button.danger");
        gallery.take(tab, &format!("admin-group-removed{mark}"));
    }
    tab.language("ja");
}
