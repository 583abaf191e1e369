//! Letters: subject, text and HTML, in the language of the person whom they go to.

use minijinja::{Environment, Error, Value, context, value::Serde};
use serde::Serialize;

use super::{Lang, View};
use crate::{
    domain::{Fault, Happened, UnixTime},
    flows::outbox::{Content, Told},
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

#[derive(Clone, Debug, Serialize)]
pub struct InvitationLetter {
    pub person: String,
    /// The link.
    pub address: String,
    pub until: UnixTime,
    pub clinic: Option<String>,
    pub contact: Option<String>,
}

impl View {
    /// The person's own language where it is known, else Japanese.
    pub fn letter(&self, told: &Told) -> Result<Letter, Fault> {
        let lang = told.user.profile.locale.as_deref().and_then(Lang::parse).unwrap_or_default();
        let clinic = told.clinic.as_ref();
        let name_en = clinic.and_then(|clinic| clinic.name_en.as_ref()).filter(|_| lang == Lang::En);
        let (name, contact) =
            (name_en.or(clinic.map(|clinic| &clinic.name)).cloned(), clinic.map(|clinic| clinic.contact.clone()));
        let person = told.user.profile.name.clone();
        let (at, which, page) = match &told.content {
            Content::Notice(notice) => {
                let page = NoticeLetter {
                    what: notice.what,
                    person,
                    name: notice.name.clone(),
                    reason: notice.reason.clone(),
                    at: notice.at,
                    ip: notice.ip.clone(),
                    user_agent: notice.user_agent.clone(),
                    clinic: name,
                    contact,
                };
                (notice.at, NOTICE, Value::from(Serde(&page)))
            }
            Content::Invitation { address, at, until } => {
                let (address, until) = (address.clone(), *until);
                let page = InvitationLetter { person, address, until, clinic: name, contact };
                (*at, INVITATION, Value::from(Serde(&page)))
            }
        };
        let [subject, text, html] = written(self.speaking(lang), which, page)
            .map_err(|error| Fault::internal("a letter", format!("{error:#}")))?;
        Ok(Letter {
            id: told.id.clone(),
            at,
            to: told.user.email.as_str().to_owned(),
            subject: subject.trim().to_owned(),
            text,
            html,
        })
    }
}

/// Subject, text and HTML.
pub(super) type Templates = [&'static str; 3];
pub(super) const NOTICE: Templates = ["mail/subject.txt", "mail/notice.txt", "mail/notice.html"];
pub(super) const INVITATION: Templates = ["mail/invitation_subject.txt", "mail/invitation.txt", "mail/invitation.html"];

pub(super) fn written(environment: &Environment<'_>, which: Templates, letter: Value) -> Result<[String; 3], Error> {
    let part = |name: &str| environment.get_template(name)?.render(context! { letter => letter.clone() });
    let [subject, text, html] = which;
    Ok([part(subject)?, part(text)?, part(html)?])
}
