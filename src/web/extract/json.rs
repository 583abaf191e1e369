//! JSON from our own pages' scripts: `application/json` only, one shape, unknown members of the envelope refused.

use axum::{
    extract::{FromRequest, Request},
    http::{StatusCode, header},
};
use serde::de::DeserializeOwned;

use super::body::{BadBody, whole_body};
use crate::web::{reply::JsonRefusal, state::Shared};

pub struct StrictJson<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Shared> for StrictJson<T> {
    type Rejection = JsonRefusal;

    async fn from_request(request: Request, state: &Shared) -> Result<Self, JsonRefusal> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let is_json = kind.is_some_and(|text| {
            text.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
        });
        if !is_json {
            return Err(JsonRefusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_json"));
        }
        let body = whole_body(request, state).await.map_err(|bad| match bad {
            BadBody::TooLarge => JsonRefusal::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
            BadBody::TooSlow => JsonRefusal::new(StatusCode::REQUEST_TIMEOUT, "too_slow"),
        })?;
        let bad = || JsonRefusal::new(StatusCode::BAD_REQUEST, "bad_json");
        // serde would take a list of values for a struct as well.
        if !body.trim_ascii_start().starts_with(b"{") {
            return Err(bad());
        }
        serde_json::from_slice(&body).map(Self).map_err(|_| bad())
    }
}
