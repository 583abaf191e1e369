//! What must not come of a link that a phone was to open: by somebody else, too early, too late, or twice.

use std::time::Duration;

use genkan::{
    domain::AllowedPasskeys,
    flows::admin::clinics::RegistrationDraft,
    store::{handoffs, sessions},
};
use serde_json::json;
use uuid::uuid;

use super::handoff::{AT_PC, HANAKO, Handoff, IPHONE, WINDOWS, made, show};
use crate::support::{
    app::{PASSWORD, TestApp},
    ceremony::{begin_registration, enrolled, error, finish_registration},
    database::{Database, on_both_databases},
    person::{Answer, Person},
    soft_key::SoftKey,
};

on_both_databases! {
    of_many_phones_that_press_at_once_one_holds_the_link,
    of_many_guesses_at_once_no_more_than_three_count,
    of_many_who_take_it_at_once_one_does,
}

/// Nothing was registered, and what the phone was told.
#[track_caller]
fn refused(handoff: &Handoff<'_>, answer: &Answer, reason: &str) {
    assert_eq!((answer.status.as_u16(), error(answer).as_str()), (403, reason), "{}", answer.body);
    assert_eq!(handoff.pc.app.passkeys(&handoff.pc.app.hanako).len(), 0);
}

#[test]
fn a_preview_that_opens_the_link_changes_nothing() {
    let app = TestApp::start(Database::sqlite());
    let handoff = Handoff::shown(&app);
    let before = app.trail().len();
    for _ in 0..3 {
        assert_eq!(Person::at(&app).get(&handoff.link).status, 200);
    }
    assert_eq!((handoff.stage().as_str(), app.trail().len()), ("shown", before));
    assert_eq!(handoff.press(&handoff.phone).status, 303, "it still opens");
    assert_eq!(Person::at(&app).get(&handoff.link).status, 409, "for nobody else");
    assert_eq!(handoff.stage(), "pressed");
}

#[test]
fn a_press_elsewhere_is_refused_and_told_to_the_pc_and_recorded_once() {
    let app = TestApp::start(Database::sqlite());
    let handoff = Handoff::shown(&app);
    let thief = Person::with(&app, IPHONE);
    // Both have the page open before anybody presses.
    let token = thief.get(&handoff.link).hidden("form_token").expect("a token");
    handoff.press(&handoff.phone);
    let before = app.trail().len();
    for _ in 0..3 {
        let answer = thief.post_form(&handoff.link, &[("form_token", &token)]);
        assert_eq!(answer.status, 409);
        assert!(
            answer.body.contains("別の端末で開かれています") && answer.body.contains("内線 1234"),
            "{}",
            answer.body
        );
    }
    assert_eq!(app.recorded_since(before), ["passkey.handoff denied other_browser"]);
    assert_eq!(handoff.stage(), "pressed elsewhere");
    assert!(handoff.pc.get(AT_PC).body.contains("このQRコードは、別の端末でも開かれました"));
    let begun = thief.post_json(&format!("{}/begin", handoff.link), &json!({}));
    assert_eq!(error(&begun), "handoff_over");
    handoff.type_digits(&handoff.digits());
    assert_eq!(handoff.begin().status, 200, "whose digits were typed goes on");
}

/// The thief shows digits that the person does not see, and the person types none.
#[test]
fn who_has_a_photograph_of_the_code_and_presses_first_gets_no_further() {
    let app = TestApp::start(Database::sqlite());
    let handoff = Handoff::shown(&app);
    let thief = Person::with(&app, IPHONE);
    assert_eq!(handoff.press(&thief).status, 303);
    let begun = thief.post_json(&format!("{}/begin", handoff.link), &json!({}));
    assert_eq!((begun.status.as_u16(), error(&begun).as_str()), (403, "not_confirmed"));
    let token = handoff.phone.get("/login").hidden("form_token").expect("a token");
    assert_eq!(handoff.phone.post_form(&handoff.link, &[("form_token", &token)]).status, 409, "her own phone says so");
    assert!(handoff.pc.get(AT_PC).body.contains("別の端末でも開かれました"), "and the PC");
    let newer = show(&handoff.pc);
    assert_ne!(newer, handoff.link);
    assert_eq!(thief.get(&handoff.link).status, 410, "a new code takes the place of the old");
    let begun = thief.post_json(&format!("{}/begin", handoff.link), &json!({}));
    assert_eq!(error(&begun), "handoff_over");
}

