//! `genkan user invite` of somebody who has been in before: a link only for who says how they made sure, and what else is
//! named without one.

use genkan::{
    domain::{Role, Verdict},
    flows::admin::{
        Refusal,
        members::{AtServer, invite_at_server},
        users::{Details, Invite},
    },
};

use super::{HANAKO, reinvite::begins_anew, reinvite::last};
use crate::support::{
    app::{PASSWORD, TestApp},
    ceremony::{enrolled, error},
    database::{Database, on_both_databases},
    person::Person,
};

on_both_databases! {
    who_has_been_in_gets_a_link_only_once_somebody_is_sure_of_them,
    another_role_or_clinic_makes_no_link_and_takes_nothing,
}

fn invite(app: &TestApp, change: impl FnOnce(&mut Invite), checked: Option<&str>) -> Verdict<AtServer, Refusal> {
    let mut invite = Invite {
        email: HANAKO.to_owned(),
        clinic: app.sakura.id.clone(),
        roles: Vec::new(),
        until: None,
        details: Details::default(),
    };
    change(&mut invite);
    invite_at_server(app.store(), &app.by(), invite, checked).expect("no fault")
}

fn who_has_been_in_gets_a_link_only_once_somebody_is_sure_of_them(database: Database) {
    let app = TestApp::start(database);
    let (hanako, old) = enrolled(&app, HANAKO);
    let before = app.trail().len();
    assert!(matches!(invite(&app, |_| {}, None), Err(Refusal::CheckMissing { .. })));
    assert!(matches!(invite(&app, |_| {}, Some("a\nb")), Err(Refusal::BadText { .. })));
    assert!(app.recorded_since(before).is_empty() && hanako.get("/settings/passkeys").status == 200);
    let Ok(AtServer::Invited(invited)) = invite(&app, |_| {}, Some("院長が対面で確認")) else {
        panic!("no link")
    };
    let detail = last(&app, "account.reinvited").detail.expect("a detail");
    assert_eq!((&detail["admin_reason"], &detail["way"]), (&"院長が対面で確認".into(), &"link".into()));
    assert_eq!(error(&Person::at(&app).passkey(&old, None)), "passkey_suspended");
    assert_eq!(Person::at(&app).sign_in(HANAKO, PASSWORD, None).status, 401);
    assert!(app.sessions(&app.hanako).is_empty());
    begins_anew(&app, &format!("/invite/{}", invited.secret.reveal()));
    app.disable(&app.hanako);
    assert!(matches!(invite(&app, |_| {}, None), Err(Refusal::UserDisabled { .. })));
}

fn another_role_or_clinic_makes_no_link_and_takes_nothing(database: Database) {
    let app = TestApp::start(database);
    let (hanako, _) = enrolled(&app, HANAKO);
    let before = app.trail().len();
    let Ok(AtServer::Changed(joined)) = invite(&app, |it| it.roles = vec![Role::Helpdesk], None) else {
        panic!("a link")
    };
    assert_eq!((joined.roles.as_slice(), joined.is_new), (&[Role::Helpdesk][..], false));
    let Ok(AtServer::Changed(_)) = invite(&app, |it| it.clinic = app.demo.id.clone(), None) else { panic!("a link") };
    assert_eq!(app.recorded_since(before), ["role.changed success"; 2]);
    assert_eq!(app.membership(&app.hanako, &app.demo).roles, [Role::Member]);
    assert_eq!(hanako.get("/settings/passkeys").status, 200);
    assert!(app.passkeys(&app.hanako)[0].is_enabled());
}
