//! `genkan user {invite,invitations,revoke-invitation,list,access-code,disable,enable}`

use super::Place;
use super::place::{ADMIN, names, text};

pub const NURSE: &str = "yamada@sakura.example";

pub fn invite<'a>(clinic: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let base = ["user", "invite", NURSE, "--name", "山田 花子", "--kana", "ヤマダ ハナコ", "--clinic", clinic];
    [&base[..], more].concat()
}

#[test]
fn an_invitation_is_a_one_time_link_for_72_hours() {
    let place = Place::begun();
    let clinic = place.clinic();
    let invited = place.json(&invite(&clinic, &["--role", "member", "auditor", "--given-name", "花子"]));
    assert_eq!(names(&invited), ["clinic_id", "email", "expires_at", "id", "is_new", "link", "name", "roles"]);
    let secret = text(&invited["link"]).strip_prefix("http://localhost:8080/invite/").map(str::to_owned);
    let secret = secret.expect("a link of this issuer");
    assert_eq!(secret.len(), 43);
    assert_eq!(invited["is_new"], true);
    assert_eq!(invited["roles"], serde_json::json!(["member", "auditor"]));
    let trail = place.trail();
    let created = trail.iter().rev().find(|event| event["event"] == "invitation.created").expect("recorded");
    assert_eq!(created["subject"]["id"], invited["id"]);
    assert!(trail.iter().all(|event| !event.to_string().contains(&secret)), "no secret in the trail");

    let listed = place.json(&["user", "list"]);
    let nurse = listed.as_array().expect("a list").iter().find(|person| person["email"] == NURSE).expect("listed");
    assert_eq!(
        names(nurse),
        ["clinics", "created_at", "email", "enabled", "has_password", "id", "name", "name_kana", "passkeys"]
    );
    assert_eq!(names(&nurse["clinics"][0]), ["ended", "id", "last_day", "name", "roles", "suspended"]);
}

#[test]
fn inviting_again_makes_a_new_link_and_ends_the_old_one() {
    let place = Place::begun();
    let clinic = place.clinic();
    let first = place.json(&invite(&clinic, &[]));
    let again = place.json(&["user", "invite", &NURSE.to_uppercase(), "--clinic", &clinic]);
    assert_eq!(again["id"], first["id"]);
    assert_eq!(again["is_new"], false);
    assert_ne!(again["link"], first["link"]);
    assert_eq!(place.event("invitation.created")["detail"]["replaced"], 1);
    assert_eq!(place.count("account.created"), 2, "the administrator and the nurse");
}

#[test]
fn who_is_invited_is_listed_until_they_come_in_or_it_is_revoked() {
    let place = Place::begun();
    let clinic = place.clinic();
    place.run(&invite(&clinic, &[])).done();
    let listed = place.json(&["user", "invitations", "--clinic", &clinic]);
    let nurse = listed.as_array().expect("a list").iter().find(|waiting| waiting["email"] == NURSE).expect("listed");
    assert_eq!(names(nurse), ["by", "clinic_id", "created_at", "email", "expired", "expires_at", "id", "name", "way"]);
    assert_eq!((&nurse["way"], &nurse["by"], &nurse["expired"]), (&"link".into(), &().into(), &false.into()));
    assert_eq!(nurse["clinic_id"], clinic.as_str());
    let shown = place.run(&["user", "invitations"]).done();
    assert!(shown.contains(NURSE) && shown.contains("山田 花子") && shown.contains("command line"), "{shown}");
    assert!(place.run(&["user", "invitations", "--clinic", "nowhere"]).refused().contains("no clinic nowhere"));

    let id = text(&nurse["id"]);
    let revoked = place.json(&["user", "revoke-invitation", &id]);
    assert_eq!(revoked, serde_json::json!({ "id": id, "email": NURSE, "revoked": true }));
    let event = place.event("invitation.revoked");
    assert_eq!((&event["detail"]["invitation"], &event["clinic_id"]), (&id.as_str().into(), &clinic.as_str().into()));
    assert!(!place.run(&["user", "invitations"]).done().contains(NURSE));
    assert!(place.run(&["user", "revoke-invitation", &id]).refused().contains("used or revoked already"));
    assert!(place.run(&["user", "revoke-invitation", "nothing"]).refused().contains("no invitation nothing"));
    assert_eq!(place.count("invitation.revoked"), 1);
}

