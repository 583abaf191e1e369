//! A request's body that has to be there in time, as a whole: one byte a second would keep any limit between bytes.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::{
    BoxError,
    body::{Bytes, HttpBody},
};
use hyper::body::{Frame, Incoming, SizeHint};
use tokio::time::Sleep;

pub struct Timely {
    body: Incoming,
    limit: Duration,
    /// Set once the body is waited for: most bodies come with their head.
    ends: Option<Pin<Box<Sleep>>>,
}

/// The body took too long.
#[derive(Debug, thiserror::Error)]
#[error("the body took too long")]
pub struct Late;

impl Timely {
    pub const fn new(body: Incoming, limit: Duration) -> Self {
        Self { body, limit, ends: None }
    }
}

impl HttpBody for Timely {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) {
            return Poll::Ready(frame.map(|frame| frame.map_err(BoxError::from)));
        }
        let limit = self.limit;
        let ends = self.ends.get_or_insert_with(|| Box::pin(tokio::time::sleep(limit)));
        ready!(ends.as_mut().poll(cx));
        Poll::Ready(Some(Err(Late.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
