//! Answers that are not pages.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use super::{failure, incident::Incident, view::ErrorKind};
use crate::{domain::Fault, protocol::error::AuthorizeError};

/// 303: the browser goes on with a GET, whatever it came with (RFC 9700 §4.12).
pub fn see_other(to: &str) -> Response {
    match HeaderValue::from_str(to) {
        Ok(location) => (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response(),
        Err(_) => failure::Failure::from(ErrorKind::Internal).into_response(),
    }
}

/// What our own scripts are told when something is refused.
#[derive(Debug)]
pub struct JsonRefusal {
    status: StatusCode,
    body: Body,
}

#[derive(Debug, Serialize)]
struct Body {
    /// Machine-readable; the page holds the words.
    error: &'static str,
    /// A credential that nobody here knows: the browser may forget it (WebAuthn Level 3 §5.1.10).
    #[serde(skip_serializing_if = "Option::is_none")]
    signal_unknown: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    incident: Option<String>,
}

impl JsonRefusal {
    pub const fn new(status: StatusCode, error: &'static str) -> Self {
        Self { status, body: Body { error, signal_unknown: None, incident: None } }
    }

    #[must_use]
    pub fn unknown_credential(mut self, id: Option<String>) -> Self {
        self.body.signal_unknown = id;
        self
    }

    /// For the machine endpoints, in the words that RFC 6749 has for it (§4.1.2.1; §5.2 has none).
    pub fn to_machine(fault: Fault) -> Self {
        let mut refusal = Self::from(fault);
        let error = match refusal.status {
            StatusCode::SERVICE_UNAVAILABLE => AuthorizeError::TemporarilyUnavailable,
            _ => AuthorizeError::ServerError,
        };
        refusal.body.error = error.as_str();
        refusal
    }
}

impl From<Fault> for JsonRefusal {
    fn from(fault: Fault) -> Self {
        let (kind, incident) = failure::report(&fault);
        let error = match kind {
            ErrorKind::Busy => "busy",
            ErrorKind::Unavailable => "unavailable",
            _ => "internal",
        };
        Self { status: failure::status(kind), body: Body { error, signal_unknown: None, incident } }
    }
}

impl IntoResponse for JsonRefusal {
    fn into_response(self) -> Response {
        let number = self.body.incident.clone();
        let mut response = (self.status, Json(self.body)).into_response();
        if let Some(number) = number {
            response.extensions_mut().insert(Incident(number));
        }
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
        }
        response
    }
}
