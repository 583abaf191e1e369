//! `/admin/clients/{client}/edit`: what an application demands of a sign-in, how long things last, and the secret that ends.

use std::time::Duration;

use genkan::{
    domain::{Acr, Client, Role, TerminalKind},
    flows::admin::clients::{Draft, Limits},
    store,
};

use super::{MAKOTO, makoto, somebody};
use crate::support::{
    app::{CALLBACK, TestApp, draft},
    database::{Database, on_both_databases},
};

on_both_databases! {
    what_is_demanded_is_typed_and_shown_and_the_second_of_two_is_told_what_differs,
}

fn of_sakura(app: &TestApp, name: &str, limits: Limits) -> Client {
    app.register(Draft { clinic: Some(app.sakura.id.to_string()), limits, ..draft(name) });
    let all = app.store().read(store::clients::list).expect("a read");
    all.into_iter().find(|client| client.name == name).expect("the client")
}

fn now(app: &TestApp, client: &Client) -> Client {
    app.store().read(|conn| store::clients::find(conn, &client.id)).expect("a read").expect("the client")
}

/// A good form, with more.
fn form<'a>(seen: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let good = [("name", "電子カルテ"), ("redirect_uris", CALLBACK), ("alg", "RS256"), ("pkce", "on"), ("seen", seen)];
    [&good[..], more].concat()
}

fn what_is_demanded_is_typed_and_shown_and_the_second_of_two_is_told_what_differs(database: Database) {
    let app = TestApp::start(database);
    let (makoto, _) = makoto(&app);
    let (other, _) = somebody(&app, &app.sakura, Role::ClinicAdmin, "akiko@sakura.example", "秋山 明子");
    let client = of_sakura(&app, "電子カルテ", Limits::default());
    let (own, edit) = (format!("/admin/clients/{}", client.id), format!("/admin/clients/{}/edit", client.id));
    let seen = makoto.get(&edit).hidden("seen").expect("when it was seen");
    app.advance(Duration::from_secs(1));
    let typed = [
        ("min_acr", "phr"),
        ("terminal.personal", "on"),
        ("access_token_minutes", "5"),
        ("id_token_minutes", " 2 "),
        ("refresh_token_days", "365"),
        ("secret_days", "30"),
    ];
    let saved = makoto.submit(&edit, &edit, &form(&seen, &typed));
    assert!(saved.location().ends_with("?notice=edit"), "{}", saved.text());
    let kept = now(&app, &client);
    assert_eq!(kept.demands.min_acr, Some(Acr::Passkey));
    assert_eq!((kept.demands.takes_temporary, &kept.demands.terminals[..]), (false, &[TerminalKind::Personal][..]));
    assert_eq!(kept.lifetimes.refresh_token_days, Some(365));
    assert_eq!(kept.secret_expires_at, Some(app.clock().now().plus(Duration::from_secs(30 * 24 * 3600))));
    let page = makoto.get(&own).text();
    for told in ["個人用の端末", "5分", "2分", "365日", "シークレットの期限が近づいています", "まだ使われていません"]
    {
        assert!(page.contains(told), "{told}: {page}");
    }
    assert!(makoto.get("/admin/clients").text().contains("シークレットの期限が近い"));
    let again = makoto.get(&edit).text();
    assert!(again.contains("value=\"phr\" checked") && again.contains("name=\"terminal.personal\" checked"), "{again}");

    let second = other.submit(&edit, &edit, &form(&seen, &[("temporary", "on")]));
    assert_eq!(second.status, 422);
    for told in ["必要なログイン方法", "使える端末", "シークレットの有効期間（日）"] {
        assert!(second.text().contains(&format!("<li>{told}</li>")), "{told}");
    }
    assert_eq!(now(&app, &client).demands, kept.demands);
    // What did not change is left as it is: the secret's end too.
    app.advance(Duration::from_secs(1));
    let seen = makoto.get(&edit).hidden("seen").expect("when it was seen now");
    assert!(makoto.submit(&edit, &edit, &form(&seen, &typed)).location().ends_with("?notice=edit"));
    assert_eq!(now(&app, &client).secret_expires_at, kept.secret_expires_at);
}

#[test]
fn what_cannot_be_demanded_is_said_at_its_field() {
    let app = TestApp::start(Database::sqlite());
    let (makoto, _) = makoto(&app);
    let client = of_sakura(&app, "電子カルテ", Limits::default());
    let edit = format!("/admin/clients/{}/edit", client.id);
    let seen = makoto.get(&edit).hidden("seen").expect("when it was seen");
    for (field, typed) in [
        ("access_token_minutes", "1441"),
        ("access_token_minutes", "0"),
        ("id_token_minutes", "-5"),
        ("refresh_token_days", "366"),
        ("secret_days", "soon"),
        ("secret_days", "99999999999"),
    ] {
        let answer = makoto.submit(&edit, &edit, &form(&seen, &[(field, typed)]));
        assert_eq!(answer.status, 422, "{field} {typed}");
        let text = answer.text();
        assert!(text.contains("示された範囲の数字") && text.contains(&format!("value=\"{typed}\"")), "{field}: {text}");
        let input = text.split(&format!("<input id=\"{field}\"")).nth(1).and_then(|rest| rest.split('>').next());
        assert!(input.is_some_and(|input| input.contains("aria-invalid")), "{field}: {input:?}");
    }
    for forged in ["urn:genkan:acr:pwd", "urn:genkan:acr:temporary", "gold"] {
        assert_eq!(makoto.submit(&edit, &edit, &form(&seen, &[("min_acr", forged)])).status, 422, "{forged}");
    }
    assert!(now(&app, &client).demands.are_none());
}

#[test]
fn a_secret_that_is_over_is_said_and_renewed_by_one_press() {
    let app = TestApp::start(Database::sqlite());
    app.hire(&app.sakura, Role::ClinicAdmin, MAKOTO, "小野 誠");
    let limits = Limits { secret_days: Some("1".to_owned()), ..Limits::default() };
    let client = of_sakura(&app, "電子カルテ", limits);
    app.advance(Duration::from_secs(24 * 3600));
    let (makoto, _) = crate::support::ceremony::enrolled(&app, MAKOTO);
    let own = format!("/admin/clients/{}", client.id);
    let page = makoto.get(&own);
    assert!(page.text().contains("シークレットの期限が切れたため"), "{}", page.text());
    assert!(makoto.get("/admin/clients").text().contains("シークレットの期限切れ"));
    let seen = page.hidden("seen").expect("when it was seen");
    let made = makoto.submit(&own, &own, &[("act", "rotate"), ("seen", &seen)]);
    assert!(made.body.contains("client-secret"), "{}", made.text());
    let kept = now(&app, &client);
    assert!(kept.former_secret.is_none() && !kept.secret_is_over(app.clock().now()));
}
