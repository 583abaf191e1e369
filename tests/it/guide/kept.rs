//! What is kept of a passkey.

use std::collections::BTreeSet;

use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::Text};
use serde_json::Value;

use super::{HANAKO, PASSKEYS};
use crate::support::{
    app::TestApp,
    ceremony::{begin_registration, enrolled},
    database::Database,
    person::Person,
};

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    name: String,
}

/// Names of members, at any depth.
fn members(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members_of) => members_of.iter().for_each(|(name, value)| {
            found.insert(name.clone());
            members(value, found);
        }),
        Value::Array(values) => values.iter().for_each(|value| members(value, found)),
        _ => {}
    }
}

/// 「サービス側には「公開鍵」だけが保存され、秘密のカギは端末から外に出ません」
#[test]
fn g_08_of_a_passkey_the_public_key_is_kept_and_nothing_that_could_sign() {
    let app = TestApp::start(Database::sqlite());
    enrolled(&app, HANAKO);
    let columns = app.store().read(|conn| Ok(sql_query("SELECT name FROM pragma_table_info('passkeys')").load(conn)?));
    let columns: BTreeSet<String> = columns.expect("columns").into_iter().map(|column: Column| column.name).collect();
    let whole: Value = serde_json::from_str(&app.passkeys(&app.hanako)[0].credential).expect("JSON");
    let mut kept = columns;
    assert!(kept.contains("credential") && kept.contains("sign_count"), "{kept:?}");
    members(&whole, &mut kept);
    assert!(kept.contains("x") && kept.contains("y"), "the public point is there: {kept:?}");
    let secret = |name: &&String| {
        ["d", "k", "secret"].contains(&name.as_str())
            || ["private", "biometric", "finger", "face"].iter().any(|word| name.contains(word))
    };
    assert_eq!(kept.iter().filter(secret).collect::<Vec<_>>(), Vec::<&String>::new());
}

/// 「端末内生体認証: 指紋・顔情報は端末外に出ず、漏えいしません」
#[test]
fn g_13_nothing_is_asked_for_that_would_tell_of_a_finger_or_a_face_and_the_pages_say_so() {
    let app = TestApp::start(Database::sqlite());
    let (hanako, _) = enrolled(&app, HANAKO);
    let options = begin_registration(&hanako).json()["options"].to_string();
    assert!(!options.contains("uvm") && !options.contains("uvi"), "{options}");
    assert!(hanako.get(PASSKEYS).body.contains("指紋や顔の情報は端末の外に出ません"));
    assert!(
        Person::at(&app)
            .get("/help")
            .body
            .contains("指紋や顔の情報は端末の外に出ません。Genkan は受け取らず、保存もしません。")
    );
}
