//! What somebody sees when it doesn't go on: each kind as a browser meets it, and the rest as it would be drawn.

use std::fs;

use diesel::{Connection, SqliteConnection, connection::SimpleConnection};
use genkan::{config::Config, domain::ClientId, flows::admin::clients};

use super::{super::place::Place, Gallery};
use crate::support::{app::draft, browser::Tab};

pub fn walk(place: &Place, gallery: &mut Gallery) {
    let mut tab = Tab::open();
    tab.language("ja");
    let app = &place.app;
    let stranger = place.authorize(&[]).replace(&place.application.client_id, "stranger");
    let elsewhere = place.authorize(&[]).replace("callback", "elsewhere");
    let pages = [
        ("not-found", app.url("/nothing-here")),
        ("wrong-method", app.url("/login/password")),
        ("bad-request", app.url("/login?continue=%zz")),
        ("unknown-client", stranger),
        ("wrong-redirect-uri", elsewhere),
        ("client-disabled", place.authorize(&[]).replace(&place.application.client_id, &switched_off(place))),
        ("bad-authorization", app.url("/oauth/authorize?client_id=%zz")),
        ("request-expired", app.url("/oauth/authorize?continue=made-up")),
        ("invitation-unknown", app.url("/invite/made-up")),
        ("bad-logout", app.url("/oauth/logout?state=%zz")),
    ];
    for (name, address) in pages {
        tab.goto(&address);
        gallery.take(&tab, &format!("error-{name}"));
        tab.expect_problem("status of 4");
    }

    tab.goto(&app.url("/login"));
    tab.eval::<()>("cookieStore.getAll().then(() => { document.querySelector('[name=form_token]').value = 'x' })");
    place.type_password(&tab, "misaki@demo.example");
    gallery.take(&tab, "error-form-expired");
    tab.expect_problem("status of 403");

    tab.goto(&format!("{}/start", place.origin));
    tab.eval::<()>(&format!(
        "document.body.innerHTML = '<form method=post action=\"{}\"><button>x</button></form>'; null",
        app.url("/login/password")
    ));
    tab.follow("form button");
    gallery.take(&tab, "error-foreign-form");
    tab.expect_problem("status of 403");

    tab.goto(&app.url("/login"));
    tab.eval::<()>("document.querySelector('#password').removeAttribute('maxlength'); null");
    tab.eval::<()>("document.querySelector('#password').value = 'x'.repeat(70000); null");
    tab.eval::<()>("document.querySelector('#email').value = 'a@b.example'; null");
    tab.follow("#password-login button[type=submit]");
    gallery.take(&tab, "error-too-large");
    tab.expect_problem("status of 413");

    // A table that is gone is a fault of ours, with its number; a file that is gone may come back.
    let (here, away) = (app.database_file(), app.database_file().with_extension("away"));
    let mut database = SqliteConnection::establish(&here.to_string_lossy()).expect("the file opens");
    database.batch_execute("ALTER TABLE clients RENAME TO lost").expect("the table is free");
    tab.goto(&place.authorize(&[]));
    gallery.take(&tab, "error-internal");
    tab.expect_problem("status of 500");
    database.batch_execute("ALTER TABLE lost RENAME TO clients").expect("the table comes back");
    fs::rename(here, &away).expect("the file moves away");
    tab.goto(&place.authorize(&[]));
    gallery.take(&tab, "error-unavailable");
    tab.expect_problem("status of 503");
    fs::rename(&away, here).expect("the file comes back");
}

fn switched_off(place: &Place) -> String {
    let app = &place.app;
    let client = app.register(draft("止めた予約"));
    let off = clients::Draft { enabled: Some(false), ..clients::Draft::default() };
    let id = ClientId::new(&client.client_id);
    clients::set(app.store(), &app.by(), id, off, &Config::sample().keys.algorithms)
        .expect("no fault")
        .expect("switched off");
    client.client_id
}
