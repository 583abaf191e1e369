//! Looking after one's passkeys.

use serde_json::json;

use super::{HANAKO, MISAKI, PASSKEYS};
use crate::support::{
    app::TestApp,
    ceremony::{begin_registration, enrolled, error, finish_registration},
    database::Database,
    person::{Answer, Person},
    soft_key::SoftKey,
};

/// Hanako with another passkey beside the one that she signed in with.
fn with_two(app: &TestApp) -> (Person<'_>, SoftKey) {
    let (hanako, _) = enrolled(app, HANAKO);
    let second = SoftKey::new(&app.issuer);
    assert_eq!(hanako.register(&second).status, 200);
    (hanako, second)
}

fn change(person: &Person<'_>, what: &str) -> Answer {
    let second = &person.app.passkeys(&person.app.hanako)[1].id;
    person.submit(PASSKEYS, &format!("{PASSKEYS}/{second}/{what}"), &[])
}

fn signs_in(app: &TestApp, key: &SoftKey) -> bool {
    Person::at(app).passkey(key, None).status == 200
}

/// 「登録できる端末数には上限があります(例: 10台)。使わない端末は削除して整理してください」
#[test]
fn g_19_the_eleventh_passkey_is_refused_with_the_advice_to_delete_one() {
    let app = TestApp::start(Database::sqlite());
    let (hanako, key) = enrolled(&app, HANAKO);
    let begin = || begin_registration(&hanako).json();
    let finish = |begun: &serde_json::Value| {
        finish_registration(&hanako, begun, &key.forge_registration(&begun["options"], |_| {}))
    };
    for _ in 1..9 {
        assert_eq!(finish(&begin()).status, 200);
    }
    let [tenth, too_late] = [begin(), begin()];
    assert_eq!(finish(&tenth).status, 200);
    for eleventh in [begin_registration(&hanako), finish(&too_late)] {
        assert_eq!((eleventh.status.as_u16(), error(&eleventh).as_str()), (403, "limit"));
    }
    assert!(
        hanako
            .get(PASSKEYS)
            .body
            .contains("登録できるパスキーは10件までです。使っていないものを削除してから登録してください")
    );
    assert_eq!(change(&hanako, "delete").status, 303);
    assert_eq!(begin_registration(&hanako).status, 200);
}

/// 「端末を一時的に無効化したり」「有効/無効化」
#[test]
fn g_20_a_suspended_passkey_signs_nobody_in_until_it_is_resumed() {
    let app = TestApp::start(Database::sqlite());
    let (hanako, second) = with_two(&app);
    let before = app.trail().len();
    change(&hanako, "suspend");
    assert!(!signs_in(&app, &second));
    change(&hanako, "resume");
    assert_eq!(
        app.recorded_since(before),
        ["passkey.disabled success", "auth.passkey failure passkey_suspended", "passkey.enabled success"]
    );
    assert!(signs_in(&app, &second));
}

/// 「不要になった端末を削除できます」
#[test]
fn g_21_a_passkey_is_deleted_by_a_fresh_sign_in_and_signs_nobody_in_again() {
    let app = TestApp::start(Database::sqlite());
    let (hanako, second) = with_two(&app);
    app.advance(std::time::Duration::from_secs(5 * 60 + 1));
    assert!(change(&hanako, "delete").location().starts_with("/login?notice=sign_in_again"), "not fresh");
    assert!(signs_in(&app, &second));
    let fresh = Person::at(&app);
    fresh.passkey(&second, None);
    let before = app.trail().len();
    assert_eq!(change(&fresh, "delete").location(), "/settings/passkeys?notice=deleted");
    assert_eq!(app.recorded_since(before), ["passkey.deleted success"]);
    assert!(!signs_in(&app, &second));
}

/// 「利用履歴の追跡が可能」
#[test]
fn g_22_each_passkey_shows_when_and_where_it_was_registered_and_used() {
    let app = TestApp::start(Database::sqlite());
    let (hanako, second) = with_two(&app);
    for _ in 0..3 {
        assert!(signs_in(&app, &second));
    }
    let id = &app.passkeys(&app.hanako)[1].id;
    let page = hanako.get(&format!("{PASSKEYS}/{id}")).body;
    assert!(page.contains("3回") && page.contains("127.0.0.1"), "{page}");
    assert_eq!(page.matches("パスキーでログインしました").count(), 3);
    assert!(hanako.get(PASSKEYS).body.contains("最後の使用"));
}

