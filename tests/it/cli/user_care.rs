//! `genkan user {show,why,resume,unlock,disable}`: somebody who cannot sign in.

use genkan::{
    domain::{ClinicId, UnixTime, UserId},
    store,
};

use super::{
    Place,
    place::{ADMIN, names, text},
    user::{NURSE, invite},
};

#[test]
fn why_somebody_cannot_sign_in_is_told_with_the_command_that_mends_it() {
    let place = Place::begun();
    let clinic = place.clinic();
    place.run(&invite(&clinic, &[])).done();
    let told = place.json(&["user", "why", NURSE]);
    assert_eq!(names(&told), ["email", "last_signed_in", "name", "obstacles", "signed_in_since", "tries"]);
    let first = &told["obstacles"][0];
    assert_eq!(names(first), ["cause", "clinic_id", "command", "todo", "until", "what"]);
    assert_eq!((&first["cause"], &told["tries"]), (&"invitation_open".into(), &serde_json::json!([])));

    place.run(&["user", "disable", NURSE, "--reason", "退職"]).done();
    assert_eq!(place.event("account.disabled")["detail"]["admin_reason"], "退職");
    let told = place.json(&["user", "why", NURSE]);
    let disabled = &told["obstacles"][0];
    assert_eq!((&disabled["cause"], &disabled["clinic_id"]), (&"account_disabled".into(), &().into()));
    assert!(text(&disabled["command"]).starts_with(&format!("genkan user enable {NURSE}")));
    let shown = place.run(&["user", "why", NURSE]).done();
    assert!(shown.contains("now: The account is disabled") && shown.contains("genkan user enable"), "{shown}");
    let shown = place.json(&["user", "show", NURSE]);
    assert_eq!((&shown["enabled"], &shown["obstacles"][0]["cause"]), (&false.into(), &"account_disabled".into()));
    assert!(place.run(&["user", "show", NURSE]).done().contains("山田 花子"));
    for command in ["why", "show"] {
        let unknown = place.run(&["user", command, "nobody@sakura.example"]).refused();
        assert!(unknown.contains("nobody here has the address"), "{unknown}");
    }
}

#[test]
fn a_suspension_is_lifted_and_a_password_opened_for_a_reason() {
    let place = Place::begun();
    let clinic = place.clinic();
    let nurse = UserId::new(text(&place.json(&invite(&clinic, &[]))["id"]));
    let at = ClinicId::new(clinic.as_str());
    let now = UnixTime::from_secs(1_800_000_000);
    let (suspended, locked) = (nurse.clone(), nurse);
    place
        .store()
        .write(move |tx| {
            store::users::count_password_failure(tx, &locked)?;
            store::memberships::suspend(tx, &suspended, &at, now)
        })
        .expect("suspended");
    assert_eq!(place.json(&["user", "why", NURSE])["obstacles"][0]["clinic_id"], clinic.as_str());
    let resume = ["user", "resume", NURSE, "--clinic", &clinic];
    assert!(place.run(&resume).misused().contains("--reason"));
    let reasoned = [&resume[..], &["--reason", "復職"]].concat();
    assert_eq!(place.json(&reasoned)["suspended"], false);
    assert_eq!(place.event("membership.resumed")["detail"]["admin_reason"], "復職");
    assert!(place.run(&reasoned).refused().contains("is not suspended"));
    let elsewhere = ["user", "resume", NURSE, "--clinic", "nowhere", "--reason", "復職"];
    assert!(place.run(&elsewhere).refused().contains("does not work for"));

    let unlock = ["user", "unlock", NURSE, "--reason", "本人を確認"];
    assert_eq!(place.json(&unlock)["password_open"], true);
    assert_eq!(
        place.event("account.unlocked")["detail"],
        serde_json::json!({ "failures": 1, "admin_reason": "本人を確認" })
    );
    assert!(place.run(&unlock).refused().contains("no wrong passwords"));
    assert!(place.run(&["user", "unlock", NURSE, "--reason", "\u{202e}"]).refused().contains("the reason"));
}

#[test]
fn the_last_administrator_stays() {
    let place = Place::begun();
    let clinic = place.clinic();
    assert!(place.run(&["user", "disable", ADMIN]).refused().contains("last administrator"));
    assert_eq!(place.count("account.disabled"), 0);
    place.run(&invite(&clinic, &["--role", "system_admin"])).done();
    place.run(&["user", "disable", ADMIN]).done();
    assert!(place.run(&["user", "disable", NURSE]).refused().contains("last administrator"));
}
