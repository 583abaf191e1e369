//! One function per address of an application.

use std::{path::PathBuf, sync::Arc};

use axum::{
    extract::{
        Form, Query, Request, State,
        rejection::{FormRejection, QueryRejection},
    },
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{Html, IntoResponse, Redirect, Response},
};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use openidconnect::CsrfToken;
use serde::Deserialize;

use super::{
    Kind,
    lang::Lang,
    mail::newest,
    pages::{Page, Pages, Visitor},
    provider::Provider,
    refusal::Refusal,
    sessions::Sessions,
};
use crate::clock::Clock;

pub struct Running {
    pub kind: Kind,
    pub base_url: String,
    pub issuer: String,
    pub provider: Provider,
    pub sessions: Sessions,
    pub pages: Pages,
    pub clock: Clock,
    pub mail: PathBuf,
}

type App = State<Arc<Running>>;

pub async fn home(State(app): App, headers: HeaderMap, jar: CookieJar) -> Response {
    match app.sessions.signed_in(app.cookie(&jar), app.clock.now()) {
        Some(signed_in) => app.page(&headers, StatusCode::OK, &Page::Home(&Visitor::of(&signed_in))),
        None => app.page(&headers, StatusCode::OK, &Page::Welcome),
    }
}

#[derive(Default, Deserialize)]
pub struct LoginQuery {
    /// `login` asks the provider to make sure again; nothing else is passed on.
    prompt: Option<String>,
}

pub async fn login(
    State(app): App,
    headers: HeaderMap,
    jar: CookieJar,
    query: Result<Query<LoginQuery>, QueryRejection>,
) -> Response {
    let again = query.is_ok_and(|Query(query)| query.prompt.as_deref() == Some("login"));
    match app.provider.begin(lang(&headers), again).await {
        Ok((url, pending)) => {
            let id = app.sessions.begin(app.cookie(&jar), pending, app.clock.now());
            (jar.add(app.session_cookie(id)), Redirect::to(url.as_str())).into_response()
        }
        Err(refusal) => app.refused(&headers, &refusal),
    }
}