fn of_many_phones_that_press_at_once_one_holds_the_link(database: Database) {
    let app = TestApp::start(database);
    let handoff = Handoff::shown(&app);
    let phones: Vec<_> = (0..6)
        .map(|_| {
            let phone = Person::with(&app, IPHONE);
            let token = phone.get(&handoff.link).hidden("form_token").expect("a token");
            (phone, token)
        })
        .collect();
    let statuses: Vec<_> = std::thread::scope(|scope| {
        let presses: Vec<_> = phones
            .iter()
            .map(|(phone, token)| {
                let link = &handoff.link;
                scope.spawn(move || phone.post_form(link, &[("form_token", token)]).status.as_u16())
            })
            .collect();
        presses.into_iter().map(|press| press.join().expect("an answer")).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 5, "{statuses:?}");
}

/// Other digits than the phone's.
fn wrong(handoff: &Handoff<'_>, n: u32) -> String {
    let right: u32 = handoff.digits().parse().expect("a number");
    format!("{:03}", (right + n) % 1000)
}

#[test]
fn three_wrong_digits_end_it_and_what_are_no_digits_is_no_try() {
    let app = TestApp::start(Database::sqlite());
    let handoff = Handoff::pressed(&app);
    let right = handoff.digits();
    let before = app.trail().len();
    for nothing in ["", "12", "1234", "abc", "12a"] {
        handoff.type_digits(nothing);
    }
    assert_eq!(app.trail().len(), before);
    for (n, left) in [(1, "あと2回"), (2, "あと1回")] {
        handoff.type_digits(&wrong(&handoff, n));
        assert!(handoff.pc.get(AT_PC).body.contains(left));
    }
    handoff.type_digits(&wrong(&handoff, 3));
    assert_eq!(app.recorded_since(before), ["passkey.handoff failure wrong_digits"; 3]);
    assert_eq!((handoff.stage().as_str(), handoff.stage_on_phone().as_str()), ("ended", "ended"));
    assert!(handoff.pc.get(AT_PC).body.contains("数字を3回間違えたため"));
    handoff.type_digits(&right);
    assert_eq!(handoff.stage(), "ended", "the right ones come too late");
    refused(&handoff, &handoff.begin(), "handoff_over");
}

fn of_many_guesses_at_once_no_more_than_three_count(database: Database) {
    let app = TestApp::start(database);
    let handoff = Handoff::pressed(&app);
    let before = app.trail().len();
    let token = handoff.pc.get(AT_PC).hidden("form_token").expect("a token");
    let guesses: Vec<_> = (1..=12).map(|n| wrong(&handoff, n)).collect();
    std::thread::scope(|scope| {
        for guess in &guesses {
            let (pc, token) = (&handoff.pc, &token);
            scope.spawn(move || {
                pc.post_form(&format!("{AT_PC}/digits"), &[("form_token", token), ("digits", guess)]);
            });
        }
    });
    let counted = app.recorded_since(before).len();
    assert!((1..=3).contains(&counted), "{counted}");
    assert_eq!(handoff.stage(), if counted == 3 { "ended" } else { "pressed" });
}

#[test]
fn nothing_is_asked_of_the_phone_before_the_digits_are_typed() {
    let app = TestApp::start(Database::sqlite());
    let handoff = Handoff::shown(&app);
    refused(&handoff, &handoff.begin(), "not_confirmed");
    handoff.press(&handoff.phone);
    refused(&handoff, &handoff.begin(), "not_confirmed");
    // A challenge of the session's own, made at the PC, does not serve either.
    let begun = begin_registration(&handoff.pc).json();
    let credential = made(&SoftKey::new(&app.issuer), &begun);
    refused(&handoff, &handoff.finish(&begun, &credential), "not_confirmed");
    handoff.type_digits(&handoff.digits());
    refused(&handoff, &handoff.finish(&begun, &credential), "other_session");
    let begun = handoff.begin().json();
    let credential = made(&SoftKey::new(&app.issuer), &begun);
    refused(&handoff, &finish_registration(&handoff.pc, &begun, &credential), "other_session");
    assert_eq!(handoff.finish(&begun, &credential).status, 200);
}

#[test]
fn what_the_phone_sent_is_taken_once() {
    let app = TestApp::start(Database::sqlite());
    let handoff = Handoff::confirmed(&app);
    let begun = handoff.begin().json();
    let credential = made(&SoftKey::new(&app.issuer), &begun);
    assert_eq!(handoff.finish(&begun, &credential).status, 200);
    let twice = handoff.finish(&begun, &credential);
    refused(&handoff, &twice, "challenge_used");
    assert!(twice.json()["signal_unknown"].is_null(), "the phone must not forget what it offered");
    handoff.commit();
    assert_eq!(error(&handoff.finish(&begun, &credential)), "challenge_used");
    assert_eq!(error(&handoff.begin()), "challenge_used");
    assert_eq!(handoff.commit().location(), AT_PC, "nor twice by the PC");
    assert_eq!((app.passkeys(&app.hanako).len(), app.reload(&app.hanako).passkey_count), (1, 1));
}

fn of_many_who_take_it_at_once_one_does(database: Database) {
    let app = TestApp::start(database);
    let handoff = Handoff::offered(&app);
    let token = handoff.pc.get(AT_PC).hidden("form_token").expect("a token");
    std::thread::scope(|scope| {
        for _ in 0..6 {
            let (pc, token) = (&handoff.pc, &token);
            scope.spawn(move || pc.post_form(&format!("{AT_PC}/commit"), &[("form_token", token)]));
        }
    });
    assert_eq!((app.passkeys(&app.hanako).len(), app.reload(&app.hanako).passkey_count), (1, 1));
    assert_eq!(handoff.stage(), "done");
}

#[test]
fn five_minutes_after_it_was_shown_no_step_is_taken() {
    let app = TestApp::start(Database::sqlite());
    let late = |handoff: &Handoff<'_>| {
        app.advance(Duration::from_secs(5 * 60));
        assert_eq!(handoff.stage(), "ended");
    };
    let handoff = Handoff::shown(&app);
    let token = handoff.phone.get(&handoff.link).hidden("form_token").expect("a token");
    late(&handoff);
    let answer = handoff.phone.post_form(&handoff.link, &[("form_token", &token)]);
    assert_eq!(answer.status, 410);
    assert!(answer.body.contains("このQRコードは使えません") && answer.body.contains("内線 1234"), "{}", answer.body);

    let handoff = Handoff::pressed(&app);
    let digits = handoff.digits();
    late(&handoff);
    handoff.type_digits(&digits);
    assert_eq!(handoff.stage_on_phone(), "ended");

    let handoff = Handoff::confirmed(&app);
    let begun = handoff.begin().json();
    late(&handoff);
    refused(&handoff, &handoff.begin(), "handoff_over");
    let credential = made(&SoftKey::new(&app.issuer), &begun);
    let answer = handoff.finish(&begun, &credential);
    refused(&handoff, &answer, "handoff_over");
    assert_eq!(answer.json()["signal_unknown"], credential["id"], "the phone may forget it");

    let handoff = Handoff::offered(&app);
    late(&handoff);
    handoff.commit();
    assert_eq!(app.passkeys(&app.hanako).len(), 0);
    app.run_jobs();
    assert!(handoff.phone.get(&handoff.link).body.contains("data-credential-id="), "as it may this one");
    app.advance(Duration::from_secs(11 * 60));
    app.run_jobs();
    assert_eq!(handoff.phone.get(&handoff.link).status, 410);
    let hash = genkan::domain::Secret::presented(handoff.link.trim_start_matches("/phone/")).hash();
    let left = app.store().read(|conn| handoffs::find_by_token(conn, &hash)).expect("a read");
    assert!(left.is_none(), "nothing is kept of it");
}

