//! Whom nobody invites again, what is not enough for it, and that one administrator alone comes to no sheet by another way.

use std::{thread, time::Duration};

use genkan::{
    domain::{AllowedPasskeys, Role},
    flows::admin::clinics::RegistrationDraft,
    store,
};

use super::{
    HANAKO, MAKOTO, REASON, access_codes, act, makoto, page,
    reinvite::{YUKO, again, begins_anew, last, link, target, wish},
    somebody,
};
use crate::support::{
    app::{PASSWORD, TestApp},
    ceremony::enrolled,
    database::{Database, on_both_databases},
    mail_server::MailServer,
    meanwhile::meanwhile,
    person::{Answer, Person},
};

on_both_databases! {
    there_is_none_for_oneself_a_superior_a_stranger_nor_who_is_also_elsewhere,
    who_is_suspended_ended_or_disabled_is_not_invited_again,
    who_has_never_been_in_needs_one_administrator_and_the_next_time_two,
    a_code_that_can_still_be_typed_ends_only_where_that_is_said,
    of_two_who_press_at_once_one_link_lives,
}

fn there_is_none_for_oneself_a_superior_a_stranger_nor_who_is_also_elsewhere(database: Database) {
    let app = TestApp::start(database);
    app.appoint(&app.hanako, &app.demo, Role::Member);
    app.advance(Duration::from_secs(24 * 3600));
    let (makoto, makoto_user) = makoto(&app);
    let (chief, chief_user) = somebody(&app, &app.sakura, Role::SystemAdmin, "chief@sakura.example", "院長 大介");
    let equal = app.hire(&app.sakura, Role::ClinicAdmin, YUKO, "林 優子");
    let before = app.trail().len();
    for user in [&makoto_user, &chief_user, &equal, &app.hanako] {
        let home = page(&app.membership(user, &app.sakura));
        let (out, target) = (format!("{home}?notice=out_of_reach"), target(&app, user));
        let pressed = act(&makoto, &target, &again("sheet", &[]));
        assert_eq!((makoto.get(&target).location(), pressed.location()), (&*out, &*out));
        assert!(!makoto.get(&home).text().contains("/invite-again"), "nor is it offered");
    }
    assert_eq!(app.recorded_since(before), ["access.denied denied out_of_reach"; 4]);
    let stranger = format!("{}/invite-again", page(&app.membership(&app.misaki, &app.demo)));
    let pressed = act(&makoto, &stranger, &again("sheet", &[]));
    assert_eq!((makoto.get(&stranger).status.as_u16(), pressed.status.as_u16()), (404, 404));
    let (desk, _) = somebody(&app, &app.sakura, Role::Helpdesk, "desk@sakura.example", "窓口 弘子");
    assert_eq!(act(&desk, &target(&app, &app.hanako), &again("sheet", &[])).status, 404);
    // Who looks after all invites who works here and there, nobody else being able to agree; and not themselves.
    let sheet = act(&chief, &target(&app, &app.hanako), &again("sheet", &[]));
    begins_anew(&app, &link(&sheet.text()));
    assert_eq!(app.sessions(&app.hanako)[0].clinic_id, app.sakura.id);
    assert!(act(&chief, &target(&app, &chief_user), &again("sheet", &[])).location().ends_with("notice=out_of_reach"));
}

fn who_is_suspended_ended_or_disabled_is_not_invited_again(database: Database) {
    let app = TestApp::start(database);
    let (makoto, _) = makoto(&app);
    let (home, target) = (page(&app.membership(&app.hanako, &app.sakura)), target(&app, &app.hanako));
    let inactive = format!("{home}?notice=inactive");
    let refused = || {
        let pressed = act(&makoto, &target, &again("sheet", &[]));
        assert_eq!((makoto.get(&target).location(), pressed.location()), (&*inactive, &*inactive));
    };
    act(&makoto, &format!("{home}/suspend"), &[REASON]);
    refused();
    act(&makoto, &format!("{home}/resume"), &[REASON]);
    let (user, clinic, now) = (app.hanako.id.clone(), app.sakura.id.clone(), app.clock().now());
    let (ended, of) = (user.clone(), clinic.clone());
    app.store().write(move |tx| store::memberships::set_end(tx, &ended, &of, Some(now))).expect("ended");
    refused();
    app.store().write(move |tx| store::memberships::set_end(tx, &user, &clinic, None)).expect("open again");
    app.disable(&app.hanako);
    refused();
    assert!(app.reload(&app.hanako).password_hash.is_some(), "nothing was taken back");
}