/// RFC 6749 §4.1.2. A parameter given twice doesn't parse.
#[derive(Deserialize)]
pub struct Answer {
    state: Option<String>,
    iss: Option<String>,
    code: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

pub async fn callback(
    State(app): App,
    headers: HeaderMap,
    jar: CookieJar,
    query: Result<Query<Answer>, QueryRejection>,
) -> Response {
    let answer = match query {
        Ok(Query(answer)) => answer,
        Err(_) => return app.refused(&headers, &Refusal::Malformed),
    };
    match app.sign_in(&jar, answer).await {
        Ok(id) => (jar.add(app.session_cookie(id)), Redirect::to("/")).into_response(),
        Err(refusal) => app.refused(&headers, &refusal),
    }
}

pub async fn logout(State(app): App, headers: HeaderMap, jar: CookieJar) -> Response {
    let origin = headers.get(header::ORIGIN);
    if origin.is_some_and(|origin| origin.as_bytes() != app.base_url.as_bytes()) {
        return app.refused(&headers, &Refusal::ForeignForm);
    }
    let state = CsrfToken::new_random();
    let Some(signed_in) = app.sessions.sign_out(app.cookie(&jar), &state, app.clock.now()) else {
        return Redirect::to("/logged-out").into_response();
    };
    let url = app.provider.logout_url(&signed_in.token, state, lang(&headers)).await;
    Redirect::to(url.as_ref().map_or("/logged-out", |url| url.as_str())).into_response()
}

#[derive(Deserialize)]
pub struct LogoutForm {
    logout_token: String,
}

/// OpenID Connect Back-Channel Logout 1.0 §2.5 and §2.8: the provider itself comes, without any browser. A session that is
/// over here already is well too.
pub async fn backchannel_logout(
    State(app): App,
    headers: HeaderMap,
    form: Result<Form<LogoutForm>, FormRejection>,
) -> Response {
    let Ok(Form(form)) = form else { return app.refused(&headers, &Refusal::Malformed) };
    match app.provider.logged_out(&form.logout_token, app.clock.now()).await {
        Ok(token) => {
            app.sessions.end(&token.sub, &token.sid, app.clock.now());
            StatusCode::OK.into_response()
        }
        Err(refusal) => app.refused(&headers, &refusal),
    }
}

#[derive(Default, Deserialize)]
pub struct LoggedOutQuery {
    state: Option<String>,
}

pub async fn logged_out(
    State(app): App,
    headers: HeaderMap,
    jar: CookieJar,
    query: Result<Query<LoggedOutQuery>, QueryRejection>,
) -> Response {
    let state = query.ok().and_then(|Query(query)| query.state);
    let everywhere =
        state.is_some_and(|state| app.sessions.came_back_from_logout(app.cookie(&jar), &state, app.clock.now()));
    app.page(&headers, StatusCode::OK, &Page::LoggedOut { everywhere })
}

/// What the provider would have sent to people, were this no demo.
pub async fn mail(State(app): App, headers: HeaderMap) -> Response {
    app.page(&headers, StatusCode::OK, &Page::Mail(&newest(&app.mail)))
}

pub async fn not_found(State(app): App, headers: HeaderMap) -> Response {
    app.page(&headers, StatusCode::NOT_FOUND, &Page::NotFound)
}

/// On every answer. `form-action` names the provider too: browsers apply it to where a form is redirected (`/logout`).
pub async fn security_headers(State(app): App, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let policy = format!(
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' {}; base-uri 'none'; frame-ancestors 'none'",
        app.issuer
    );
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

impl Running {
    /// The order matters: until `state` and `iss` are right, nothing else in the answer means anything.
    async fn sign_in(&self, jar: &CookieJar, answer: Answer) -> Result<String, Refusal> {
        let state = answer.state.ok_or(Refusal::UnknownState)?;
        let cookie = self.cookie(jar);
        let pending = self.sessions.take_pending(cookie, &state, self.clock.now()).ok_or(Refusal::UnknownState)?;
        self.provider.check_issuer(answer.iss.as_deref())?;
        if let Some(error) = answer.error {
            return Err(Refusal::Provider { error, description: answer.error_description });
        }
        let signed_in = self.provider.finish(answer.code.ok_or(Refusal::Malformed)?, pending).await?;
        Ok(self.sessions.sign_in(cookie, signed_in, self.clock.now()))
    }

    fn cookie_name(&self) -> String {
        format!("sample_{}", self.kind.key())
    }

    fn cookie<'a>(&self, jar: &'a CookieJar) -> Option<&'a str> {
        jar.get(&self.cookie_name()).map(Cookie::value)
    }

    /// Without `Secure`: loopback, plain http.
    fn session_cookie(&self, id: String) -> Cookie<'static> {
        Cookie::build((self.cookie_name(), id)).path("/").http_only(true).same_site(SameSite::Lax).build()
    }

    fn refused(&self, headers: &HeaderMap, refusal: &Refusal) -> Response {
        self.page(headers, refusal.status(), &Page::Refused(refusal))
    }

    fn page(&self, headers: &HeaderMap, status: StatusCode, page: &Page) -> Response {
        let drawn = self.pages.render(page, self.kind, &self.issuer, lang(headers), self.clock.now());
        let vary = [(header::VARY, "Accept-Language, Cookie")];
        match drawn {
            Ok(html) => (status, vary, Html(html)).into_response(),
            Err(error) => {
                tracing::error!(%error, "a page of a sample application could not be drawn");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }
}

fn lang(headers: &HeaderMap) -> Lang {
    let preferred = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    Lang::from_accept_language(preferred.unwrap_or_default())
}

#[cfg(test)]
mod tests;
