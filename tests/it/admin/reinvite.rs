//! A new invitation for a colleague who has lost every way in: what ends, who has to agree, who is told, and whom it opens to.

use std::time::Duration;

use genkan::{
    domain::{AuditEvent, Invitation, InvitationWay, Role, User, Way},
    store,
};

use super::{HANAKO, act, makoto, page, somebody};
use crate::{
    oauth::party::Party,
    support::{
        app::{PASSWORD, TestApp},
        authenticator_app::AuthenticatorApp,
        ceremony::{enrolled, error},
        database::{Database, on_both_databases},
        mail_server::MailServer,
        person::Person,
        soft_key::SoftKey,
    },
};

on_both_databases! {
    a_letter_to_a_proven_address_takes_one_administrator_and_all_that_was_lost_ends,
    a_sheet_takes_a_second_administrator_and_nothing_changes_before,
    a_letter_to_an_address_that_nobody_has_proven_is_as_a_sheet,
    a_wish_ends_with_its_hour_or_with_who_had_it,
}

pub const YUKO: &str = "yuko@sakura.example";

pub fn target(app: &TestApp, user: &User) -> String {
    format!("{}/invite-again", page(&app.membership(user, &app.sakura)))
}

/// The form, filled in.
pub fn again<'a>(way: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![("checked", "card"), ("reason", "スマートフォンの水没。職員証を確認"), ("way", way)];
    for (name, value) in more {
        fields.retain(|(known, _)| known != name);
        fields.push((name, value));
    }
    fields
}

/// The path of the link on a sheet or in a letter.
pub fn link(text: &str) -> String {
    let (_, rest) = text.split_once("/invite/").unwrap_or_else(|| panic!("no link in {text}"));
    format!("/invite/{}", rest.chars().take(43).collect::<String>())
}

/// The wish that this administrator finds on the page, as the form there names it.
pub fn wish(person: &Person<'_>, target: &str) -> Option<String> {
    person.get(target).hidden("agrees_to")
}

pub fn last(app: &TestApp, kind: &str) -> AuditEvent {
    app.trail().into_iter().rev().find(|event| event.kind.as_str() == kind).unwrap_or_else(|| panic!("no {kind}"))
}

fn latest(app: &TestApp, user: &User) -> Invitation {
    app.store().read(|conn| store::invitations::latest_for_user(conn, &user.id)).expect("a read").expect("one")
}

fn started(database: Database, server: &MailServer) -> TestApp {
    TestApp::start_with(database, |config| config.mail.carrier = Some(server.carrier()))
}

/// What waits for the mail server, as text.
fn told(app: &TestApp) -> Vec<String> {
    let ever = app.clock().now().plus(Duration::from_secs(3600));
    let waiting = app.store().read(|conn| store::outbox::list_due(conn, Way::Mail, ever, 100)).expect("the outbox");
    waiting.iter().flatten().map(|waiting| format!("{:?}", waiting.message)).collect()
}

/// Comes in by the link, as on the first day.
pub fn begins_anew<'a>(app: &'a TestApp, link: &str) -> (Person<'a>, SoftKey) {
    let (hanako, key) = (Person::at(app), SoftKey::new(&app.issuer));
    assert_eq!(hanako.submit(link, link, &[]).location(), "/settings/passkeys");
    assert_eq!(hanako.get("/settings/sessions").location(), "/settings/passkeys", "the link alone opens no more");
    assert_eq!(hanako.register(&key).status, 200);
    assert_eq!(hanako.passkey(&key, None).status, 200);
    (hanako, key)
}