/// An invitation for who was never in takes an account from nobody. Then it does, and printing again is no way round.
fn who_has_never_been_in_needs_one_administrator_and_the_next_time_two(database: Database) {
    let app = TestApp::start(database);
    let (makoto, _) = makoto(&app);
    let (yuko, _) = somebody(&app, &app.sakura, Role::ClinicAdmin, YUKO, "林 優子");
    let guest = [
        ("name", "西村 ろく"),
        ("kana", "ニシムラ ロク"),
        ("email", "roku@sakura.example"),
        ("role", "member"),
        ("way", "sheet"),
    ];
    act(&makoto, "/admin/people/invite", &guest);
    let email = genkan::domain::Email::parse("roku@sakura.example").expect("an address");
    let found = || app.store().read(|conn| store::users::find_by_email(conn, &email)).expect("a read").expect("them");
    let target = target(&app, &found());
    let latest = || {
        let found = app.store().read(|conn| store::invitations::latest_for_user(conn, &found().id));
        found.expect("a read").expect("one")
    };
    let reprint = || format!("/admin/invitations/{}/resend", latest().id);
    assert_eq!(act(&makoto, &reprint(), &[]).status, 200);
    let sheet = act(&makoto, &target, &again("sheet", &[]));
    assert!(sheet.status == 200 && !latest().again, "{}", sheet.body);
    begins_anew(&app, &link(&sheet.text()));

    assert!(act(&makoto, &target, &again("sheet", &[])).location().ends_with("?notice=reinvite_person"));
    let wish = wish(&yuko, &target).expect("a wish");
    let sheet = act(&yuko, &target, &again("sheet", &[("agrees_to", &wish)]));
    assert!(sheet.status == 200 && latest().again, "{}", sheet.body);
    assert!(!makoto.get("/admin/invitations").text().contains(&reprint()));
    let before = latest().id;
    assert!(act(&makoto, &reprint(), &[]).location().ends_with("?notice=out_of_reach"));
    assert_eq!(latest().id, before);
    // Nor after it is taken back, though nothing is left that they could sign in with.
    act(&makoto, &format!("/admin/invitations/{before}/revoke"), &[]);
    assert!(act(&makoto, &target, &again("sheet", &[])).location().ends_with("?notice=reinvite_person"));
}

fn a_code_that_can_still_be_typed_ends_only_where_that_is_said(database: Database) {
    let app = TestApp::start(database);
    let (makoto, _) = makoto(&app);
    let home = page(&app.membership(&app.hanako, &app.sakura));
    let code = access_codes::code(&act(&makoto, &format!("{home}/access-code"), &[REASON]));
    let target = target(&app, &app.hanako);
    let still = act(&makoto, &target, &again("sheet", &[]));
    assert!(still.status == 409 && still.text().contains("そのコードは使えなくなります"), "{}", still.body);
    assert_eq!(still.hidden("withdraw").as_deref(), Some("yes"));
    assert!(still.text().contains("水没"), "what was typed is kept");
    assert_eq!(act(&makoto, &target, &again("sheet", &[("withdraw", "yes")])).status, 200);
    assert!(!access_codes::signs_in(&app, &code));
    assert_eq!(last(&app, "account.reinvited").detail.expect("a detail")["access_codes_withdrawn"], 1);
}

