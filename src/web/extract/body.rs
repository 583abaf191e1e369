//! The body of a request, whole.

use std::error::Error;

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
};

use crate::web::{listener::Late, state::Shared};

pub enum BadBody {
    TooLarge,
    /// It took longer than it may (408, RFC 9110 §15.5.9).
    TooSlow,
}

pub async fn whole_body(request: Request, state: &Shared) -> Result<Bytes, BadBody> {
    Bytes::from_request(request, state).await.map_err(|rejection| {
        let mut causes = std::iter::successors(rejection.source(), |error| (*error).source());
        if causes.any(|error| error.is::<Late>()) { BadBody::TooSlow } else { BadBody::TooLarge }
    })
}
