//! Why somebody cannot sign in: what their page says, to whom, and that it is mended where it says so.

use std::time::Duration;

use genkan::{
    domain::{AuditKind, PasswordFallback, Role, User},
    flows::admin::clients::Draft,
    store,
};

use super::{HANAKO, REASON, act, makoto, of_passkey, page, somebody};
use crate::{
    oauth::party::{Party, waiting},
    support::{
        app::{PASSWORD, TestApp, draft},
        ceremony::enrolled,
        database::{Database, on_both_databases},
        person::Person,
    },
};

on_both_databases! {
    a_help_desk_reads_why_somebody_failed_until_they_have_come_in,
    an_account_is_told_as_it_stands_and_mended_from_there,
    of_who_works_for_two_clinics_neither_learns_of_the_other,
}

/// The section of somebody's page.
fn told(person: &Person<'_>, path: &str) -> String {
    let page = person.get(path).text();
    let (_, rest) = page.split_once("<h2 id=\"why\">").expect("the section");
    rest.split_once("</section>").expect("its end").0.to_owned()
}

fn close_password(app: &TestApp, user: &User) {
    let id = user.id.clone();
    app.store()
        .write(move |tx| {
            for _ in 0..User::PASSWORD_FAILURE_LIMIT {
                store::users::count_password_failure(tx, &id)?;
            }
            Ok(())
        })
        .expect("closed");
}

fn a_help_desk_reads_why_somebody_failed_until_they_have_come_in(database: Database) {
    let app = TestApp::start(database);
    let (desk, _) = somebody(&app, &app.sakura, Role::Helpdesk, "desk@sakura.example", "窓口 弘子");
    let (makoto, _) = makoto(&app);
    let (_, key) = enrolled(&app, HANAKO);
    let path = page(&app.membership(&app.hanako, &app.sakura));
    assert!(told(&desk, &path).contains("失敗の記録もありません"));

    app.advance(Duration::from_secs(1));
    let her = Person::at(&app);
    her.sign_in(HANAKO, "not-her-password", None);
    let event = app.trail().into_iter().rev().find(|event| event.kind == AuditKind::AuthPassword).expect("a failure");
    assert_eq!((event.clinic_id.as_ref(), event.reason.as_deref()), (Some(&app.sakura.id), Some("wrong_password")));
    let why = told(&desk, &path);
    for words in ["パスワードが違いました", "127.0.0.1", "しばらくパスワードを受け付けません"]
    {
        assert!(why.contains(words), "{words}: {why}");
    }
    assert!(!why.contains("/access-code\""), "no act that a help desk may not do: {why}");
    assert!(told(&makoto, &path).contains(&format!("href=\"{path}/access-code\"")));
    // The clinic's own trail has it too.
    assert!(makoto.get("/admin/audit?kind=auth.password&outcome=failure").text().contains("山田 花子"));

    let passkey = app.passkeys(&app.hanako).remove(0);
    act(&makoto, &format!("{}/suspend", of_passkey(&app.membership(&app.hanako, &app.sakura), &passkey)), &[REASON]);
    app.advance(Duration::from_secs(1));
    assert_eq!(Person::at(&app).passkey(&key, None).status, 403);
    let why = told(&makoto, &path);
    for words in ["一時停止中のパスキーが使われました", "すべて一時停止中", "/resume\""] {
        assert!(why.contains(words), "{words}: {why}");
    }
    let resume = format!("{}/resume", of_passkey(&app.membership(&app.hanako, &app.sakura), &passkey));
    assert!(act(&makoto, &resume, &[REASON]).location().ends_with("notice=resume_passkey"));
    let why = told(&makoto, &path);
    assert!(!why.contains("/resume\"") && why.contains("一時停止中のパスキーが使われました"), "{why}");

    app.advance(Duration::from_secs(1));
    let back = Person::at(&app);
    assert_eq!(back.passkey(&key, None).status, 200);
    let why = told(&desk, &path);
    assert!(why.contains("にログインできています") && why.contains("一時停止中のパスキーが使われました"), "{why}");

    // An application for others.
    let only = Draft { roles: Some("clinic_admin".to_owned()), ..draft("経理") };
    let party = Party::new(&app, &app.register(only));
    app.advance(Duration::from_secs(1));
    party.callback(&back, &[("prompt", "none")]);
    let why = told(&makoto, &path);
    assert!(
        why.contains("入れる役割ではありません") && why.contains("「経理」") && why.contains("/admin/clients/"),
        "{why}"
    );
    assert!(!told(&desk, &path).contains("/admin/clients/"), "the help desk sees no applications");
}