fn a_letter_to_a_proven_address_takes_one_administrator_and_all_that_was_lost_ends(database: Database) {
    let server = MailServer::start();
    let app = started(database, &server);
    let (makoto, makoto_user) = makoto(&app);
    // A second one changes nothing about it.
    let _ = somebody(&app, &app.sakura, Role::ClinicAdmin, YUKO, "林 優子");
    app.prove_address(&app.hanako);
    let (hanako, old) = enrolled(&app, HANAKO);
    AuthenticatorApp::set_up(&hanako);
    let party = Party::renewing(&app);
    let tokens = party.tokens(&party.callback(&hanako, &[("scope", "openid offline_access")]).code());
    let older = app.invite(&app.hanako, &app.sakura);
    let target = target(&app, &app.hanako);
    let own = makoto.get(&page(&app.membership(&app.hanako, &app.sakura))).text();
    assert!(own.contains("ログインの方法をすべて失くしたとき") && own.contains(&target), "{own}");
    let asked = makoto.get(&target).text();
    for told in ["使えるパスキー（1件）", "予備コードは使えなくなります", HANAKO, "メールで送るときは、すぐに"]
    {
        assert!(asked.contains(told), "{told} in {asked}");
    }
    app.advance(Duration::from_secs(1));
    let before = app.trail().len();
    let sent = act(&makoto, &target, &again("mail", &[]));
    assert!(sent.location().ends_with("?notice=reinvited"), "{sent:?}");
    let mut recorded = app.recorded_since(before);
    recorded.dedup();
    assert_eq!(
        recorded,
        [
            "invitation.created success",
            "session.revoked success passkey_suspended",
            "passkey.disabled success",
            "second_factor.removed success invited_again",
            "account.reinvited success",
        ]
    );
    let event = last(&app, "account.reinvited");
    assert!(matches!(&event.actor, genkan::domain::Actor::User { id, .. } if *id == makoto_user.id));
    assert_eq!((event.subject.as_ref(), event.clinic_id.as_ref()), (Some(&app.hanako.id), Some(&app.sakura.id)));
    let detail = event.detail.expect("a detail");
    assert_eq!(
        ["checked", "way", "admin_reason"].map(|name| detail[name].as_str().unwrap_or_default()),
        ["card", "mail", "スマートフォンの水没。職員証を確認"]
    );
    assert_eq!((&detail["passkeys_suspended"], &detail["password_forgotten"]), (&1.into(), &true.into()));

    // Nothing that was lost opens anything.
    assert!(app.sessions(&app.hanako).is_empty() && hanako.get("/settings/passkeys").location().starts_with("/login"));
    assert_eq!(error(&Person::at(&app).passkey(&old, None)), "passkey_suspended");
    assert_eq!(Person::at(&app).sign_in(HANAKO, PASSWORD, None).status, 401);
    let refused = party.refresh(&tokens.refresh_token, &[]);
    assert_eq!(refused.status, 400, "{refused:?}");
    assert_eq!(Person::at(&app).get(&older).status, 410);

    // One letter with the link, and one that tells what happened.
    let waiting = told(&app);
    assert_eq!(waiting.iter().filter(|it| it.contains("Reinvited") && it.contains("職員証を確認")).count(), 1);
    assert!(!waiting.iter().any(|it| it.contains("PasskeySuspended")), "{waiting:?}");
    let letters = || server.got().into_iter().filter(|mail| mail.to == HANAKO).map(|mail| mail.parts[0].clone());
    let with_link = || letters().find(|text| text.contains("/invite/"));
    app.wait_for(|app| {
        app.run_jobs();
        with_link().is_some() && letters().any(|text| text.contains("お心当たりのないとき") && text.contains("水没"))
    });
    let (hanako, key) = begins_anew(&app, &link(&with_link().expect("the letter")));
    assert_eq!(error(&Person::at(&app).passkey(&old, None)), "passkey_suspended", "nor later");
    assert_eq!(Person::at(&app).passkey(&key, None).status, 200);
    let news = hanako.get("/").text();
    assert!(news.contains("すべて失くした方として、招待し直しました"), "told at the next sign-in: {news}");
    let history = hanako.get("/settings/history").body;
    assert!(history.contains("すべて失くした方として、招待し直しました") && history.contains("小野 誠"), "{history}");
    let done = makoto.get(&page(&app.membership(&app.hanako, &app.sakura))).text();
    assert!(done.contains("招待し直しました") && done.contains("水没"), "{done}");
    // What was found again can be resumed.
    let old_id = app.passkeys(&app.hanako)[0].id.clone();
    let resume = format!("{}/passkeys/{old_id}/resume", page(&app.membership(&app.hanako, &app.sakura)));
    assert!(act(&makoto, &resume, &[("reason", "見つかった")]).location().ends_with("resume_passkey"));
    assert_eq!(Person::at(&app).passkey(&old, None).status, 200);
}

