//! A clinic's applications: none, one that is registered by its name and address, its page, its form, and its new secret.

use super::{super::place::Place, Gallery};
use crate::support::browser::Tab;

/// As the clinic's administrator, whose tab this is.
pub fn walk(place: &Place, tab: &mut Tab, gallery: &mut Gallery) {
    let open = |tab: &Tab, path: &str| tab.goto(&place.app.url(path));
    for (language, mark) in [("ja", ""), ("en", "-en")] {
        tab.language(language);
        open(tab, "/admin/clients");
        gallery.take(tab, &format!("admin-clients{mark}"));
        open(tab, "/admin/clients/new");
        gallery.take(tab, &format!("admin-client-new{mark}"));
        tab.fill("#name", "電子カルテ");
        tab.fill("#redirect_uris", "https://karte.example.jp/callback\nhttp://karte.example.jp/callback");
        tab.follow("main form button.primary");
        gallery.take(tab, &format!("admin-client-wrong{mark}"));
        tab.expect_problem("status of 422");
        open(tab, "/admin/clients/new?template=orthanc");
        gallery.take(tab, &format!("admin-client-orthanc{mark}"));
        tab.fill("#name", "画像サーバー");
        tab.fill("#address", "https://pacs.example.jp");
        tab.follow("main form button.primary");
        gallery.take(tab, &format!("admin-client-registered{mark}"));
        tab.follow("main > p > a.primary");
        gallery.take(tab, &format!("admin-client{mark}"));
        tab.follow("a[href$='/edit']");
        gallery.take(tab, &format!("admin-client-edit{mark}"));
        tab.fill("#access_token_minutes", "0");
        tab.follow("main form button.primary");
        gallery.take(tab, &format!("admin-client-edit-wrong{mark}"));
        tab.expect_problem("status of 422");
        tab.fill("#access_token_minutes", "10");
        tab.fill("#secret_days", "20");
        tab.fill("#claims", "roles=groups");
        tab.follow("main form button.primary");
        gallery.take(tab, &format!("admin-client-limited{mark}"));
        tab.follow("a[href$='/preview']");
        tab.fill("#email", "hanako@sakura.example");
        tab.follow("main form button.primary");
        gallery.take(tab, &format!("admin-client-preview{mark}"));
        tab.follow("main > p > a.quiet");
        tab.follow("a[href$='/edit']");
        tab.follow("main form button.primary");
        tab.follow("button[value=rotate]");
        gallery.take(tab, &format!("admin-client-rotated{mark}"));
        tab.follow("main > p > a.primary");
        gallery.take(tab, &format!("admin-client-two-secrets{mark}"));
        tab.follow("button[value=remove]");
        gallery.take(tab, &format!("admin-client-removed{mark}"));
    }
    tab.language("ja");
    open(tab, "/admin/clients?name=%E6%A4%9C%E6%9F%BB");
    gallery.take(tab, "admin-clients-none");
}
