//! What is recorded.

use super::{HANAKO, PASSKEYS};
use crate::support::{
    app::{PASSWORD, TestApp},
    ceremony::{begin_login, finish_login},
    database::Database,
    person::Person,
    soft_key::SoftKey,
};

/// 「操作・認証の監査ログ(登録/有効化/無効化/削除/認証の記録)」
#[test]
fn g_27_each_step_in_the_life_of_a_passkey_is_an_event_of_its_own() {
    let app = TestApp::start(Database::sqlite());
    let (hanako, phone, spare) = (Person::at(&app), SoftKey::new(&app.issuer), SoftKey::new(&app.issuer));
    hanako.sign_in(HANAKO, PASSWORD, None);
    let recorded = |step: &dyn Fn()| {
        let before = app.trail().len();
        step();
        let events = app.trail().split_off(before);
        assert!(events.iter().all(|event| event.subject == Some(app.hanako.id.clone())), "whose it is");
        app.recorded_since(before)
    };
    let change = |what: &str| {
        let id = &app.passkeys(&app.hanako)[1].id;
        hanako.submit(PASSKEYS, &format!("{PASSKEYS}/{id}/{what}"), &[]);
    };
    let spoilt = || {
        let begun = begin_login(&hanako);
        finish_login(&hanako, &begun, &phone.forge_login(&begun["options"], |it| it.spoil_signature = true));
    };
    assert_eq!(recorded(&|| _ = hanako.register(&phone)), ["passkey.registered success"]);
    assert_eq!(recorded(&spoilt), ["auth.passkey failure bad_signature"]);
    let signed_in = recorded(&|| _ = hanako.passkey(&phone, None));
    assert!(signed_in.contains(&"auth.passkey success".to_owned()), "{signed_in:?}");
    assert_eq!(recorded(&|| _ = hanako.register(&spare)), ["passkey.registered success"]);
    assert_eq!(recorded(&|| change("suspend")), ["passkey.disabled success"]);
    assert_eq!(recorded(&|| change("resume")), ["passkey.enabled success"]);
    assert_eq!(recorded(&|| change("delete")), ["passkey.deleted success"]);
}
