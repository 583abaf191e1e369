//! Many people invited at once: the empty box, a list with mistakes, a good one, and its sheets.

use super::{super::place::Place, Gallery};
use crate::support::browser::Tab;

const LIST: &str = "氏名\tフリガナ\tメールアドレス\t役割\t最終日
勅使河原 ひなた\tテシガワラ ヒナタ\thinata.teshigawara@sakura.example\t\t
森 ななみ\tモリ ナナミ\tnanami@sakura.example\tヘルプデスク\t2999/3/31
";
const MISTAKES: &str = "西村 ろく
看護 花子\tカンゴ ハナコ\thanako@sakura.example
森 ななみ\tモリ ナナミ\tnanami@sakura.example\t院長
";

/// As the clinic's administrator, whose tab this is.
pub fn walk(place: &Place, tab: &mut Tab, gallery: &mut Gallery) {
    let open = |tab: &Tab| tab.goto(&place.app.url("/admin/people/invite/list"));
    for (language, mark) in [("ja", ""), ("en", "-en")] {
        tab.language(language);
        open(tab);
        gallery.take(tab, &format!("admin-list{mark}"));
        tab.fill("#people", &format!("{LIST}{MISTAKES}"));
        tab.follow("main form button.primary");
        gallery.take(tab, &format!("admin-list-mistakes{mark}"));
        tab.expect_problem("status of 422");
        tab.fill("#people", LIST);
        tab.follow("main form button.primary");
        gallery.take(tab, &format!("admin-list-good{mark}"));
    }
    tab.follow("main form button.primary");
    gallery.take(tab, "admin-sheets-en");
    assert_eq!((tab.count("article.sheet"), tab.printed_pages()), (2, 2), "a page each");
    tab.language("ja");
    open(tab);
    tab.fill("#people", &LIST.replace("@", "2@"));
    tab.follow("main form button.primary");
    tab.follow("main form button.primary");
    gallery.take(tab, "admin-sheets");
}