fn a_sheet_takes_a_second_administrator_and_nothing_changes_before(database: Database) {
    let app = TestApp::start(database);
    let (makoto, makoto_user) = makoto(&app);
    let (yuko, yuko_user) = somebody(&app, &app.sakura, Role::ClinicAdmin, YUKO, "林 優子");
    let (hanako, old) = enrolled(&app, HANAKO);
    let (target, home) = (target(&app, &app.hanako), page(&app.membership(&app.hanako, &app.sakura)));
    assert!(makoto.get(&target).text().contains("別の管理者の確認が必要です"));
    let before = app.trail().len();
    let asked = act(&makoto, &target, &again("sheet", &[]));
    assert_eq!(asked.location(), format!("{home}?notice=reinvite_person"));
    assert_eq!(app.recorded_since(before), ["account.reinvite_asked success"]);
    assert!(makoto.get(asked.location()).text().contains("まだ何も変わっていません"));
    assert_eq!(hanako.get("/settings/passkeys").status, 200);
    assert!(app.passkeys(&app.hanako)[0].is_enabled());
    assert_eq!(wish(&makoto, &target), None, "nothing to agree to for who asked");
    assert!(!makoto.get("/admin/people").text().contains("確認が必要な依頼"));

    let list = yuko.get("/admin/people").text();
    assert!(list.contains("招待し直し（小野 誠 さんからの依頼）") && list.contains(&target), "{list}");
    let found = yuko.get(&target).text();
    for told in ["小野 誠", "スマートフォンの水没", "職員証か顔写真付きの身分証"] {
        assert!(found.contains(told), "{told} in {found}");
    }
    let asked_for = wish(&yuko, &target).expect("a wish");
    let before = app.trail().len();
    let own = act(&makoto, &target, &again("sheet", &[("agrees_to", &asked_for)]));
    assert_eq!(own.location(), format!("{target}?notice=over"));
    assert_eq!(app.recorded_since(before), ["access.denied denied own_request"]);
    // What was asked for is no code, and a code's page makes none of it.
    let code = format!("{home}/access-code");
    assert_eq!(wish(&yuko, &code), None);
    let crossed = act(&yuko, &code, &[("reason", "対面で確認"), ("agrees_to", &asked_for)]);
    assert_eq!(crossed.location(), format!("{code}?notice=over"));

    let seen = [("agrees_to", asked_for.as_str()), ("checked", "known"), ("reason", "対面で確認")];
    let sheet = act(&yuko, &target, &again("sheet", &seen));
    assert_eq!((sheet.status.as_u16(), sheet.header("cache-control")), (200, Some("no-store")), "{}", sheet.body);
    let event = last(&app, "account.reinvited");
    assert!(matches!(&event.actor, genkan::domain::Actor::User { id, .. } if *id == yuko_user.id));
    let detail = event.detail.expect("a detail");
    assert_eq!(
        ["asked_by", "asked_checked", "checked", "identity", "way"].map(|name| detail[name].as_str().expect("a text")),
        [makoto_user.id.as_str(), "card", "known", "対面で確認", "sheet"]
    );
    let twice = act(&yuko, &target, &again("sheet", &seen));
    assert_eq!(twice.location(), format!("{target}?notice=over"), "once");
    assert!(yuko.get(twice.location()).text().contains("その依頼は、期限が切れたか"));
    assert_eq!(error(&Person::at(&app).passkey(&old, None)), "passkey_suspended");
    let path = link(&sheet.text());
    assert!(!format!("{:?}", app.trail()).contains(path.rsplit('/').next().expect("a token")));
    begins_anew(&app, &path);
    assert!(!app.reload(&app.hanako).email_verified, "paper proves no address");
}

fn a_letter_to_an_address_that_nobody_has_proven_is_as_a_sheet(database: Database) {
    let server = MailServer::start();
    let app = started(database, &server);
    let (makoto, _) = makoto(&app);
    let (yuko, _) = somebody(&app, &app.sakura, Role::ClinicAdmin, YUKO, "林 優子");
    let (_, _) = enrolled(&app, HANAKO);
    let target = target(&app, &app.hanako);
    assert!(makoto.get(&target).text().contains("まだ確かめられていません"));
    assert!(act(&makoto, &target, &again("mail", &[])).location().ends_with("?notice=reinvite_person"));
    assert!(app.passkeys(&app.hanako)[0].is_enabled());
    let wish = wish(&yuko, &target).expect("a wish");
    let agreed = act(&yuko, &target, &again("mail", &[("agrees_to", &wish)]));
    assert!(agreed.location().ends_with("?notice=reinvited"), "{agreed:?}");
    assert!(!app.passkeys(&app.hanako)[0].is_enabled());
    let open = latest(&app, &app.hanako);
    assert_eq!((open.way, open.again, open.sent_to.as_deref()), (InvitationWay::Mail, true, Some(HANAKO)));
    // Nor is it sent again by one alone, until the address is proven.
    let resend = format!("/admin/invitations/{}/resend", open.id);
    assert!(!makoto.get("/admin/invitations").text().contains(&resend));
    assert!(act(&makoto, &resend, &[]).location().ends_with("?notice=out_of_reach"));
    assert_eq!(latest(&app, &app.hanako).id, open.id);
    app.prove_address(&app.hanako);
    assert!(act(&makoto, &resend, &[]).location().ends_with("?notice=resend_invitation"));
}

fn a_wish_ends_with_its_hour_or_with_who_had_it(database: Database) {
    let app = TestApp::start(database);
    let (makoto, makoto_user) = makoto(&app);
    app.hire(&app.sakura, Role::ClinicAdmin, YUKO, "林 優子");
    let (yuko, yuko_key) = enrolled(&app, YUKO);
    let target = target(&app, &app.hanako);
    let over = format!("{target}?notice=over");
    let agree = |wish: &str| act(&yuko, &target, &again("sheet", &[("agrees_to", wish)])).location().to_owned();
    act(&makoto, &target, &again("sheet", &[]));
    let first = wish(&yuko, &target).expect("a wish");
    act(&makoto, &target, &again("sheet", &[]));
    let second = wish(&yuko, &target).expect("a wish");
    assert_eq!(agree(&first), over, "a newer one took its place");
    app.appoint(&makoto_user, &app.sakura, Role::Member);
    assert_eq!((agree(&second), wish(&yuko, &target)), (over.clone(), None), "who asked for it may no longer");
    app.appoint(&makoto_user, &app.sakura, Role::ClinicAdmin);
    assert_eq!(wish(&yuko, &target).as_ref(), Some(&second));
    app.advance(Duration::from_secs(3600));
    assert_eq!(yuko.passkey(&yuko_key, None).status, 200);
    assert_eq!((agree(&second), wish(&yuko, &target)), (over, None));
    assert!(app.reload(&app.hanako).password_hash.is_some(), "nothing was taken back");
}
