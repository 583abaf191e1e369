//! Lists that are longer than a page: turned to their end each entry is there once, and another clinic's place in its own list is no
//! place in this one.

use genkan::{domain::TerminalKind, flows::admin::terminals, store};

use super::makoto;
use crate::support::{
    app::TestApp,
    database::{Database, on_both_databases},
    person::Person,
};

on_both_databases! {
    a_clinics_pcs_by_name_also_where_names_are_the_same,
    a_clinics_invitations_newest_first_also_of_the_same_moment,
    whoever_is_called_otherwise_is_found_by_that,
}

/// What follows each of these in a page, as long as an id is.
fn entries(person: &Person<'_>, page: &str, before: &str) -> Vec<String> {
    let body = person.get(page).body;
    body.split(before).skip(1).map(|rest| rest[..36].to_owned()).collect()
}

/// All of it, by what the page itself offers.
fn turned(person: &Person<'_>, path: &str, before: &str) -> Vec<String> {
    let (mut all, mut next) = (Vec::new(), path.to_owned());
    for expected in [50, 50, 20] {
        let page = entries(person, &next, before);
        assert_eq!(page.len(), expected);
        if expected == 50 {
            next = format!("{path}?after={}", person.get(&next).hidden("after").expect("a next page"));
        }
        all.extend(page);
    }
    let last = person.get(&next);
    assert!(last.hidden("after").is_none() && last.text().contains("最初から表示"), "{}", last.body);
    all
}

fn a_clinics_pcs_by_name_also_where_names_are_the_same(database: Database) {
    let app = TestApp::start(database);
    let (makoto, _) = makoto(&app);
    let add = |clinic: &genkan::domain::Clinic, name: &str| {
        let added = terminals::add(app.store(), &app.by(), clinic.id.clone(), name, TerminalKind::Shared);
        added.expect("no fault").expect("a link").terminal
    };
    let mut made: Vec<_> = (0..120).map(|number| add(&app.sakura, &format!("PC {:02}", number / 3))).collect();
    let theirs = add(&app.demo, "PC 20").id;
    let (path, before) = ("/admin/terminals", "aria-labelledby=\"t-");
    let all = turned(&makoto, path, before);
    made.sort_by(|one, other| (&one.name, one.id.as_str()).cmp(&(&other.name, other.id.as_str())));
    assert_eq!(all, made.iter().map(|terminal| terminal.id.to_string()).collect::<Vec<_>>());
    assert_eq!(entries(&makoto, &format!("{path}?after={theirs}"), before), all[..50], "the beginning");
}

fn a_clinics_invitations_newest_first_also_of_the_same_moment(database: Database) {
    let app = TestApp::start(database);
    let (makoto, _) = makoto(&app);
    let invite = |clinic, email: String| {
        super::limits::invite(&app, clinic, &email, super::limits::details("森 太郎"));
    };
    // Of the cast's own, makoto's has no button for makoto.
    let now = app.clock().now();
    app.store().write(move |tx| store::invitations::revoke_all_unused(tx, now)).expect("none is left");
    for number in 0..120 {
        if number % 7 == 0 {
            app.advance(std::time::Duration::from_millis(1));
        }
        invite(&app.sakura, format!("mori{number}@sakura.example"));
    }
    invite(&app.demo, "mori@demo.example".to_owned());
    let open = |clinic| {
        let waiting = genkan::flows::admin::members::open_invitations(app.store(), app.clock().now(), Some(clinic));
        let waiting = waiting.expect("no fault").expect("a clinic");
        waiting.into_iter().map(|waiting| waiting.invitation.id.to_string()).collect::<Vec<_>>()
    };
    let before = "action=\"/admin/invitations/";
    let all = turned(&makoto, "/admin/invitations", before);
    assert_eq!(all, open(&app.sakura.id));
    let theirs = &open(&app.demo.id)[0];
    assert_eq!(entries(&makoto, &format!("/admin/invitations?after={theirs}"), before), all[..50], "the beginning");
}

fn whoever_is_called_otherwise_is_found_by_that(database: Database) {
    let app = TestApp::start(database);
    let (makoto, _) = makoto(&app);
    let mut hanako = app.hanako.clone();
    hanako.profile.name = "小川 花子".to_owned();
    hanako.profile.name_kana = Some("オガワ ハナコ".to_owned());
    app.store().write(move |tx| store::users::update_profile(tx, &hanako)).expect("another name");
    let found = |typed: &str| {
        let url = reqwest::Url::parse_with_params(&app.url("/admin/people"), [("name", typed)]).expect("an address");
        makoto.get(url.as_str()).text().contains("小川 花子")
    };
    assert_eq!(["おがわ", "小川", "hanako@", "やまだ"].map(found), [true, true, true, false]);
}
