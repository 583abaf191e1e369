//! A client's secret is changed without a moment in which it cannot come in, and ends when it is said to.

use std::time::Duration;

use genkan::{
    config::Config,
    domain::{ClientId, ClientType, Secret, SigningAlg},
    flows::admin::{
        Refusal,
        clients::{self, Change, Draft},
    },
};

use super::party::{Party, token_error};
use crate::support::{
    app::{TestApp, draft},
    database::{Database, on_both_databases},
    person::Person,
};

on_both_databases! {
    both_secrets_open_until_the_former_one_has_run_out,
    a_former_secret_is_ended_before_its_time,
    a_removed_application_signs_nobody_in_until_it_is_restored_and_later_is_gone,
}

const DAY: Duration = Duration::from_secs(24 * 3600);

fn change(app: &TestApp, party: &Party<'_>, change: Change) -> Result<Option<Secret>, Refusal> {
    let id = ClientId::new(party.client.client_id.as_str());
    // A node may go by what it knows for a second.
    app.advance(Duration::from_secs(1));
    let done = clients::change(app.store(), &app.by(), id, change, &Config::sample().keys.algorithms);
    app.advance(Duration::from_secs(1));
    done.expect("no fault").map(|registered| registered.secret)
}

/// What the token endpoint says to a code that this secret comes with.
fn exchanged(party: &Party<'_>, secret: &str) -> Result<(), String> {
    let mut party = Party::new(party.app, &party.client);
    let code = party.sign_in(&Person::at(party.app), &[]).code();
    party.client.secret = Some(secret.to_owned());
    let answer = party.exchange(&code, &[]);
    if answer.status == 200 { Ok(()) } else { Err(token_error(&answer)) }
}

fn both_secrets_open_until_the_former_one_has_run_out(database: Database) {
    let app = TestApp::start(database);
    let party = Party::new(&app, &app.register(draft("電子カルテ")));
    let former = party.client.secret.clone().expect("a secret");
    let new = change(&app, &party, Change::RotateSecret { keep: DAY }).expect("rotated").expect("shown once");
    assert_eq!(exchanged(&party, &former), Ok(()), "the application does not know the new one yet");
    assert_eq!(exchanged(&party, new.reveal()), Ok(()));
    app.advance(DAY);
    assert_eq!(exchanged(&party, &former), Err("invalid_client".to_owned()));
    assert_eq!(exchanged(&party, new.reveal()), Ok(()));

    let newest = change(&app, &party, Change::RotateSecret { keep: Duration::ZERO }).expect("rotated");
    assert_eq!(exchanged(&party, new.reveal()), Err("invalid_client".to_owned()), "it was to end at once");
    assert_eq!(exchanged(&party, newest.expect("shown once").reveal()), Ok(()));
}

fn a_former_secret_is_ended_before_its_time(database: Database) {
    let app = TestApp::start(database);
    let party = Party::new(&app, &app.register(draft("電子カルテ")));
    let former = party.client.secret.clone().expect("a secret");
    let new = change(&app, &party, Change::RotateSecret { keep: DAY }).expect("rotated").expect("shown once");
    change(&app, &party, Change::EndFormerSecret).expect("ended");
    assert_eq!(exchanged(&party, &former), Err("invalid_client".to_owned()));
    assert_eq!(exchanged(&party, new.reveal()), Ok(()));
}

fn a_removed_application_signs_nobody_in_until_it_is_restored_and_later_is_gone(database: Database) {
    let app = TestApp::start(database);
    let party = Party::new(&app, &app.register(draft("電子カルテ")));
    let secret = party.client.secret.clone().expect("a secret");
    assert_eq!(exchanged(&party, &secret), Ok(()));
    change(&app, &party, Change::Remove).expect("removed");
    assert_eq!(party.ask(&Person::at(&app), &[]).status, 400);
    let renamed = Change::Fields(Box::new(Draft { name: Some("別名".to_owned()), ..Draft::default() }));
    let refused = change(&app, &party, renamed).expect_err("it is removed");
    assert_eq!(refused.code(), "client_removed");
    app.advance(DAY * 29);
    change(&app, &party, Change::Restore).expect("restored");
    assert_eq!(exchanged(&party, &secret), Ok(()), "as it was");

    change(&app, &party, Change::Remove).expect("removed");
    app.advance(DAY * 30);
    let refused = change(&app, &party, Change::Restore).expect_err("it is gone");
    assert_eq!(refused.code(), "unknown_client");
}

#[test]
fn what_was_disabled_before_it_was_removed_is_disabled_when_it_comes_back() {
    let app = TestApp::start(Database::sqlite());
    let party = Party::new(&app, &app.register(draft("電子カルテ")));
    let off = Change::Fields(Box::new(Draft { enabled: Some(false), ..Draft::default() }));
    for step in [off, Change::Remove, Change::Restore] {
        change(&app, &party, step).expect("done");
    }
    assert_eq!(party.ask(&Person::at(&app), &[]).status, 400);
}

#[test]
fn an_application_that_keeps_no_secret_is_given_none() {
    let app = TestApp::start(Database::sqlite());
    let public = Party::new(&app, &app.register(Draft { kind: Some(ClientType::Spa), ..draft("待合表示") }));
    let refused = change(&app, &public, Change::RotateSecret { keep: DAY }).expect_err("a spa");
    assert_eq!(refused.code(), "no_secret");
}

#[test]
fn a_secret_that_the_application_knows_stays_until_its_time_however_often_a_new_one_is_made() {
    let app = TestApp::start(Database::sqlite());
    let party = Party::new(&app, &app.register(draft("電子カルテ")));
    let known = party.client.secret.clone().expect("a secret");
    let lost = change(&app, &party, Change::RotateSecret { keep: DAY }).expect("rotated").expect("shown once");
    let newest = change(&app, &party, Change::RotateSecret { keep: DAY }).expect("rotated").expect("shown once");
    assert_eq!(exchanged(&party, &known), Ok(()), "the one that is in use");
    assert_eq!(exchanged(&party, lost.reveal()), Err("invalid_client".to_owned()), "the one that nobody kept");
    assert_eq!(exchanged(&party, newest.reveal()), Ok(()));
}

#[test]
fn what_no_longer_fits_the_rules_is_ended_all_the_same_and_not_begun_again() {
    let app = TestApp::start(Database::sqlite());
    let party = Party::new(&app, &app.register(draft("電子カルテ")));
    let by_other_rules = |change: Change| {
        let id = ClientId::new(party.client.client_id.as_str());
        app.advance(Duration::from_secs(1));
        clients::change(app.store(), &app.by(), id, change, &[SigningAlg::Es256]).expect("no fault").map(drop)
    };
    let enabled = |enabled| Change::Fields(Box::new(Draft { enabled: Some(enabled), ..Draft::default() }));
    assert_eq!(by_other_rules(Change::RotateSecret { keep: DAY }), Ok(()));
    assert_eq!(by_other_rules(enabled(false)), Ok(()));
    let refused = Refusal::BadAlgorithm { alg: "RS256" };
    assert_eq!(by_other_rules(enabled(true)), Err(refused.clone()));
    assert_eq!(by_other_rules(Change::Remove), Ok(()));
    let named = Change::Fields(Box::new(Draft { name: Some("別名".to_owned()), ..Draft::default() }));
    assert_eq!(by_other_rules(Change::Restore), Ok(()), "disabled as it was");
    assert_eq!(by_other_rules(named), Err(refused));
}