#[test]
fn with_the_session_of_the_pc_ended_the_phone_gets_no_further() {
    let app = TestApp::start(Database::sqlite());
    for reach in [Handoff::shown, Handoff::pressed, Handoff::confirmed, Handoff::offered] {
        let handoff = reach(&app);
        let session = app.sessions(&app.hanako)[0].id.clone();
        let now = app.clock().now();
        app.store().write(move |tx| sessions::end(tx, &session, "revoked", now)).expect("ended");
        assert!(["ended", ""].contains(&handoff.stage_on_phone().as_str()), "{}", handoff.stage_on_phone());
        let token = handoff.phone.get("/login").hidden("form_token").expect("a token");
        handoff.phone.post_form(&handoff.link, &[("form_token", &token)]);
        refused(&handoff, &handoff.begin(), "handoff_over");
        assert_eq!(handoff.commit().location(), "/login?notice=session_ended");
        assert_eq!(app.passkeys(&app.hanako).len(), 0);
    }
}

#[test]
fn a_person_who_was_disabled_meanwhile_gets_no_passkey() {
    let app = TestApp::start(Database::sqlite());
    let (confirmed, offered) = (Handoff::confirmed(&app), Handoff::offered(&app));
    let begun = confirmed.begin().json();
    app.disable(&app.hanako);
    let credential = made(&SoftKey::new(&app.issuer), &begun);
    refused(&confirmed, &confirmed.finish(&begun, &credential), "handoff_over");
    offered.commit();
    assert_eq!(app.passkeys(&app.hanako).len(), 0);
}

