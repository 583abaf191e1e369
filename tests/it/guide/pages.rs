//! What `/help` and the other pages say.

use super::{HANAKO, MISAKI, PASSKEYS};
use crate::support::{
    app::{PASSWORD, TestApp},
    ceremony::enrolled,
    database::Database,
    person::Person,
};

/// 「最終更新日: 2026-01-19 対象読者: 全ユーザー」
#[test]
fn g_01_the_guide_is_built_in_and_names_its_date_and_its_readers() {
    let app = TestApp::start(Database::sqlite());
    let guide = Person::at(&app).get("/help");
    assert_eq!((guide.status.as_u16(), guide.header("content-language")), (200, Some("ja")));
    for said in ["パスキーご利用ガイド", "最終更新日: <time datetime=\"20", "対象: すべての利用者"]
    {
        assert!(guide.text().contains(said), "{said}");
    }
}

/// 「コンテンツにスキップ」
#[test]
fn g_02_every_page_begins_with_a_link_that_skips_to_its_content() {
    let app = TestApp::start(Database::sqlite());
    let (hanako, _) = enrolled(&app, HANAKO);
    for page in ["/", PASSKEYS, "/settings/history", "/help", "/nothing-here", "/oauth/logout"] {
        let body = hanako.get(page).body;
        let (_, first) = body.split_once("<a ").expect("a link");
        assert!(first.starts_with("class=\"skip\" href=\"#main\">コンテンツにスキップ</a>"), "{page}");
        assert!(body.contains("<main id=\"main\""), "{page}");
    }
}

/// 「いったんパスワードでログインし、登録状況を確認してください」
#[test]
fn g_41_a_passkey_that_is_not_found_leads_by_the_password_to_the_list_of_passkeys() {
    let app = TestApp::start(Database::sqlite());
    let misaki = Person::at(&app);
    assert!(misaki.get("/login").body.contains("パスキーが見つからない：パスワードでログインし"));
    let guide = misaki.get("/help").text();
    let (_, answer) = guide.split_once("id=\"not-found\"").expect("the answer");
    let (answer, _) = answer.split_once("</p>").expect("its end");
    assert!(
        answer.contains("いったんパスワードでログインし") && answer.contains("href=\"/login?to=passkeys\""),
        "{answer}"
    );
    misaki.sign_in(MISAKI, PASSWORD, None);
    assert_eq!(misaki.get(PASSKEYS).status, 200);
}

/// 「ブックマークから正規URLにアクセスしてください」
#[test]
fn g_43_one_address_stands_on_the_login_page_and_needs_no_application() {
    let app = TestApp::start(Database::sqlite());
    let nobody = Person::at(&app);
    for page in ["/", "/login", "/help"] {
        let answer = nobody.get(page);
        assert_eq!(answer.status, 200, "{page}");
        assert!(answer.text().contains(&app.url("/login")), "{page} prints the address");
    }
    nobody.sign_in(MISAKI, PASSWORD, None);
    assert!(nobody.get("/").body.contains("アプリケーション"), "who comes without an application finds theirs");
}

/// 「用語集」
#[test]
fn g_44_the_glossary_explains_its_words() {
    let app = TestApp::start(Database::sqlite());
    let guide = Person::at(&app).get("/help").body;
    let (_, glossary) = guide.split_once("<h2 id=\"glossary\">用語集</h2>").expect("a glossary");
    for term in ["パスキー（Passkey）", "生体認証", "QRコード登録", "オリジン（Origin）"] {
        assert!(glossary.contains(&format!("{term}</dt><dd>")), "{term}");
    }
}

/// 「ご不明点があれば、院内の管理者またはサポート窓口までお問い合わせください」
#[test]
fn g_45_the_contact_of_ones_clinic_stands_in_the_guide_and_on_every_error_page() {
    let app = TestApp::start(Database::sqlite());
    let (hanako, _) = enrolled(&app, HANAKO);
    let stranger = Person::at(&app);
    for page in
        ["/help", "/help/check", "/nothing-here", "/login/password", "/invite/made-up", "/oauth/authorize?client_id=x"]
    {
        assert!(hanako.get(page).body.contains("<strong>情報システム係 内線 1234</strong>"), "{page}");
        assert!(stranger.get(page).body.contains("<strong>院内の管理者</strong>"), "{page}");
    }
    let card = |person: &Person<'_>| person.get("/help/downtime").body;
    assert!(card(&hanako).contains("内線 1234") && !card(&stranger).contains("お問い合わせ先"), "blanks to fill in");
}
