//! What people type and forge: reasons, ids, names.

use genkan::domain::Role;

use super::{HANAKO, REASON, act, makoto, of_passkey, page};
use crate::support::{app::TestApp, ceremony::enrolled, database::Database};

#[test]
fn a_reason_is_one_line_that_can_be_read() {
    let app = TestApp::start(Database::sqlite());
    let (makoto, _) = makoto(&app);
    let (_, _) = enrolled(&app, HANAKO);
    let (membership, passkey) = (app.membership(&app.hanako, &app.sakura), app.passkeys(&app.hanako).remove(0));
    let target = format!("{}/suspend", of_passkey(&membership, &passkey));
    let before = app.trail().len();
    let long = "長".repeat(201);
    for bad in ["", "  ", "紛失\n<script>", "\u{202e}紛失", "\u{200b}", "a\u{7}", &"長".repeat(500), &long] {
        let refused = act(&makoto, &target, &[("reason", bad)]);
        assert_eq!(refused.status, 422, "{bad:?}");
        assert!(refused.body.contains("200文字以内") && refused.body.contains("aria-invalid"), "{}", refused.body);
    }
    assert_eq!(act(&makoto, &target, &[]).status, 422, "none at all");
    assert_eq!(act(&makoto, &target, &[REASON, REASON]).status, 422, "two");
    assert!(app.recorded_since(before).is_empty() && app.passkeys(&app.hanako)[0].is_enabled());
    let good = format!("  {}👩\u{200d}⚕\u{fe0f} ", &"長".repeat(190));
    assert!(act(&makoto, &target, &[("reason", &good)]).location().ends_with("suspend_passkey"));
    assert_eq!(
        app.passkeys(&app.hanako)[0].suspension.clone().expect("suspended").reason.as_deref(),
        Some(good.trim())
    );
}

#[test]
fn a_forged_id_is_found_nowhere_and_a_forged_form_does_nothing() {
    let app = TestApp::start(Database::sqlite());
    let (makoto, makoto_user) = makoto(&app);
    let (_, _) = enrolled(&app, HANAKO);
    let (membership, passkey) = (app.membership(&app.hanako, &app.sakura), app.passkeys(&app.hanako).remove(0));
    let own = app.passkeys(&makoto_user).remove(0);
    let before = app.trail().len();
    let ids = ["x", "%27%20OR%201%3D1", "%00", "..%2f..", "%E2%80%AE", &"9".repeat(2000), &app.hanako.id.to_string()];
    for id in ids {
        assert_eq!(makoto.get(&format!("/admin/people/{id}")).status, 404, "{id}");
        assert_eq!(act(&makoto, &format!("/admin/people/{id}/suspend"), &[REASON]).status, 404, "{id}");
        let target = format!("{}/passkeys/{id}/suspend", page(&membership));
        assert_eq!((makoto.get(&target).status.as_u16(), act(&makoto, &target, &[REASON]).status.as_u16()), (404, 404));
    }
    let another_s = format!("{}/delete", of_passkey(&membership, &own));
    assert_eq!(act(&makoto, &another_s, &[REASON]).status, 404, "it is not hers");
    let target = format!("{}/delete", of_passkey(&membership, &passkey));
    assert_eq!(makoto.post_form(&target, &[REASON]).status, 403, "without the page's token");
    let foreign = makoto.http.post(app.url(&target)).header("origin", "https://evil.example").form(&[REASON]);
    assert_eq!(makoto.send(foreign).status, 403);
    assert_eq!(makoto.post_form(&format!("{target}/"), &[REASON]).status, 404);
    assert!(app.recorded_since(before).is_empty() && app.passkeys(&app.hanako).len() == 1);
}

#[test]
fn names_of_any_kind_are_shown_as_they_are_and_no_further() {
    let app = TestApp::start(Database::sqlite());
    let (makoto, _) = makoto(&app);
    let names = [
        "\u{202e}子花 田山".to_owned(),
        "<script>alert(1)</script>".to_owned(),
        "あ".repeat(500),
        "👩\u{200d}⚕\u{fe0f} 𠮷野家 é".to_owned(),
        "x\u{7}y".to_owned(),
    ];
    for (number, name) in names.iter().enumerate() {
        let mut user = app.hire(&app.sakura, Role::Member, &format!("odd{number}@sakura.example"), "仮 名");
        user.profile.name.clone_from(name);
        user.profile.name_kana = None;
        let membership = app.membership(&user, &app.sakura);
        app.store().write(move |tx| genkan::store::users::update_profile(tx, &user)).expect("written");
        let escaped = name.replace('<', "&lt;").replace('>', "&gt;");
        for page in ["/admin/people".to_owned(), page(&membership)] {
            let shown = makoto.get(&page);
            assert_eq!(shown.status, 200);
            assert!(shown.text().contains(&format!("<bdi>{escaped}</bdi>")), "{name} on {page}: {}", shown.text());
        }
        let asked = makoto.get(&format!("{}/suspend", page(&membership))).text();
        assert!(asked.contains(&format!("<bdi>{escaped}</bdi>")), "{asked}");
    }
}