/// 「設定画面の「パスキーを登録」から案内に従います」「パスキー設定画面」
#[test]
fn g_31_passkeys_are_set_up_on_a_page_of_the_settings() {
    let app = TestApp::start(Database::sqlite());
    let (hanako, _) = enrolled(&app, HANAKO);
    assert!(
        hanako.get("/settings/history").text().contains("<a href=\"/settings/passkeys\">"),
        "linked from the others"
    );
    assert!(hanako.get(PASSKEYS).body.contains(">パスキーを登録</button>"));
    assert_eq!(Person::at(&app).get(PASSKEYS).location(), "/login?notice=session_ended");
}

/// 「登録済みの端末(「自分のスマホ」「院内PC」など)を一覧で確認できます」「端末管理画面」
#[test]
fn g_34_passkeys_are_listed_by_names_that_one_chooses() {
    let app = TestApp::start(Database::sqlite());
    let (hanako, _) = with_two(&app);
    let named = app.passkeys(&app.hanako);
    assert!(named.iter().all(|passkey| !passkey.name.is_empty()), "named by us at first");
    for (passkey, name) in named.iter().zip(["自分のスマホ", "院内PC"]) {
        let renamed = hanako.submit(PASSKEYS, &format!("{PASSKEYS}/{}/rename", passkey.id), &[("name", name)]);
        assert_eq!(renamed.location(), "/settings/passkeys?notice=renamed");
    }
    let page = hanako.get(PASSKEYS).body;
    assert!(page.contains("<h3><bdi>自分のスマホ</bdi>") && page.contains("<h3><bdi>院内PC</bdi>"), "{page}");
}

/// 「予備として、別のスマホや端末にも「複数のパスキー登録」をお勧めします」
#[test]
fn g_35_whoever_has_one_passkey_is_advised_to_register_a_spare() {
    let app = TestApp::start(Database::sqlite());
    let (hanako, _) = enrolled(&app, HANAKO);
    let advised =
        || hanako.get(PASSKEYS).body.contains("予備のパスキーを、もう1台の端末にも登録することをお勧めします");
    assert!(advised() && hanako.get("/").body.contains("予備を別の端末にも登録してください"));
    assert_eq!(hanako.register(&SoftKey::new(&app.issuer)).status, 200);
    assert!(!advised());
}

/// 「新しい端末で再度「パスキーを登録」してください。古い端末は不要になり次第、無効化/削除します」
#[test]
fn g_37_the_new_device_is_registered_while_the_old_one_still_works() {
    let app = TestApp::start(Database::sqlite());
    let (hanako, old) = enrolled(&app, HANAKO);
    let new = SoftKey::new(&app.issuer);
    assert_eq!(hanako.register(&new).status, 200);
    assert!(signs_in(&app, &old) && signs_in(&app, &new));
    let first = &app.passkeys(&app.hanako)[0].id;
    hanako.submit(PASSKEYS, &format!("{PASSKEYS}/{first}/delete"), &[]);
    assert!(!signs_in(&app, &old) && signs_in(&app, &new));
}

/// 「原則として自分自身が管理できます」
#[test]
fn g_39_the_passkeys_of_others_are_not_there() {
    let app = TestApp::start(Database::sqlite());
    let (hanako, _) = with_two(&app);
    let (misaki, _) = enrolled(&app, MISAKI);
    let before = app.trail().len();
    let second = &app.passkeys(&app.hanako)[1].id;
    assert_eq!(misaki.get(&format!("{PASSKEYS}/{second}")).status, 404);
    for what in ["rename", "suspend", "resume", "delete"] {
        assert_eq!(
            misaki.submit(PASSKEYS, &format!("{PASSKEYS}/{second}/{what}"), &[("name", "x")]).status,
            404,
            "{what}"
        );
    }
    assert_eq!(app.recorded_since(before), Vec::<String>::new());
    assert_eq!(hanako.get(&format!("{PASSKEYS}/{second}")).status, 200, "her own is");
    assert_eq!(misaki.post_json("/settings/passkeys/begin", &json!({})).status, 200, "as are misaki's");
}
