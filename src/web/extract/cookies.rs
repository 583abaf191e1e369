//! Our four cookies. On https they carry the `__Host-` prefix (RFC 6265bis §4.1.3.2); on http localhost, where browsers
//! refuse that, a plain name.

use axum::{
    http::{HeaderMap, header},
    response::Response,
};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};

use crate::{
    domain::{Secret, UnixTime},
    web::{state::State, view::Lang},
};

const SESSION: &str = "genkan";
const BROWSER: &str = "genkan-browser";
const LANGUAGE: &str = "genkan-lang";
const TERMINAL: &str = "genkan-terminal";

/// Ours among those that a request brought.
pub struct Brought {
    pub session: Option<Secret>,
    pub browser: Option<Secret>,
    /// The language that a person chose, and when.
    pub language: Option<(Lang, UnixTime)>,
    /// Which PC of a clinic this is.
    pub terminal: Option<Secret>,
}

pub fn read(state: &State, headers: &HeaderMap) -> Brought {
    let jar = CookieJar::from_headers(headers);
    let value = |name| jar.get(&full_name(state, name)).map(Cookie::value);
    Brought {
        session: value(SESSION).map(Secret::presented),
        browser: value(BROWSER).filter(|text| text.len() == 43).map(Secret::presented),
        language: value(LANGUAGE).and_then(language),
        terminal: value(TERMINAL).map(Secret::presented),
    }
}

fn language(text: &str) -> Option<(Lang, UnixTime)> {
    let (lang, at) = text.split_once('.')?;
    Some((Lang::parse(lang)?, UnixTime::from_millis(at.parse().ok()?)))
}

fn full_name(state: &State, name: &str) -> String {
    if state.is_https() { format!("__Host-{name}") } else { name.to_owned() }
}

/// Ends with the browser; its real limits are the session's own.
pub fn session_cookie(state: &State, secret: &Secret) -> Cookie<'static> {
    build(state, SESSION, secret.reveal().to_owned())
}

pub fn forget_session(state: &State) -> Cookie<'static> {
    let mut cookie = build(state, SESSION, String::new());
    cookie.make_removal();
    cookie
}

pub fn browser_cookie(state: &State, secret: &Secret) -> Cookie<'static> {
    build(state, BROWSER, secret.reveal().to_owned())
}

pub fn language_cookie(state: &State, lang: Lang) -> Cookie<'static> {
    let mut cookie = build(state, LANGUAGE, format!("{}.{}", lang.as_str(), state.clock.now().millis()));
    cookie.make_permanent();
    cookie
}

/// A PC stays where it is.
pub fn terminal_cookie(state: &State, secret: &Secret) -> Cookie<'static> {
    let mut cookie = build(state, TERMINAL, secret.reveal().to_owned());
    cookie.make_permanent();
    cookie
}

fn build(state: &State, name: &str, value: String) -> Cookie<'static> {
    Cookie::build((full_name(state, name), value))
        .path("/")
        .http_only(true)
        .secure(state.is_https())
        .same_site(SameSite::Lax)
        .build()
}

/// Adds one `Set-Cookie`.
pub fn set_cookie(response: &mut Response, cookie: &Cookie<'_>) {
    if let Ok(value) = cookie.encoded().to_string().parse() {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}
