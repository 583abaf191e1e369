//! A small installation's first day, on both databases.

use std::time::Duration;

use genkan::domain::{ClientId, ClinicId, UnixTime, UserId};
use genkan::store::sessions;

use super::Place;
use super::place::text;
use crate::support::{
    database::{Database, on_both_databases},
    signed_in::sign_in_at,
};

on_both_databases! {
    an_installation_is_begun_checked_and_kept,
    disabling_a_person_ends_all_that_they_have_in_one_write,
}

const NURSE: &str = "yamada@sakura.example";
const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);

fn nurse_and_client(place: &Place) -> (UserId, ClinicId, ClientId) {
    let clinic = place.clinic();
    let invited =
        place.json(&["user", "invite", NURSE, "--name", "山田 花子", "--kana", "ヤマダ ハナコ", "--clinic", &clinic]);
    let client = place.json(&["client", "add", "--name", "予約", "--redirect-uri", "https://app.example/callback"]);
    (UserId::new(text(&invited["id"])), ClinicId::new(clinic), ClientId::new(text(&client["client_id"])))
}

fn an_installation_is_begun_checked_and_kept(database: Database) {
    let place = Place::begun_on(database);
    place.run(&["check"]).done();
    let (_, clinic, client) = nurse_and_client(&place);
    place.json(&["client", "set", client.as_str(), "--start-uri", "https://app.example/"]);
    let allow = ["--password-fallback", "password_only", "--reason", "端末の入替中", "--until", "2099-03-31"];
    place.json(&[["clinic", "set", clinic.as_str()].as_slice(), &allow].concat());
    assert_eq!(place.json(&["client", "show", client.as_str()])["start_uri"], "https://app.example/");
    assert_eq!(place.json(&["clinic", "list"])[0]["password_fallback"]["policy"], "password_only");
    assert_eq!(place.json(&["user", "list"]).as_array().map(Vec::len), Some(2));
    assert_eq!(place.run(&["migrate"]).done().trim(), "the store is up to date");
    assert_eq!((place.count("client.changed"), place.count("clinic.changed")), (1, 1));
}

fn disabling_a_person_ends_all_that_they_have_in_one_write(database: Database) {
    let place = Place::begun_on(database);
    let (user, clinic, client) = nurse_and_client(&place);
    let (whose, lasts) = ((user.clone(), clinic, client), Duration::from_secs(1_000_000_000));
    let signed_in = place.store().write(move |tx| sign_in_at(tx, (&whose.0, &whose.1, &whose.2), NOW, lasts));
    let session = signed_in.expect("written");

    let disabled = place.json(&["user", "disable", NURSE]);
    assert_eq!(disabled["sessions_ended"], 1);
    assert_eq!(disabled["grants_revoked"], 1);
    assert_eq!(disabled["invitations_revoked"], 1);
    let revoked = place.event("session.revoked");
    assert_eq!(revoked["reason_code"], "account_disabled");
    assert_eq!(revoked["subject"]["id"], user.as_str());
    assert!(!revoked.to_string().contains(session.as_str()), "named by its hash alone");
    assert_eq!(place.event("account.disabled")["detail"]["sessions"], 1);
    let found = place.store().read(|conn| sessions::find(conn, &session)).expect("read").expect("kept");
    assert!(found.ended_at.is_some());

    place.json(&["user", "enable", NURSE]);
    let found = place.store().read(|conn| sessions::find(conn, &session)).expect("read").expect("kept");
    assert!(found.ended_at.is_some(), "nothing that ended comes back");
}
