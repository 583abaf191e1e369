//! `GET /oauth/jwks` (RFC 7517 §5): our public keys, rendered when they last changed. Anybody may ask.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};

use crate::{
    domain::Fault,
    web::{extract::Info, reply::JsonRefusal, state::Shared},
};

pub async fn show(State(state): State<Shared>, Info(info): Info) -> Result<Response, JsonRefusal> {
    let jwks = match state.run_read(info, |_, cx| Ok(cx.ring.jwks().to_owned())).await {
        // A crowd before the store is no reason to keep back what was known a moment ago.
        Err(Fault::Busy(_)) => state.secrets.held().ring.jwks().to_owned(),
        answered => answered?,
    };
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "public, max-age=300")];
    Ok((headers, jwks).into_response())
}
