//! `/admin/clients`: applications are registered, changed and ended by who looks after the clinic whose own they are.

use genkan::{
    domain::{Actor, Client, ClientId, ClientType, Role},
    flows::admin::{applications::TEMPLATES, clients::Draft},
    store,
};

use super::{HANAKO, MAKOTO, makoto, somebody};
use crate::{
    oauth::party::Party,
    support::{
        app::{CALLBACK, Registered, TestApp, draft},
        ceremony::enrolled,
        database::{Database, on_both_databases},
    },
};

on_both_databases! {
    what_is_registered_here_signs_people_in,
    what_another_administrator_saved_meanwhile_is_not_written_over,
    applications_are_found_by_name_page_by_page,
}

const PAGE: &str = "/admin/clients";
const NEW: &str = "/admin/clients/new";

/// What stands in the page's line of this class.
fn shown(body: &str, class: &str) -> String {
    let after = body.split(&format!("{class}\">")).nth(1).expect("it is shown");
    after.split('<').next().unwrap_or_default().to_owned()
}

fn find(app: &TestApp, named: &str) -> Client {
    let all = app.store().read(store::clients::list).expect("a read");
    all.into_iter().find(|client| client.name == named).expect("the client")
}

fn count(app: &TestApp) -> usize {
    app.store().read(store::clients::list).expect("a read").len()
}

fn own(client: &Client) -> String {
    format!("{PAGE}/{}", client.id)
}

fn what_is_registered_here_signs_people_in(database: Database) {
    let app = TestApp::start(database);
    let (makoto, user) = makoto(&app);
    let form = [("name", "電子カルテ"), ("kind", "web"), ("redirect_uris", CALLBACK), ("start_uri", "")];
    let made = makoto.submit(NEW, NEW, &form);
    assert_eq!(made.status, 200, "{}", made.body);
    let secret = shown(&made.body, "client-secret");
    assert!(made.text().contains(&format!("OIDCClientSecret &quot;{secret}&quot;")), "ready to paste");
    assert!(made.headers["cache-control"].to_str().is_ok_and(|it| it.contains("no-store")));
    let client = find(&app, "電子カルテ");
    assert_eq!((client.clinic_id.as_ref(), client.first_party), (Some(&app.sakura.id), true));
    let page = makoto.get(&own(&client));
    assert!(page.text().contains(CALLBACK) && !page.body.contains(&secret), "the secret is shown once");
    let event = app.trail().into_iter().rfind(|event| event.kind.as_str() == "client.created").expect("recorded");
    assert!(matches!(&event.actor, Actor::User { id, .. } if *id == user.id), "{:?}", event.actor);

    let registered = Registered { client_id: client.id.to_string(), secret: Some(secret.clone()) };
    let mut party = Party::new(&app, &registered);
    let hanako = enrolled(&app, HANAKO).0;
    party.tokens(&party.callback(&hanako, &[]).code());

    let press = |act: &str| {
        let page = own(&client);
        let seen = makoto.get(&page).hidden("seen").expect("when it was seen");
        makoto.submit(&page, &page, &[("act", act), ("seen", &seen)])
    };
    let rotated = press("rotate_now");
    assert_ne!(shown(&rotated.body, "client-secret"), secret);
    app.advance(std::time::Duration::from_secs(1));
    assert_eq!(party.exchange(&party.callback(&hanako, &[]).code(), &[]).status, 401, "the former one ended");
    party.client.secret = Some(shown(&rotated.body, "client-secret"));
    party.tokens(&party.callback(&hanako, &[]).code());

    for (act, page) in
        [("disable", "停止中"), ("enable", "停止する"), ("remove", "元に戻せる期限"), ("restore", "停止する")]
    {
        let answer = press(act);
        assert_eq!(answer.location(), format!("{}?notice={act}", own(&client)));
        assert!(makoto.get(answer.location()).text().contains(page), "{act}");
        app.advance(std::time::Duration::from_secs(1));
        let enters = party.ask(&hanako, &[]).location().contains("code=");
        assert_eq!(enters, matches!(act, "enable" | "restore"), "{act}");
    }
}

