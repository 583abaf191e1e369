//! Cross-origin requests (the Fetch standard, «HTTP-CORS protocol») of single-page applications. No cookie is read where
//! this stands, so it lends nobody's authority: it says which pages may read an answer. A preflight names no client, so any
//! enabled single-page client's origin will do.

use std::{collections::HashSet, sync::Arc};

use axum::{
    extract::{Request, State as AxumState},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{
    domain::{Fault, RequestInfo},
    flows::origins,
    web::{extract::Info, kept::Kept, state::Shared},
};

/// Those that are registered.
pub type Origins = Kept<Arc<HashSet<String>>>;

async fn is_registered(state: &Shared, info: RequestInfo, origin: &str) -> Result<bool, Fault> {
    let now = state.clock.now();
    if let Some(origins) = state.origins.known(now) {
        return Ok(origins.contains(origin));
    }
    let origins = Arc::new(state.run_read(info, |store, _| origins::registered(store)).await?);
    state.origins.keep(now, Arc::clone(&origins));
    Ok(origins.contains(origin))
}

/// What a page may send, and read beside the body.
const ALLOWED: &[(HeaderName, &str)] = &[
    (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
    (header::ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type"),
    (header::ACCESS_CONTROL_MAX_AGE, "600"),
];

pub async fn registered_origins(
    AxumState(state): AxumState<Shared>,
    Info(info): Info,
    request: Request,
    next: Next,
) -> Response {
    let Some(origin) = request.headers().get(header::ORIGIN).cloned() else { return vary(next.run(request).await) };
    let preflight = is_preflight(&request);
    let known = match origin.to_str() {
        Ok(text) => is_registered(&state, info, text).await,
        Err(_) => Ok(false),
    };
    // Where nobody can tell, the browser is told nothing; the request itself is none of this layer's business.
    let registered = known.unwrap_or(false);
    let mut response = if preflight { StatusCode::NO_CONTENT.into_response() } else { next.run(request).await };
    if registered {
        allow(response.headers_mut(), origin, preflight);
    }
    vary(response)
}

fn is_preflight(request: &Request) -> bool {
    request.method() == Method::OPTIONS && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

fn allow(headers: &mut HeaderMap, origin: HeaderValue, preflight: bool) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    if preflight {
        for (name, value) in ALLOWED {
            headers.insert(name, HeaderValue::from_static(value));
        }
    } else {
        let readable = HeaderValue::from_static("www-authenticate, retry-after");
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, readable);
    }
}

fn vary(mut response: Response) -> Response {
    response.headers_mut().append(header::VARY, HeaderValue::from_static("origin"));
    response
}
