//! A clinic on SQLite, made by the command line: it allows passwords alone, one person knows hers, one application is
//! registered.

use genkan::{
    clock::Clock,
    domain::Email,
    keys::{PasswordCost, PasswordHasher},
    random::Random,
    store,
};
use reqwest::{StatusCode, Url, header};

use crate::{
    cli::place::{ADMIN, Place, text},
    support::{person::Answer, relying_party, runtime::block_on},
};

const PASSWORD: &str = "komorebi-no-michi-27";
const CALLBACK: &str = "http://127.0.0.1:9/callback";
/// RFC 7636, Appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

pub struct Clinic {
    pub place: Place,
    client_id: String,
    client_secret: String,
}

impl Clinic {
    pub fn founded() -> Self {
        let place = Place::begun();
        let allow = ["--password-fallback", "password_only", "--reason", "更新待ち", "--until", "2099-12-31"];
        place.run(&[["clinic", "set", &place.clinic()].as_slice(), &allow].concat()).done();
        let client = place.json(&["client", "add", "--name", "予約", "--redirect-uri", CALLBACK, "--first-party"]);
        let hasher = PasswordHasher::new(PasswordCost::default()).expect("good parameters");
        let hash = hasher.hash(PASSWORD, Random).expect("a hash");
        let email = Email::parse(ADMIN).expect("an address");
        let store = place.store();
        let user = store.read(|conn| store::users::find_by_email(conn, &email)).expect("no fault").expect("the person");
        let now = Clock::System.now();
        store.write(move |tx| store::users::set_password(tx, &user.id, &hash, None, now)).expect("a password");
        Self { place, client_id: text(&client["client_id"]), client_secret: text(&client["client_secret"]) }
    }

    /// From the application's button to an ID token, in a new browser. `address` is where the server listens; the issuer
    /// goes by another name.
    pub fn bring_tokens(&self, address: &str) {
        let browser = Browser { address: address.to_owned(), http: relying_party::browser() };
        let request = [
            ("response_type", "code"),
            ("scope", "openid"),
            ("client_id", &self.client_id),
            ("redirect_uri", CALLBACK),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        let start = Url::parse_with_params(ISSUER, request).expect("an address");
        let login = browser.get(&format!("/oauth/authorize?{}", start.query().unwrap_or_default()));
        let (_, waiting) = login.location().split_once("continue=").expect("a request that waits");
        let token = browser.get(login.location()).hidden("form_token").expect("a form");
        let form = [("form_token", &*token), ("email", ADMIN), ("password", PASSWORD), ("continue", waiting)];
        let signed_in = browser.post("/login/password", &form, None);
        let back = Url::parse(browser.get(signed_in.location()).location()).expect("the callback");
        let code = back.query_pairs().find(|(name, _)| name == "code").expect("a code").1.into_owned();
        let form = [
            ("grant_type", "authorization_code"),
            ("code", &*code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ];
        let tokens = browser.post("/oauth/token", &form, Some((&self.client_id, &self.client_secret)));
        assert_eq!(tokens.status, StatusCode::OK, "{}", tokens.body);
        assert!(tokens.json()["id_token"].is_string(), "{}", tokens.body);
    }
}

/// What `genkan init` calls itself unless told otherwise.
const ISSUER: &str = "http://localhost:8080";

struct Browser {
    address: String,
    http: reqwest::Client,
}

impl Browser {
    fn get(&self, path: &str) -> Answer {
        self.send(self.http.get(self.url(path)))
    }

    fn post(&self, path: &str, form: &[(&str, &str)], client: Option<(&str, &str)>) -> Answer {
        let request = self.http.post(self.url(path)).form(form);
        self.send(match client {
            Some((id, secret)) => request.basic_auth(id, Some(secret)),
            None => request.header(header::ORIGIN, ISSUER),
        })
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        let authority = ISSUER.trim_start_matches("http://");
        block_on(async {
            let response = request.header(header::HOST, authority).send().await.expect("an answer");
            let (status, headers) = (response.status(), response.headers().clone());
            Answer { status, headers, body: response.text().await.expect("a body") }
        })
    }
}