fn what_another_administrator_saved_meanwhile_is_not_written_over(database: Database) {
    let app = TestApp::start(database);
    let (makoto, _) = makoto(&app);
    let (other, _) = somebody(&app, &app.sakura, Role::ClinicAdmin, "akiko@sakura.example", "秋山 明子");
    app.register(Draft { clinic: Some(app.sakura.id.to_string()), ..draft("検査") });
    let edit = format!("{}/edit", own(&find(&app, "検査")));
    let seen = makoto.get(&edit).hidden("seen").expect("when it was seen");
    let form = |name, seen| {
        [
            ("name", name),
            ("redirect_uris", CALLBACK),
            ("alg", "RS256"),
            ("pkce", "on"),
            ("seen", seen),
            ("scope.email", "on"),
        ]
    };
    app.advance(std::time::Duration::from_secs(1));
    let first = other.submit(&edit, &edit, &form("検査システム", &seen));
    assert!(first.location().ends_with("?notice=edit"), "{}", first.body);
    let second = makoto.submit(&edit, &edit, &form("検体検査", &seen));
    assert_eq!(second.status, 422);
    let text = second.text();
    assert!(text.contains("ほかの管理者が先に変更しました") && text.contains("<li>名前</li>"), "{text}");
    assert!(!text.contains("<li>リダイレクトURI</li>"), "that is the same in both");
    assert!(text.contains("value=\"検体検査\""), "nothing that was typed is lost");
    let seen = second.hidden("seen").expect("when it was seen now");
    let third = makoto.submit(&edit, &edit, &form("検体検査", &seen));
    assert!(third.location().ends_with("?notice=edit"), "{}", third.body);
    assert_eq!(find(&app, "検体検査").scopes, ["openid", "email"]);
}

fn applications_are_found_by_name_page_by_page(database: Database) {
    let app = TestApp::start(database);
    let (makoto, _) = makoto(&app);
    for number in 10..65 {
        app.register(Draft { clinic: Some(app.sakura.id.to_string()), ..draft(&format!("ｶﾙﾃ {number}")) });
    }
    app.register(Draft { clinic: Some(app.demo.id.to_string()), ..draft("カルテ 99") });
    let listed = |page: &str| page.matches("href=\"/admin/clients/0").count();
    let first = makoto.get(&format!("{PAGE}?name=かるて")).text();
    assert_eq!(listed(&first), 50);
    let after = makoto.get(&format!("{PAGE}?name=かるて")).hidden("after").expect("a second page");
    let second = makoto.get(&format!("{PAGE}?name=かるて&after={after}")).text();
    assert_eq!(listed(&second), 5, "the other clinic's is not there");
    assert!(second.contains("ｶﾙﾃ 64") && !second.contains("カルテ 99"));
    assert!(makoto.get(&format!("{PAGE}?name=%25")).text().contains("あてはまるアプリケーションはありません"));
}

#[test]
fn software_that_is_known_wants_its_address_alone() {
    let app = TestApp::start(Database::sqlite());
    let (makoto, _) = makoto(&app);
    for template in TEMPLATES {
        let name = template.name;
        let form = [("name", name), ("template", name), ("address", " https://app.example/ ")];
        let made = makoto.submit(&format!("{NEW}?template={name}"), NEW, &form);
        assert_eq!(made.status, 200, "{}", made.body);
        let client = find(&app, name);
        assert!(client.redirect_uris[0].starts_with("https://app.example/"), "{:?}", client.redirect_uris);
        assert!(!client.redirect_uris[0].contains("//redirect"), "{:?}", client.redirect_uris);
        assert!(made.body.contains("<details open>"), "its own configuration is unfolded");
    }
}

#[test]
fn what_cannot_be_registered_is_said_with_the_line_it_is_about_and_nothing_is_lost() {
    let app = TestApp::start(Database::sqlite());
    let (makoto, _) = makoto(&app);
    let before = count(&app);
    let good = "https://good.example/cb";
    for (typed, said) in [
        ("", "1つ以上"),
        ("https://*.example/cb", "使えない文字"),
        ("https://app.example/cb#x", "# より後ろ"),
        ("javascript:alert(1)", "https 以外"),
        ("https://me@app.example/cb", "名前やパスワード"),
        ("https://еxample.jp/cb", "使えない文字"),
        ("http://app.example/cb", "http が使えるのは"),
        ("https://good.example/cb", "2回"),
        ("/callback", "完全なアドレス"),
        ("https://app.example/../cb", "区切り"),
    ] {
        let both = if typed.is_empty() { String::new() } else { format!("{good}\r\n{typed}") };
        let answer = makoto.submit(NEW, NEW, &[("name", "検査<b>"), ("kind", "web"), ("redirect_uris", &both)]);
        assert_eq!(answer.status, 422, "{typed}");
        let text = answer.text();
        let notice = text.split("notice bad\" role=\"alert\">").nth(1).and_then(|after| after.split("</p>").next());
        let notice = notice.expect("what is wrong");
        assert!(notice.contains(said) && notice.contains(typed), "{typed}: {notice}");
        assert!(text.contains("検査&lt;b&gt;"), "what was typed stays");
    }
    for name in ["", "二行\nの名前", "見えない\u{202e}文字"] {
        let answer = makoto.submit(NEW, NEW, &[("name", name), ("kind", "web"), ("redirect_uris", good)]);
        assert_eq!(answer.status, 422, "{name:?}");
        assert!(answer.text().contains("目に見えない文字"), "{name:?}");
    }
    assert_eq!(count(&app), before, "nothing was registered");
}

