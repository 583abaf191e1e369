//! A single-page application: npm's `oidc-client-ts`, as it comes, in a page of another site. It keeps no secret, so what guards
//! it is PKCE, its registered addresses, and refresh tokens of which each is used once.

use std::time::Duration;

use axum::{
    Router,
    http::{StatusCode, header},
    response::Html,
    routing::get,
};
use genkan::{domain::ClientType, flows::admin::clients};
use serde_json::json;
use tokio::net::TcpListener;

use super::{
    applications::{CLIENT_ID, chief},
    place::{BY_PASSKEY, Place, person},
};
use crate::support::{
    app::draft,
    browser::{Kind, Tab},
    database::{Database, on_both_databases},
    runtime::{block_on, runtime},
};

on_both_databases! {
    it_is_registered_signs_in_renews_and_leaves,
    a_code_without_its_verifier_and_a_page_of_another_origin_get_nothing,
}

const SCOPE: &str = "openid profile email offline_access";
const SIGN_IN: &str = "#sign-in";
const RENEW: &str = "#renew";
const SIGN_OUT: &str = "#sign-out";

/// Bound, and silent until it is served.
struct Site {
    listener: TcpListener,
    origin: String,
}

impl Site {
    fn bind() -> Self {
        let listener = block_on(TcpListener::bind("127.0.0.1:0")).expect("a free port");
        let origin = format!("http://{}", listener.local_addr().expect("an address"));
        Self { listener, origin }
    }

    /// `owner`: the origin that the application is registered with.
    fn serve(self, place: &Place, client_id: &str, owner: &str) {
        let library = std::fs::read_to_string(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/clients/node_modules/oidc-client-ts/dist/browser/oidc-client-ts.min.js"
        ))
        .expect("oidc-client-ts (tests/run.sh installs it: npm ci in tests/clients)");
        let settings = json!({
            "authority": place.app.issuer,
            "client_id": client_id,
            "redirect_uri": format!("{owner}/callback"),
            "post_logout_redirect_uri": format!("{owner}/signed-out"),
            "scope": SCOPE,
            "loadUserInfo": true,
        });
        let script = |text: String| get(async move || ([(header::CONTENT_TYPE, "text/javascript")], text));
        let page = || get(async || Html(include_str!("page.html")));
        let pages = Router::new()
            .route("/oidc-client-ts.min.js", script(library))
            .route("/settings.js", script(format!("const settings = {settings}")))
            .route("/favicon.ico", get(async || StatusCode::NO_CONTENT))
            .route("/", page())
            .route("/callback", page())
            .route("/signed-out", page());
        runtime().spawn(async move { axum::serve(self.listener, pages).await });
    }
}

/// What the page keeps of who is signed in: claims and tokens.
fn kept(tab: &Tab) -> String {
    tab.eval("manager.getUser().then(user => user.toStorageString())")
}

fn refresh_token(kept: &str) -> String {
    let kept: serde_json::Value = serde_json::from_str(kept).expect("what the library stores is JSON");
    kept["refresh_token"].as_str().expect("a refresh token").to_owned()
}

/// As a tab that knew no more than this.
fn put_back(tab: &Tab, kept: &str) {
    tab.eval::<()>(&format!("manager.storeUser(oidc.User.fromStorageString({}))", json!(kept)));
}

#[track_caller]
fn renew(tab: &Tab) -> String {
    tab.click(RENEW);
    tab.wait_for_js("document.getElementById('done').textContent === 'renew'");
    kept(tab)
}

#[track_caller]
fn renewing_is_refused(tab: &mut Tab) {
    tab.click(RENEW);
    tab.wait_for_js("document.getElementById('trouble').textContent.startsWith('invalid_grant: ')");
    tab.expect_problem("status of 400");
}

#[track_caller]
fn wait_until_in(tab: &Tab, origin: &str) {
    tab.wait_for_url(&format!("{origin}/callback?"));
    tab.wait_for_js("document.getElementById('done').textContent === 'sign-in'");
}

