//! A server with its cast, and an application that does nothing but show that somebody came back.

use std::collections::HashMap;

use axum::{Router, extract::Query, http::StatusCode, response::Html, routing::get};

use crate::support::{
    app::{self, PASSWORD, Registered, TestApp},
    browser::{Authenticator, Kind, Tab},
    database::Database,
    runtime::{block_on, runtime},
};

pub const BY_PASSKEY: &str = "[data-act=passkey]";
pub const BY_PASSWORD: &str = "#password-login button[type=submit]";
pub const REGISTER: &str = "[data-act=register] button";
/// The button of a page that asks before it does something.
pub const CONFIRM: &str = "main form button.danger";
/// What went wrong, in the passkey panel.
pub const TROUBLE: &str = ".trouble .what";

/// A browser that speaks Japanese and offers no passkeys in its fields.
pub fn person() -> Tab {
    let tab = Tab::open();
    tab.language("ja");
    tab.without_autofill();
    tab
}

pub struct Place {
    pub app: TestApp,
    /// Of the application.
    pub origin: String,
    pub application: Registered,
}

impl Place {
    pub fn open() -> Self {
        Self::on(Database::sqlite())
    }

    pub fn on(database: Database) -> Self {
        Self::around(TestApp::start(database))
    }

    pub fn around(app: TestApp) -> Self {
        let origin = serve_application();
        let application = app.register(genkan::flows::admin::clients::Draft {
            redirect_uris: Some(vec![format!("{origin}/callback")]),
            post_logout_redirect_uris: Some(vec![format!("{origin}/logged-out")]),
            start_uri: Some(format!("{origin}/start")),
            ..app::draft("画像ワークリスト")
        });
        Self { app, origin, application }
    }

    /// Where the application sends a browser.
    pub fn authorize(&self, more: &[(&str, &str)]) -> String {
        self.request_of(&self.application, &[&[("scope", "openid")], more].concat())
    }

    /// An application of another house, which takes refresh tokens.
    pub fn visits(&self) -> Registered {
        self.app.register(genkan::flows::admin::clients::Draft {
            redirect_uris: Some(vec![format!("{}/callback", self.origin)]),
            first_party: Some(false),
            scope: Some("openid profile email address phone offline_access".to_owned()),
            grants: Some("authorization_code refresh_token".to_owned()),
            ..app::draft("訪問看護ノート")
        })
    }

    pub fn request_of(&self, client: &Registered, more: &[(&str, &str)]) -> String {
        let callback = format!("{}/callback", self.origin);
        let mut query = vec![
            ("client_id", client.client_id.as_str()),
            ("redirect_uri", &callback),
            ("response_type", "code"),
            ("state", "state"),
            ("nonce", "nonce"),
            ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
            ("code_challenge_method", "S256"),
        ];
        query.extend_from_slice(more);
        let address = self.app.url("/oauth/authorize");
        reqwest::Url::parse_with_params(&address, &query).expect("an address").to_string()
    }

    /// Waits until the browser is back in the application, with a code.
    #[track_caller]
    pub fn wait_for_code(&self, tab: &Tab) {
        tab.wait_for_url(&format!("{}/callback?", self.origin));
        assert!(!tab.text("#code").is_empty());
    }

    /// Types hanako's password into the page that is open; she has no passkey yet.
    pub fn enrol(&self, tab: &Tab) {
        self.type_password(tab, "hanako@sakura.example");
        tab.wait_for_url(&self.app.url("/settings/passkeys"));
    }

    pub fn type_password(&self, tab: &Tab, email: &str) {
        tab.fill("#email", email);
        tab.fill("#password", PASSWORD);
        tab.follow(BY_PASSWORD);
    }

    /// Hanako with a passkey on this device, and signed out again.
    pub fn hanako_with_passkey(&self, tab: &Tab, kind: Kind) -> Authenticator {
        let device = tab.authenticator(kind);
        tab.goto(&self.app.url("/login"));
        self.enrol(tab);
        tab.follow(REGISTER);
        self.sign_out(tab);
        device
    }

    pub fn sign_out(&self, tab: &Tab) {
        tab.follow("button[form=logout]");
        tab.wait_for_url(&self.app.url("/oauth/logout"));
    }
}

fn serve_application() -> String {
    let callback = |Query(answer): Query<HashMap<String, String>>| async move {
        let shown = answer.get("code").or(answer.get("error")).cloned().unwrap_or_default();
        Html(format!("<!doctype html><title>画像ワークリスト</title><p id=code>{shown}</p>"))
    };
    let pages = Router::new()
        .route("/callback", get(callback))
        .route(
            "/start",
            get(|| async {
                Html("<!doctype html><title>画像ワークリスト</title><p id=start>ようこそ</p>")
            }),
        )
        .route(
            "/logged-out",
            get(|| async {
                Html("<!doctype html><title>画像ワークリスト</title><p id=out>またどうぞ</p>")
            }),
        )
        .route("/favicon.ico", get(|| async { StatusCode::NO_CONTENT }));
    let listener = block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    runtime().spawn(async move { axum::serve(listener, pages).await });
    format!("http://127.0.0.1:{port}")
}