#[test]
fn another_clinics_application_is_not_there_and_a_shared_one_is_only_seen() {
    let app = TestApp::start(Database::sqlite());
    let (makoto, _) = makoto(&app);
    let (system, _) = somebody(&app, &app.sakura, Role::SystemAdmin, "sys@sakura.example", "情報 システム");
    app.register(Draft { clinic: Some(app.demo.id.to_string()), ..draft("よその予約") });
    app.register(draft("共通の予約"));
    let (foreign, shared) = (find(&app, "よその予約"), find(&app, "共通の予約"));
    assert_eq!(makoto.get(&own(&foreign)).status, 404);
    assert!(!makoto.get(PAGE).text().contains("よその予約"));
    let page = makoto.get(&own(&shared)).text();
    assert!(page.contains("変更できるのはシステム管理者だけ") && !page.contains("name=\"act\""), "{page}");
    for client in [&foreign, &shared] {
        let edit = format!("{}/edit", own(client));
        for (address, fields) in [
            (own(client), vec![("act", "disable"), ("seen", "0")]),
            (edit.clone(), vec![("name", "x"), ("redirect_uris", CALLBACK), ("alg", "RS256")]),
        ] {
            assert_eq!(makoto.submit(PAGE, &address, &fields).status, 404, "{address}");
        }
        assert_eq!(makoto.get(&edit).status, 404);
        assert_eq!(system.get(&own(client)).status, 200);
    }
    // A form that was changed on its way asks for what no page offers.
    let forged = [("name", "全施設"), ("kind", "web"), ("redirect_uris", CALLBACK), ("shared", "on")];
    assert_eq!(makoto.submit(NEW, NEW, &forged).status, 404);
    assert_eq!(system.submit(NEW, NEW, &forged).status, 200);
    assert_eq!(find(&app, "全施設").clinic_id, None);
    let renamed = app.store().read(|conn| store::clients::find(conn, &ClientId::new(foreign.id.as_str())));
    assert_eq!(renamed.expect("a read").expect("the client").name, "よその予約");
}

#[test]
fn a_button_that_is_pressed_twice_does_it_once() {
    let app = TestApp::start(Database::sqlite());
    let (makoto, _) = makoto(&app);
    app.register(Draft { clinic: Some(app.sakura.id.to_string()), ..draft("検査") });
    let page = own(&find(&app, "検査"));
    let seen = makoto.get(&page).hidden("seen").expect("when it was seen");
    app.advance(std::time::Duration::from_secs(1));
    let press = || makoto.submit(&page, &page, &[("act", "rotate"), ("seen", &seen)]);
    let first = press();
    let former = find(&app, "検査").former_secret;
    assert!(first.body.contains("client-secret") && former.is_some());
    let second = press();
    assert_eq!(second.location(), format!("{page}?notice=changed"));
    assert_eq!(find(&app, "検査").former_secret, former);
    assert!(makoto.get(second.location()).text().contains("変更していません"));
    let seen = makoto.get(&page).hidden("seen").expect("when it was seen now");
    app.advance(std::time::Duration::from_secs(1));
    let ended = makoto.submit(&page, &page, &[("act", "end_former"), ("seen", &seen)]);
    assert_eq!(ended.location(), format!("{page}?notice=end_former"));
    assert_eq!(find(&app, "検査").former_secret, None);
    for forged in
        [vec![("act", "rotate")], vec![("act", "rotate"), ("seen", "x")], vec![("act", "drop"), ("seen", &seen)]]
    {
        assert!(!makoto.submit(&page, &page, &forged).body.contains("client-secret"), "{forged:?}");
    }
    assert_eq!(find(&app, "検査").former_secret, None);
}