fn of_two_who_press_at_once_one_link_lives(database: Database) {
    let app = TestApp::start(database);
    let (makoto, _) = makoto(&app);
    let (yuko, _) = somebody(&app, &app.sakura, Role::ClinicAdmin, YUKO, "林 優子");
    let (ken, _) = somebody(&app, &app.sakura, Role::ClinicAdmin, "ken@sakura.example", "岡 健");
    // By her password, which nothing but an invitation vouches for.
    assert_eq!(Person::at(&app).sign_in(HANAKO, PASSWORD, None).location(), "/settings/passkeys");
    let target = target(&app, &app.hanako);
    act(&makoto, &target, &again("sheet", &[]));
    assert_eq!(app.sessions(&app.hanako).len(), 1);
    let wish = wish(&yuko, &target).expect("a wish");
    let press = |people: [&Person<'_>; 2], fields: &[(&str, &str)]| -> Vec<Answer> {
        thread::scope(|scope| {
            let pressing: Vec<_> =
                people.into_iter().map(|person| scope.spawn(|| act(person, &target, fields))).collect();
            pressing.into_iter().map(|one| one.join().expect("an answer")).collect()
        })
    };
    let mut statuses: Vec<_> = press([&yuko, &ken], &again("sheet", &[("agrees_to", &wish)]))
        .iter()
        .map(|answer| answer.status.as_u16())
        .collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 303]);
    assert!(app.sessions(&app.hanako).is_empty(), "what no passkey opened ends too");
    assert_eq!(last(&app, "session.revoked").reason.as_deref(), Some("invited_again"));
    // Alone, nobody has to agree: two presses of one are two sheets, and the later one's link lives.
    for other in [YUKO, "ken@sakura.example"] {
        let email = genkan::domain::Email::parse(other).expect("an address");
        let user = app.store().read(|conn| store::users::find_by_email(conn, &email)).expect("a read").expect("them");
        app.disable(&user);
    }
    let sheets = press([&makoto, &makoto], &again("sheet", &[]));
    let open = sheets.iter().filter(|sheet| Person::at(&app).get(&link(&sheet.text())).status == 200).count();
    assert_eq!(open, 1);
    assert_eq!(makoto.get("/admin/people").status, 200, "{MAKOTO} goes on");
}

#[test]
fn one_wish_gives_way_to_another_and_says_so() {
    let app = TestApp::start(Database::sqlite());
    let (makoto, _) = makoto(&app);
    let (yuko, _) = somebody(&app, &app.sakura, Role::ClinicAdmin, YUKO, "林 優子");
    let target = target(&app, &app.hanako);
    let code = format!("{}/access-code", page(&app.membership(&app.hanako, &app.sakura)));
    act(&makoto, &code, &[REASON]);
    assert_eq!(wish(&yuko, &target), None, "a code is no invitation");
    assert!(yuko.get(&target).text().contains("その依頼は取り消されます"));
    let asked = wish(&yuko, &code).expect("a wish for a code");
    let crossed = act(&yuko, &target, &again("sheet", &[("agrees_to", &asked)]));
    assert_eq!(crossed.location(), format!("{target}?notice=over"));
    act(&makoto, &target, &again("sheet", &[]));
    assert_eq!(wish(&yuko, &code), None);
    assert!(yuko.get(&code).text().contains("その依頼は取り消されます") && wish(&yuko, &target).is_some());
}

#[test]
fn what_is_missing_is_said_and_nothing_changes() {
    let app = TestApp::start(Database::sqlite());
    let (makoto, _) = makoto(&app);
    let target = target(&app, &app.hanako);
    let before = app.trail().len();
    let long = "あ".repeat(201);
    for (change, said) in [
        (("checked", ""), "確認の方法を1つ選んでください"),
        (("checked", "friend"), "確認の方法を1つ選んでください"),
        (("reason", "  "), "理由を1行"),
        (("reason", "水没\u{202e}"), "理由を1行"),
        (("reason", &long), "理由を1行"),
        (("way", ""), "招待の方法を選んでください"),
        (("way", "link"), "招待の方法を選んでください"),
        (("way", "mail"), "招待の方法を選んでください"),
    ] {
        let refused = act(&makoto, &target, &again("sheet", &[change]));
        assert!(refused.status == 422 && refused.text().contains(said), "{change:?}: {}", refused.text());
    }
    assert!(app.recorded_since(before).is_empty() && app.reload(&app.hanako).password_hash.is_some());
}

#[test]
fn a_stale_administrator_signs_in_again_and_comes_back_to_what_they_had_typed() {
    let app = TestApp::start(Database::sqlite());
    app.hire(&app.sakura, Role::ClinicAdmin, MAKOTO, "小野 誠");
    let (makoto, key) = enrolled(&app, MAKOTO);
    let target = target(&app, &app.hanako);
    app.advance(Duration::from_secs(15 * 60) + Duration::from_millis(1));
    let stale = makoto.get(&target).text();
    assert!(!stale.contains("name=\"reason\"") && stale.contains("/login?notice=sign_in_again"), "{stale}");
    let sent = act(&makoto, &target, &again("sheet", &[("checked", "call_back")]));
    assert!(app.reload(&app.hanako).password_hash.is_some());
    let (_, sealed) = sent.location().split_once("&continue=").expect("a sign-in");
    let next = makoto.passkey(&key, Some(sealed)).json()["next"].as_str().expect("where to go on").to_owned();
    assert!(next.starts_with(&format!("{target}?draft=")), "{next}");
    let back = makoto.get(&next).text();
    assert!(back.contains("value=\"スマートフォンの水没。職員証を確認\""), "{back}");
    assert!(["\"call_back\" checked", "\"sheet\" checked"].iter().all(|it| back.contains(it)), "{back}");
    assert_eq!(act(&makoto, &target, &again("sheet", &[])).status, 200);
}

