//! Screens: typed contexts in, HTML out. One file per page; texts live in `templates/locales`, never here.

mod access_code;
mod admin;
mod apps;
mod assets;
mod audit;
mod catalogue;
mod chrome;
mod client_limits;
mod client_preview;
mod clients;
mod clinics;
mod confirm;
mod consent;
mod error;
mod groups;
mod handoff;
mod help;
mod history;
mod holdings;
mod invitation;
mod invitations;
mod invite_again;
mod invite_list;
mod lang;
mod login;
mod logout;
mod mail;
mod passkey_change;
mod passkeys;
mod password;
mod portal;
mod qr;
mod qualifications;
#[cfg(test)]
mod samples;
mod second_factor;
mod sessions;
mod terminal;
#[cfg(test)]
mod tests;
mod why;
mod words;
mod workplace;

use std::sync::Arc;

use minijinja::{
    Environment, Error, UndefinedBehavior, Value, context,
    value::{Kwargs, Serde},
};
use serde::Serialize;

pub use access_code::{AccessCodePage, AskCodePage, IssuedCodePage};
pub use admin::{ActPage, End, MemberPasskey, PeoplePage, PersonLine, PersonNotice, PersonPage};
pub use apps::AppsPage;
pub use assets::Asset;
pub use audit::{AuditChoice, AuditEntry, AuditEventPage, AuditPage, TooMuch};
pub use chrome::{AdminLink, Application, Chrome};
pub use client_limits::{ClientLimits, Minimum};
pub use client_preview::{ClientPreviewPage, Outlook};
pub use clients::{
    ClientFacts, ClientLine, ClientPage, ClientSecretPage, ClientState, ClientsPage, Configuration, EditClientPage,
    NewClientPage, TypedClient, Whose, WrongClient,
};
pub use clinics::{
    Administrator, ClinicChoices, ClinicLine, ClinicPage, ClinicsPage, EditClinicPage, TypedClinic, WrongClinic,
};
pub use confirm::ConfirmPage;
pub use consent::ConsentPage;
pub use error::{ErrorKind, ErrorPage};
pub use groups::{
    GroupLine, GroupPage, GroupTick, GroupsPage, JoinGroupPage, NewGroupPage, PersonGroupsPage, RemoveGroupPage,
};
pub use handoff::{HandoffPage, Orphan, PhonePage};
pub use help::{CheckPage, DowntimePage, GuidePage};
pub use history::{HistoryPage, NotMePage, PasskeyUsesPage};
pub use holdings::{HeldSession, HoldingsSection};
pub use invitation::InvitationPage;
pub use invitations::{InvitationsPage, InvitePage, SheetPage};
pub use invite_again::InviteAgainPage;
pub use invite_list::{InviteListPage, ListTrouble, SheetsPage};
pub use lang::Lang;
pub use login::{LoginNotice, LoginPage};
pub use logout::{LoggedOutPage, LogoutPage};
pub use passkey_change::PasskeyChangePage;
pub use passkeys::{Backup, LastUse, PasskeyCard, PasskeySignal, PasskeysNotice, PasskeysPage, Suspended};
pub use password::{PasswordPage, PasswordTrouble};
pub use portal::{PasskeyAdvice, PortalPage};
pub use qualifications::{QualificationCard, QualificationsPage, TypedQualification, VerifiedBy, profession};
pub use second_factor::{
    CodePage, CodeTrouble, EnabledFactor, RecoveryCodesPage, RemoveFactorPage, SecondFactorNotice, SecondFactorPage,
    SetUpPage,
};
pub use sessions::{SessionCard, SessionsNotice, SessionsPage, SignedInBy};
pub use terminal::{RevokeTerminalPage, TerminalHere, TerminalLine, TerminalLinkPage, TerminalPage, TerminalsPage};
pub use why::{WhyLine, WhySection};

pub use workplace::{ClinicOffer, WorkplacePage};

use crate::domain::{Fault, Role};
use catalogue::Catalogue;

/// What a screen shows: everything its template may name, beside [`Chrome`].
pub trait Page: Serialize {
    /// Below `templates/`.
    const TEMPLATE: &'static str;
}

/// A text that says nothing of anybody, for the command line.
pub fn words(lang: Lang, key: &str) -> Result<String, Fault> {
    let nothing = Kwargs::from_iter(std::iter::empty::<(&str, Value)>());
    Catalogue::of(lang)?.text(key, &nothing).map_err(|error| Fault::internal(key, error))
}

/// Templates, texts and assets, all out of the binary. One per process; cheap to clone.
#[derive(Clone)]
pub struct View(Arc<Inner>);

struct Inner {
    ja: Environment<'static>,
    en: Environment<'static>,
    roles: Vec<(String, Role)>,
}

impl View {
    /// `issuer` is printed on the login page, so that people can compare it with the address bar.
    ///
    /// # Errors
    /// When a catalogue cannot be read, which the tests rule out.
    pub fn new(issuer: &str) -> Result<Self, Fault> {
        let speaking = |lang| -> Result<Environment<'static>, Fault> {
            let catalogue = Catalogue::of(lang)?;
            Ok(environment(issuer, lang, move |key, arguments| catalogue.text(key, arguments)))
        };
        Ok(Self(Arc::new(Inner { ja: speaking(Lang::Ja)?, en: speaking(Lang::En)?, roles: invite_list::roles()? })))
    }

    /// What each role is called, in every language: for lists that people paste.
    pub fn role_words(&self) -> &[(String, Role)] {
        &self.0.roles
    }

    /// The page as HTML, in the chrome's language.
    pub fn render<P: Page>(&self, chrome: &Chrome, page: &P) -> Result<String, Fault> {
        render(self.speaking(chrome.lang), P::TEMPLATE, chrome, Value::from(Serde(page)))
            .map_err(|error| Fault::internal(P::TEMPLATE, format!("{error:#}")))
    }

    fn speaking(&self, lang: Lang) -> &Environment<'static> {
        match lang {
            Lang::Ja => &self.0.ja,
            Lang::En => &self.0.en,
        }
    }

    /// What `/assets/<version>/<name>` serves (`path` is `<version>/<name>`), for ever cacheable; `None`: 404.
    pub fn asset(&self, path: &str) -> Option<Asset> {
        assets::find(path)
    }
}

/// One language's templates. `text` is what `t(…)` asks.
fn environment(
    issuer: &str,
    lang: Lang,
    text: impl Fn(&str, &Kwargs) -> Result<String, Error> + Send + Sync + 'static,
) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_loader(assets::template);
    environment.add_function("t", move |key: &str, arguments: Kwargs| text(key, &arguments));
    environment.add_function("asset", assets::address);
    environment.add_filter("moment", move |millis: i64| words::moment(millis, lang));
    environment.add_filter("day", move |millis: i64| words::day(millis, lang));
    environment.add_filter("second", move |millis: i64| words::second(millis, lang));
    environment.add_filter("sheet", words::sheet);
    environment.add_filter("figures", words::figures);
    environment.add_filter("cell", audit::cell);
    environment.add_filter("iso", words::iso);
    environment.add_filter("browser", words::browser);
    environment.add_filter("version", words::version);
    environment.add_filter("qr", qr::code);
    environment.add_global("login_address", format!("{issuer}/login"));
    environment
}

fn render(environment: &Environment<'_>, template: &str, chrome: &Chrome, page: Value) -> Result<String, Error> {
    environment.get_template(template)?.render(context! { chrome => Serde(chrome), page })
}