#[test]
fn an_application_without_people_has_a_page_and_is_stopped_there() {
    let app = TestApp::start(Database::sqlite());
    let (makoto, _) = makoto(&app);
    let clinic = Some(app.sakura.id.to_string());
    let name = Some("検査連携".to_owned());
    app.register(Draft { kind: Some(ClientType::Machine), name, clinic, ..Draft::default() });
    let page = own(&find(&app, "検査連携"));
    let seen = makoto.get(&page).hidden("seen").expect("when it was seen");
    let rotated = makoto.submit(&page, &page, &[("act", "rotate_now"), ("seen", &seen)]);
    assert_eq!(rotated.status, 200, "its new secret is shown");
    let seen = makoto.get(&page).hidden("seen").expect("when it was seen");
    let stopped = makoto.submit(&page, &page, &[("act", "disable"), ("seen", &seen)]);
    assert_eq!(stopped.location(), format!("{page}?notice=disable"));
}

#[test]
fn the_trail_says_where_people_were_sent_before_and_who_reached_too_far() {
    let app = TestApp::start(Database::sqlite());
    let (makoto, _) = makoto(&app);
    app.register(Draft { clinic: Some(app.sakura.id.to_string()), ..draft("検査") });
    app.register(draft("共通の予約"));
    let edit = format!("{}/edit", own(&find(&app, "検査")));
    let seen = makoto.get(&edit).hidden("seen").expect("when it was seen");
    let uri = "https://evil.example/cb";
    let form = [("name", "検査"), ("redirect_uris", uri), ("alg", "RS256"), ("pkce", "on"), ("seen", &seen)];
    assert!(makoto.submit(&edit, &edit, &form).location().ends_with("?notice=edit"));
    let last = |kind: &str| app.trail().into_iter().rfind(|event| event.kind.as_str() == kind).expect("recorded");
    let changed = last("client.changed");
    let moved = &changed.detail.as_ref().expect("a detail")["moved"]["redirect_uris"];
    assert_eq!((&moved["before"][0], &moved["after"][0]), (&CALLBACK.into(), &uri.into()));
    assert!(changed.session_ref.is_some());
    let shared = own(&find(&app, "共通の予約"));
    assert_eq!(makoto.submit(PAGE, &shared, &[("act", "remove"), ("seen", "0")]).status, 404);
    let denied = last("access.denied");
    assert_eq!(denied.reason.as_deref(), Some("out_of_reach"));
    assert!(find(&app, "共通の予約").is_enabled());
}

#[test]
fn a_sign_in_that_is_no_longer_recent_changes_nothing_and_what_was_typed_comes_back() {
    let app = TestApp::start(Database::sqlite());
    app.hire(&app.sakura, Role::ClinicAdmin, MAKOTO, "小野 誠");
    let (makoto, key) = enrolled(&app, MAKOTO);
    app.register(Draft { clinic: Some(app.sakura.id.to_string()), ..draft("検査") });
    let edit = format!("{}/edit", own(&find(&app, "検査")));
    let seen = makoto.get(&edit).hidden("seen").expect("when it was seen");
    let token = makoto.get(NEW).hidden("form_token").expect("a form token");
    app.advance(std::time::Duration::from_secs(16 * 60));
    let before = count(&app);
    let typed = [("form_token", token.as_str()), ("name", "検体"), ("redirect_uris", CALLBACK)];
    for (address, more) in
        [(NEW, [("kind", "web"), ("start_uri", "")]), (edit.as_str(), [("alg", "RS256"), ("seen", seen.as_str())])]
    {
        let answer = makoto.post_form(address, &[&typed[..], &more].concat());
        let (_, sealed) = answer.location().split_once("&continue=").expect("a sign-in");
        assert_eq!((count(&app), find(&app, "検査").redirect_uris.len()), (before, 1));
        let back = makoto.passkey(&key, Some(sealed)).json()["next"].as_str().expect("where to go on").to_owned();
        let page = makoto.get(&back).text();
        assert!(page.contains("value=\"検体\"") && page.contains(CALLBACK), "{back}: {page}");
        app.advance(std::time::Duration::from_secs(16 * 60));
    }
    assert!(makoto.get(NEW).text().contains("class=\"button primary\" href=\"/login?notice="), "it is said before");
}
