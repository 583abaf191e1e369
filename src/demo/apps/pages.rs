//! What the applications show. Every text is in `templates/demo/{ja,en}.toml`.

use minijinja::{AutoEscape, Environment, Error, UndefinedBehavior, Value, context, value::Serde};
use serde::Serialize;

use super::{
    Kind, dates,
    lang::Lang,
    provider::{Claims, SignedIn, UserInfo},
    refusal::Refusal,
};
use crate::domain::UnixTime;

const TEMPLATES: [(&str, &str); 7] = [
    ("base.html", include_str!("../../../templates/demo/base.html")),
    ("welcome.html", include_str!("../../../templates/demo/welcome.html")),
    ("home.html", include_str!("../../../templates/demo/home.html")),
    ("logged-out.html", include_str!("../../../templates/demo/logged-out.html")),
    ("mail.html", include_str!("../../../templates/demo/mail.html")),
    ("refused.html", include_str!("../../../templates/demo/refused.html")),
    ("not-found.html", include_str!("../../../templates/demo/not-found.html")),
];
const JAPANESE: &str = include_str!("../../../templates/demo/ja.toml");
const ENGLISH: &str = include_str!("../../../templates/demo/en.toml");

/// Everything that a page is drawn from.
pub enum Page<'a> {
    Welcome,
    Home(&'a Visitor),
    /// `everywhere`: the provider confirmed it.
    LoggedOut {
        everywhere: bool,
    },
    Mail(&'a [String]),
    Refused(&'a Refusal),
    NotFound,
}

/// Who signed in and how, as the verified ID token and userinfo say.
#[derive(Serialize)]
pub struct Visitor {
    name: String,
    email: Option<String>,
    acr: Option<String>,
    amr: Vec<String>,
    auth_time: Option<UnixTime>,
    id_token: Vec<Claim>,
    userinfo: Vec<Claim>,
}

#[derive(Serialize)]
struct Claim {
    name: String,
    value: String,
}

impl Visitor {
    pub fn of(signed_in: &SignedIn) -> Self {
        Self::from_claims(&signed_in.claims, &signed_in.userinfo)
    }

    fn from_claims(claims: &Claims, userinfo: &UserInfo) -> Self {
        let name = userinfo.name().and_then(|names| names.get(None)).map(|name| name.to_string());
        Self {
            name: name.unwrap_or_else(|| claims.subject().to_string()),
            email: userinfo.email().map(|email| email.to_string()),
            acr: claims.auth_context_ref().map(|acr| acr.to_string()),
            amr: claims.auth_method_refs().into_iter().flatten().map(|amr| amr.to_string()).collect(),
            auth_time: claims.auth_time().map(|at| UnixTime::from_secs(at.timestamp())),
            id_token: listed(claims),
            userinfo: listed(userinfo),
        }
    }
}

fn listed(claims: &impl Serialize) -> Vec<Claim> {
    let Ok(serde_json::Value::Object(claims)) = serde_json::to_value(claims) else { return Vec::new() };
    let text = |value: serde_json::Value| match value {
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    };
    claims.into_iter().map(|(name, value)| Claim { name, value: text(value) }).collect()
}

pub struct Pages {
    templates: Environment<'static>,
    japanese: toml::Table,
    english: toml::Table,
}

impl Pages {
    pub fn new() -> Result<Self, Error> {
        let mut templates = Environment::new();
        templates.set_undefined_behavior(UndefinedBehavior::Strict);
        templates.set_auto_escape_callback(|_| AutoEscape::Html);
        for (name, source) in TEMPLATES {
            templates.add_template(name, source)?;
        }
        let catalogue = |text: &str| {
            text.parse::<toml::Table>()
                .map_err(|error| Error::new(minijinja::ErrorKind::InvalidOperation, error.to_string()))
        };
        Ok(Self { templates, japanese: catalogue(JAPANESE)?, english: catalogue(ENGLISH)? })
    }

    pub fn render(&self, page: &Page, kind: Kind, issuer: &str, lang: Lang, now: UnixTime) -> Result<String, Error> {
        let texts = match lang {
            Lang::Ja => &self.japanese,
            Lang::En => &self.english,
        };
        let written = |at: UnixTime, format: &str| {
            dates::written(at, texts.get(format).and_then(toml::Value::as_str).unwrap_or_default())
        };
        let (template, own) = match page {
            Page::Welcome => ("welcome.html", Value::UNDEFINED),
            Page::Home(who) => {
                let auth_time = who.auth_time.map(|at| context! { written => written(at, "moment"), raw => at.secs() });
                ("home.html", context! { who => Value::from(Serde(who)), auth_time })
            }
            Page::LoggedOut { everywhere } => ("logged-out.html", context! { everywhere }),
            Page::Mail(letters) => ("mail.html", context! { letters => Value::from(Serde(letters)) }),
            Page::Refused(refusal) => ("refused.html", context! { key => refusal.key(), answer => refusal.answer() }),
            Page::NotFound => ("not-found.html", Value::UNDEFINED),
        };
        let shared = context! {
            t => Value::from(Serde(texts)),
            lang => lang.as_str(),
            kind => kind.key(),
            issuer,
            today => written(now, "day"),
            weekday => dates::weekday(now),
        };
        self.templates.get_template(template)?.render(context! { ..own, ..shared })
    }
}

#[cfg(test)]
mod tests;
