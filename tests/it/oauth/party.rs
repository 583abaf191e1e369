//! An application that keeps to the letter of the protocol, or breaks it on purpose: its requests are raw, and it reads
//! answers strictly.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::{StatusCode, Url};
use serde_json::Value;
use sha2::{Digest, Sha256};
use url::form_urlencoded::Serializer;

use genkan::flows::admin::clients;

use crate::support::{
    app::{CALLBACK, PASSWORD, Registered, TestApp, draft},
    person::{Answer, Person},
};

pub const MISAKI: &str = "misaki@demo.example";
pub const VERIFIER: &str = "a-verifier-that-only-this-test-knows-0123456789";
pub const NONCE: &str = "n-0S6_WzA2Mj";
/// 128 characters, the last of which are those that need no encoding and tempt to it.
pub const STATE: &str = concat!(
    "sixteen-letters.sixteen-letters.sixteen-letters.sixteen-letters.",
    "sixteen-letters.sixteen-letters.sixteen-letters.sixteen-lett-._~"
);

pub fn challenge() -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER))
}

/// What a renewing application asks for.
pub const OFFLINE: &str = "openid profile email offline_access";

pub struct Party<'a> {
    pub app: &'a TestApp,
    pub client: Registered,
    pub redirect_uri: String,
    /// It knows no cookies of anybody.
    pub itself: Person<'a>,
}

impl<'a> Party<'a> {
    pub fn new(app: &'a TestApp, client: &Registered) -> Self {
        Self { app, client: client.clone(), redirect_uri: CALLBACK.to_owned(), itself: Person::at(app) }
    }

    pub fn booking(app: &'a TestApp) -> Self {
        Self::new(app, &app.booking)
    }

    /// One that renews its tokens by itself.
    pub fn renewing(app: &'a TestApp) -> Self {
        Self::new(app, &app.register(renewing("電子カルテ")))
    }

