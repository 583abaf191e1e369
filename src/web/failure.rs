//! What a page handler fails with. It is rendered by the layer below, which knows the visitor's language.

use std::sync::Arc;

use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{
    extract::{Asked, Visitor, find},
    incident::{self, Incident},
    state::Shared,
    view::{Application, ErrorKind, ErrorPage},
};
use crate::domain::Fault;

#[derive(Clone, Debug)]
pub struct Failure(Arc<ErrorPage>);

impl Failure {
    pub fn with_application(kind: ErrorKind, application: Option<Application>) -> Self {
        Self(Arc::new(ErrorPage { kind, application, ..ErrorPage::default() }))
    }

    pub fn with_detail(kind: ErrorKind, detail: &str) -> Self {
        Self(Arc::new(ErrorPage { kind, detail: Some(detail.to_owned()), ..ErrorPage::default() }))
    }

    pub fn with_sign_in(kind: ErrorKind, sign_in_uri: String) -> Self {
        Self(Arc::new(ErrorPage { kind, sign_in_uri: Some(sign_in_uri), ..ErrorPage::default() }))
    }

    pub fn with_address(kind: ErrorKind, address: String) -> Self {
        Self(Arc::new(ErrorPage { kind, address: Some(address), ..ErrorPage::default() }))
    }

    /// Back to the application, or in by another way of signing in where there is one.
    pub fn not_admitted(kind: ErrorKind, application: Application, sign_in_uri: Option<String>) -> Self {
        Self(Arc::new(ErrorPage { kind, application: Some(application), sign_in_uri, ..ErrorPage::default() }))
    }

    pub fn with_contact(kind: ErrorKind, contact: Option<String>) -> Self {
        Self(Arc::new(ErrorPage { kind, contact, ..ErrorPage::default() }))
    }
}

impl From<ErrorKind> for Failure {
    fn from(kind: ErrorKind) -> Self {
        Self::with_application(kind, None)
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        let (kind, incident) = report(&fault);
        Self(Arc::new(ErrorPage { kind, incident, ..ErrorPage::default() }))
    }
}

/// Logs a fault; an internal one gets a six-digit number that a person can read out on the telephone.
pub fn report(fault: &Fault) -> (ErrorKind, Option<String>) {
    match fault {
        Fault::Busy(what) => {
            tracing::warn!(what, "shedding load");
            (ErrorKind::Busy, None)
        }
        Fault::Unavailable(error) => {
            tracing::error!(%error, "the database cannot be reached");
            (ErrorKind::Unavailable, None)
        }
        Fault::Internal(error) => {
            let incident = crate::random::Random.incident();
            tracing::error!(%error, %incident, "internal error");
            (ErrorKind::Internal, Some(incident))
        }
    }
}

pub const fn status(kind: ErrorKind) -> StatusCode {
    match kind {
        ErrorKind::NotFound => StatusCode::NOT_FOUND,
        ErrorKind::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
        ErrorKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorKind::TooSlow => StatusCode::REQUEST_TIMEOUT,
        ErrorKind::FormExpired
        | ErrorKind::ForeignForm
        | ErrorKind::NotAdmitted
        | ErrorKind::TerminalNotAdmitted
        | ErrorKind::CodeNotTaken
        | ErrorKind::SecondFactorNeeded
        | ErrorKind::PasskeyNeeded
        | ErrorKind::HardwarePasskeyNeeded
        | ErrorKind::TemporarySession
        | ErrorKind::AdminAddress => StatusCode::FORBIDDEN,
        ErrorKind::Busy | ErrorKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        ErrorKind::InvitationUnknown
        | ErrorKind::InvitationExpired
        | ErrorKind::InvitationUsed
        | ErrorKind::TerminalLinkUnknown
        | ErrorKind::TerminalLinkExpired
        | ErrorKind::TerminalLinkUsed
        | ErrorKind::HandoffOver => StatusCode::GONE,
        ErrorKind::HandoffElsewhere => StatusCode::CONFLICT,
        ErrorKind::BadRequest
        | ErrorKind::BadAuthorization
        | ErrorKind::UnknownClient
        | ErrorKind::WrongRedirectUri
        | ErrorKind::RequestExpired
        | ErrorKind::ClientDisabled
        | ErrorKind::BadLogout => StatusCode::BAD_REQUEST,
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = status(self.0.kind).into_response();
        if matches!(self.0.kind, ErrorKind::Busy | ErrorKind::Unavailable) {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
        }
        if let Some(number) = self.0.incident.clone() {
            response.extensions_mut().insert(Incident(number));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// Draws the page of a [`Failure`] that a handler, or the router itself, answered with; what failed is recorded, page or not.
pub async fn drawn(state: &Shared, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let (asked, method) = (Asked::of(&parts), parts.method.clone());
    let route = parts.extensions.get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let response = next.run(Request::from_parts(parts, body)).await;
    if let Some(number) = response.extensions().get::<Incident>().cloned() {
        let visitor = Visitor::of(state, asked.clone());
        incident::record(state, &visitor, number, method, route).await;
    }
    let Some(Failure(page)) = response.extensions().get::<Failure>().cloned() else { return response };
    let visitor = Visitor::of(state, asked);
    let who = match page.kind {
        // Nothing more is shown by a house on fire.
        ErrorKind::Busy | ErrorKind::Unavailable | ErrorKind::Internal => None,
        _ => find(&visitor, state).await.unwrap_or_default(),
    };
    let of_clinic = || who.as_ref().map(|who| who.clinic.contact.clone());
    let page = ErrorPage {
        request_id: Some(visitor.info.request_id.clone()),
        contact: page.contact.clone().or_else(of_clinic),
        ..(*page).clone()
    };
    match visitor.page_with(state, who.as_ref(), response.status(), &page) {
        Ok(mut drawn) => {
            if let Some(after) = response.headers().get(header::RETRY_AFTER) {
                drawn.headers_mut().insert(header::RETRY_AFTER, after.clone());
            }
            drawn
        }
        // The error page itself is broken: its status must do.
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