fn an_account_is_told_as_it_stands_and_mended_from_there(database: Database) {
    let app = TestApp::start(database);
    let (makoto, _) = makoto(&app);
    let (_, _) = enrolled(&app, HANAKO);
    let path = page(&app.membership(&app.hanako, &app.sakura));
    let invited = app.hire(&app.sakura, Role::Member, "new@sakura.example", "新人 一郎");
    let (id, now) = (invited.id.clone(), app.clock().now());
    app.store().write(move |tx| store::users::forget_password(tx, &id, now)).expect("as one who was just invited");
    let of_new = page(&app.membership(&invited, &app.sakura));
    assert!(told(&makoto, &of_new).contains("招待をお渡し済み"));
    app.advance(Duration::from_secs(73 * 3600));
    let (again, _) = somebody(&app, &app.sakura, Role::ClinicAdmin, "again@sakura.example", "朝 太郎");
    let why = told(&again, &of_new);
    assert!(why.contains("招待の期限が切れた") && why.contains("/invite-again\""), "{why}");

    close_password(&app, &app.hanako);
    let why = told(&again, &path);
    assert!(why.contains("閉じられています") && why.contains(&format!("{path}/unlock\"")), "{why}");
    let before = app.trail().len();
    let unlocked = act(&again, &format!("{path}/unlock"), &[REASON]);
    assert_eq!(unlocked.location(), format!("{path}?notice=unlock_password"));
    assert_eq!(app.recorded_since(before), ["account.unlocked success"]);
    assert!(app.reload(&app.hanako).password_way_is_open() && !told(&again, &path).contains("閉じられています"));
    let twice = act(&again, &format!("{path}/unlock"), &[REASON]);
    assert_eq!(twice.location(), format!("{path}?notice=unchanged"), "of two who do it the second changes nothing");

    for (what, lift, words) in
        [("suspend", "resume", "所属が停止されています"), ("disable", "enable", "すべての施設で停止されています")]
    {
        act(&again, &format!("{path}/{what}"), &[REASON]);
        let why = told(&again, &path);
        assert!(why.contains(words) && why.contains(&format!("{path}/{lift}\"")), "{why}");
        act(&again, &format!("{path}/{lift}"), &[REASON]);
        assert!(!told(&again, &path).contains(words));
    }
    app.password_fallback(&app.sakura, PasswordFallback::Deny);
    let locked = app.hire(&app.sakura, Role::Member, "locked@sakura.example", "鍵 無子");
    let why = told(&again, &page(&app.membership(&locked, &app.sakura)));
    assert!(
        why.contains("パスワードでのログインを認めていません") && why.contains("パスキーが登録されていません"),
        "{why}"
    );
}

fn of_who_works_for_two_clinics_neither_learns_of_the_other(database: Database) {
    let app = TestApp::start(database);
    let (makoto, _) = makoto(&app);
    let (yuko, _) = somebody(&app, &app.demo, Role::ClinicAdmin, "yuko@demo.example", "林 優子");
    let (stranger, _) = somebody(&app, &app.demo, Role::Helpdesk, "desk@demo.example", "窓口 弘子");
    let (_, key) = enrolled(&app, HANAKO);
    let here = page(&app.membership(&app.hanako, &app.sakura));
    assert_eq!(stranger.get(&here).status, 404, "nobody of another clinic");
    app.appoint(&app.hanako, &app.demo, Role::Member);
    let there = page(&app.membership(&app.hanako, &app.demo));
    app.password_fallback(&app.demo, PasswordFallback::Deny);
    let theirs = app.register(Draft { clinic: Some(app.demo.id.to_string()), ..draft("デモ予約") });

    app.advance(Duration::from_secs(1));
    Person::at(&app).sign_in(HANAKO, PASSWORD, None);
    for (administrator, path) in [(&makoto, &here), (&yuko, &there)] {
        let why = told(administrator, path);
        assert!(why.contains("接続元は、システム管理者が確認できます") && !why.contains("127.0.0.1"), "{why}");
    }
    assert!(!told(&makoto, &here).contains("認めていません"), "what the other clinic forbids");
    assert!(told(&yuko, &there).contains("認めていません"));

    // At the other's application it is the other's alone.
    app.advance(Duration::from_secs(60));
    let browser = Person::at(&app);
    let party = Party::new(&app, &theirs);
    let waiting = waiting(&party.ask(&browser, &[]));
    browser.sign_in(HANAKO, "not-her-password", Some(&waiting));
    assert!(!told(&makoto, &here).contains("パスワードが違いました"));
    let why = told(&yuko, &there);
    assert!(
        why.contains("パスワードが違いました") && why.contains("「デモ予約」") && why.contains("127.0.0.1"),
        "{why}"
    );
    // Nor does one read when they come in at the other.
    app.advance(Duration::from_secs(60));
    assert_eq!(browser.passkey(&key, Some(&waiting)).status, 200);
    assert_eq!(app.sessions(&app.hanako)[0].clinic_id, app.demo.id);
    assert!(!told(&makoto, &here).contains("にログインできています"));
    assert!(told(&yuko, &there).contains("にログインできています"));
}