    /// A good authorization request with changes; an empty value leaves a parameter out.
    pub fn request(&self, changes: &[(&str, &str)]) -> String {
        let challenge = challenge();
        let good = [
            ("client_id", self.client.client_id.as_str()),
            ("redirect_uri", &self.redirect_uri),
            ("response_type", "code"),
            ("scope", "openid profile email address phone"),
            ("state", STATE),
            ("nonce", NONCE),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        encoded(&good, changes)
    }

    /// Where the browser is sent.
    pub fn address(&self, changes: &[(&str, &str)]) -> String {
        format!("/oauth/authorize?{}", self.request(changes))
    }

    pub fn ask(&self, person: &Person<'_>, changes: &[(&str, &str)]) -> Answer {
        person.get(&self.address(changes))
    }

    /// The same as a form, as a page of the application's would send it: from another site and without our cookies.
    pub fn ask_by_post(&self, changes: &[(&str, &str)]) -> Answer {
        self.post_request(self.request(changes))
    }

    pub fn post_request(&self, body: String) -> Answer {
        let request = self.itself.http.post(self.app.url("/oauth/authorize"));
        let request = request.header("origin", "http://127.0.0.1:9").header("sec-fetch-site", "cross-site");
        self.itself.send(request.header("content-type", "application/x-www-form-urlencoded").body(body))
    }

    /// What comes back without any page of ours in between.
    pub fn callback(&self, person: &Person<'_>, changes: &[(&str, &str)]) -> Callback {
        self.came_back(&self.ask(person, changes))
    }

    pub fn came_back(&self, answer: &Answer) -> Callback {
        let location = answer.location();
        let rest = location.strip_prefix(&self.redirect_uri).unwrap_or_else(|| panic!("not back: {answer:?}"));
        assert!(rest.starts_with(['?', '&']) && !location.contains('#'), "{location}");
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        let query = Url::parse(location).expect("an address").query_pairs().into_owned().collect();
        Callback { location: location.to_owned(), query, issuer: self.app.issuer.clone() }
    }

    /// Misaki's way through the login page.
    pub fn sign_in(&self, person: &Person<'_>, changes: &[(&str, &str)]) -> Callback {
        self.sign_in_as(person, MISAKI, changes)
    }

    pub fn sign_in_as(&self, person: &Person<'_>, email: &str, changes: &[(&str, &str)]) -> Callback {
        let sealed = waiting(&self.ask(person, changes));
        let signed_in = person.sign_in(email, PASSWORD, Some(&sealed));
        self.came_back(&person.follow(signed_in))
    }

    /// The application's own call with its proof, if it has one.
    pub fn post(&self, path: &str, body: String) -> Answer {
        let request = self.itself.http.post(self.app.url(path));
        let request = match &self.client.secret {
            Some(secret) => request.basic_auth(&self.client.client_id, Some(secret)),
            None => request,
        };
        self.itself.send(request.header("content-type", "application/x-www-form-urlencoded").body(body))
    }

    /// The form of a good exchange with changes; an empty value leaves a parameter out.
    pub fn exchange_form(&self, code: &str, changes: &[(&str, &str)]) -> String {
        let mut good = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.redirect_uri),
            ("code_verifier", VERIFIER),
        ];
        if self.client.secret.is_none() {
            good.push(("client_id", &self.client.client_id));
        }
        encoded(&good, changes)
    }

    pub fn exchange(&self, code: &str, changes: &[(&str, &str)]) -> Answer {
        self.post("/oauth/token", self.exchange_form(code, changes))
    }

    pub fn tokens(&self, code: &str) -> Tokens {
        Tokens::of(&self.exchange(code, &[]))
    }

    /// Signs misaki in and exchanges the code.
    pub fn sign_in_to_tokens(&self, person: &Person<'_>, changes: &[(&str, &str)]) -> Tokens {
        self.tokens(&self.sign_in(person, changes).code())
    }

    /// Signs misaki in for [`OFFLINE`] access.
    pub fn sign_in_offline(&self, person: &Person<'_>) -> Tokens {
        self.sign_in_to_tokens(person, &[("scope", OFFLINE)])
    }

    pub fn refresh(&self, refresh_token: &str, changes: &[(&str, &str)]) -> Answer {
        let mut good = vec![("grant_type", "refresh_token"), ("refresh_token", refresh_token)];
        if self.client.secret.is_none() {
            good.push(("client_id", &self.client.client_id));
        }
        self.post("/oauth/token", encoded(&good, changes))
    }

    /// `path`: revocation or introspection.
    pub fn show(&self, path: &str, token: &str, hint: &str) -> Answer {
        let mut good = vec![("token", token), ("token_type_hint", hint)];
        if self.client.secret.is_none() {
            good.push(("client_id", &self.client.client_id));
        }
        self.post(path, encoded(&good, &[]))
    }

    pub fn userinfo(&self, access_token: &str) -> Answer {
        let request = self.itself.http.get(self.app.url("/oauth/userinfo"));
        self.itself.send(request.bearer_auth(access_token))
    }
}

/// What an application reads from the address that the browser came back to.
#[derive(Debug)]
pub struct Callback {
    pub location: String,
    pub query: Vec<(String, String)>,
    issuer: String,
}

impl Callback {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(sent, _)| sent == name).map(|(_, value)| value.as_str())
    }

    fn names(&self) -> Vec<&str> {
        let mut names: Vec<_> = self.query.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        names
    }

    /// Of a good answer to a request with [`STATE`].
    pub fn code(&self) -> String {
        assert_eq!(self.names(), ["code", "iss", "state"], "{}", self.location);
        assert_eq!((self.get("state"), self.get("iss")), (Some(STATE), Some(self.issuer.as_str())));
        self.get("code").expect("a code").to_owned()
    }

    /// Of an error answer to a request with [`STATE`].
    pub fn error(&self) -> &str {
        assert_eq!(self.get("state"), Some(STATE), "{}", self.location);
        self.error_without_state(&["state"])
    }

    /// `and`: what else is in the answer.
    pub fn error_without_state(&self, and: &[&str]) -> &str {
        let mut expected = [&["error", "error_description", "iss"], and].concat();
        expected.sort_unstable();
        assert_eq!(self.names(), expected, "{}", self.location);
        assert_eq!(self.get("iss"), Some(self.issuer.as_str()));
        assert_plain(self.get("error_description").expect("a description"));
        self.get("error").expect("an error")
    }
}