#[test]
fn nobody_says_of_an_address_that_it_is_somebody_s() {
    let place = Place::begun();
    assert!(place.run(&invite(&place.clinic(), &["--email-verified"])).misused().contains("--email-verified"));
}

#[test]
fn who_has_been_in_gets_a_link_only_from_somebody_who_says_how_they_made_sure() {
    let place = Place::begun();
    let clinic = place.clinic();
    place.run(&invite(&clinic, &[])).done();
    let (store, now) = (place.store(), genkan::clock::Clock::System.now());
    let email = genkan::domain::Email::parse(NURSE).expect("an address");
    let nurse = store.read(|conn| genkan::store::users::find_by_email(conn, &email)).expect("a read").expect("her");
    let id = nurse.id.clone();
    assert!(store.write(move |tx| genkan::store::users::set_password(tx, &id, "hash", None, now)).expect("no fault"));
    let again = ["user", "invite", NURSE, "--clinic", &clinic];
    let refused = place.run(&again).refused();
    assert!(refused.contains("--checked") && refused.contains(NURSE), "{refused}");
    let promoted = place.json(&[&again[..], &["--role", "helpdesk"]].concat());
    assert_eq!((&promoted["link"], &promoted["roles"]), (&serde_json::Value::Null, &serde_json::json!(["helpdesk"])));
    let told = place.run(&[&again[..], &["--role", "member"]].concat()).done();
    assert!(told.contains("no link was made") && !told.contains("/invite/"), "{told}");
    assert_eq!((place.count("account.reinvited"), place.count("invitation.created")), (0, 2));
    let invited = place.json(&[&again[..], &["--checked", "院長が対面で確認"]].concat());
    assert!(text(&invited["link"]).contains("/invite/"), "{invited}");
    assert_eq!(names(&invited), ["clinic_id", "email", "expires_at", "id", "is_new", "link", "name", "roles"]);
    let detail = place.event("account.reinvited")["detail"].clone();
    assert_eq!((&detail["admin_reason"], &detail["password_forgotten"]), (&"院長が対面で確認".into(), &true.into()));
    let found = store.read(|conn| genkan::store::users::find(conn, &nurse.id)).expect("a read").expect("her");
    assert!(found.password_hash.is_none());
}

#[test]
fn a_second_clinic_is_a_second_membership_of_the_same_person() {
    let place = Place::begun();
    let first = place.clinic();
    let id = text(&place.json(&invite(&first, &[]))["id"]);
    let second = text(&place.json(&["clinic", "add", "--name", "デモ医院", "--contact", "事務"])["id"]);
    let invited = place.json(&["user", "invite", NURSE, "--clinic", &second, "--role", "clinic_admin"]);
    assert_eq!(invited["id"], id.as_str());
    let listed = place.json(&["user", "list"]);
    let nurse = listed.as_array().expect("a list").iter().find(|person| person["email"] == NURSE).expect("listed");
    assert_eq!(nurse["clinics"].as_array().map(Vec::len), Some(2));
}

#[test]
fn roles_named_again_replace_those_before() {
    let place = Place::begun();
    let clinic = place.clinic();
    place.run(&invite(&clinic, &[])).done();
    let invited = place.json(&["user", "invite", NURSE, "--clinic", &clinic, "--role", "clinic_admin"]);
    assert_eq!(invited["roles"], serde_json::json!(["clinic_admin"]));
    let detail = place.event("role.changed")["detail"].clone();
    assert_eq!(detail, serde_json::json!({ "before": ["member"], "after": ["clinic_admin"] }));
    let kept = place.json(&["user", "invite", NURSE, "--clinic", &clinic]);
    assert_eq!(kept["roles"], serde_json::json!(["clinic_admin"]));
}

