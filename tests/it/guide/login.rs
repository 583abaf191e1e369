//! Signing in, and what is taken on the way.

use std::time::Duration;

use serde_json::json;

use super::{HANAKO, MISAKI, PASSKEYS};
use crate::{
    oauth::party::Party,
    support::{
        app::{PASSWORD, TestApp},
        ceremony::{begin_login, enrolled, error, finish_login},
        database::Database,
        forgery::{Forgery, UV},
        person::Person,
        soft_key::SoftKey,
    },
};

/// What becomes of a login whose answer was changed so.
fn forged(change: impl FnOnce(&mut Forgery)) -> (u16, String) {
    let app = TestApp::start(Database::sqlite());
    let (hanako, key) = enrolled(&app, HANAKO);
    let begun = begin_login(&hanako);
    let before = app.trail().len();
    let answer = finish_login(&hanako, &begun, &key.forge_login(&begun["options"], change));
    let reason = error(&answer);
    assert_eq!(app.recorded_since(before), [format!("auth.passkey failure {reason}")], "a refusal is recorded");
    (answer.status.as_u16(), reason)
}

/// 「パスワード不要: 入力・保管・使い回しのリスクを根本から削減」
#[test]
fn g_04_where_a_clinic_denies_passwords_the_passkey_is_all_that_one_needs() {
    let app = TestApp::start(Database::sqlite());
    let (_, key) = enrolled(&app, HANAKO);
    assert_eq!(Person::at(&app).sign_in(HANAKO, PASSWORD, None).status, 401);
    assert_eq!(Person::at(&app).passkey(&key, None).status, 200);
}

/// 「ログイン後、画面の案内に従い「パスキーを登録」を選びます」
#[test]
fn g_06_a_passkey_is_registered_only_after_signing_in_and_by_the_button_of_that_name() {
    let app = TestApp::start(Database::sqlite());
    let misaki = Person::at(&app);
    misaki.get("/login");
    assert_eq!(misaki.post_json("/settings/passkeys/begin", &json!({})).status, 401);
    misaki.sign_in(MISAKI, PASSWORD, None);
    let page = misaki.get(PASSKEYS).body;
    assert!(page.contains(">パスキーを登録</button>") && page.contains("ボタンを押すと、端末が"), "{page}");
    assert_eq!(misaki.post_json("/settings/passkeys/begin", &json!({})).status, 200);
}

/// 「ログイン画面で「パスキーでログイン」を押します」
#[test]
fn g_09_the_login_page_has_the_button_for_the_passkey() {
    let app = TestApp::start(Database::sqlite());
    let page = Person::at(&app).get("/login").body;
    let (_, button) = page.split_once("data-act=\"passkey\"").expect("the button");
    assert_eq!(button.split(['>', '<']).nth(1), Some("パスキーでログイン"));
}

/// 「ドメイン一致などの安全確認により、偽サイトでは使えない仕組みです」
#[test]
fn g_12_an_answer_given_to_another_site_is_refused_and_recorded() {
    assert_eq!(forged(|it| it.origin = "https://evil.example".to_owned()), (403, "wrong_origin".to_owned()));
    assert_eq!(forged(|it| it.rp_id = "evil.example".to_owned()), (403, "wrong_rp_id".to_owned()));
}

/// 「多要素を一度に満たす: 端末の所有 + 生体/画面ロック」「ユーザー検証の必須化」
#[test]
fn g_14_without_fingerprint_face_or_screen_lock_neither_a_login_nor_a_registration_counts() {
    assert_eq!(forged(|it| it.flags &= !UV), (403, "user_not_verified".to_owned()));
    let app = TestApp::start(Database::sqlite());
    let hanako = Person::at(&app);
    hanako.sign_in(HANAKO, PASSWORD, None);
    let begun = crate::support::ceremony::begin_registration(&hanako).json();
    let unverified = SoftKey::new(&app.issuer).forge_registration(&begun["options"], |it| it.flags &= !UV);
    let answer = crate::support::ceremony::finish_registration(&hanako, &begun, &unverified);
    assert_eq!((answer.status.as_u16(), error(&answer).as_str()), (403, "user_not_verified"));
}

/// 「短命チャレンジ: 認証要求は短時間で失効(60秒程度)し、使い回し不可」
#[test]
fn g_15_a_challenge_lives_for_a_minute_and_is_used_once() {
    let app = TestApp::start(Database::sqlite());
    let (hanako, key) = enrolled(&app, HANAKO);
    let late = begin_login(&hanako);
    app.advance(Duration::from_secs(66));
    let answer = finish_login(&hanako, &late, &key.login(&late["options"]).expect("an assertion"));
    assert_eq!(error(&answer), "challenge_expired");
    let begun = begin_login(&hanako);
    app.advance(Duration::from_secs(59));
    let credential = key.login(&begun["options"]).expect("an assertion");
    assert_eq!(finish_login(&hanako, &begun, &credential).status, 200);
    assert_eq!(error(&finish_login(&hanako, &begun, &credential)), "challenge_used");
}

/// 「正しい形式(JSON)や正しい接続元(Origin)のみ受付」
#[test]
fn g_16_only_well_formed_json_is_taken() {
    let app = TestApp::start(Database::sqlite());
    let person = Person::at(&app);
    person.get("/login");
    let begin = |kind: &str, body: String| {
        let request = person.http.post(app.url("/login/passkey/begin")).header("origin", &app.issuer);
        person.send(request.header("content-type", kind).body(body)).status.as_u16()
    };
    let json = "application/json";
    assert_eq!(begin("application/x-www-form-urlencoded", "a=b".to_owned()), 415);
    assert_eq!(begin(json, "{".to_owned()), 400);
    assert_eq!(begin(json, "{\"stranger\":1}".to_owned()), 400);
    assert_eq!(begin(json, format!("{{\"continue\":\"{}\"}}", "x".repeat(64 * 1024))), 413);
    assert_eq!(begin(json, "{}".to_owned()), 200);
}

