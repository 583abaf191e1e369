//! Reading requests, calling one flow each, rendering the answer.
//!
//! [`routes`] is the route table: every address on one screen, with its rule.
//!
//! | rule | who may call | cross-site requests | body |
//! | --- | --- | --- | --- |
//! | [`page`] | anybody, or the session that the handler takes | a GET changes nothing | none |
//! | [`form`] | a browser, or the session that the handler takes | `Origin`, `Sec-Fetch-Site`, form token | 64 KiB |
//! | [`script`] | our own pages' scripts | `Origin` must be ours, JSON only | 64 KiB |
//! | [`open`] | anybody, from any site | allowed: public documents | none |
//! | [`cross_site`] | applications, through the browser | allowed by the protocol | 64 KiB |
//! | [`machine`] | applications themselves; no cookie is read | not a browser's business | 64 KiB |
//! | [`spa`] | the same, single-page ones among them | answers may be read by their registered origins | 64 KiB |

mod extract;
mod failure;
pub mod gate;
pub(crate) mod layers;
pub mod listener;
pub(crate) mod oidc;
pub mod ops;
pub(crate) mod pages;
mod reply;
pub mod state;
pub mod view;

use std::convert::Infallible;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderValue, header},
    middleware::{from_fn_with_state, map_response},
    response::Response,
    routing::{MethodRouter, get, post},
};
use tower_http::{catch_panic::CatchPanicLayer, set_header::SetResponseHeaderLayer};

pub use extract::Proxies;

use failure::Failure;
use layers::{cors, origin};
use state::Shared;
use view::ErrorKind;

const BODY_LIMIT: usize = 64 * 1024;

#[rustfmt::skip]
pub fn routes(state: Shared) -> Router {
    let s = &state;
    Router::new()
        // Pages
        .route("/", page(get(pages::portal::show)))
        .route("/login", page(get(pages::login::show)))
        .route("/login/password", form(s, post(pages::login::password)))
        .route("/login/passkey/begin", script(s, post(pages::login_passkey::begin)))
        .route("/login/passkey/finish", script(s, post(pages::login_passkey::finish)))
        .route("/invite/{token}", page(get(pages::invitation::show)).merge(form(s, post(pages::invitation::accept))))
        .route("/terminal/{token}", page(get(pages::terminal::show)).merge(form(s, post(pages::terminal::register))))
        .route("/settings/passkeys", page(get(pages::passkeys::show)))
        .route("/settings/passkeys/begin", script(s, post(pages::passkeys_register::begin)))
        .route("/settings/passkeys/finish", script(s, post(pages::passkeys_register::finish)))
        .route("/settings/passkeys/phone", page(get(pages::handoff::show)).merge(form(s, post(pages::handoff::start))))
        .route("/settings/passkeys/phone/state", page(get(pages::handoff::state)))
        .route("/settings/passkeys/phone/digits", form(s, post(pages::handoff::confirm)))
        .route("/settings/passkeys/phone/commit", form(s, post(pages::handoff::commit)))
        .route("/phone/{token}", page(get(pages::phone::show)).merge(form(s, post(pages::phone::press))))
        .route("/phone/{token}/state", page(get(pages::phone::state)))
        .route("/phone/{token}/begin", script(s, post(pages::phone::begin)))
        .route("/phone/{token}/finish", script(s, post(pages::phone::finish)))
        .route("/settings/passkeys/{id}", page(get(pages::passkey_uses::show)))
        .route("/settings/passkeys/{id}/rename", form(s, post(pages::passkeys::rename)))
        .route("/settings/passkeys/{id}/suspend", page(get(pages::passkey_change::ask_suspend)).merge(form(s, post(pages::passkey_change::suspend))))
        .route("/settings/passkeys/{id}/resume", form(s, post(pages::passkey_change::resume)))
        .route("/settings/passkeys/{id}/delete", page(get(pages::passkey_change::ask_delete)).merge(form(s, post(pages::passkey_change::delete))))
        .route("/settings/password", page(get(pages::password::show)).merge(form(s, post(pages::password::change))))
        .route("/settings/sessions", page(get(pages::sessions::show)))
        .route("/settings/sessions/{id}/end", form(s, post(pages::sessions::end)))
        .route("/settings/sessions/end-others", form(s, post(pages::sessions::end_others)))
        .route("/settings/apps", page(get(pages::apps::show)))
        .route("/settings/apps/{id}/withdraw", form(s, post(pages::apps::withdraw)))
        .route("/settings/history", page(get(pages::history::show)))
        .route("/settings/history/{id}/not-me", page(get(pages::history::ask)).merge(form(s, post(pages::history::disown))))
        .route("/help", page(get(pages::help::guide)))
        .route("/help/check", page(get(pages::help::check)))
        .route("/help/downtime", page(get(pages::help::downtime)))
        .route("/language", form(s, post(pages::language::switch)))
        .route("/assets/{version}/{name}", page(get(pages::assets::show)))
        // OpenID Connect
        .route("/.well-known/openid-configuration", open(get(oidc::discovery::show)))
        .route("/.well-known/oauth-authorization-server", open(get(oidc::discovery::show)))
        .route("/.well-known/passkey-endpoints", open(get(pages::passkeys::well_known)))
        .route("/.well-known/change-password", page(get(pages::password::well_known)))
        .route("/oauth/jwks", open(get(oidc::jwks::show)))
        .route("/oauth/authorize", cross_site(get(oidc::authorize::get).post(oidc::authorize::post)))
        .route("/oauth/confirm", page(get(pages::confirm::show)).merge(form(s, post(pages::confirm::answer))))
        .route("/oauth/consent", page(get(pages::consent::show)).merge(form(s, post(pages::consent::answer))))
        .route("/oauth/token", spa(s, post(oidc::token::exchange)))
        .route("/oauth/userinfo", spa(s, get(oidc::userinfo::show).post(oidc::userinfo::show)))
        .route("/oauth/revoke", spa(s, post(oidc::revoke::revoke)))
        .route("/oauth/introspect", machine(post(oidc::introspect::introspect)))
        .route("/oauth/logout", cross_site(get(oidc::logout::get).post(oidc::logout::post)))
        // Every request
        .fallback(async || Failure::from(ErrorKind::NotFound))
        .method_not_allowed_fallback(async || Failure::from(ErrorKind::WrongMethod))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(state.clone(), layers::every_request))
        .with_state(state)
}

