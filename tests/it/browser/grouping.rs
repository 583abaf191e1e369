//! An administrator's day: a group is made, a nurse put into it and her licence verified, and an application is told of both.

use genkan::{domain::Role, flows::admin::clients::Draft};
use serde_json::{Value, json};

use super::place::{BY_PASSKEY, Place, REGISTER};
use crate::support::{
    app::{Registered, draft},
    browser::{Kind, Tab},
    database::{Database, on_both_databases},
    person::Person,
};

on_both_databases! {
    an_application_hears_of_a_group_and_a_licence_in_japanese,
    an_application_hears_of_a_group_and_a_licence_in_english,
}

const MAKOTO: &str = "makoto@sakura.example";
/// Of the challenge that the application of [`Place`] sends (RFC 7636 appendix B).
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

fn an_application_hears_of_a_group_and_a_licence_in_japanese(database: Database) {
    day(database, "ja", ["グループ", "選んだ方を加えました", "確認済みにしました"]);
}

fn an_application_hears_of_a_group_and_a_licence_in_english(database: Database) {
    day(database, "en", ["Groups", "Those chosen are added", "It is marked as verified"]);
}

fn day(database: Database, language: &str, [title, joined, verified]: [&str; 3]) {
    let place = Place::on(database);
    place.app.hire(&place.app.sakura, Role::ClinicAdmin, MAKOTO, "小野 誠");
    let tab = Tab::open();
    tab.language(language);
    tab.without_autofill();
    tab.authenticator(Kind::Internal);
    tab.goto(&place.app.url("/login"));
    place.type_password(&tab, MAKOTO);
    tab.follow(REGISTER);
    tab.follow(BY_PASSKEY);

    tab.goto(&place.app.url("/admin"));
    tab.follow("nav a[href='/admin/groups']");
    tab.wait_for_text(title);
    tab.follow("main a[href='/admin/groups/new']");
    tab.fill("#called", "3階病棟");
    tab.follow("main form button.primary");
    tab.follow("main a[href$='/join']");
    tab.fill("#name", "山田花子");
    tab.follow("main form[role=search] button");
    tab.click("main fieldset label");
    tab.follow("main form[method=post] button");
    tab.wait_for_text(joined);
    assert_eq!(tab.axe().len(), 0);

    let member = place.app.membership(&place.app.hanako, &place.app.sakura).id;
    tab.goto(&place.app.url(&format!("/admin/people/{member}")));
    tab.follow("main a[href$='/qualifications']");
    tab.eval::<()>("void (document.querySelector('#profession').value = 'nurse')");
    tab.fill("#number", "第1234567号");
    tab.follow("main section:last-of-type button.primary");
    tab.click("input[value=original]");
    tab.follow("form[action$='/verify'] button");
    tab.wait_for_text(verified);
    assert_eq!(tab.axe().len(), 0);

    let told = told(&place, &tab.stranger(), language);
    assert_eq!(told["groups"], json!(["3階病棟"]));
    let known = &told["qualifications"][0];
    assert_eq!((&told["profession"], &known["number"]), (&json!(["nurse"]), &json!("1234567")));
    assert_eq!(known["verified"]["by"], "さくらクリニック");
}

/// What the application hears when hanako signs in to it.
fn told(place: &Place, tab: &Tab, language: &str) -> Value {
    let client = place.app.register(Draft {
        redirect_uris: Some(vec![format!("{}/callback", place.origin)]),
        scope: Some("openid groups profession".to_owned()),
        ..draft("電子カルテ")
    });
    tab.language(language);
    tab.without_autofill();
    let _device = place.hanako_with_passkey(tab, Kind::Internal);
    tab.goto(&place.request_of(&client, &[("scope", "openid groups profession")]));
    tab.click(BY_PASSKEY);
    place.wait_for_code(tab);
    userinfo(place, &client, &tab.text("#code"))
}

fn userinfo(place: &Place, client: &Registered, code: &str) -> Value {
    let server = Person::at(&place.app);
    let callback = format!("{}/callback", place.origin);
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", &callback),
        ("code_verifier", VERIFIER),
    ];
    let request = server.http.post(place.app.url("/oauth/token"));
    let tokens = server.send(request.basic_auth(&client.client_id, client.secret.as_ref()).form(&form)).json();
    let token = tokens["access_token"].as_str().expect("a token");
    server.send(server.http.get(place.app.url("/oauth/userinfo")).bearer_auth(token)).json()
}