/// Who was suspended a moment ago still counts.
#[test]
fn who_suspended_the_other_administrator_still_needs_one() {
    let app = TestApp::start(Database::sqlite());
    let (makoto, _) = makoto(&app);
    let (_, yuko) = somebody(&app, &app.sakura, Role::ClinicAdmin, YUKO, "林 優子");
    act(&makoto, &format!("{}/suspend", page(&app.membership(&yuko, &app.sakura))), &[REASON]);
    let target = target(&app, &app.hanako);
    assert!(act(&makoto, &target, &again("sheet", &[])).location().ends_with("?notice=reinvite_person"));
}

/// The read still found an administrator, and somebody below them.
#[test]
fn an_administrator_demoted_a_second_ago_invites_nobody_again() {
    let database = Database::postgres();
    let url = database.url().to_owned();
    let app = TestApp::start(database);
    let (makoto, user) = makoto(&app);
    let (hanako, _) = enrolled(&app, HANAKO);
    let target = target(&app, &app.hanako);
    let before = app.trail().len();
    let demote = format!("UPDATE memberships SET roles = '[\"member\"]' WHERE user_id = '{}'", user.id);
    assert_eq!(meanwhile(&url, &demote, || act(&makoto, &target, &again("sheet", &[]))).status, 404);
    assert!(app.recorded_since(before).is_empty());
    app.appoint(&user, &app.sakura, Role::ClinicAdmin);
    let promote = format!("UPDATE memberships SET roles = '[\"system_admin\"]' WHERE user_id = '{}'", app.hanako.id);
    let hold = format!("SELECT id FROM users WHERE id = '{}' FOR UPDATE; {promote}", app.hanako.id);
    let refused = meanwhile(&url, &hold, || act(&makoto, &target, &again("sheet", &[])));
    assert!(refused.location().ends_with("notice=out_of_reach"), "{}", refused.location());
    assert_eq!(hanako.get("/settings/passkeys").status, 200);
}

/// Proven when it was read, and somebody else's, for all that is known, when it is written to.
#[test]
fn an_address_is_asked_for_again_when_it_is_written_to() {
    let (database, server) = (Database::postgres(), MailServer::start());
    let url = database.url().to_owned();
    let app = TestApp::start_with(database, |config| config.mail.carrier = Some(server.carrier()));
    let (makoto, _) = makoto(&app);
    let _ = somebody(&app, &app.sakura, Role::ClinicAdmin, YUKO, "林 優子");
    app.prove_address(&app.hanako);
    let target = target(&app, &app.hanako);
    let another = format!("UPDATE users SET email_verified = FALSE WHERE id = '{}'", app.hanako.id);
    let asked = meanwhile(&url, &another, || act(&makoto, &target, &again("mail", &[])));
    assert!(asked.location().ends_with("?notice=reinvite_person"), "{asked:?}");
    app.prove_address(&app.hanako);
    assert!(act(&makoto, &target, &again("mail", &[])).location().ends_with("?notice=reinvited"));
}

/// What her clinic has a new person do, she does: the suspended one is none to go by.
#[test]
fn who_begins_again_is_held_to_what_a_first_passkey_has_to_be() {
    let app = TestApp::start(Database::sqlite());
    let (makoto, _) = makoto(&app);
    let (_, _) = enrolled(&app, HANAKO);
    let phone_first = RegistrationDraft { passkeys: Some(AllowedPasskeys::PhoneFirst), ..RegistrationDraft::default() };
    app.registration(&app.sakura, phone_first);
    let sheet = act(&makoto, &target(&app, &app.hanako), &again("sheet", &[]));
    let (hanako, link) = (Person::at(&app), link(&sheet.text()));
    assert_eq!(hanako.submit(&link, &link, &[]).location(), "/settings/passkeys");
    let page = hanako.get("/settings/passkeys").text();
    assert!(page.contains("data-act=\"register\"") && page.contains("data-by-phone"), "{page}");
    assert!(!page.contains("準備ができました"), "{page}");
}
