//! `/admin/clinics`: clinics are added by who looks after them all, and changed by who looks after them.

use std::time::Duration;

use genkan::{
    domain::{Clinic, Role},
    flows::admin::clinics::{self, Draft},
    store,
};

use super::{makoto, somebody};
use crate::support::{
    app::TestApp,
    ceremony::enrolled,
    database::{Database, on_both_databases},
    person::{Answer, Person},
};

on_both_databases! {
    a_clinic_is_added_found_shown_and_changed,
    what_another_administrator_saved_meanwhile_is_not_written_over,
    clinics_are_found_by_name_and_code_page_by_page,
    a_code_belongs_to_one_clinic,
}

const PAGE: &str = "/admin/clinics";
const NEW: &str = "/admin/clinics/new";
pub(super) const OWN: &str = "/admin/clinic";
const SYSTEM: &str = "system@demo.example";

pub(super) fn system(app: &TestApp) -> Person<'_> {
    somebody(app, &app.demo, Role::SystemAdmin, SYSTEM, "森 健太").0
}

pub(super) fn edit_of(clinic: &Clinic) -> String {
    format!("{PAGE}/{}/edit", clinic.id)
}

fn now(app: &TestApp, clinic: &Clinic) -> Clinic {
    app.store().read(|conn| store::clinics::find(conn, &clinic.id)).expect("a read").expect("the clinic")
}

/// The form as it stands, with these fields instead.
pub(super) fn save(person: &Person<'_>, clinic: &Clinic, fields: &[(&str, &str)]) -> Answer {
    let edit = edit_of(clinic);
    let seen = person.get(&edit).hidden("seen").expect("when it was seen");
    let kept = [("name", clinic.name.as_str()), ("contact", &clinic.contact), ("synced", "on"), ("seen", &seen)];
    let kept = kept.into_iter().filter(|(name, _)| fields.iter().all(|(other, _)| other != name));
    person.submit(&edit, &edit, &kept.chain(fields.iter().copied()).collect::<Vec<_>>())
}

pub(super) fn set(app: &TestApp, clinic: &Clinic, draft: Draft) {
    clinics::set(app.store(), &app.by(), clinic.id.clone(), draft).expect("no fault").expect("set");
}

fn a_clinic_is_added_found_shown_and_changed(database: Database) {
    let app = TestApp::start(database);
    let ((makoto, _), system) = (makoto(&app), system(&app));
    let form = [
        ("name", "もみじ病院"),
        ("name_kana", "モミジビョウイン"),
        ("contact", "総務 内線 9"),
        ("code", "01-1-0113719"),
    ];
    let added = system.submit(NEW, NEW, &form);
    let (own, said) = added.location().split_once('?').expect("its page");
    assert_eq!(said, "notice=add_clinic", "{}", added.body);
    let shown = system.get(own).text();
    for text in ["もみじ病院", "0110113719", "総務 内線 9", "まだ管理者がいません", "さらに確認コードを求める"]
    {
        assert!(shown.contains(text), "{text}: {shown}");
    }
    for path in [own, PAGE, NEW] {
        assert_eq!(makoto.get(path).status, 404, "{path}");
    }
    let mine = makoto.get(OWN).text();
    assert!(
        mine.contains("小野 誠") && mine.contains("さくらクリニック") && !mine.contains("href=\"/admin/clinics\""),
        "{mine}"
    );
    app.advance(Duration::from_secs(1));
    let fields = [
        ("name", "さくら内科クリニック"),
        ("accent", "#8A1F4D"),
        ("fallback", "deny"),
        ("preset", "closed_network"),
        ("security_keys", "never"),
        ("attestation", "direct"),
        ("blocked", "fdb141b2-5d84-443e-8a35-4698c205a502\n"),
        ("challenge", "120"),
        ("idle", "15"),
        ("absolute", "600"),
        ("unregistered", "shared"),
        ("addresses", "127.0.0.0/8\n::1"),
        ("lock_out", "on"),
    ];
    let saved = save(&makoto, &app.sakura, &fields);
    assert_eq!(saved.location(), format!("{PAGE}/{}?notice=manage_clinic", app.sakura.id), "{}", saved.body);
    let after = clinics::to_json(&now(&app, &app.sakura), app.clock().now());
    assert_eq!(after["name"], "さくら内科クリニック");
    assert_eq!((&after["accent"], &after["code"]), (&"8a1f4d".into(), &serde_json::Value::Null));
    assert_eq!(after["password_fallback"]["policy"], "deny");
    let registration = &after["registration"];
    assert_eq!(
        (&registration["passkeys"], &registration["security_keys"]),
        (&"any_but_windows_hello".into(), &"always".into())
    );
    assert_eq!((&registration["attestation"], &registration["challenge_seconds"]), (&"direct".into(), &120.into()));
    assert_eq!((&after["session_idle_seconds"], &after["session_absolute_seconds"]), (&900.into(), &36_000.into()));
    assert_eq!(after["admin_addresses"], serde_json::json!(["127.0.0.0/8", "::1/128"]));
    let page = makoto.get(saved.location()).text();
    assert!(page.contains("設定を保存しました") && page.contains("127.0.0.0/8<br>::1/128"), "{page}");
    let event = app.trail().into_iter().rfind(|event| event.kind.as_str() == "clinic.changed").expect("recorded");
    let detail = event.detail.as_ref().expect("a detail");
    assert_eq!(detail["admin_addresses"]["after"][0], "127.0.0.0/8");
    assert!(event.session_ref.is_some() && event.clinic_id.as_ref() == Some(&app.sakura.id));
    // As it is, it is saved once more, and nothing is recorded.
    let length = app.trail().len();
    let again = now(&app, &app.sakura);
    let same =
        [("accent", "8a1f4d"), ("addresses", "127.0.0.0/8\n::1"), ("blocked", "fdb141b2-5d84-443e-8a35-4698c205a502")];
    assert!(save(&makoto, &again, &same).location().ends_with("notice=manage_clinic"));
    assert!(app.recorded_since(length).is_empty());
}

