//! Somebody's browser: its language, its own cookie to which forms and login challenges are bound, its session cookie if
//! it holds one. Whether that session is good only the store knows.

use std::convert::Infallible;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header, request::Parts},
    response::{IntoResponse, Response},
};

use super::{Info, cookies};
use crate::{
    domain::{Accent, Clinic, ClinicChoice, RequestInfo, Secret, SessionKind, SignedIn, UnixTime},
    web::{
        admin,
        failure::Failure,
        state::Shared,
        view::{AdminLink, Chrome, Lang, Page},
    },
};

#[derive(Clone)]
pub struct Visitor {
    pub info: RequestInfo,
    pub lang: Lang,
    /// The colour of the clinic whose application waits; who is signed in sees that of their own.
    pub accent: Option<Accent>,
    /// When they chose it here, if they did.
    pub chosen_at: Option<UnixTime>,
    pub browser: Secret,
    /// The cookie of this browser is new, and any page has to set it.
    pub is_new: bool,
    pub session: Option<Secret>,
    /// The cookie of a registered terminal, or what somebody made up.
    pub terminal: Option<Secret>,
    /// For the language switch and 「もう一度試す」 to come back to: always an address that answers a GET.
    pub path: String,
}

/// What of a request tells who asks; cheap to keep until somebody wants to know.
#[derive(Clone)]
pub struct Asked {
    info: Info,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
}

impl Asked {
    pub fn of(parts: &Parts) -> Self {
        let mut headers = HeaderMap::new();
        for name in [header::COOKIE, header::ACCEPT_LANGUAGE] {
            for value in parts.headers.get_all(&name) {
                headers.append(name.clone(), value.clone());
            }
        }
        let info = parts.extensions.get().cloned().unwrap_or_default();
        Self { info, method: parts.method.clone(), uri: parts.uri.clone(), headers }
    }
}

impl FromRequestParts<Shared> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &Shared) -> Result<Self, Infallible> {
        Ok(Self::of(state, Asked::of(parts)))
    }
}

/// Purpose of the keyed hash that form tokens are.
pub const FORM: &str = "form";

impl Visitor {
    pub fn of(state: &Shared, Asked { info: Info(mut info), method, uri, headers }: Asked) -> Self {
        let brought = cookies::read(state, &headers);
        info.terminal = brought.terminal.as_ref().map(Secret::hash);
        let accepts = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let (chosen, chosen_at) = brought.language.unzip();
        let path = uri.path_and_query().filter(|_| method == Method::GET).map_or("/", |path| path.as_str());
        Self {
            info,
            lang: Lang::negotiate(chosen, accepts),
            accent: None,
            chosen_at,
            is_new: brought.browser.is_none(),
            browser: brought.browser.unwrap_or_else(|| state.random.secret()),
            session: brought.session,
            terminal: brought.terminal,
            path: path.to_owned(),
        }
    }

    /// `ui_locales`: an application's wish for a language goes before the person's own (OpenID Connect Core §3.1.2.1),
    /// unless they chose one since it was uttered (`None`: nobody knows when): the switch on the very page has to work.
    pub fn speak(&mut self, ui_locales: &[String], asked_at: Option<UnixTime>) {
        if self.chosen_at.is_some() && self.chosen_at >= asked_at {
            return;
        }
        if let Some(lang) = ui_locales.iter().find_map(|tag| Lang::parse(tag)) {
            self.lang = lang;
        }
    }

    pub fn form_token(&self, state: &Shared) -> String {
        state.secrets.held().keys.mac(FORM, self.browser.reveal())
    }

    /// A page, with the browser's cookie if it is new.
    pub fn page<P: Page>(&self, state: &Shared, who: Option<&SignedIn>, page: &P) -> Result<Response, Failure> {
        self.page_with(state, who, StatusCode::OK, page)
    }

    pub fn page_with<P: Page>(
        &self,
        state: &Shared,
        who: Option<&SignedIn>,
        status: StatusCode,
        page: &P,
    ) -> Result<Response, Failure> {
        let chrome = Chrome {
            lang: self.lang,
            person: who.map(|who| who.user.profile.name.clone()),
            clinic: who.map(|who| self.clinic_name(who)),
            changes_clinic: who.is_some_and(|who| who.session.clinic_choice != ClinicChoice::Only),
            accent: who.map_or(self.accent, |who| who.clinic.accent).map(Accent::hex),
            admin: who.map(links).unwrap_or_default(),
            form_token: self.form_token(state),
            path: self.path.clone(),
            shared: who.is_some_and(|who| who.session.is_shared()),
            temporary: who.filter(|who| who.session.is_temporary()).map(|who| who.session.expires_at),
            server_time: state.clock.now(),
        };
        let html = state.view.render(&chrome, page)?;
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
            (header::CONTENT_LANGUAGE, HeaderValue::from_static(self.lang.as_str())),
        ];
        let mut response = (status, headers, html).into_response();
        if self.is_new {
            cookies::set_cookie(&mut response, &cookies::browser_cookie(state, &self.browser));
        }
        Ok(response)
    }

    pub fn clinic_name(&self, who: &SignedIn) -> String {
        self.name_of(&who.clinic)
    }

    pub fn name_of(&self, clinic: &Clinic) -> String {
        match (self.lang, &clinic.name_en) {
            (Lang::En, Some(name)) => name.clone(),
            _ => clinic.name.clone(),
        }
    }
}

fn links(who: &SignedIn) -> Vec<AdminLink> {
    match who.session.kind {
        _ if who.session.is_temporary() => Vec::new(),
        SessionKind::Ordinary => admin::pages(&who.membership).map(|(name, path)| AdminLink { name, path }).collect(),
        SessionKind::Enrolling(_) => Vec::new(),
    }
}
