//! One-time codes that cannot be had by turning the others away, and what is said where there is none to be had.

use std::time::Duration;

use genkan::{domain::Role, store};

use super::{
    REASON,
    access_codes::{YUKO, code, signs_in, target},
    act, makoto, page, somebody,
};
use crate::support::{
    app::TestApp,
    database::{Database, on_both_databases},
};

on_both_databases! { who_suspended_the_other_administrator_still_needs_one }

/// A second administrator is not got rid of by suspending them.
fn who_suspended_the_other_administrator_still_needs_one(database: Database) {
    let app = TestApp::start(database);
    let (makoto, _) = makoto(&app);
    let (_, yuko) = somebody(&app, &app.sakura, Role::ClinicAdmin, YUKO, "林 優子");
    let target = target(&app, &app.hanako);
    act(&makoto, &format!("{}/suspend", page(&app.membership(&yuko, &app.sakura))), &[REASON]);
    assert!(!app.membership(&yuko, &app.sakura).is_active(app.clock().now()));
    let asked = act(&makoto, &target, &[REASON]);
    assert!(asked.location().ends_with("?notice=issue_access_code"), "{asked:?}");
    app.advance(Duration::from_secs(24 * 3600));
    let (user, clinic, now) = (yuko.id.clone(), app.sakura.id.clone(), app.clock().now());
    let suspended_at = now.minus(Duration::from_secs(24 * 3600) - Duration::from_millis(1));
    let again = move |tx: &mut store::Tx<'_>, at| {
        store::memberships::resume(tx, &user, &clinic)?;
        store::memberships::suspend(tx, &user, &clinic, at)
    };
    let counts = |at| {
        let again = again.clone();
        app.store().write(move |tx| again(tx, at)).expect("no fault");
        let since = now.minus(Duration::from_secs(24 * 3600));
        let listed = app.store().read(|conn| store::memberships::list_of_rank(conn, &app.sakura.id, since));
        listed.expect("a read").iter().any(|it| it.user_id == yuko.id)
    };
    assert!(counts(suspended_at) && !counts(now.minus(Duration::from_secs(24 * 3600))));
}

/// Whoever asks again finds out that their code was tried too often.
#[test]
fn a_code_that_was_tried_too_often_is_said_to_be_dead() {
    let app = TestApp::start(Database::sqlite());
    let (makoto, _) = makoto(&app);
    let target = target(&app, &app.hanako);
    let first = code(&act(&makoto, &target, &[REASON]));
    let user = app.hanako.id.clone();
    let found = app.store().read(|conn| store::access_codes::find_for_user(conn, &user)).expect("a read");
    let id = found.expect("a code").id;
    let five = move |tx: &mut store::Tx<'_>| (0..5).try_for_each(|_| store::access_codes::count_try(tx, &id).map(drop));
    app.store().write(five).expect("no fault");
    assert!(!signs_in(&app, &first));
    for shown in [makoto.get(&target).text(), makoto.get(&page(&app.membership(&app.hanako, &app.sakura))).text()] {
        assert!(shown.contains("間違いが5回続いた") && !shown.contains("発行済み"), "{shown}");
    }
    code(&act(&makoto, &target, &[REASON]));
}

/// There is nothing that another sign-in would help.
#[test]
fn an_administrator_without_a_passkey_is_sent_to_register_one() {
    let app = TestApp::start(Database::sqlite());
    let (makoto, user) = makoto(&app);
    let id = app.passkeys(&user).remove(0).id;
    makoto.submit("/help", &format!("/settings/passkeys/{id}/suspend"), &[("knows_last", "yes")]);
    let target = target(&app, &app.hanako);
    let suspend = format!("{}/suspend", page(&app.membership(&app.hanako, &app.sakura)));
    for what in [&target, &suspend] {
        let shown = makoto.get(what).text();
        assert!(shown.contains("ご自分のパスキーでのログインが必要です"), "{shown}");
        assert!(shown.contains("href=\"/settings/passkeys\"") && !shown.contains("name=\"reason\""), "{shown}");
        assert_eq!(act(&makoto, what, &[REASON]).location(), what.as_str());
    }
}

#[test]
fn who_is_suspended_gets_none() {
    let app = TestApp::start(Database::sqlite());
    let (makoto, _) = makoto(&app);
    let home = page(&app.membership(&app.hanako, &app.sakura));
    act(&makoto, &target(&app, &app.hanako), &[REASON]);
    act(&makoto, &format!("{home}/suspend"), &[REASON]);
    let kept = app.store().read(|conn| store::access_codes::find_for_user(conn, &app.hanako.id));
    assert!(kept.expect("a read").is_none(), "what was open ends");
    let before = app.trail().len();
    let (target, inactive) = (target(&app, &app.hanako), format!("{home}?notice=inactive"));
    assert_eq!((makoto.get(&target).location(), act(&makoto, &target, &[REASON]).location()), (&*inactive, &*inactive));
    assert!(makoto.get(&inactive).text().contains("停止中のため") && app.recorded_since(before).is_empty());
}

/// A person has one code at most, wherever it was made: who looks after everybody is shown it, and asked whether it should end.
#[test]
fn a_code_for_another_clinic_is_shown_and_ends_where_that_is_said() {
    let app = TestApp::start(Database::sqlite());
    app.appoint(&app.hanako, &app.demo, Role::Member);
    app.advance(Duration::from_secs(24 * 3600));
    let (chief, _) = somebody(&app, &app.sakura, Role::SystemAdmin, "chief@sakura.example", "院長 大介");
    let first = code(&act(&chief, &target(&app, &app.hanako), &[REASON]));
    let there = page(&app.membership(&app.hanako, &app.demo));
    for path in ["access-code", "invite-again"] {
        let shown = chief.get(&format!("{there}/{path}"));
        assert_eq!(shown.hidden("withdraw").as_deref(), Some("yes"), "{path}: {}", shown.text());
    }
    assert_eq!(act(&chief, &format!("{there}/access-code"), &[REASON]).status, 409);
    code(&act(&chief, &format!("{there}/access-code"), &[REASON, ("withdraw", "yes")]));
    assert!(!signs_in(&app, &first));
    // Who looks after one clinic learns of it nothing.
    let (makoto, _) = makoto(&app);
    let shown = makoto.get(&page(&app.membership(&app.hanako, &app.sakura))).text();
    assert!(!shown.contains("発行済み"), "{shown}");
}