type Routes = MethodRouter<Shared>;

fn page(handler: Routes) -> Routes {
    handler.layer(DefaultBodyLimit::max(0))
}

fn form(state: &Shared, handler: Routes) -> Routes {
    handler.layer(DefaultBodyLimit::max(BODY_LIMIT)).layer(from_fn_with_state(state.clone(), origin::own_form))
}

fn script(state: &Shared, handler: Routes) -> Routes {
    handler.layer(DefaultBodyLimit::max(BODY_LIMIT)).layer(from_fn_with_state(state.clone(), origin::own_script))
}

fn open(handler: Routes) -> Routes {
    let anybody =
        SetResponseHeaderLayer::overriding(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    handler.layer::<_, Infallible>(DefaultBodyLimit::max(0)).layer(anybody)
}

fn cross_site(handler: Routes) -> Routes {
    handler.layer(DefaultBodyLimit::max(BODY_LIMIT))
}

fn machine(handler: Routes) -> Routes {
    // OAuth 2.0 wants it beside `Cache-Control: no-store` (RFC 6749 §5.1).
    let old_caches = map_response(async |mut response: Response| {
        response.headers_mut().insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
        response
    });
    let handler = handler.fallback(async || Failure::from(ErrorKind::WrongMethod));
    handler.layer(DefaultBodyLimit::max(BODY_LIMIT)).layer(old_caches).layer(map_response(oidc::machine::in_json))
}

fn spa(state: &Shared, handler: Routes) -> Routes {
    // A preflight never gets further than the layer.
    let handler = machine(handler.options(async || Failure::from(ErrorKind::WrongMethod)));
    handler.layer(from_fn_with_state(state.clone(), cors::registered_origins))
}

fn panicked(panic: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let words = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    let fault = crate::domain::Fault::internal("a handler panicked", words.unwrap_or("without words"));
    axum::response::IntoResponse::into_response(Failure::from(fault))
}
