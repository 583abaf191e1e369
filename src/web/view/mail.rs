//! Letters: subject, text and HTML, in the language of the person whom they go to.

use minijinja::{Environment, Error, Value, context, value::Serde};
use serde::Serialize;

use super::{Lang, View};
use crate::{
    domain::{Fault, Happened, UnixTime},
    flows::outbox::Told,
    mail::Letter,
};

/// What the templates may name.
#[derive(Clone, Debug, Serialize)]
pub struct NoticeLetter {
    pub what: Happened,
    pub person: String,
    /// Of the passkey.
    pub name: Option<String>,
    /// An administrator's, who did it.
    pub reason: Option<String>,
    pub at: UnixTime,
    pub ip: String,
    pub user_agent: String,
    pub clinic: Option<String>,
    pub contact: Option<String>,
}

impl View {
    /// The person's own language where it is known, else Japanese.
    pub fn letter(&self, told: &Told) -> Result<Letter, Fault> {
        let lang = told.user.profile.locale.as_deref().and_then(Lang::parse).unwrap_or_default();
        let clinic = told.clinic.as_ref();
        let name_en = clinic.and_then(|clinic| clinic.name_en.as_ref()).filter(|_| lang == Lang::En);
        let page = NoticeLetter {
            what: told.notice.what,
            person: told.user.profile.name.clone(),
            name: told.notice.name.clone(),
            reason: told.notice.reason.clone(),
            at: told.notice.at,
            ip: told.notice.ip.clone(),
            user_agent: told.notice.user_agent.clone(),
            clinic: name_en.or(clinic.map(|clinic| &clinic.name)).cloned(),
            contact: clinic.map(|clinic| clinic.contact.clone()),
        };
        let [subject, text, html] = written(self.speaking(lang), Value::from(Serde(&page)))
            .map_err(|error| Fault::internal("a letter", format!("{error:#}")))?;
        Ok(Letter {
            id: told.id.clone(),
            at: told.notice.at,
            to: told.user.email.as_str().to_owned(),
            subject: subject.trim().to_owned(),
            text,
            html,
        })
    }
}

pub(super) fn written(environment: &Environment<'_>, letter: Value) -> Result<[String; 3], Error> {
    let part = |name: &str| environment.get_template(name)?.render(context! { letter => letter.clone() });
    Ok([part("mail/subject.txt")?, part("mail/notice.txt")?, part("mail/notice.html")?])
}
