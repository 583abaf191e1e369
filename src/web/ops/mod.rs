//! The operations listener, for those who run Genkan: `/livez`, the process answers; `/readyz`, whether people should be
//! sent here, and if not why; `/metrics`, how it is going (OpenMetrics 1.0, which Prometheus reads).

pub mod metrics;
pub mod ready;

use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};

use super::{failure::Failure, state::Shared};
use crate::domain::Fault;

pub fn routes(state: Shared) -> Router {
    Router::new()
        .route("/livez", get(async || "ok\n"))
        .route("/readyz", get(readyz))
        .route("/metrics", get(show_metrics))
        .with_state(state)
}

async fn readyz(State(state): State<Shared>) -> Response {
    // Past the gate: who asks how it is going wants an answer most when there is a crowd before it.
    let Ok((is_ready, report)) = tokio::task::spawn_blocking(move || ready::report(&state)).await else {
        return (StatusCode::SERVICE_UNAVAILABLE, "a check panicked\n").into_response();
    };
    match is_ready {
        true => report.into_response(),
        false => (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "2")], report).into_response(),
    }
}

async fn show_metrics(State(state): State<Shared>) -> Result<Response, Failure> {
    let text = tokio::task::spawn_blocking(move || metrics::text(&state))
        .await
        .map_err(|error| Fault::internal("gathering metrics", error))?
        .map_err(|error| Fault::internal("writing metrics", error))?;
    Ok(([(header::CONTENT_TYPE, metrics::CONTENT_TYPE)], text).into_response())
}