#[test]
fn nobody_elses_session_takes_what_the_phone_made() {
    let app = TestApp::start(Database::sqlite());
    let handoff = Handoff::offered(&app);
    let misaki = Person::with(&app, WINDOWS);
    misaki.sign_in("misaki@demo.example", PASSWORD, None);
    let elsewhere = Person::with(&app, WINDOWS);
    elsewhere.sign_in(HANAKO, PASSWORD, None);
    for other in [&misaki, &elsewhere] {
        assert_eq!(other.submit("/settings/passkeys", &format!("{AT_PC}/commit"), &[]).location(), AT_PC);
        assert_eq!(other.get(AT_PC).location(), "/settings/passkeys", "there is nothing of it here");
        assert_eq!(other.get(&format!("{AT_PC}/state")).json()["seen"], "");
    }
    assert_eq!((app.passkeys(&app.hanako).len(), app.passkeys(&app.misaki).len()), (0, 0));
    assert_eq!(handoff.stage(), "offered");
    handoff.commit();
    assert_eq!(app.passkeys(&app.hanako).len(), 1);
    let stranger = Person::at(&app);
    assert_eq!(stranger.get(AT_PC).location(), "/login?notice=session_ended");
    assert_eq!(stranger.get(&format!("{AT_PC}/state")).status, 401);
}

#[test]
fn what_finds_no_room_or_no_leave_by_the_time_it_is_taken_is_refused_and_forgotten_by_the_phone() {
    let app = TestApp::start(Database::sqlite());
    let (pc, key) = enrolled(&app, HANAKO);
    let register = || {
        let begun = begin_registration(&pc).json();
        finish_registration(&pc, &begun, &key.forge_registration(&begun["options"], |_| {})).status
    };
    for _ in 1..9 {
        assert_eq!(register(), 200);
    }
    let offer = || {
        let handoff = Handoff {
            phone: Person::with(&app, IPHONE),
            link: show(&pc),
            pc: Person { app: &app, http: pc.http.clone() },
        };
        handoff.press(&handoff.phone);
        handoff.type_digits(&handoff.digits());
        let begun = handoff.begin().json();
        let answer = handoff.finish(&begun, &made(&SoftKey::new(&app.issuer), &begun));
        assert_eq!(answer.status, 200, "{}", answer.body);
        handoff
    };
    let ended = |handoff: &Handoff<'_>, reason: &str, says: &str| {
        let before = app.trail().len();
        handoff.commit();
        assert_eq!(app.recorded_since(before), [format!("passkey.register_refused denied {reason}")]);
        assert!(handoff.pc.get(AT_PC).body.contains(says));
        let page = handoff.phone.get(&handoff.link).body;
        assert!(page.contains("登録できませんでした") && page.contains("data-credential-id="), "{page}");
    };
    let handoff = offer();
    let only_these =
        RegistrationDraft { only: Some(vec![uuid!("dd4ec289-e01d-41c9-bb89-70fa845d4bf2")]), ..Default::default() };
    app.registration(&app.sakura, only_these);
    ended(&handoff, "authenticator_not_allowed", "決まりにより");
    app.registration(&app.sakura, RegistrationDraft { only: Some(Vec::new()), ..Default::default() });
    let handoff = offer();
    assert_eq!(register(), 200, "the tenth");
    ended(&handoff, "limit", "上限に達したため");
    assert_eq!(app.reload(&app.hanako).passkey_count, 10);
}

/// A link can be typed anywhere: what does not even say that it is a phone is judged as the PC that it may be.
#[test]
fn on_a_pc_the_link_registers_what_a_pc_may_and_no_windows_hello_anywhere() {
    let app = TestApp::start(Database::sqlite());
    let phone_only = RegistrationDraft { passkeys: Some(AllowedPasskeys::PhoneOnly), ..Default::default() };
    app.registration(&app.sakura, phone_only);
    for (user_agent, aaguid, reason) in [
        (WINDOWS, [0; 16], "platform_authenticator_blocked"),
        (IPHONE, *uuid!("08987058-cadc-4b81-b6e1-30de50dcbe96").as_bytes(), "windows_hello_blocked"),
    ] {
        let mut handoff = Handoff::shown(&app);
        handoff.phone = Person::with(&app, user_agent);
        let warned = handoff.phone.get(&handoff.link).body.contains("スマートフォンで開いてください");
        assert_eq!(warned, user_agent == WINDOWS);
        handoff.press(&handoff.phone);
        handoff.type_digits(&handoff.digits());
        let begun = handoff.begin().json();
        let credential = SoftKey::new(&app.issuer).forge_registration(&begun["options"], |it| {
            it.aaguid = aaguid;
            (it.transports, it.attachment) = (vec!["internal"], Some("platform"));
        });
        let answer = handoff.finish(&begun, &credential);
        refused(&handoff, &answer, reason);
        assert_eq!(answer.json()["signal_unknown"], credential["id"]);
        assert_eq!(handoff.stage(), "confirmed", "the phone may try again");
    }
}
