//! Somebody at a browser without scripts or windows: cookies, forms, redirects, and passkeys by `SoftKey`.

use reqwest::{Client, RequestBuilder, Response, StatusCode, Url, header};
use serde_json::{Value, json};

use super::{app::TestApp, relying_party, runtime::block_on, soft_key::SoftKey};

pub struct Person<'a> {
    pub app: &'a TestApp,
    pub http: Client,
}

/// An answer, read to its end.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: header::HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn location(&self) -> &str {
        self.header("location").unwrap_or_default()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// The body of a page with slashes as slashes, which templates escape.
    pub fn text(&self) -> String {
        self.body.replace("&#x2f;", "/")
    }

    /// The value of the first hidden input of this name.
    pub fn hidden(&self, name: &str) -> Option<String> {
        let (_, rest) = self.body.split_once(&format!("name=\"{name}\" value=\""))?;
        rest.split_once('"').map(|(value, _)| value.to_owned())
    }
}

impl<'a> Person<'a> {
    pub fn at(app: &'a TestApp) -> Self {
        Self { app, http: relying_party::browser() }
    }

    /// On a browser that describes itself so.
    pub fn with(app: &'a TestApp, user_agent: &str) -> Self {
        Self { app, http: relying_party::browser_called(user_agent) }
    }

    pub fn send(&self, request: RequestBuilder) -> Answer {
        block_on(async {
            let response: Response = request.send().await.expect("an answer");
            let (status, headers) = (response.status(), response.headers().clone());
            Answer { status, headers, body: response.text().await.expect("a body") }
        })
    }

    /// `path`: of ours, or a whole address.
    pub fn get(&self, path: &str) -> Answer {
        self.send(self.http.get(self.address(path)))
    }

    fn address(&self, path: &str) -> String {
        if path.starts_with('/') { self.app.url(path) } else { path.to_owned() }
    }

    /// A form as our own page would send it; its token is fetched from `page`.
    pub fn submit(&self, page: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.get(page).hidden("form_token").unwrap_or_default();
        let mut all = vec![("form_token", token.as_str())];
        all.extend_from_slice(fields);
        self.post_form(action, &all)
    }

    pub fn post_form(&self, action: &str, fields: &[(&str, &str)]) -> Answer {
        let request = self.http.post(self.address(action)).header(header::ORIGIN, &self.app.issuer);
        self.send(request.form(fields))
    }

    pub fn post_json(&self, path: &str, body: &Value) -> Answer {
        let request = self.http.post(self.address(path)).header(header::ORIGIN, &self.app.issuer);
        self.send(request.json(body))
    }

    /// Follows redirects of ours until a page, or until another site, whose address is in `location`.
    pub fn follow(&self, mut answer: Answer) -> Answer {
        while answer.status.is_redirection() {
            let to = Url::parse(&self.app.issuer).and_then(|here| here.join(answer.location())).expect("an address");
            if !to.as_str().starts_with(&self.app.issuer) {
                break;
            }
            answer = self.get(to.as_str());
        }
        answer
    }

    /// Types e-mail address and password into the login page, on behalf of what waits there.
    pub fn sign_in(&self, email: &str, password: &str, waiting: Option<&str>) -> Answer {
        let page = waiting.map_or_else(|| "/login".to_owned(), |sealed| format!("/login?continue={sealed}"));
        let mut fields = vec![("email", email), ("password", password)];
        fields.extend(waiting.map(|sealed| ("continue", sealed)));
        self.submit(&page, "/login/password", &fields)
    }

    /// Registers a passkey from the settings page of a signed-in or enrolling session.
    pub fn register(&self, key: &SoftKey) -> Answer {
        let begun = self.post_json("/settings/passkeys/begin", &json!({}));
        assert_eq!(begun.status, StatusCode::OK, "{}", begun.body);
        let begun = begun.json();
        let credential = key.register(&begun["options"]).expect("a credential");
        self.post_json("/settings/passkeys/finish", &json!({ "state": begun["state"], "credential": credential }))
    }

    /// Signs in with a passkey, on behalf of what waits.
    pub fn passkey(&self, key: &SoftKey, waiting: Option<&str>) -> Answer {
        // The page gives the browser its cookie.
        self.get("/login");
        let begun = self.post_json("/login/passkey/begin", &json!({}));
        assert_eq!(begun.status, StatusCode::OK, "{}", begun.body);
        let begun = begun.json();
        let credential = key.login(&begun["options"]).expect("an assertion");
        let mut finish = json!({ "state": begun["state"], "credential": credential });
        if let Some(sealed) = waiting {
            finish["continue"] = json!(sealed);
        }
        self.post_json("/login/passkey/finish", &finish)
    }
}
