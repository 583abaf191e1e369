//! What happens to requests before and after their handlers.

pub mod cors;
mod headers;
mod host;
pub mod origin;
pub mod permission;

use axum::{
    extract::{Request, State as AxumState},
    middleware::Next,
    response::Response,
};
use tracing::Instrument;

use super::{extract::arrive, failure, state::Shared};

/// Every request, whatever its route. One layer, since each costs as much as what it does.
pub async fn every_request(AxumState(state): AxumState<Shared>, mut request: Request, next: Next) -> Response {
    let arrival = arrive(&state, &mut request);
    let response = answer(&state, request, next).instrument(arrival.span.clone()).await;
    arrival.answered(&state, &response);
    response
}

async fn answer(state: &Shared, request: Request, next: Next) -> Response {
    let own_room = headers::is_own_room(request.uri().path());
    let mut response = match host::elsewhere(&state.site.issuer, &request) {
        Some(response) => response,
        None => failure::drawn(state, request, next).await,
    };
    headers::secure(response.headers_mut(), own_room, state.is_https());
    response
}
