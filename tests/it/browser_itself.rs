//! The browser of the tests can do what tests rely on, and sees what tests must not let pass.

use axum::Router;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::http::{StatusCode, header::CONTENT_TYPE};
use axum::response::{Html, IntoResponse};
use axum::routing::{get, post};

use crate::support::browser::{Kind, Tab, Theme};
use crate::support::runtime::{block_on, runtime};

const GOOD: &str = r#"<!doctype html><html lang="ja"><head><title>玄関</title></head><body>
<main><h1>ようこそ</h1><form method="post" action="/greet"><label>お名前 <input name="name" autocomplete="name"></label>
<button>続ける</button></form></main></body></html>"#;
const INLINE_SCRIPT: &str = r#"<!doctype html><html lang="ja"><head><title>玄関</title></head>
<body><main><h1>玄関</h1></main><script>document.title = "broken in"</script></body></html>"#;
const FAULTY: &str = r#"<!doctype html><html lang="ja"><head><title>玄関</title></head>
<body><main><h1>玄関</h1><form><input name="nobody-says-what-this-is" autocomplete="off"></form></main></body></html>"#;
const THROWING: &str = r#"<!doctype html><html lang="ja"><head><title>玄関</title>
<script src="/throw.js"></script></head><body><main><h1>玄関</h1></main></body></html>"#;

fn page(html: &'static str) -> impl IntoResponse {
    ([(CONTENT_SECURITY_POLICY, "default-src 'self'")], Html(html))
}

/// Serves the pages above on a free port and gives their origin.
fn serve() -> String {
    let pages = Router::new()
        .route("/good", get(|| async { page(GOOD) }))
        .route("/inline-script", get(|| async { page(INLINE_SCRIPT) }))
        .route("/faulty", get(|| async { page(FAULTY) }))
        .route("/throwing", get(|| async { page(THROWING) }))
        .route("/throw.js", get(|| async { ([(CONTENT_TYPE, "text/javascript")], "throw new Error('oh dear')") }))
        .route("/favicon.ico", get(|| async { StatusCode::NO_CONTENT }))
        .route("/nothing", get(|| async { (StatusCode::NOT_FOUND, page(GOOD)) }))
        .route(
            "/greet",
            post(|body: String| async move { Html(format!("<!doctype html><title>g</title><p>{body}</p>")) }),
        );
    let listener = block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    runtime().spawn(async move { axum::serve(listener, pages).await });
    format!("http://localhost:{port}")
}

const CREATE: &str = "navigator.credentials.create({publicKey: {
    rp: {id: 'localhost', name: 'Genkan'}, user: {id: new Uint8Array(16), name: 'hana', displayName: '花'},
    challenge: new Uint8Array(32), pubKeyCredParams: [{type: 'public-key', alg: -7}, {type: 'public-key', alg: -257}],
    authenticatorSelection: {residentKey: 'required', userVerification: 'required'}}}).then(made => made.id)";
const GET: &str =
    "navigator.credentials.get({publicKey: {rpId: 'localhost', challenge: new Uint8Array(32), timeout: 60000,
    userVerification: 'required'}}).then(found => found.id, refused => refused.name)";

#[test]
fn a_passkey_is_made_and_used_on_plain_localhost() {
    let tab = Tab::open();
    for kind in [Kind::Internal, Kind::Cable, Kind::Usb] {
        let authenticator = tab.authenticator(kind);
        tab.goto(&format!("{}/good", serve()));
        let made: String = tab.eval(CREATE);
        assert_eq!(tab.eval::<String>(GET), made, "{kind:?}");
        assert_eq!(tab.credentials(&authenticator).len(), 1, "{kind:?}");
        tab.remove_authenticator(authenticator);
    }
}

#[test]
fn a_passkey_is_refused_to_an_unverified_person_and_to_another_browser() {
    let tab = Tab::open();
    let authenticator = tab.authenticator(Kind::Internal);
    let origin = serve();
    tab.goto(&format!("{origin}/good"));
    tab.eval::<String>(CREATE);
    tab.user_verified(&authenticator, false);
    assert_eq!(tab.eval::<String>(GET), "NotAllowedError");

    let stranger = tab.stranger();
    stranger.authenticator(Kind::Internal);
    stranger.goto(&format!("{origin}/good"));
    assert_eq!(stranger.eval::<String>(GET), "NotAllowedError");
}

#[test]
fn a_form_is_filled_in_japanese_and_sent_with_and_without_scripts() {
    let origin = serve();
    for scripts in [true, false] {
        let tab = Tab::open();
        tab.scripts(scripts);
        tab.goto(&format!("{origin}/good"));
        tab.fill("input[name=name]", "wrong");
        tab.fill("input[name=name]", "花子");
        tab.follow("button");
        assert_eq!(tab.text("p"), "name=%E8%8A%B1%E5%AD%90", "scripts: {scripts}");
    }
}

#[test]
fn the_enter_key_sends_a_form() {
    let tab = Tab::open();
    let origin = serve();
    tab.goto(&format!("{origin}/good"));
    tab.fill("input[name=name]", "hana");
    tab.press("Enter");
    tab.wait_for_url(&format!("{origin}/greet"));
    tab.wait_for_text("name=hana");
}

#[test]
fn a_breach_of_the_content_security_policy_is_seen() {
    let mut tab = Tab::open();
    tab.goto(&format!("{}/inline-script", serve()));
    assert_eq!(tab.title(), "玄関");
    tab.expect_problem("Content Security Policy");
    tab.expect_problem("ContentSecurityPolicyIssue");
}

#[test]
fn an_exception_and_a_missing_page_are_seen() {
    let mut tab = Tab::open();
    let origin = serve();
    tab.goto(&format!("{origin}/throwing"));
    tab.expect_problem("oh dear");
    tab.goto(&format!("{origin}/nothing"));
    tab.expect_problem("404");
}

#[test]
#[should_panic(expected = "the browser saw")]
fn a_tab_that_saw_a_problem_fails_its_test() {
    let tab = Tab::open();
    tab.goto(&format!("{}/throwing", serve()));
}

#[test]
fn axe_finds_the_planted_fault_and_nothing_on_the_good_page() {
    let tab = Tab::open();
    let origin = serve();
    tab.goto(&format!("{origin}/faulty"));
    assert!(tab.axe().iter().any(|violation| violation.id == "label"));
    tab.goto(&format!("{origin}/good"));
    let violations = tab.axe();
    assert!(violations.is_empty(), "{violations:?}");
}

#[test]
fn size_theme_and_language_are_those_of_the_test() {
    let tab = Tab::open();
    tab.size(360, 800);
    tab.theme(Theme::Dark);
    tab.language("ja,en");
    tab.goto(&format!("{}/good", serve()));
    assert_eq!(
        tab.eval::<(u32, bool, String)>(
            "[innerWidth, matchMedia('(prefers-color-scheme: dark)').matches, navigator.language]"
        ),
        (360, true, "ja".to_owned())
    );
    let folder = tempfile::tempdir().expect("a folder");
    let picture = folder.path().join("good.png");
    tab.screenshot(&picture);
    assert!(std::fs::read(picture).expect("a picture").starts_with(b"\x89PNG"));
}