#[test]
fn an_invitation_that_cannot_be_right_is_refused_and_leaves_nothing() {
    let place = Place::begun();
    let clinic = place.clinic();
    let named = |email: &'static str, name: &'static str| {
        vec!["user", "invite", email, "--clinic", "CLINIC", "--name", name, "--kana", "ヤマダ"]
    };
    for (args, why) in [
        (named("no-address", "山田"), "not an e-mail address"),
        (named(NURSE, " "), "the name"),
        (named(ADMIN, "山田"), "already 伊藤 誠"),
        (vec!["user", "invite", NURSE, "--clinic", "CLINIC"], "--name and --kana"),
        (
            vec!["user", "invite", NURSE, "--clinic", "nowhere", "--name", "山田", "--kana", "ヤマダ"],
            "no clinic nowhere",
        ),
    ] {
        let args: Vec<_> = args.iter().map(|arg| if *arg == "CLINIC" { clinic.as_str() } else { arg }).collect();
        let refused = place.run(&args).refused();
        assert!(refused.contains(why), "{args:?}: {refused}");
    }
    assert!(place.run(&invite(&clinic, &["--birthdate", "yesterday"])).refused().contains("birthdate"));
    assert!(place.run(&invite(&clinic, &["--role", "king"])).misused().contains("clinic_admin"));
    assert_eq!(place.json(&["user", "list"]).as_array().map(Vec::len), Some(1));
    assert_eq!(place.count("invitation.created"), 1, "the first administrator's alone");
}

#[test]
fn a_disabled_person_loses_their_invitation_and_comes_back_by_a_new_one() {
    let place = Place::begun();
    let clinic = place.clinic();
    place.run(&invite(&clinic, &[])).done();
    let disabled = place.json(&["user", "disable", NURSE]);
    assert_eq!(names(&disabled), ["email", "enabled", "grants_revoked", "invitations_revoked", "sessions_ended"]);
    assert_eq!(disabled["invitations_revoked"], 1);
    assert_eq!(place.event("account.disabled")["detail"]["invitations"], 1);
    assert!(place.run(&["user", "disable", NURSE]).refused().contains("disabled already"));
    assert!(place.run(&["user", "invite", NURSE, "--clinic", &clinic]).refused().contains("user enable"));

    assert_eq!(place.json(&["user", "enable", NURSE])["enabled"], true);
    assert!(place.run(&["user", "enable", NURSE]).refused().contains("enabled already"));
    let again = place.run(&["user", "invite", NURSE, "--clinic", &clinic]).done();
    assert!(again.contains("/invite/"), "{again}");
    assert_eq!(place.event("invitation.created")["detail"]["replaced"], 0);
    assert_eq!((place.count("account.disabled"), place.count("account.enabled")), (1, 1));
}

#[test]
fn an_unknown_person_is_named() {
    let place = Place::begun();
    for verb in ["disable", "enable"] {
        assert!(place.run(&["user", verb, "nobody@sakura.example"]).refused().contains("nobody@sakura.example"));
    }
}

#[test]
fn suspending_the_passkeys_of_somebody_wants_a_reason_and_a_passkey() {
    let place = Place::begun();
    let clinic = place.clinic();
    place.run(&invite(&clinic, &[])).done();
    assert!(place.run(&["user", "suspend-passkeys", NURSE]).misused().contains("--reason"));
    for (email, reason, why) in [
        ("nobody@sakura.example", "紛失", "nobody@sakura.example"),
        (NURSE, "紛失", "no passkey that is not suspended already"),
        (NURSE, "a\nb", "the reason is a text of 1 to 200 characters on one line"),
    ] {
        assert!(place.run(&["user", "suspend-passkeys", email, "--reason", reason]).refused().contains(why), "{why}");
    }
    assert_eq!(place.count("passkey.disabled"), 0);
}

