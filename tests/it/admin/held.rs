//! Where somebody is signed in and what applications hold, as far as it is this clinic's: seen and ended from their page.

use genkan::{domain::Role, store};

use super::{HANAKO, REASON, act, makoto, page, somebody};
use crate::{
    oauth::party::{OFFLINE, Party, assert_dead, renewing, token_error},
    support::{
        app::{TestApp, draft},
        ceremony::enrolled,
        database::{Database, on_both_databases},
        person::Person,
    },
};
use genkan::flows::admin::clients::Draft;

on_both_databases! {
    a_session_is_ended_and_then_all_and_applications_hear_of_it,
    what_an_application_holds_is_taken_back,
    what_is_at_another_clinic_is_neither_seen_nor_ended,
}

fn a_session_is_ended_and_then_all_and_applications_hear_of_it(database: Database) {
    let app = TestApp::start(database);
    let (makoto, _) = makoto(&app);
    let (desk, _) = somebody(&app, &app.sakura, Role::Helpdesk, "desk@sakura.example", "窓口 弘子");
    let (hanako, key) = enrolled(&app, HANAKO);
    let listening =
        Draft { backchannel_logout_uri: Some("http://127.0.0.1:9/logout".to_owned()), ..renewing("電子カルテ") };
    let chart = Party::new(&app, &app.register(listening));
    let tokens = chart.tokens(&chart.callback(&hanako, &[("scope", OFFLINE)]).code());
    let first = app.sessions(&app.hanako)[0].id.clone();
    let other = Person::at(&app);
    assert_eq!(other.passkey(&key, None).status, 200);
    let path = page(&app.membership(&app.hanako, &app.sakura));
    let shown = makoto.get(&path).text();
    for words in
        ["ログイン中の端末（2件）", "127.0.0.1", "パスキー", "「電子カルテ」の許可を取り消す", "監査記録を見る"]
    {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    let one = format!("{path}/sessions/{first}/end");
    assert!(shown.contains(&format!("href=\"{one}\"")) && makoto.get(&one).text().contains("もう一度ログインできます"));
    assert!(!desk.get(&path).text().contains("監査記録を見る"), "a help desk reads no trail");

    let before = app.trail().len();
    let ended = act(&desk, &one, &[REASON]);
    assert_eq!(ended.location(), format!("{path}?notice=end_sessions"));
    assert_eq!(app.recorded_since(before), ["session.revoked success ended_by_administrator"]);
    assert_eq!(hanako.get("/settings/passkeys").location(), "/login?notice=session_ended");
    assert_eq!(other.get("/settings/passkeys").status, 200, "the other goes on");
    assert_eq!(token_error(&chart.refresh(&tokens.refresh_token, &[])), "invalid_grant");
    let ever = app.clock().now().plus(std::time::Duration::from_secs(3600));
    let due = app.store().read(|conn| store::outbox::list_due(conn, genkan::domain::Way::Post, ever, 10));
    assert_eq!(due.expect("a read").len(), 1, "the application hears of it");
    assert_eq!(act(&makoto, &one, &[REASON]).location(), format!("{path}?notice=unchanged"), "the second who ends it");
    let all = act(&makoto, &format!("{path}/sessions/end"), &[REASON]);
    assert_eq!(all.location(), format!("{path}?notice=end_sessions"));
    assert!(app.sessions(&app.hanako).is_empty());
    assert!(makoto.get(&path).text().contains("小野 誠 さんが行いました"), "a colleague knows");
    // Nor another's session, by its id in her address.
    let own = app.sessions(&app.reload(&app.hanako));
    assert!(own.is_empty());
    let of_desk = app.store().read(|conn| {
        let email = genkan::domain::Email::parse("desk@sakura.example").expect("an address");
        let user = store::users::find_by_email(conn, &email)?.expect("the person");
        store::sessions::list_for_user(conn, &user.id, app.clock().now())
    });
    let of_desk = of_desk.expect("a read").remove(0).id;
    let forged = act(&makoto, &format!("{path}/sessions/{of_desk}/end"), &[REASON]);
    assert_eq!(forged.location(), format!("{path}?notice=unchanged"));
    assert_eq!(makoto.get(&format!("{path}/sessions/{of_desk}/end")).status, 404);
    assert_eq!(desk.get("/admin/people").status, 200);
}

fn what_an_application_holds_is_taken_back(database: Database) {
    let app = TestApp::start(database);
    let (makoto, _) = makoto(&app);
    let (hanako, _) = enrolled(&app, HANAKO);
    let chart = Party::renewing(&app);
    let tokens = chart.tokens(&chart.callback(&hanako, &[("scope", OFFLINE)]).code());
    let path = page(&app.membership(&app.hanako, &app.sakura));
    let withdraw = format!("{path}/apps/{}/withdraw", chart.client.client_id);
    assert!(makoto.get(&withdraw).text().contains("電子カルテ"));
    let before = app.trail().len();
    let withdrawn = act(&makoto, &withdraw, &[REASON]);
    assert_eq!(withdrawn.location(), format!("{path}?notice=withdraw_application"));
    assert_eq!(app.recorded_since(before), ["consent.withdrawn success"]);
    assert_dead(&chart.userinfo(&tokens.access_token));
    assert_eq!(token_error(&chart.refresh(&tokens.refresh_token, &[])), "invalid_grant");
    assert_eq!(hanako.get("/settings/passkeys").status, 200, "her session goes on");
    assert_eq!(act(&makoto, &withdraw, &[REASON]).location(), format!("{path}?notice=unchanged"));
    let unknown = act(&makoto, &format!("{path}/apps/nothing/withdraw"), &[REASON]);
    assert_eq!(unknown.location(), format!("{path}?notice=unchanged"));
    app.advance(std::time::Duration::from_secs(16 * 60));
    assert!(act(&makoto, &withdraw, &[REASON]).location().starts_with("/login?"), "a sign-in too long ago");
}

fn what_is_at_another_clinic_is_neither_seen_nor_ended(database: Database) {
    let app = TestApp::start(database);
    let (makoto, _) = makoto(&app);
    let (_, key) = enrolled(&app, HANAKO);
    app.appoint(&app.hanako, &app.demo, Role::Member);
    let theirs = app.register(Draft { clinic: Some(app.demo.id.to_string()), ..draft("デモ予約") });
    let there = Person::with(&app, "a browser at the other clinic");
    let party = Party::new(&app, &theirs);
    let waiting = crate::oauth::party::waiting(&party.ask(&there, &[]));
    assert_eq!(there.passkey(&key, Some(&waiting)).status, 200);
    party.tokens(&party.callback(&there, &[]).code());
    let session = app.sessions(&app.hanako).into_iter().find(|it| it.clinic_id == app.demo.id).expect("a session").id;
    let path = page(&app.membership(&app.hanako, &app.sakura));
    let shown = makoto.get(&path).text();
    assert!(
        !shown.contains("デモ予約") && !shown.contains(session.as_str()) && !shown.contains("other clinic"),
        "{shown}"
    );
    for target in [format!("{path}/sessions/{session}/end"), format!("{path}/apps/{}/withdraw", theirs.client_id)] {
        assert_eq!(makoto.get(&target).status, 404, "{target}");
        assert_eq!(act(&makoto, &target, &[REASON]).location(), format!("{path}?notice=unchanged"), "{target}");
    }
    act(&makoto, &format!("{path}/sessions/end"), &[REASON]);
    assert_eq!(there.get("/settings/passkeys").status, 200, "it goes on");
    let over = page(&app.membership(&app.hanako, &app.demo));
    assert_eq!(act(&makoto, &format!("{over}/sessions/end"), &[REASON]).status, 404);
}
