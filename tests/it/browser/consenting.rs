//! An application of another house: agreeing, seeing what it holds, withdrawing, and saying no. In Japanese, and the pages
//! without scripts.

use super::place::Place;
use crate::support::browser::Tab;

const ALLOW: &str = "main button[value=allow]";
const CANCEL: &str = "main button[value=cancel]";

#[test]
fn a_nurse_lets_another_houses_application_in_and_throws_it_out_again() {
    let place = Place::open();
    let tab = Tab::open();
    tab.language("ja");
    let visits = place.visits();
    let asked = [("scope", "openid profile email offline_access"), ("prompt", "consent")];
    tab.goto(&place.request_of(&visits, &asked));
    place.type_password(&tab, "misaki@demo.example");
    tab.wait_for_url(&place.app.url("/oauth/consent?continue="));
    tab.wait_for_text("「訪問看護ノート」に、次の内容を許可しますか。");
    tab.wait_for_text("メールアドレス");
    tab.wait_for_text("ログアウトするまで情報を受け取り続けること");
    assert!(!tab.body().contains("電話番号"));
    // Enter is the first button, which says yes.
    tab.eval::<()>("document.querySelector('main button').focus()");
    tab.press("Enter");
    place.wait_for_code(&tab);
    tab.goto(&place.request_of(&visits, &[("scope", "openid profile email offline_access")]));
    place.wait_for_code(&tab);

    tab.scripts(false);
    tab.goto(&place.app.url("/"));
    tab.follow("main a[href='/settings/apps']");
    tab.wait_for_text("訪問看護ノート");
    tab.wait_for_text("いまは接続していません");
    tab.follow("form[action$='/withdraw'] button");
    tab.wait_for_text("許可を取り消しました。");
    tab.wait_for_text("あなたの情報を受け取れるアプリケーションは、いまありません。");

    tab.goto(&place.request_of(&visits, &[("scope", "openid email")]));
    tab.wait_for(ALLOW);
    // The switch of languages comes back to the question.
    tab.follow("button[value=en]");
    tab.wait_for_text("Do you allow 訪問看護ノート the following?");
    tab.follow(CANCEL);
    tab.wait_for_url(&format!("{}/callback?error=access_denied", place.origin));
    tab.scripts(true);
}
