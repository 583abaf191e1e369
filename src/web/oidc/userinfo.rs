//! `GET` and `POST /oauth/userinfo` (OpenID Connect Core §5.3, RFC 6750). Whoever holds an access token may call.

use axum::{
    Json,
    extract::{FromRequest, Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{
    flows::userinfo,
    protocol::bearer::{self, BearerRefusal},
    web::{
        extract::{CrossSiteForm, Info, is_form},
        reply::JsonRefusal,
        state::Shared,
    },
};

pub async fn show(State(state): State<Shared>, Info(info): Info, headers: HeaderMap, request: Request) -> Response {
    let form = if sends_form(&request) {
        match CrossSiteForm::from_request(request, &state).await {
            Ok(CrossSiteForm(form)) => Some(form),
            Err(_) => return refuse(BearerRefusal::InvalidRequest),
        }
    } else {
        None
    };
    let token = match bearer::read(super::authorization(&headers), form.as_ref()) {
        Ok(token) => token,
        Err(refusal) => return refuse(refusal),
    };
    match state.run_read(info, move |store, cx| userinfo::userinfo(store, cx, &token)).await {
        Ok(Ok(claims)) => Json(claims).into_response(),
        Ok(Err(refusal)) => refuse(refusal),
        Err(fault) => JsonRefusal::to_machine(fault).into_response(),
    }
}

/// A token in any other kind of body is none (RFC 6750 §2.2).
fn sends_form(request: &Request) -> bool {
    request.method() == Method::POST && is_form(request.headers())
}

fn refuse(refusal: BearerRefusal) -> Response {
    let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::UNAUTHORIZED);
    let challenge = [(header::WWW_AUTHENTICATE, refusal.www_authenticate())];
    match refusal.body() {
        Some(body) => (status, challenge, Json(body)).into_response(),
        None => (status, challenge).into_response(),
    }
}
