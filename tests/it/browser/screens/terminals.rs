//! A shared PC, from its registration to 「終了」.

use genkan::domain::TerminalKind;

use super::{
    super::{
        place::Place,
        sharing::{register_pc, stay},
    },
    Gallery,
};
use crate::support::browser::Tab;

pub fn walk(place: &Place, gallery: &mut Gallery) {
    let mut tab = Tab::open();
    tab.language("ja");
    tab.without_autofill();
    let app = &place.app;
    for (language, mark) in [("ja", ""), ("en", "-en")] {
        tab.language(language);
        for kind in [TerminalKind::Shared, TerminalKind::Personal] {
            let (link, _) = app.terminal_link(&app.demo, kind);
            tab.goto(&link);
            gallery.take(&tab, &format!("terminal-{}{mark}", kind.as_str()));
        }
    }
    tab.language("ja");
    tab.goto(&app.url("/terminal/unknown"));
    gallery.take(&tab, "terminal-unknown");
    tab.expect_problem("status of 410");
    register_pc(place, &tab);
    gallery.take(&tab, "terminal-registered");

    tab.goto(&place.authorize(&[]));
    gallery.take(&tab, "login-shared");
    place.type_password(&tab, "misaki@demo.example");
    place.wait_for_code(&tab);
    // It belongs to さくらクリニック, and デモ医院 does not know it.
    app.unregistered_terminals(&app.demo, TerminalKind::Shared);
    tab.goto(&app.url("/"));
    place.sign_out(&tab);
    tab.goto(&place.authorize(&[]));
    place.type_password(&tab, "misaki@demo.example");
    place.wait_for_code(&tab);
    tab.goto(&app.url("/"));
    gallery.take(&tab, "portal-shared");
    stay(place, &tab);
    for (language, mark) in [("ja", ""), ("en", "-en")] {
        tab.language(language);
        tab.goto(&place.authorize(&[]));
        gallery.take(&tab, &format!("confirm{mark}"));
    }
}
