//! Forms. A [`ProtectedForm`] cannot be read before its token was checked against the browser's own cookie; where it came
//! from was checked before, by the route's rule.

use axum::{
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderMap, Uri, header},
    response::{IntoResponse, Response},
};

use super::{
    Visitor,
    body::{BadBody, whole_body},
    visitor::FORM,
};
use crate::{
    protocol::params::{BadParams, Params},
    web::{failure::Failure, state::Shared, view::ErrorKind},
};

/// One of our own forms.
pub struct ProtectedForm {
    pub visitor: Visitor,
    pub params: Params,
}

/// A form that other sites may send: `authorize`, `logout`, the machine endpoints.
pub struct CrossSiteForm(pub Params);

pub fn query_params(uri: &Uri) -> Result<Params, BadParams> {
    Params::parse(uri.query().unwrap_or_default())
}

/// The form was drawn for this very browser.
pub fn form_token_fits(state: &Shared, visitor: &Visitor, params: &Params) -> bool {
    let token = params.single("form_token").unwrap_or_default();
    !visitor.is_new && state.secrets.held().keys.mac_matches(FORM, visitor.browser.reveal(), token)
}

/// Says its content type.
pub fn is_form(headers: &HeaderMap) -> bool {
    let said = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = said.split(';').next().unwrap_or_default();
    kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

async fn read(request: Request, state: &Shared) -> Result<Params, Failure> {
    if !is_form(request.headers()) {
        return Err(ErrorKind::BadRequest.into());
    }
    let body = whole_body(request, state).await.map_err(|bad| {
        Failure::from(match bad {
            BadBody::TooLarge => ErrorKind::TooLarge,
            BadBody::TooSlow => ErrorKind::TooSlow,
        })
    })?;
    let text = std::str::from_utf8(&body).map_err(|_| Failure::from(ErrorKind::BadRequest))?;
    Params::of_body(text).map_err(|_| ErrorKind::BadRequest.into())
}

impl FromRequest<Shared> for ProtectedForm {
    type Rejection = Response;

    async fn from_request(request: Request, state: &Shared) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let Ok(visitor) = Visitor::from_request_parts(&mut parts, state).await;
        let params = read(Request::from_parts(parts, body), state).await.map_err(IntoResponse::into_response)?;
        if !form_token_fits(state, &visitor, &params) {
            return Err(Failure::from(ErrorKind::FormExpired).into_response());
        }
        Ok(Self { visitor, params })
    }
}

impl FromRequest<Shared> for CrossSiteForm {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &Shared) -> Result<Self, Failure> {
        read(request, state).await.map(Self)
    }
}
