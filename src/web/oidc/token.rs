//! `POST /oauth/token` (RFC 6749 §3.2). Machines only: no cookie is read.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{
    domain::Fault,
    flows::token,
    protocol::token::{TokenAnswer, TokenError},
    web::{
        extract::{CrossSiteForm, Info},
        failure::Failure,
        reply::JsonRefusal,
        state::Shared,
    },
};

pub async fn exchange(
    State(state): State<Shared>,
    Info(info): Info,
    headers: HeaderMap,
    form: Result<CrossSiteForm, Failure>,
) -> Response {
    let Ok(CrossSiteForm(form)) = form else {
        return refuse(&TokenError::invalid_request("the body must be a form of at most 64 KiB"));
    };
    let authorization = super::authorization(&headers).map(str::to_owned);
    let verdict = state.run(info, move |store, cx| token::exchange(store, cx, authorization.as_deref(), &form)).await;
    match verdict {
        Ok(Ok(answer)) => accept(&answer),
        Ok(Err(error)) => refuse(&error),
        Err(fault) => busy(fault),
    }
}

fn accept(answer: &TokenAnswer) -> Response {
    Json(answer).into_response()
}

fn refuse(error: &TokenError) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_REQUEST);
    let mut response = (status, Json(error.body())).into_response();
    if let Some(challenge) = error.www_authenticate() {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
    response
}

fn busy(fault: Fault) -> Response {
    JsonRefusal::from(fault).into_response()
}
