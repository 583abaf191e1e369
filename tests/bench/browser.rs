//! Somebody at a browser, as far as driving needs one: cookies, the login page, a passkey.

use std::{collections::BTreeMap, sync::Arc};

use form_urlencoded::Serializer;
use hyper::{
    StatusCode,
    header::{COOKIE, HeaderName, ORIGIN, SET_COOKIE},
};
use serde_json::{Value, json};

use crate::{
    Result,
    http::{Answer, Connection, FORM, JSON, Sent},
    support::soft_key::SoftKey,
    target::{CALLBACK, Person, Target},
};

/// Genkan's cookie of a browser without a session.
const NOBODY: &str = "genkan-browser";
const SESSION: &str = "genkan";

pub struct Browser {
    pub target: Arc<Target>,
    pub http: Connection,
    cookies: BTreeMap<String, String>,
    /// Those as the header says them.
    pub cookie_header: String,
    person: Option<Person>,
    form_token: String,
    key: Option<SoftKey>,
}

impl Browser {
    pub fn new(target: &Arc<Target>, person: Option<Person>) -> Self {
        Self {
            http: Connection::to(target.authority()),
            target: Arc::clone(target),
            cookies: BTreeMap::new(),
            cookie_header: String::new(),
            person,
            form_token: String::new(),
            key: None,
        }
    }

    pub async fn get(&mut self, path: &str) -> Result<Answer> {
        let answer = self.http.get(path, &[(COOKIE, &self.cookie_header)]).await?;
        self.keep_cookies(&answer);
        Ok(answer)
    }

    fn keep_cookies(&mut self, answer: &Answer) {
        let set = answer.headers.get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut changed = false;
        for (name, value) in set.filter_map(|text| text.split(';').next()?.split_once('=')) {
            changed |= self.cookies.insert(name.to_owned(), value.to_owned()).is_none_or(|old| old != value);
        }
        if changed {
            let all = self.cookies.iter().filter(|(_, value)| !value.is_empty());
            self.cookie_header = all.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
        }
    }

    /// From an application's request to its callback, through whatever the issuer asks on the way.
    pub async fn sign_in(&mut self, request: &str) -> Result<()> {
        let mut answer = self.get(request).await?;
        for _ in 0..10 {
            let Some(to) = answer.location().map(str::to_owned) else {
                let (_, waiting) = request_behind(&answer)?;
                answer = self.password(Some(&waiting)).await?;
                continue;
            };
            if to.starts_with(CALLBACK) {
                return Ok(());
            }
            let path = to.strip_prefix(&self.target.issuer).unwrap_or(&to).to_owned();
            answer = self.get(&path).await?;
            if answer.status == StatusCode::OK {
                self.form_token = request_behind(&answer)?.0;
            }
        }
        Err("the sign-in goes round in circles".into())
    }

    pub async fn password(&mut self, waiting: Option<&str>) -> Result<Answer> {
        let person = self.person.as_ref().ok_or("nobody to sign in")?;
        let mut fields =
            vec![("form_token", &*self.form_token), ("email", &person.email), ("password", &person.password)];
        fields.extend(waiting.map(|sealed| ("continue", sealed)));
        let form = Serializer::new(String::new()).extend_pairs(fields).finish();
        let cookies = self.cookie_header.clone();
        let headers: [(HeaderName, &str); 2] = [(ORIGIN, &self.target.issuer), (COOKIE, &cookies)];
        let sent = Sent { headers: &headers, body: Some((FORM, form)) };
        let answer = self.http.post("/login/password", sent).await?.expect(StatusCode::SEE_OTHER)?;
        self.keep_cookies(&answer);
        Ok(answer)
    }

    pub async fn post_json(&mut self, path: &str, body: &Value) -> Result<Answer> {
        let headers: [(HeaderName, &str); 2] = [(ORIGIN, &self.target.issuer), (COOKIE, &self.cookie_header)];
        let sent = Sent { headers: &headers, body: Some((JSON, body.to_string())) };
        self.http.post(path, sent).await?.expect(StatusCode::OK)
    }

    /// A first passkey, from the session that a password opened.
    pub async fn enrol(&mut self) -> Result<()> {
        let key = SoftKey::new(&self.target.issuer);
        let begun = self.post_json("/settings/passkeys/begin", &json!({})).await?.json()?;
        let credential = key.register(&begun["options"])?;
        let finish = json!({ "state": begun["state"], "credential": credential });
        self.post_json("/settings/passkeys/finish", &finish).await?;
        self.key = Some(key);
        Ok(())
    }

    pub async fn passkey(&mut self) -> Result<Answer> {
        let begun = self.post_json("/login/passkey/begin", &json!({})).await?.json()?;
        let credential = self.key.as_ref().ok_or("no passkey was registered")?.login(&begun["options"])?;
        self.post_json("/login/passkey/finish", &json!({ "state": begun["state"], "credential": credential })).await
    }

    /// Another browser of the same person, which nobody has signed in at yet.
    pub fn signed_out(&self) -> Self {
        let mut other = Self::new(&self.target, self.person.clone());
        other.cookies = self.cookies.iter().filter(|(name, _)| *name == NOBODY).map(own).collect();
        other.cookie_header = other.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        other.form_token.clone_from(&self.form_token);
        other.key.clone_from(&self.key);
        other
    }
}

fn own((name, value): (&String, &String)) -> (String, String) {
    (name.clone(), value.clone())
}

/// The secret of the session that an answer opened.
pub fn session(answer: &Answer) -> Option<&str> {
    let set = answer.headers.get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
    set.filter_map(|text| text.split(';').next()?.split_once('=')).find(|(name, _)| *name == SESSION).map(|(_, v)| v)
}

/// Form token and sealed request of a login page.
fn request_behind(page: &Answer) -> Result<(String, String)> {
    let text = std::str::from_utf8(&page.body)?;
    let hidden = |name: &str| {
        let (_, rest) = text.split_once(&format!("name=\"{name}\" value=\""))?;
        rest.split_once('"').map(|(value, _)| value.to_owned())
    };
    let missing = || format!("{} and no login page", page.status);
    Ok((hidden("form_token").ok_or_else(missing)?, hidden("continue").ok_or_else(missing)?))
}
