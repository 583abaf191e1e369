//! What an address is, and who may call it: the columns of the route table.
//!
//! | rule | cross-site requests | body |
//! | --- | --- | --- |
//! | [`Rule::Page`] | a GET changes nothing | none |
//! | [`Rule::Form`] | `Origin`, `Sec-Fetch-Site`, form token | 64 KiB |
//! | [`Rule::LongForm`] | the same | 256 KiB |
//! | [`Rule::Script`] | `Origin` must be ours, JSON only | 64 KiB |
//! | [`Rule::Open`] | allowed: public documents | none |
//! | [`Rule::CrossSite`] | allowed by the protocol, through the browser | 64 KiB |
//! | [`Rule::Machine`] | not a browser's business: no cookie is read | 64 KiB |
//! | [`Rule::Spa`] | the same, but answers may be read by registered origins | 64 KiB |
//!
//! To look through the audit trail is itself an event: a GET of `/admin/audit` changes nothing that anybody else could see but
//! adds that record ([`look`](crate::flows::admin::audit::look)), its one write, and shows nothing where it cannot be kept.

use std::convert::Infallible;

use axum::{
    extract::DefaultBodyLimit,
    http::{HeaderValue, header},
    middleware::{from_fn_with_state, map_response},
    response::Response,
    routing::MethodRouter,
};
use tower_http::set_header::SetResponseHeaderLayer;

use super::{
    failure::Failure,
    layers::{cors, origin, permission},
    oidc,
    state::Shared,
    view::ErrorKind,
};
use crate::domain::Permission;

const BODY_LIMIT: usize = 64 * 1024;
/// Of two hundred people, each byte of Japanese as `%xx`.
const LONG_LIMIT: usize = 256 * 1024;

/// What an address is, who may call it, where it is, and who answers there.
pub type Route = (Rule, Caller, &'static str, Routes);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    Page,
    Form,
    /// A list that somebody pastes.
    LongForm,
    Script,
    Open,
    CrossSite,
    Machine,
    Spa,
}

/// Whose session is needed. The first three are asked for by the handler, by what it takes; the last by a layer before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// None, or what the protocol proves.
    Anybody,
    /// Also one that may only register a first passkey.
    Enrolled,
    /// An ordinary one.
    SignedIn,
    /// An ordinary one of somebody who may do this to anybody at all; to whom, the flow decides. For everybody else the
    /// address isn't there.
    May(Permission),
}

type Routes = MethodRouter<Shared>;

impl Caller {
    pub(super) fn guard(self, state: &Shared, handler: Routes) -> Routes {
        match self {
            Self::May(permission) => handler.layer(from_fn_with_state((state.clone(), permission), permission::may)),
            Self::Anybody | Self::Enrolled | Self::SignedIn => handler,
        }
    }
}

impl Rule {
    pub(super) fn guard(self, state: &Shared, handler: Routes) -> Routes {
        match self {
            Self::Page => handler.layer(DefaultBodyLimit::max(0)),
            Self::Form => browsers(handler).layer(from_fn_with_state(state.clone(), origin::own_form)),
            Self::LongForm => handler
                .layer(DefaultBodyLimit::max(LONG_LIMIT))
                .layer(from_fn_with_state(state.clone(), origin::own_form)),
            Self::Script => browsers(handler).layer(from_fn_with_state(state.clone(), origin::own_script)),
            Self::Open => open(handler),
            Self::CrossSite => browsers(handler),
            Self::Machine => machine(handler),
            Self::Spa => spa(state, handler),
        }
    }
}

fn browsers(handler: Routes) -> Routes {
    handler.layer(DefaultBodyLimit::max(BODY_LIMIT))
}

fn open(handler: Routes) -> Routes {
    let anybody =
        SetResponseHeaderLayer::overriding(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    handler.layer::<_, Infallible>(DefaultBodyLimit::max(0)).layer(anybody)
}

fn machine(handler: Routes) -> Routes {
    // OAuth 2.0 wants it beside `Cache-Control: no-store` (RFC 6749 §5.1).
    let old_caches = map_response(async |mut response: Response| {
        response.headers_mut().insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
        response
    });
    let handler = handler.fallback(async || Failure::from(ErrorKind::WrongMethod));
    browsers(handler).layer(old_caches).layer(map_response(oidc::machine::in_json))
}

fn spa(state: &Shared, handler: Routes) -> Routes {
    // A preflight never gets further than the layer.
    let handler = machine(handler.options(async || Failure::from(ErrorKind::WrongMethod)));
    handler.layer(from_fn_with_state(state.clone(), cors::registered_origins))
}