fn what_another_administrator_saved_meanwhile_is_not_written_over(database: Database) {
    let app = TestApp::start(database);
    let ((makoto, _), system) = (makoto(&app), system(&app));
    let edit = edit_of(&app.sakura);
    let seen = makoto.get(&edit).hidden("seen").expect("when it was seen");
    app.advance(Duration::from_secs(1));
    assert!(save(&system, &app.sakura, &[("contact", "総務 内線 9")]).location().ends_with("notice=manage_clinic"));
    let mine = [("name", "さくら内科"), ("contact", "情報係 内線 8"), ("synced", "on"), ("seen", &seen)];
    let late = makoto.submit(&edit, &edit, &mine);
    assert_eq!(late.status, 422);
    let text = late.text();
    assert!(text.contains("ほかの管理者が先に変更しました") && text.contains("<li>問い合わせ先</li>"), "{text}");
    assert!(text.contains("value=\"情報係 内線 8\""), "what was typed is still there");
    assert_eq!(now(&app, &app.sakura).contact, "総務 内線 9");
    let seen = late.hidden("seen").expect("when it is seen now");
    let again = [("name", "さくら内科"), ("contact", "情報係 内線 8"), ("synced", "on"), ("seen", &seen)];
    assert!(makoto.submit(&edit, &edit, &again).location().ends_with("notice=manage_clinic"));
    assert_eq!(now(&app, &app.sakura).contact, "情報係 内線 8");
}

fn clinics_are_found_by_name_and_code_page_by_page(database: Database) {
    let app = TestApp::start(database);
    let system = system(&app);
    for number in 0..55 {
        let name = (Some(format!("分院 {number:02}")), Some(format!("ブンイン {number:02}")));
        let draft = Draft { name: name.0, name_kana: name.1, contact: Some("総務".to_owned()), ..Draft::default() };
        let (idle, absolute) = (app.sakura.session_idle, app.sakura.session_absolute);
        clinics::add(app.store(), &app.by(), &draft, idle, absolute).expect("no fault").expect("a clinic");
    }
    let code = clinics::TypedCode { digits: "0110113719".to_owned(), ..clinics::TypedCode::default() };
    set(&app, &app.sakura, Draft { code: Some(code), ..Draft::default() });
    let lines = |path: &str| system.get(path).body.matches("<li>\n    <a href=\"/admin/clinics/").count();
    assert_eq!(lines(PAGE), 50);
    let after = system.get(PAGE).hidden("after").expect("there is more");
    assert_eq!(lines(&format!("{PAGE}?after={after}")), 7);
    for (typed, found) in [("ぶんいん", 50), ("ﾌﾞﾝｲﾝ07", 1), ("Sakura", 1), ("011011", 1), ("も%", 0), ("_", 0)]
    {
        assert_eq!(lines(&format!("{PAGE}?name={typed}")), found, "{typed}");
    }
    assert_eq!(lines(&format!("{PAGE}?after=unknown")), 50);
}

