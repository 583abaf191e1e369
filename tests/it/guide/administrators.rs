//! What administrators may do about their people's passkeys.

use genkan::{
    domain::{Role, SuspendedBy},
    flows::admin::clients,
};

use super::{HANAKO, MISAKI};
use crate::{
    oauth::party::Party,
    support::{
        app::{TestApp, draft},
        ceremony::{enrolled, error},
        database::Database,
        mail_server::MailServer,
        person::{Answer, Person},
    },
};

const MAKOTO: &str = "makoto@sakura.example";

fn press(person: &Person<'_>, button: &str, reason: &str) -> Answer {
    person.submit("/help", button, &[("reason", reason)])
}

/// Where the passkey of somebody is changed.
fn passkey_of_hanako(app: &TestApp) -> String {
    let (membership, passkey) = (app.membership(&app.hanako, &app.sakura), app.passkeys(&app.hanako).remove(0));
    format!("/admin/people/{}/passkeys/{}", membership.id, passkey.id)
}

/// 「アクセス制御(ユーザー権限・ポリシー)」
#[test]
fn g_25_what_people_may_do_and_which_applications_they_enter_is_decided_by_their_role_and_clinic() {
    let app = TestApp::start(Database::sqlite());
    let draft = clients::Draft { roles: Some("clinic_admin".to_owned()), ..draft("レセプト管理") };
    let billing = Party::new(&app, &app.register(clients::Draft { clinic: Some(app.sakura.id.to_string()), ..draft }));
    app.hire(&app.sakura, Role::ClinicAdmin, MAKOTO, "小野 誠");
    let ((makoto, _), (hanako, _), (misaki, _)) =
        (enrolled(&app, MAKOTO), enrolled(&app, HANAKO), enrolled(&app, MISAKI));
    assert!(!billing.callback(&makoto, &[]).code().is_empty());
    assert_eq!(billing.ask(&hanako, &[]).status, 403, "another role");
    assert_eq!(billing.callback(&misaki, &[]).error(), "access_denied", "another clinic");
    let denied: Vec<_> = app.recorded_since(0).into_iter().filter(|line| line.starts_with("access.denied")).collect();
    assert_eq!(denied, ["access.denied denied role", "access.denied denied other_clinic"]);
    let pages = |person: &Person<'_>| ["/admin/people", "/admin/clinics"].map(|page| person.get(page).status.as_u16());
    assert_eq!((pages(&makoto), pages(&hanako), pages(&misaki)), ([200, 404], [404, 404], [404, 404]));
}

/// 「紛失時はクリニック管理者/サポートに連絡し、対象端末の無効化/削除を依頼してください」
#[test]
fn g_36_an_administrator_stops_a_lost_device_says_why_and_its_owner_is_told() {
    let server = MailServer::start();
    let app = TestApp::start_with(Database::sqlite(), |config| {
        config.mail.carrier = Some(server.carrier());
    });
    app.hire(&app.sakura, Role::ClinicAdmin, MAKOTO, "小野 誠");
    let ((makoto, _), (hanako, lost)) = (enrolled(&app, MAKOTO), enrolled(&app, HANAKO));
    let target = passkey_of_hanako(&app);
    assert_eq!(press(&makoto, &format!("{target}/suspend"), "").status, 422, "a reason is due");
    assert!(press(&makoto, &format!("{target}/suspend"), "電車で紛失").location().ends_with("suspend_passkey"));
    assert_eq!(error(&Person::at(&app).passkey(&lost, None)), "passkey_suspended");
    assert_eq!(hanako.get("/settings/passkeys").location(), "/login?notice=session_ended");
    let told = || {
        let got = server.got();
        got.into_iter().filter(|mail| mail.to == HANAKO && mail.parts[0].contains("電車で紛失")).collect::<Vec<_>>()
    };
    app.wait_for(|app| {
        app.run_jobs();
        !told().is_empty()
    });
    let letter = told().remove(0);
    for part in &letter.parts {
        assert!(part.contains("一時停止されました") && part.contains("院内の管理者が行った操作です"), "{part}");
        assert!(!part.contains("127.0.0.1"), "where administrators sit is nobody's business: {part}");
    }
    assert!(press(&makoto, &format!("{target}/delete"), "見つからないため").location().ends_with("delete_passkey"));
    assert!(app.passkeys(&app.hanako).is_empty());
}

/// 「組織の管理者は、所属メンバーの端末を業務上必要な範囲で管理できます」
#[test]
fn g_40_an_administrator_looks_after_their_own_people_for_a_reason_and_in_nobodys_name() {
    let app = TestApp::start(Database::sqlite());
    app.hire(&app.sakura, Role::ClinicAdmin, MAKOTO, "小野 誠");
    let ((makoto, _), (_, _), (_, _)) = (enrolled(&app, MAKOTO), enrolled(&app, HANAKO), enrolled(&app, MISAKI));
    let target = passkey_of_hanako(&app);
    let before = app.trail().len();
    for (what, reason) in [("suspend", "紛失"), ("resume", "発見"), ("delete", "機種変更")] {
        assert_eq!(press(&makoto, &format!("{target}/{what}"), reason).status, 303, "{what}");
    }
    let reasons = app.trail().split_off(before).into_iter().filter_map(|event| {
        let reason = event.detail.as_ref()?.get("admin_reason")?.as_str()?.to_owned();
        Some((event.kind.as_str(), reason))
    });
    let expected = [("passkey.disabled", "紛失"), ("passkey.enabled", "発見"), ("passkey.deleted", "機種変更")];
    assert_eq!(reasons.collect::<Vec<_>>(), expected.map(|(kind, reason)| (kind, reason.to_owned())));
    let misaki = app.membership(&app.misaki, &app.demo);
    let hers = format!("/admin/people/{}/passkeys/{}", misaki.id, app.passkeys(&app.misaki)[0].id);
    assert_eq!(press(&makoto, &format!("{hers}/suspend"), "紛失").status, 404, "another clinic's");
    for never in ["begin", "finish", "rename", "register"] {
        assert_eq!(press(&makoto, &format!("{target}/{never}"), "代行").status, 404, "{never}");
    }
    assert!(app.passkeys(&app.misaki)[0].suspension.as_ref().is_none_or(|it| it.by == SuspendedBy::Owner));
}