#[derive(Clone, Debug)]
pub struct Tokens {
    pub access_token: String,
    /// Empty without one.
    pub refresh_token: String,
    pub scope: String,
    pub id_token: String,
    /// Not verified here.
    pub claims: Value,
}

impl Tokens {
    pub fn of(answer: &Answer) -> Self {
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        let body = answer.json();
        let text = |name: &str| body[name].as_str().expect(name).to_owned();
        let id_token = text("id_token");
        let refresh_token = body["refresh_token"].as_str().unwrap_or_default().to_owned();
        let claims = part(&id_token, 1);
        Self { access_token: text("access_token"), refresh_token, scope: text("scope"), claims, id_token }
    }

    pub fn header(&self) -> Value {
        part(&self.id_token, 0)
    }

    pub fn text(&self, claim: &str) -> &str {
        self.claims[claim].as_str().unwrap_or_else(|| panic!("{claim} in {}", self.claims))
    }

    pub fn auth_time(&self) -> i64 {
        self.claims["auth_time"].as_i64().expect("auth_time")
    }
}

/// Header or claims of a JWT.
pub fn part(jwt: &str, at: usize) -> Value {
    let encoded = jwt.split('.').nth(at).expect("three parts");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(encoded).expect("base64url")).expect("JSON")
}

/// The sealed request in an address of ours.
pub fn waiting(answer: &Answer) -> String {
    let location = answer.location();
    let (path, sealed) = location.split_once("?continue=").unwrap_or_else(|| panic!("nothing waits: {answer:?}"));
    assert!(["/login", "/oauth/authorize", "/settings/passkeys"].contains(&path), "{location}");
    sealed.to_owned()
}

/// RFC 6749 §4.1.2.1 and §5.2: no quotes, no backslash, nothing but ASCII, and no line ends.
pub fn assert_plain(description: &str) {
    let plain = description.bytes().all(|byte| matches!(byte, 0x20..=0x21 | 0x23..=0x5B | 0x5D..=0x7E));
    assert!(plain && !description.is_empty(), "{description:?}");
}

/// A client for refresh tokens.
pub fn renewing(name: &str) -> clients::Draft {
    clients::Draft {
        scope: Some("openid profile email address phone offline_access".to_owned()),
        grants: Some("authorization_code refresh_token".to_owned()),
        ..draft(name)
    }
}

/// A refusal by the token endpoint: RFC 6749 §5.2 to the letter.
pub fn token_error(answer: &Answer) -> String {
    let body = answer.json();
    let error = body["error"].as_str().expect("an error").to_owned();
    assert_eq!(answer.status.as_u16(), if error == "invalid_client" { 401 } else { 400 }, "{}", answer.body);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_plain(body["error_description"].as_str().expect("a description"));
    error
}

/// A page of ours that says no: 400, and nowhere to go.
pub fn assert_page(answer: &Answer) {
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{answer:?}");
    assert_eq!(answer.header("location"), None);
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(!answer.body.contains("http-equiv"), "{}", answer.body);
}

/// A 401 of the userinfo endpoint for a token that is no good (any more).
pub fn assert_dead(answer: &Answer) {
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", answer.body);
    let challenge = answer.header("www-authenticate").expect("a challenge");
    assert!(challenge.starts_with("Bearer ") && challenge.contains(r#"error="invalid_token""#), "{challenge}");
}

fn encoded(good: &[(&str, &str)], changes: &[(&str, &str)]) -> String {
    let changed = |name: &str| changes.iter().find(|(change, _)| *change == name);
    let kept = good.iter().filter(|(name, _)| changed(name).is_none());
    let whole = kept.chain(changes).filter(|(_, value)| !value.is_empty());
    Serializer::new(String::new()).extend_pairs(whole).finish()
}
