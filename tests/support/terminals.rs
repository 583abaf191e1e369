//! PCs of clinics: registered by their one-time links, and the cookies by which they are known.

use std::sync::Arc;

use genkan::{
    domain::{Clinic, TerminalKind},
    flows::admin::{clinics, terminals},
};
use reqwest::{Client, cookie::Jar, redirect::Policy};

use super::{app::TestApp, person::Person};

impl TestApp {
    /// What PCs count as for a clinic that does not know them, from now on.
    pub fn unregistered_terminals(&self, clinic: &Clinic, kind: TerminalKind) {
        let draft = clinics::Draft { unregistered_terminal: Some(kind), ..clinics::Draft::default() };
        clinics::set(self.store(), &self.by(), clinic.id.clone(), draft).expect("no fault").expect("set");
    }

    /// A one-time link for a PC, and what it is called by.
    pub fn terminal_link(&self, clinic: &Clinic, kind: TerminalKind) -> (String, genkan::domain::TerminalId) {
        let added = terminals::add(self.store(), &self.by(), clinic.id.clone(), "処置室 PC-3", kind);
        let added = added.expect("no fault").expect("a link");
        (self.url(&format!("/terminal/{}", added.secret.reveal())), added.terminal.id)
    }

    /// Somebody at a PC that has just been registered, with its cookie's value.
    pub fn at_terminal(&self, clinic: &Clinic, kind: TerminalKind) -> (Person<'_>, String) {
        let (link, _) = self.terminal_link(clinic, kind);
        let person = Person::at(self);
        let registered = person.submit(&link, &link, &[]);
        (person, cookie(&registered).expect("a cookie"))
    }
}

/// The value of a terminal's cookie that an answer sets.
pub fn cookie(answer: &super::person::Answer) -> Option<String> {
    let set = answer.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
    let value = set.into_iter().find_map(|cookie| cookie.strip_prefix("genkan-terminal="))?;
    Some(value.split(';').next().unwrap_or_default().to_owned())
}

/// Somebody at another browser that presents this as the cookie of a terminal.
pub fn presenting<'a>(app: &'a TestApp, terminal: &str, user_agent: &str) -> Person<'a> {
    let jar = Jar::default();
    jar.add_cookie_str(&format!("genkan-terminal={terminal}"), &app.issuer.parse().expect("an address"));
    let http = Client::builder()
        .cookie_provider(Arc::new(jar))
        .redirect(Policy::none())
        .no_proxy()
        .user_agent(user_agent)
        .build()
        .expect("a client without TLS can always be built");
    Person { app, http }
}
