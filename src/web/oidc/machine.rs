//! What the endpoints have in common to which clients prove themselves: how they are asked, and how they say no (RFC 6749
//! §5.2; RFC 7009 §2.2.1 and RFC 7662 §2.3 refer to it).

use axum::{
    Json,
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{
    domain::{Fault, RequestInfo, Verdict},
    flows::Cx,
    protocol::{params::Params, token::TokenError},
    store::{Ending, Store},
    web::{
        extract::{CrossSiteForm, Info},
        failure::Failure,
        reply::JsonRefusal,
        state::Shared,
    },
};

/// A form, with what proves whose it is; what is none is refused in JSON, as machines read it.
pub struct MachineRequest {
    pub info: RequestInfo,
    /// The header's value.
    pub authorization: Option<String>,
    pub form: Params,
}

impl FromRequest<Shared> for MachineRequest {
    type Rejection = Response;

    async fn from_request(request: Request, state: &Shared) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let Ok(Info(info)) = Info::from_request_parts(&mut parts, state).await;
        let authorization = super::authorization(&parts.headers).map(str::to_owned);
        match CrossSiteForm::from_request(Request::from_parts(parts, body), state).await {
            Ok(CrossSiteForm(form)) => Ok(Self { info, authorization, form }),
            Err(_) => Err(refuse(&TokenError::invalid_request("the body must be a form of at most 64 KiB"))),
        }
    }
}

/// `authorization`: the header's value.
type Flow<T> = fn(&Store, &Cx, Option<&str>, &Params) -> Result<Ending<Verdict<T, TokenError>>, Fault>;

pub async fn answer<T: Send + 'static>(
    state: &Shared,
    MachineRequest { info, authorization, form }: MachineRequest,
    flow: Flow<T>,
    accept: impl FnOnce(T) -> Response,
) -> Response {
    match state.run_to_end(info, move |store, cx| flow(store, cx, authorization.as_deref(), &form)).await {
        Ok(Ok(answer)) => accept(answer),
        Ok(Err(error)) => refuse(&error),
        Err(fault) => JsonRefusal::to_machine(fault).into_response(),
    }
}

/// What the router itself refuses, too: machines read no pages.
pub async fn in_json(response: Response) -> Response {
    if response.extensions().get::<Failure>().is_none() {
        return response;
    }
    let (mut parts, _) = response.into_parts();
    parts.extensions.remove::<Failure>();
    let error = TokenError::invalid_request("this endpoint does not take this method");
    (parts, Json(error.body())).into_response()
}

fn refuse(error: &TokenError) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_REQUEST);
    let mut response = (status, Json(error.body())).into_response();
    if let Some(challenge) = error.www_authenticate() {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
    response
}
