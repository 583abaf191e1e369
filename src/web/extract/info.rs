//! Where a request came from: its id, address and browser, known to logs, trail and error pages alike.

use std::{convert::Infallible, net::SocketAddr, time::Duration};

use axum::{
    extract::{ConnectInfo, FromRequestParts, MatchedPath, Request},
    http::{HeaderMap, header, request::Parts},
    response::Response,
};
use tracing::Span;

use crate::{domain::RequestInfo, web::state::State};

/// In bytes.
const USER_AGENT_LIMIT: usize = 300;

/// Put on every request by [`arrive`].
#[derive(Clone, Debug, Default)]
pub struct Info(pub RequestInfo);

/// A request as it came in.
pub struct Arrival {
    /// The route, not the path: an invitation's link is a secret.
    route: String,
    at: Duration,
    pub span: Span,
}

/// Remembers it, for everybody who is asked to answer it.
pub fn arrive(state: &State, request: &mut Request) -> Arrival {
    let at = state.clock.steady();
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let origin = peer.map(|peer| state.proxies.origin(peer, request.headers()));
    let info = RequestInfo {
        request_id: hex::encode(state.random.bytes::<8>()),
        ip: origin.as_ref().map(|origin| origin.client.to_string()).unwrap_or_default(),
        user_agent: user_agent(request.headers()),
        terminal: None,
    };
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let span = tracing::info_span!("request", id = %info.request_id, method = %request.method(), %route);
    request.extensions_mut().insert(Info(info));
    if let Some(origin) = origin {
        request.extensions_mut().insert(origin);
    }
    Arrival { route, at, span }
}

impl Arrival {
    pub fn answered(self, state: &State, response: &Response) {
        let took = state.clock.steady().saturating_sub(self.at);
        state.metrics.answered(self.route, response.status().as_u16(), took);
    }
}

fn user_agent(headers: &HeaderMap) -> String {
    let text = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    text[..text.floor_char_boundary(USER_AGENT_LIMIT)].to_owned()
}

impl<S: Sync> FromRequestParts<S> for Info {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_default())
    }
}
