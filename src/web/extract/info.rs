//! Where a request came from: its id, address and browser, known to logs, trail and error pages alike.

use std::{convert::Infallible, net::SocketAddr};

use axum::{
    extract::{ConnectInfo, FromRequestParts, MatchedPath, Request, State as AxumState},
    http::{HeaderMap, header, request::Parts},
    middleware::Next,
    response::Response,
};

use crate::{domain::RequestInfo, web::state::Shared};

const USER_AGENT_LIMIT: usize = 300;

/// Put on every request by [`remember_request`].
#[derive(Clone, Debug, Default)]
pub struct Info(pub RequestInfo);

pub async fn remember_request(AxumState(state): AxumState<Shared>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let origin = peer.map(|peer| state.proxies.origin(peer, request.headers()));
    let info = RequestInfo {
        request_id: hex::encode(state.random.bytes::<8>()),
        ip: origin.as_ref().map(|origin| origin.client.to_string()).unwrap_or_default(),
        user_agent: user_agent(request.headers()),
    };
    // The route, not the path: an invitation's link is a secret.
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let span = tracing::info_span!("request", id = %info.request_id, method = %request.method(), %route);
    request.extensions_mut().insert(Info(info));
    if let Some(origin) = origin {
        request.extensions_mut().insert(origin);
    }
    let began = state.clock.steady();
    let response = tracing::Instrument::instrument(next.run(request), span).await;
    state.metrics.answered(route, response.status().as_u16(), state.clock.steady().saturating_sub(began));
    response
}

fn user_agent(headers: &HeaderMap) -> String {
    let text = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    text.chars().take(USER_AGENT_LIMIT).collect()
}

impl<S: Sync> FromRequestParts<S> for Info {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_default())
    }
}