fn a_code_belongs_to_one_clinic(database: Database) {
    let app = TestApp::start(database);
    let ((makoto, _), system) = (makoto(&app), system(&app));
    assert!(save(&makoto, &app.sakura, &[("code", "0110113719")]).location().ends_with("notice=manage_clinic"));
    for refused in [
        save(&system, &app.demo, &[("code", "0110113719")]),
        system.submit(NEW, NEW, &[("name", "分院"), ("contact", "総務"), ("code", "0110113719")]),
    ] {
        assert_eq!(refused.status, 422);
        assert!(refused.text().contains("別の施設が使っています"), "{}", refused.text());
    }
    assert!(save(&makoto, &app.sakura, &[("code", "")]).location().ends_with("notice=manage_clinic"));
    let seven = [("code", "8010015"), ("prefecture", "36"), ("fee_table", "1")];
    assert!(save(&system, &app.demo, &seven).location().ends_with("notice=manage_clinic"));
    assert_eq!(now(&app, &app.demo).code.expect("a code").as_str(), "3618010015");
}

#[test]
fn what_cannot_be_is_said_with_the_part_that_is_wrong() {
    let app = TestApp::start(Database::sqlite());
    let (makoto, _) = makoto(&app);
    let long = "あ".repeat(101);
    for (field, typed, said) in [
        ("name", "", "目に見えない文字"),
        ("name", &long, "目に見えない文字"),
        ("contact", "総務\u{200b}", "目に見えない文字"),
        ("code", "01A0113719", "数字だけで"),
        ("code", "0113719", "10桁で入力してください"),
        ("code", "4810113719", "都道府県番号"),
        ("code", "0120113719", "点数表"),
        ("code", "0110113710", "検証番号"),
        ("accent", "red", "#1d4e7a のように"),
        ("accent", "#ff9900", "薄く、文字が読みにくくなります"),
        ("idle", "61", "1から60まで"),
        ("idle", "半時間", "1から60まで"),
        ("absolute", "4", "5から1440まで"),
        ("challenge", "301", "60から300まで"),
        ("blocked", "YubiKey", "AAGUIDとして読み取れない"),
        ("attestation", "verified", "信頼する製造元の証明書"),
        ("addresses", "192.0.2.0/33", "192.0.2.0/33"),
        ("addresses", "0.0.0.0/0", "全員を通すもの"),
        ("addresses", "192.0.2.0/24", "含まれていないため"),
    ] {
        let refused = save(&makoto, &app.sakura, &[(field, typed)]);
        assert_eq!(refused.status, 422, "{field} {typed}");
        let text = refused.text();
        assert!(text.contains(said) && text.contains("aria-invalid"), "{field} {typed}: {text}");
    }
    for (until, said) in [("", "今日以降"), ("2020-01-01", "今日以降"), ("2099-02-30", "今日以降")] {
        let fields = [("fallback", "password_only"), ("reason", "入替中"), ("until", until)];
        assert!(save(&makoto, &app.sakura, &fields).text().contains(said), "{until}");
    }
    let no_reason = [("fallback", "password_only"), ("reason", ""), ("until", "2099-01-01")];
    assert_eq!(save(&makoto, &app.sakura, &no_reason).status, 422);
    assert_eq!(save(&makoto, &app.sakura, &[("idle", "60"), ("absolute", "30")]).status, 422);
    assert_eq!(app.trail().iter().filter(|event| event.kind.as_str() == "clinic.changed").count(), 0);
    assert_eq!(format!("{:?}", now(&app, &app.sakura)), format!("{:?}", app.sakura));
}