/// 「正しい接続元(Origin)のみ受付」「許可オリジンの制限」
#[test]
fn g_17_only_our_own_origin_is_taken() {
    let app = TestApp::start(Database::sqlite());
    let person = Person::at(&app);
    person.get("/login");
    let begin = |origin: Option<&str>| {
        let request = person.http.post(app.url("/login/passkey/begin")).json(&json!({}));
        let request = origin.iter().fold(request, |request, origin| request.header("origin", *origin));
        person.send(request).status.as_u16()
    };
    let subdomain = app.issuer.replace("localhost", "evil.localhost");
    for foreign in [None, Some("https://evil.example"), Some(subdomain.as_str())] {
        assert_eq!(begin(foreign), 403, "{foreign:?}");
    }
    assert_eq!(begin(Some(&app.issuer)), 200);
    assert_eq!(forged(|it| it.origin = "http://evil.localhost:8080".to_owned()).1, "wrong_origin");
}

/// 「試行回数制限: 1分あたりの回数やIP単位の上限を設定し、攻撃を抑止」「レート制限」
#[test]
fn g_18_guesses_are_limited_by_account_and_by_address_and_the_limit_is_recorded() {
    let app = TestApp::start_with(Database::sqlite(), |config| config.passwords.failures_per_minute = 5);
    let guess = |email: &str| {
        let answer = Person::at(&app).sign_in(email, "wrong", None);
        (answer.status.as_u16(), answer.header("retry-after").map(str::to_owned))
    };
    assert_eq!(guess(MISAKI), (401, None));
    assert_eq!(guess(MISAKI), (429, Some("1".to_owned())), "the account");
    for n in 0..3 {
        assert_eq!(guess(&format!("somebody-{n}@demo.example")).0, 401);
    }
    assert_eq!(guess(HANAKO), (429, Some("12".to_owned())), "the address: a fifth of a minute");
    app.run_jobs();
    let recorded = app.recorded_since(0);
    assert!(recorded.iter().any(|event| event.starts_with("rate_limited")), "{recorded:?}");
}

/// 「アカウント保護(試行回数の制御、ロック)」
#[test]
fn g_26_wrong_passwords_close_the_password_way_for_a_while_and_never_the_passkey() {
    let app = TestApp::start(Database::sqlite());
    let (_, key) = enrolled(&app, MISAKI);
    let signs_in = |password| Person::at(&app).sign_in(MISAKI, password, None).status.as_u16();
    assert_eq!(signs_in("wrong"), 401);
    assert_eq!(signs_in(PASSWORD), 429, "one waits");
    app.advance(Duration::from_secs(1));
    let id = app.misaki.id.clone();
    let count = move |tx: &mut genkan::store::Tx<'_>| {
        (0..98).try_for_each(|_| genkan::store::users::count_password_failure(tx, &id).map(drop))
    };
    app.store().write(count).expect("ninety-eight more");
    assert_eq!(signs_in("wrong"), 401);
    app.advance(Duration::from_secs(15 * 60));
    assert_eq!(signs_in(PASSWORD), 401, "closed");
    assert_eq!(app.recorded_since(app.trail().len() - 1), ["auth.password failure password_closed"]);
    assert_eq!(Person::at(&app).passkey(&key, None).status, 200, "the owner's passkey works");
    app.advance(Duration::from_secs(15 * 60));
    assert_eq!(signs_in(PASSWORD), 303, "and opens it");
}

/// 「まず通常ログイン(メール+パスワード)」
#[test]
fn g_30_the_first_sign_in_is_by_email_address_and_password() {
    let app = TestApp::start(Database::sqlite());
    assert_eq!(Person::at(&app).sign_in(HANAKO, PASSWORD, None).location(), PASSKEYS, "to register the first passkey");
    assert_eq!(Person::at(&app).sign_in(HANAKO, "wrong", None).status, 401);
}

/// 「完了後、次回からパスキーでログインできます」
#[test]
fn g_32_after_registering_the_next_login_is_by_passkey() {
    let app = TestApp::start(Database::sqlite());
    let (person, key) = (Person::at(&app), SoftKey::new(&app.issuer));
    person.sign_in(HANAKO, PASSWORD, None);
    assert_eq!(person.register(&key).status, 200);
    assert_eq!(person.submit(PASSKEYS, "/oauth/logout", &[]).status, 200, "signed out");
    assert_eq!(person.get(PASSKEYS).location(), "/login?notice=session_ended");
    assert_eq!(person.passkey(&key, None).status, 200);
    assert_eq!(person.get(PASSKEYS).status, 200);
}

/// 「なりすまし・フィッシングに非常に強い」
#[test]
fn g_46_applications_are_told_how_strong_the_sign_in_was() {
    let app = TestApp::start(Database::sqlite());
    let party = Party::booking(&app);
    let weaker = party.sign_in_to_tokens(&Person::at(&app), &[]);
    assert_eq!(weaker.text("acr"), "urn:genkan:acr:pwd");
    let (hanako, _) = enrolled(&app, HANAKO);
    let stronger = party.tokens(&party.callback(&hanako, &[]).code());
    assert_eq!(stronger.text("acr"), "phr");
}
