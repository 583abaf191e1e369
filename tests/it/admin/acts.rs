//! Suspending, resuming and deleting a colleague's passkey, and their membership: what ends, who is told, and what is
//! recorded.

use std::time::Duration;

use genkan::{
    domain::{Actor, AuditEvent, ClientType, SuspendedBy, Way},
    flows::admin::{clients, members},
    store,
};

use super::{HANAKO, REASON, act, makoto, of_passkey, page};
use crate::{
    oauth::party::{OFFLINE, Party, assert_dead, renewing, token_error},
    support::{
        app::{PASSWORD, TestApp},
        ceremony::{enrolled, error},
        database::{Database, on_both_databases},
        person::Person,
        soft_key::SoftKey,
    },
};

on_both_databases! {
    a_suspended_passkey_of_a_colleague_ends_what_it_opened_and_says_why,
    what_the_owner_suspended_no_administrator_enables,
    a_suspended_membership_ends_the_work_for_this_clinic,
}

fn last(app: &TestApp, kind: &str) -> AuditEvent {
    app.trail().into_iter().rev().find(|event| event.kind.as_str() == kind).expect(kind)
}

fn reason_of(event: &AuditEvent) -> &str {
    event.detail.as_ref().and_then(|detail| detail["admin_reason"].as_str()).unwrap_or_default()
}

fn told(app: &TestApp) -> usize {
    let ever = app.clock().now().plus(Duration::from_secs(3600));
    app.store().read(|conn| store::outbox::list_due(conn, Way::Post, ever, 100)).expect("the outbox").len()
}

fn listening(app: &TestApp) -> Party<'_> {
    let draft = clients::Draft {
        backchannel_logout_uri: Some("http://127.0.0.1:9/logout".to_owned()),
        ..renewing("電子カルテ")
    };
    Party::new(app, &app.register(draft))
}

fn a_suspended_passkey_of_a_colleague_ends_what_it_opened_and_says_why(database: Database) {
    let app = TestApp::start(database);
    let (makoto, makoto_user) = makoto(&app);
    let (hanako, key) = enrolled(&app, HANAKO);
    let chart = listening(&app);
    let tokens = chart.tokens(&chart.callback(&hanako, &[("scope", OFFLINE)]).code());
    let (membership, passkey) = (app.membership(&app.hanako, &app.sakura), app.passkeys(&app.hanako).remove(0));
    let target = of_passkey(&membership, &passkey);
    let asked = makoto.get(&format!("{target}/suspend")).text();
    assert!(asked.contains("最後のパスキー") && asked.contains("name=\"reason\""), "{asked}");

    let before = app.trail().len();
    let done = act(&makoto, &format!("{target}/suspend"), &[REASON]);
    assert_eq!(done.location(), format!("{}?notice=suspend_passkey", page(&membership)));
    assert_eq!(app.recorded_since(before), ["session.revoked success passkey_suspended", "passkey.disabled success"]);
    let event = last(&app, "passkey.disabled");
    assert!(matches!(&event.actor, Actor::User { id, name } if *id == makoto_user.id && name == "小野 誠"));
    assert_eq!((event.subject.as_ref(), reason_of(&event)), (Some(&app.hanako.id), REASON.1));
    assert_eq!(event.clinic_id.as_ref(), Some(&app.sakura.id));
    assert_eq!(hanako.get("/settings/passkeys").location(), "/login?notice=session_ended");
    assert_dead(&chart.userinfo(&tokens.access_token));
    assert_eq!(token_error(&chart.refresh(&tokens.refresh_token, &[])), "invalid_grant");
    assert_eq!(told(&app), 1, "the application hears of it");
    let refused = Person::at(&app).passkey(&key, None);
    assert_eq!((refused.status.as_u16(), error(&refused).as_str()), (403, "passkey_suspended"));

    // She reads why, and who; colleagues of the administrator too.
    let invited = Person::at(&app);
    let link = app.invite(&app.hanako, &app.sakura);
    invited.submit(&link, &link, &[]);
    let own = invited.get("/settings/passkeys").body;
    assert!(own.contains(REASON.1) && own.contains("管理者が一時停止したパスキーです"), "{own}");
    let shown = makoto.get(&page(&membership)).text();
    assert!(shown.contains(REASON.1) && shown.contains("小野 誠 さんが行いました"), "{shown}");

    let again = act(&makoto, &format!("{target}/suspend"), &[REASON]);
    assert_eq!(again.location(), format!("{}?notice=unchanged", page(&membership)));
    app.advance(Duration::from_secs(1));
    let before = app.trail().len();
    let resumed = act(&makoto, &format!("{target}/resume"), &[("reason", "見つかった")]);
    assert_eq!(resumed.location(), format!("{}?notice=resume_passkey", page(&membership)));
    assert_eq!(app.recorded_since(before), ["passkey.enabled success"]);
    app.advance(Duration::from_secs(1));
    let back = Person::at(&app);
    assert_eq!(back.passkey(&key, None).status, 200);
    let history = back.get("/settings/history").body;
    assert!(history.contains("小野 誠 さんが行いました") && history.contains(REASON.1), "{history}");
    assert!(back.get("/").body.contains("小野 誠 さんが行いました"), "she is told where she comes in");

    let deleted = act(&makoto, &format!("{target}/delete"), &[("reason", "<b>退職</b>")]);
    assert_eq!(deleted.location(), format!("{}?notice=delete_passkey", page(&membership)));
    assert_eq!((app.passkeys(&app.hanako).len(), app.reload(&app.hanako).passkey_count), (0, 0));
    assert_eq!(back.get("/").status, 200, "the login page");
    assert!(makoto.get(&page(&membership)).text().contains("&lt;b&gt;退職&lt;/b&gt;"));
    assert_eq!(act(&makoto, &format!("{target}/delete"), &[REASON]).status, 404, "it is gone");
    assert_eq!(Person::at(&app).passkey(&key, None).status, 403);
}

