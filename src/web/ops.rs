//! The operations listener: `/livez`, the process answers; `/readyz`, and its database too.

use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};

use super::state::Shared;

pub fn routes(state: Shared) -> Router {
    Router::new().route("/livez", get(async || "ok\n")).route("/readyz", get(ready)).with_state(state)
}

async fn ready(State(state): State<Shared>) -> Response {
    let asking = move || state.store.ping().and_then(|()| state.secrets.follow(&state.store, state.clock.now()));
    let pinging = tokio::task::spawn_blocking(asking).await;
    match pinging {
        Ok(Ok(())) => "ready\n".into_response(),
        _ => (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "2")], "store\n").into_response(),
    }
}