fn it_is_registered_signs_in_renews_and_leaves(database: Database) {
    let place = Place::on(database);
    let site = Site::bind();
    let origin = site.origin.clone();
    let administrator = chief(&place, "ja");
    administrator.goto(&place.app.url("/admin/clients/new"));
    administrator.fill("#name", "問診票");
    administrator.click("input[name=kind][value=spa]");
    administrator.fill("#redirect_uris", &format!("{origin}/callback"));
    administrator.follow("main form button.primary");
    let client_id: String = administrator.eval(CLIENT_ID);
    assert_eq!(administrator.count(".client-secret"), 0, "a page keeps no secret");
    administrator.goto(&place.app.url(&format!("/admin/clients/{client_id}/edit")));
    administrator.fill("#post_logout_redirect_uris", &format!("{origin}/signed-out"));
    administrator.click("input[name='scope.offline_access']");
    administrator.follow("main form button.primary");
    site.serve(&place, &client_id, &origin);

    let mut tab = administrator.stranger();
    tab.language("ja");
    tab.without_autofill();
    place.hanako_with_passkey(&tab, Kind::Internal);
    tab.goto(&origin);
    tab.follow(SIGN_IN);
    tab.follow(BY_PASSKEY);
    wait_until_in(&tab, &origin);
    let claims: serde_json::Value = serde_json::from_str(&tab.text("#claims")).expect("the claims");
    assert_eq!((claims["name"].as_str(), claims["email"].as_str()), (Some("山田 花子"), Some("hanako@sakura.example")));

    let first = kept(&tab);
    let second = renew(&tab);
    // Its answer was lost, and the page asks once more.
    place.app.advance(Duration::from_secs(29));
    put_back(&tab, &first);
    let again = renew(&tab);
    let third = renew(&tab);
    let [first, second, third] = [&first, &second, &third].map(|kept| refresh_token(kept));
    assert!(first != second && second != third && first != third, "each is used once");
    tab.wait_for_text("山田 花子");

    place.app.advance(Duration::from_secs(31));
    put_back(&tab, &again);
    renewing_is_refused(&mut tab);

    tab.follow(SIGN_IN);
    wait_until_in(&tab, &origin);
    let last = kept(&tab);
    assert_ne!(refresh_token(&last), third);
    tab.click(SIGN_OUT);
    tab.wait_for_url(&format!("{origin}/signed-out"));
    tab.wait_for_js("document.getElementById('done').textContent === 'sign-out'");
    put_back(&tab, &last);
    renewing_is_refused(&mut tab);
    tab.goto(&place.app.url("/login"));
    tab.wait_for("#password-login");
}

/// Begins a sign-in with the library, and throws the verifier away that it keeps.
const FORGET_VERIFIER: &str = "(async () => {
    const { url, state } = await new oidc.OidcClient(settings).createSigninRequest({})
    const { code_verifier, ...kept } = JSON.parse(localStorage[`oidc.${state.id}`])
    localStorage[`oidc.${state.id}`] = JSON.stringify(kept)
    return code_verifier.length >= 43 ? url : 'it keeps no verifier'
})()";

const WITHOUT_CHALLENGE: &str = "new oidc.OidcClient({ ...settings, disablePKCE: true })
    .createSigninRequest({}).then(({ url }) => url)";

fn a_code_without_its_verifier_and_a_page_of_another_origin_get_nothing(database: Database) {
    let place = Place::on(database);
    let (site, foreign) = (Site::bind(), Site::bind());
    let (origin, elsewhere) = (site.origin.clone(), foreign.origin.clone());
    let client = place.app.register(clients::Draft {
        kind: Some(ClientType::Spa),
        redirect_uris: Some(vec![format!("{origin}/callback")]),
        scope: Some(SCOPE.to_owned()),
        grants: Some("authorization_code refresh_token".to_owned()),
        ..draft("問診票")
    });
    site.serve(&place, &client.client_id, &origin);
    foreign.serve(&place, &client.client_id, &elsewhere);

    let mut tab = person();
    tab.goto(&origin);
    tab.follow(SIGN_IN);
    place.type_password(&tab, "misaki@demo.example");
    wait_until_in(&tab, &origin);
    let mine = kept(&tab);

    let url: String = tab.eval(WITHOUT_CHALLENGE);
    tab.goto(&url);
    tab.wait_for_js("document.getElementById('trouble').textContent.startsWith('invalid_request: ')");
    let url: String = tab.eval(FORGET_VERIFIER);
    tab.goto(&url);
    tab.wait_for_js("document.getElementById('trouble').textContent.startsWith('invalid_grant: ')");
    tab.expect_problem("status of 400");
    assert!(!tab.eval::<bool>("document.getElementById('claims').textContent.includes('sub')"));

    // Somebody's page with her tokens and our client's name: it cannot read an answer, nor get a code.
    tab.goto(&elsewhere);
    put_back(&tab, &mine);
    tab.click(RENEW);
    tab.wait_for_js("document.getElementById('trouble').textContent === 'TypeError: Failed to fetch'");
    tab.expect_problem("blocked by CORS policy");
    tab.expect_problem("ERR_FAILED");
    tab.follow(SIGN_IN);
    assert!(tab.url().starts_with(&place.app.url("/oauth/authorize?")), "not sent back: {}", tab.url());
    tab.expect_problem("status of 400");

    tab.goto(&origin);
    renew(&tab);
}
