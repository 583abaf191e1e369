//! The scope `groups`: the names of somebody's groups in the clinic that they work for now.

use genkan::{
    domain::{Clinic, Group, Role},
    flows::{
        about,
        admin::{
            clients::Draft,
            end_of,
            groups::{self, Change},
            members,
        },
    },
    protocol::claims::Needs,
    store,
};
use serde_json::{Value, json};

use super::party::{MISAKI, Party};
use crate::support::{
    app::{TestApp, draft},
    database::{Database, on_both_databases},
    person::Person,
};

on_both_databases! {
    an_application_is_told_the_names_of_groups_where_it_asks,
}

fn party(app: &TestApp) -> Party<'_> {
    let scope = Some("openid profile groups".to_owned());
    Party::new(app, &app.register(Draft { scope, ..draft("電子カルテ") }))
}

fn made(app: &TestApp, clinic: &Clinic, name: &str) -> Group {
    groups::add_to(app.store(), &app.by(), clinic.id.clone(), name).expect("no fault").expect("a group")
}

fn put(app: &TestApp, group: &Group, email: &str) {
    groups::put(app.store(), &app.by(), group.id.clone(), email, true).expect("no fault").expect("put");
}

fn told(party: &Party<'_>, token: &str) -> Value {
    party.userinfo(token).json()["groups"].clone()
}

fn an_application_is_told_the_names_of_groups_where_it_asks(database: Database) {
    let app = TestApp::start(database);
    let party = party(&app);
    let (ward, clerks) = (made(&app, &app.demo, "病棟 \"3\""), made(&app, &app.demo, "受付"));
    made(&app, &app.demo, "ほかのグループ");
    for group in [&ward, &clerks] {
        put(&app, group, MISAKI);
    }
    let person = Person::at(&app);
    let asked = [("scope", "openid groups"), ("claims", r#"{"id_token":{"groups":null}}"#)];
    let tokens = party.sign_in_to_tokens(&person, &asked);
    let names = json!(["受付", "病棟 \"3\""]);
    app.appoint(&app.misaki, &app.sakura, Role::Member);
    put(&app, &made(&app, &app.sakura, "さくらの外来"), MISAKI);
    assert_eq!(told(&party, &tokens.access_token), names, "of the clinic they work for, and of no other");
    assert_eq!(tokens.claims["groups"], names, "in the ID token where that asks for it");
    let unasked = party.tokens(&party.callback(&person, &[("scope", "openid profile")]).code());
    assert_eq!(told(&party, &unasked.access_token), Value::Null);
    let by_name = [("scope", "openid"), ("claims", r#"{"userinfo":{"groups":null}}"#)];
    let named = party.tokens(&party.callback(&person, &by_name).code());
    assert_eq!(told(&party, &named.access_token), names);

    groups::set(app.store(), &app.by(), ward.id.clone(), Change::Rename("東病棟".to_owned()))
        .expect("no fault")
        .expect("set");
    assert_eq!(told(&party, &tokens.access_token), json!(["受付", "東病棟"]), "as it is called now");
    groups::set(app.store(), &app.by(), ward.id, Change::Remove).expect("no fault").expect("set");
    assert_eq!(told(&party, &tokens.access_token), json!(["受付"]));
    groups::put(app.store(), &app.by(), clerks.id, MISAKI, false).expect("no fault").expect("put");
    assert_eq!(told(&party, &tokens.access_token), Value::Null);
}

#[test]
fn a_membership_that_is_suspended_or_over_brings_no_groups() {
    let app = TestApp::start(Database::sqlite());
    put(&app, &made(&app, &app.demo, "病棟"), MISAKI);
    let needs = Needs::of(&["groups".to_owned()], &[]);
    let groups_at = |now| {
        let read = app.store().read(|conn| about::read(conn, app.misaki.clone(), &app.demo.id, needs, now));
        read.expect("a read").groups.len()
    };
    let now = app.clock().now();
    assert_eq!(groups_at(now), 1);
    let whose = || (app.misaki.id.clone(), app.demo.id.clone());
    let (user, clinic) = whose();
    app.store().write(move |tx| store::memberships::suspend(tx, &user, &clinic, now)).expect("suspended");
    assert_eq!(groups_at(now), 0);
    let (user, clinic) = whose();
    app.store().write(move |tx| store::memberships::resume(tx, &user, &clinic)).expect("resumed");
    let end = end_of("2099-03-31").expect("a day");
    members::set_end(app.store(), &app.by(), (MISAKI, app.demo.id.clone()), Some(end)).expect("no fault").expect("set");
    assert_eq!((groups_at(now), groups_at(end)), (1, 0));
}