fn what_the_owner_suspended_no_administrator_enables(database: Database) {
    let app = TestApp::start(database);
    let (makoto, _) = makoto(&app);
    let (hanako, first) = enrolled(&app, HANAKO);
    assert_eq!(hanako.register(&SoftKey::new(&app.issuer)).status, 200);
    let (membership, passkey) = (app.membership(&app.hanako, &app.sakura), app.passkeys(&app.hanako).remove(0));
    let (own, target) = (format!("/settings/passkeys/{}", passkey.id), of_passkey(&membership, &passkey));
    let unchanged = format!("{}?notice=unchanged", page(&membership));
    let by = || app.passkeys(&app.hanako)[0].suspension.as_ref().map(|suspension| suspension.by);
    hanako.submit("/settings/passkeys", &format!("{own}/suspend"), &[]);
    assert_eq!(act(&makoto, &format!("{target}/resume"), &[REASON]).location(), unchanged);
    assert!(!makoto.get(&page(&membership)).text().contains(&format!("{target}/resume\"")), "nor is it offered");
    act(&makoto, &format!("{target}/suspend"), &[REASON]);
    assert_eq!(by(), Some(SuspendedBy::Administrator), "it lies over hers");
    act(&makoto, &format!("{target}/resume"), &[REASON]);
    assert_eq!(by(), Some(SuspendedBy::Owner), "hers is there again");
    assert_eq!(app.passkeys(&app.hanako)[0].suspension.clone().expect("suspended").reason, None);
    assert_eq!(Person::at(&app).passkey(&first, None).status, 403);
}

fn a_suspended_membership_ends_the_work_for_this_clinic(database: Database) {
    let app = TestApp::start(database);
    let (makoto, _) = makoto(&app);
    let (hanako, key) = enrolled(&app, HANAKO);
    let chart = listening(&app);
    let tokens = chart.tokens(&chart.callback(&hanako, &[("scope", OFFLINE)]).code());
    let native = clients::Draft { kind: Some(ClientType::Native), ..renewing("訪問看護") };
    let native = Party::new(&app, &app.register(native));
    let lasting = native.tokens(&native.callback(&hanako, &[("scope", OFFLINE)]).code());
    let membership = app.membership(&app.hanako, &app.sakura);
    let before = app.trail().len();
    let done = act(&makoto, &format!("{}/suspend", page(&membership)), &[("reason", "休職")]);
    assert_eq!(done.location(), format!("{}?notice=suspend_membership", page(&membership)));
    let expected = ["session.revoked success membership_suspended", "membership.suspended success"];
    assert_eq!(app.recorded_since(before), expected);
    assert_eq!(reason_of(&last(&app, "membership.suspended")), "休職");
    assert_eq!(hanako.get("/settings/passkeys").location(), "/login?notice=session_ended");
    assert_dead(&chart.userinfo(&tokens.access_token));
    assert_eq!(token_error(&native.refresh(&lasting.refresh_token, &[])), "invalid_grant");
    assert_eq!(told(&app), 1);
    assert_eq!(error(&Person::at(&app).passkey(&key, None)), "no_membership");
    assert_eq!(Person::at(&app).sign_in(HANAKO, PASSWORD, None).status, 401);
    let shown = makoto.get(&page(&membership)).text();
    assert!(shown.contains("停止中") && shown.contains("休職"), "{shown}");

    let again = act(&makoto, &format!("{}/suspend", page(&membership)), &[REASON]);
    assert_eq!(again.location(), format!("{}?notice=unchanged", page(&membership)));
    let resumed = act(&makoto, &format!("{}/resume", page(&membership)), &[("reason", "復職")]);
    assert_eq!(resumed.location(), format!("{}?notice=resume_membership", page(&membership)));
    assert_eq!(Person::at(&app).passkey(&key, None).status, 200);
    assert_eq!(token_error(&native.refresh(&lasting.refresh_token, &[])), "invalid_grant", "nothing comes back");
}

