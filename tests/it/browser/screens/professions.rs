//! The professions of somebody of the clinic: none, one that is entered with a wrong number and a right one, and verified.

use super::{super::place::Place, Gallery};
use crate::support::browser::Tab;

/// As the clinic's administrator, whose tab this is. `member`: the page of one of its people.
pub fn walk(place: &Place, tab: &mut Tab, member: &str, gallery: &mut Gallery) {
    for (language, mark, profession) in [("ja", "", "nurse"), ("en", "-en", "midwife")] {
        tab.language(language);
        tab.goto(&place.app.url(&format!("{member}/qualifications")));
        gallery.take(tab, &format!("admin-professions-none{mark}"));
        tab.eval::<()>(&format!("void (document.querySelector('#profession').value = '{profession}')"));
        tab.fill("#number", "12-34");
        tab.follow("main section:last-of-type button.primary");
        gallery.take(tab, &format!("admin-profession-wrong{mark}"));
        tab.expect_problem("status of 422");
        tab.fill("#number", "第1234567号");
        tab.follow("main section:last-of-type button.primary");
        gallery.take(tab, &format!("admin-profession-added{mark}"));
        tab.click("input[value=original]");
        tab.follow("form[action$='/verify'] button");
        gallery.take(tab, &format!("admin-profession-verified{mark}"));
    }
    tab.language("ja");
}
