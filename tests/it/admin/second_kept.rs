//! The second administrator stays one for a day, whatever the first takes from them, and is found where they work.

use std::time::Duration;

use genkan::{
    domain::{Role, User},
    store,
};

use super::{
    HANAKO, REASON, act, makoto, of_passkey, page,
    reinvite::{YUKO, again, target},
    somebody,
};
use crate::support::{
    app::TestApp,
    ceremony::enrolled,
    database::{Database, on_both_databases},
    person::Person,
};

on_both_databases! {
    who_suspends_or_deletes_the_others_passkey_still_needs_one,
    who_looks_after_everybody_is_a_second_from_another_clinic,
    a_second_clinic_takes_nobody_out_of_reach_at_once,
}

const CHIEF: &str = "chief@sakura.example";
const DAY: Duration = Duration::from_secs(24 * 3600);
const ASKED: (&str, &str) = ("?notice=reinvite_person", "?notice=issue_access_code");

/// Whether a second has to agree to a sheet and to a code.
fn both_need_one(person: &Person<'_>, home: &str) -> bool {
    let sheet = act(person, &format!("{home}/invite-again"), &again("sheet", &[("withdraw", "yes")]));
    let code = act(person, &format!("{home}/access-code"), &[REASON, ("withdraw", "yes")]);
    let asked = (sheet.status == 303 && sheet.location().ends_with(ASKED.0), code.status == 303);
    assert_eq!(asked.0, asked.1 && code.location().ends_with(ASKED.1), "{sheet:?} {code:?}");
    asked.0
}

fn who_suspends_or_deletes_the_others_passkey_still_needs_one(database: Database) {
    let app = TestApp::start(database);
    app.hire(&app.sakura, Role::SystemAdmin, CHIEF, "院長 大介");
    let (chief, chief_key) = enrolled(&app, CHIEF);
    let home = page(&app.membership(&app.hanako, &app.sakura));
    let other = |email: &str| -> User { somebody(&app, &app.sakura, Role::SystemAdmin, email, "林 優子").1 };
    assert!(!both_need_one(&chief, &home), "nobody else is there");
    for (email, what) in [(YUKO, "suspend"), ("ken@sakura.example", "delete")] {
        let yuko = other(email);
        let passkey = app.passkeys(&yuko).remove(0);
        let taken = format!("{}/{what}", of_passkey(&app.membership(&yuko, &app.sakura), &passkey));
        assert!(act(&chief, &taken, &[REASON]).location().ends_with(&format!("{what}_passkey")));
        assert!(both_need_one(&chief, &home), "{what}");
        app.advance(DAY - Duration::from_millis(1));
        assert_eq!(chief.passkey(&chief_key, None).status, 200);
        assert!(both_need_one(&chief, &home), "{what}, within a day");
        app.advance(Duration::from_millis(1));
        assert!(!both_need_one(&chief, &home), "{what}, a day later");
    }
}

fn who_looks_after_everybody_is_a_second_from_another_clinic(database: Database) {
    let app = TestApp::start(database);
    let (makoto, makoto_user) = makoto(&app);
    let (ishi, _) = somebody(&app, &app.demo, Role::SystemAdmin, "ishi@demo.example", "石井 強");
    let home = page(&app.membership(&app.hanako, &app.sakura));
    assert!(!both_need_one(&makoto, &home), "a clinic's only administrator needs nobody of another");
    assert!(both_need_one(&ishi, &home), "who comes from another clinic finds the clinic's own");
    let (gone, now) = (makoto_user.id.clone(), app.clock().now());
    app.store().write(move |tx| store::users::disable(tx, &gone, now)).expect("disabled");
    assert!(!both_need_one(&ishi, &home), "nobody else is there");
    let (mori, _) = somebody(&app, &app.demo, Role::SystemAdmin, "mori@demo.example", "森 ななみ");
    assert!(both_need_one(&mori, &home) && both_need_one(&ishi, &home), "each is the other's");
}

fn a_second_clinic_takes_nobody_out_of_reach_at_once(database: Database) {
    let app = TestApp::start(database);
    app.hire(&app.demo, Role::SystemAdmin, "ishi@demo.example", "石井 強");
    let (ishi, ishi_key) = enrolled(&app, "ishi@demo.example");
    let _ = makoto(&app);
    let kana = app.hanako.profile.name_kana.clone().unwrap_or_else(|| "カンゴ ハナコ".to_owned());
    let guest = [("name", app.hanako.profile.name.as_str()), ("kana", &kana), ("email", HANAKO), ("role", "member")];
    let joined = act(&ishi, "/admin/people/invite", &[&guest[..], &[("until", ""), ("way", "sheet")]].concat());
    assert!(joined.location().ends_with("?notice=join_person"), "{}", joined.text());
    let homes = [&app.sakura, &app.demo].map(|clinic| page(&app.membership(&app.hanako, clinic)));
    assert_eq!(target(&app, &app.hanako), format!("{}/invite-again", homes[0]));
    for home in &homes {
        assert!(both_need_one(&ishi, home), "by either page");
    }
    app.advance(DAY);
    assert_eq!(ishi.passkey(&ishi_key, None).status, 200);
    for home in &homes {
        assert!(!both_need_one(&ishi, home));
    }
}