/// A sign-in of more than fifteen minutes ago is asked for again, and what was typed is still there.
#[test]
fn a_stale_administrator_signs_in_again_and_comes_back_to_what_they_had_typed() {
    let app = TestApp::start(Database::sqlite());
    let user = app.hire(&app.sakura, genkan::domain::Role::ClinicAdmin, super::MAKOTO, "小野 誠");
    let (makoto, key) = enrolled(&app, super::MAKOTO);
    let (_, _) = enrolled(&app, HANAKO);
    let (membership, passkey) = (app.membership(&app.hanako, &app.sakura), app.passkeys(&app.hanako).remove(0));
    let target = format!("{}/suspend", of_passkey(&membership, &passkey));
    app.advance(Duration::from_secs(15 * 60));
    assert!(makoto.get(&target).text().contains("name=\"reason\""), "just fresh");
    app.advance(Duration::from_millis(1));
    let stale = makoto.get(&target).text();
    assert!(!stale.contains("name=\"reason\"") && stale.contains("/login?notice=sign_in_again"), "{stale}");

    let before = app.trail().len();
    let sent = act(&makoto, &target, &[REASON]);
    let sealed = sent.location().split_once("&continue=").map(|(_, sealed)| sealed.to_owned()).expect("a sign-in");
    assert!(app.passkeys(&app.hanako)[0].is_enabled() && app.recorded_since(before).is_empty());
    assert!(!sent.location().contains("%E7%B4%9B"), "the reason is nobody's to read in an address");
    let finished = makoto.passkey(&key, Some(&sealed));
    let next = finished.json()["next"].as_str().expect("where to go on").to_owned();
    assert!(next.starts_with(&format!("{target}?draft=")), "{next}");
    let back = makoto.get(&next).text();
    assert!(back.contains(&format!("value=\"{}\"", REASON.1)), "{back}");
    assert!(makoto.get(&format!("{target}?draft=forged")).text().contains("value=\"\""), "nobody else fills it in");
    assert!(act(&makoto, &target, &[REASON]).location().ends_with("notice=suspend_passkey"));

    // However fresh, a password is not enough; nor is a passkey that was suspended meanwhile.
    let own = app.passkeys(&user).remove(0);
    let suspend = format!("/settings/passkeys/{}/suspend", own.id);
    makoto.submit("/settings/passkeys", &suspend, &[("knows_last", "yes")]);
    let resume = format!("{}/resume", of_passkey(&membership, &passkey));
    assert_eq!(act(&makoto, &resume, &[REASON]).location(), resume, "where it is said what it takes");
}

/// `genkan user suspend-passkeys`: for somebody who lost the only device, when nobody else can be asked.
#[test]
fn at_the_server_itself_every_passkey_of_somebody_is_suspended_at_once() {
    let app = TestApp::start(Database::sqlite());
    let (hanako, key) = enrolled(&app, HANAKO);
    let spare = SoftKey::new(&app.issuer);
    assert_eq!(hanako.register(&spare).status, 200);
    let own = app.passkeys(&app.hanako).remove(1).id;
    hanako.submit("/settings/passkeys", &format!("/settings/passkeys/{own}/suspend"), &[]);
    let before = app.trail().len();
    let suspend = || members::suspend_passkeys(app.store(), &app.by(), HANAKO, "端末をすべて紛失").expect("no fault");
    let done = suspend().expect("suspended");
    assert_eq!((done.passkeys.len(), done.sessions), (2, 1));
    let expected =
        ["session.revoked success passkey_suspended", "passkey.disabled success", "passkey.disabled success"];
    assert_eq!(app.recorded_since(before), expected);
    let event = last(&app, "passkey.disabled");
    assert!(event.actor == Actor::CommandLine && reason_of(&event) == "端末をすべて紛失");
    assert_eq!(hanako.get("/settings/passkeys").location(), "/login?notice=session_ended");
    for key in [&key, &spare] {
        assert_eq!(error(&Person::at(&app).passkey(key, None)), "passkey_suspended");
    }
    assert_eq!(suspend().expect_err("none is left").code(), "no_passkeys");
}