#[test]
fn another_clinic_is_not_there_for_who_looks_after_one() {
    let app = TestApp::start(Database::sqlite());
    let (makoto, _) = makoto(&app);
    let (desk, _) = somebody(&app, &app.sakura, Role::Helpdesk, "desk@sakura.example", "受付 太郎");
    let foreign = format!("{PAGE}/{}", app.demo.id);
    for path in [foreign.clone(), format!("{foreign}/edit"), format!("{PAGE}?after={}", app.sakura.id)] {
        assert_eq!(makoto.get(&path).status, 404, "{path}");
    }
    let length = app.trail().len();
    let mine = edit_of(&app.sakura);
    let seen = app.demo.updated_at.millis().to_string();
    let fields = [("name", "乗っ取り"), ("contact", "x"), ("synced", "on"), ("seen", seen.as_str())];
    assert_eq!(makoto.submit(&mine, &format!("{foreign}/edit"), &fields).status, 404);
    assert_eq!(makoto.submit(&mine, NEW, &fields).status, 404);
    assert_eq!(app.recorded_since(length), ["access.denied denied out_of_reach"]);
    // What the form does not have is not read from it.
    let smuggled = save(&makoto, &app.sakura, &[("id", app.demo.id.as_str()), ("clinic", app.demo.id.as_str())]);
    assert!(smuggled.location().contains(app.sakura.id.as_str()));
    assert_eq!(now(&app, &app.demo).name, "デモ医院");
    for path in [OWN, &mine] {
        assert_eq!(desk.get(path).status, 404, "{path}");
    }
}

#[test]
fn who_could_not_sign_in_any_more_is_named_before_it_is_done() {
    let app = TestApp::start(Database::sqlite());
    let (yuko, _) = somebody(&app, &app.demo, Role::ClinicAdmin, "yuko@demo.example", "林 優子");
    // Her invitation has done its service.
    let (misaki, at) = (app.misaki.id.clone(), app.clock().now());
    let done = app.store().write(move |tx| {
        store::users::note_enrolment(tx, &misaki)?;
        store::invitations::revoke_unused_for_user(tx, &misaki, at)
    });
    done.expect("no fault");
    let strict = save(&yuko, &app.demo, &[("fallback", "second_factor")]);
    assert_eq!(strict.status, 422);
    let text = strict.text();
    assert!(
        text.contains("ログインできなくなります") && text.contains("大塚 美咲") && text.contains("lock_out"),
        "{text}"
    );
    assert_eq!(now(&app, &app.demo).password_fallback, app.demo.password_fallback);
    let done = save(&yuko, &app.demo, &[("fallback", "second_factor"), ("lock_out", "on")]);
    assert!(done.location().ends_with("notice=manage_clinic"), "{}", done.body);
    let event = app.trail().into_iter().rfind(|event| event.kind.as_str() == "clinic.changed").expect("recorded");
    assert_eq!(event.detail.expect("a detail")["locked_out"], 1);
}

#[test]
fn a_sign_in_that_is_no_longer_recent_changes_nothing_and_what_was_typed_comes_back() {
    let app = TestApp::start(Database::sqlite());
    app.hire(&app.demo, Role::SystemAdmin, SYSTEM, "森 健太");
    let (system, key) = enrolled(&app, SYSTEM);
    let edit = edit_of(&app.demo);
    let seen = system.get(&edit).hidden("seen").expect("when it was seen");
    let token = system.get(NEW).hidden("form_token").expect("a form token");
    for (address, name) in [(NEW, "もみじ病院"), (edit.as_str(), "デモ内科")] {
        app.advance(Duration::from_secs(16 * 60));
        let typed =
            [("form_token", token.as_str()), ("name", name), ("contact", "総務"), ("synced", "on"), ("seen", &seen)];
        let answer = system.post_form(address, &typed);
        let (_, sealed) = answer.location().split_once("&continue=").expect("a sign-in");
        assert!(app.store().read(store::clinics::list).expect("a read").iter().all(|clinic| clinic.name != name));
        let back = system.passkey(&key, Some(sealed)).json()["next"].as_str().expect("where to go on").to_owned();
        assert!(system.get(&back).text().contains(&format!("value=\"{name}\"")), "{back}");
    }
}