#[test]
fn a_one_time_code_is_made_for_the_only_administrator() {
    let place = Place::begun();
    let made = place.json(&["user", "access-code", ADMIN, "--reason", "スマートフォンの故障"]);
    assert_eq!(names(&made), ["clinic_id", "code", "email", "expires_at", "login_uri", "name"]);
    let code = text(&made["code"]);
    assert!(code.len() == 8 && code.bytes().all(|byte| byte.is_ascii_digit()), "{code}");
    assert_eq!(made["login_uri"], "http://localhost:8080/login/code");
    let event = place.event("access_code.issued");
    assert_eq!(event["detail"]["admin_reason"], "スマートフォンの故障");
    assert!(place.trail().iter().all(|event| !event.to_string().contains(&code)), "no code in the trail");
    let shown = place.run(&["user", "access-code", ADMIN, "--reason", "故障"]).done();
    assert!(shown.contains("/login/code") && shown.contains("伊藤 誠"), "{shown}");
    assert_eq!(place.event("access_code.issued")["detail"]["replaced"], true);
    let help = place.run(&["user", "access-code", "--help"]).done();
    for told in ["15 minutes", "five tries", "12 hours", "--clinic", "--reason"] {
        assert!(help.contains(told), "{told} in {help}");
    }
}

#[test]
fn a_one_time_code_is_for_somebody_who_works_at_that_clinic() {
    let place = Place::begun();
    let clinic = place.clinic();
    place.run(&invite(&clinic, &[])).done();
    assert!(place.run(&["user", "access-code", NURSE]).misused().contains("--reason"));
    let second = text(&place.json(&["clinic", "add", "--name", "デモ医院", "--contact", "事務"])["id"]);
    for (email, clinic, reason, why) in [
        ("nobody@sakura.example", &clinic, "故障", "nobody@sakura.example"),
        ("no-address", &clinic, "故障", "not an e-mail address"),
        (NURSE, &clinic, "a\nb", "the reason is a text of 1 to 200 characters on one line"),
        (NURSE, &second, "故障", "does not work for the clinic"),
    ] {
        let args = ["user", "access-code", email, "--clinic", clinic, "--reason", reason];
        assert!(place.run(&args).refused().contains(why), "{why}");
    }
    place.run(&["user", "invite", NURSE, "--clinic", &second]).done();
    let several = place.run(&["user", "access-code", NURSE, "--reason", "故障"]).refused();
    assert!(several.contains(&clinic) && several.contains(&second) && several.contains("--clinic"), "{several}");
    let made = place.json(&["user", "access-code", NURSE, "--clinic", &second, "--reason", "故障"]);
    assert_eq!(made["clinic_id"], second.as_str());
    place.run(&["user", "disable", NURSE]).done();
    let disabled = place.run(&["user", "access-code", NURSE, "--clinic", &second, "--reason", "故障"]).refused();
    assert!(disabled.contains("user enable"), "{disabled}");
    assert_eq!(place.count("access_code.issued"), 1);
}

#[test]
fn a_last_day_is_set_with_the_invitation_or_later_and_taken_away() {
    let place = Place::begun();
    let clinic = place.clinic();
    place.json(&invite(&clinic, &["--until", "2999-03-31"]));
    let last_day = || {
        let listed = place.json(&["user", "list"]);
        let nurse = listed.as_array().expect("a list").iter().find(|person| person["email"] == NURSE).cloned();
        nurse.expect("listed")["clinics"][0]["last_day"].clone()
    };
    assert_eq!(last_day(), "2999-03-31");
    place.json(&["user", "end", NURSE, "--clinic", &clinic, "--until", "2999-09-30"]);
    assert_eq!(last_day(), "2999-09-30");
    assert_eq!(place.event("membership.end_set")["detail"]["before"], "2999-03-31");
    place.json(&["user", "end", NURSE, "--clinic", &clinic, "--never"]);
    assert_eq!(last_day(), serde_json::Value::Null);
    let over = place.run(&["user", "end", NURSE, "--clinic", &clinic, "--until", "2020-01-01"]).refused();
    assert!(over.contains("lies in the past"), "{over}");
}
