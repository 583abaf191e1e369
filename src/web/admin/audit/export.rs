//! `POST /admin/audit/export`: what the page shows, as a file for a spreadsheet or for another program.
//!
//! Counted first, since the record says how many leave, and goes before them. The file is then read page by page while the
//! browser takes it: a slow one holds neither memory nor a thread of ours.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use axum::{
    BoxError,
    body::{Body, Bytes, HttpBody},
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use hyper::body::Frame;
use tokio::sync::mpsc;

use super::{entry, page, typed};
use crate::{
    domain::{AuditEvent, Fault, RequestInfo, SignedIn},
    flows::admin::audit::{self, Exported, MOST, Names, Piece, Typed},
    web::{
        extract::{Admin, ProtectedForm},
        failure::Failure,
        state::Shared,
        view::{ErrorKind, Lang},
    },
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Csv,
    JsonLines,
}

impl Format {
    const fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::JsonLines => "jsonl",
        }
    }

    const fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::JsonLines => "application/x-ndjson",
        }
    }

    fn text(
        self,
        state: &Shared,
        lang: Lang,
        events: &[AuditEvent],
        names: &Names,
        head: bool,
    ) -> Result<String, Fault> {
        match self {
            Self::Csv => {
                let entries: Vec<_> = events.iter().map(|event| entry(event, names, lang)).collect();
                state.view.audit_csv(lang, &entries, head)
            }
            Self::JsonLines => Ok(events.iter().map(|event| format!("{}\n", audit::line(event))).collect()),
        }
    }
}

/// One file on its way.
struct Order {
    state: Shared,
    info: RequestInfo,
    who: SignedIn,
    typed: Typed,
    begin: Exported,
}

impl Order {
    async fn next(&self, so_far: Exported, most: usize) -> Result<Piece, Failure> {
        let (who, typed) = (self.who.clone(), self.typed.clone());
        let read = move |store: &_, _: &_| audit::next(store, &who, &typed, so_far, most);
        match self.state.run(self.info.clone(), read).await? {
            Some(Ok(page)) => Ok(page),
            Some(Err(_)) => Err(ErrorKind::BadRequest.into()),
            None => Err(ErrorKind::NotFound.into()),
        }
    }

    /// As far as one more than a file holds.
    async fn count(&self) -> Result<usize, Failure> {
        let mut so_far = self.begin.clone();
        while !so_far.ended {
            so_far = self.next(so_far, MOST + 1).await?.so_far;
        }
        Ok(so_far.count)
    }

    /// Ends early when the browser is gone; one that is told of a fault throws away what it has.
    async fn send(self, format: Format, lang: Lang, count: usize, to: mpsc::Sender<Result<Bytes, BoxError>>) {
        let mut so_far = self.begin.clone();
        let mut head = true;
        while !so_far.ended {
            let piece = match self.next(so_far.clone(), count).await {
                Ok(piece) => {
                    so_far = piece.so_far;
                    format.text(&self.state, lang, &piece.events, &piece.names, head)
                }
                Err(_) => Err(Fault::Internal("an export could not be read to its end".to_owned())),
            };
            head = false;
            let piece = piece.map(Bytes::from).map_err(BoxError::from);
            let failed = piece.is_err();
            if to.send(piece).await.is_err() || failed {
                return;
            }
        }
    }
}

pub async fn export(
    State(state): State<Shared>,
    admin: Admin,
    ProtectedForm { params, .. }: ProtectedForm,
) -> Result<Response, Failure> {
    let format = match params.single("format") {
        Some("csv") => Format::Csv,
        Some("jsonl") => Format::JsonLines,
        _ => return Err(ErrorKind::BadRequest.into()),
    };
    let (typed, lang, who) = (typed(&params), admin.visitor.lang, admin.who.clone());
    if typed.read().is_err() {
        return page(&state, admin, typed, None, None).await;
    }
    let order = Order {
        state: state.clone(),
        info: admin.visitor.info.clone(),
        who: who.clone(),
        typed: typed.clone(),
        begin: Exported::begin(state.clock.now()),
    };
    let count = order.count().await?;
    if count > MOST && params.single("newest").is_none() {
        return page(&state, admin, typed, None, Some(format.name())).await;
    }
    let count = count.min(MOST);
    let asked = typed.clone();
    let record = move |store: &_, cx: &_| audit::prepare(store, cx, &who, &asked, format.name(), count);
    if !state.run(admin.visitor.info, record).await? {
        return Err(ErrorKind::NotFound.into());
    }
    let (to, pieces) = mpsc::channel(1);
    tokio::spawn(order.send(format, lang, count, to));
    let name = format!("attachment; filename=\"genkan-audit-{}.{}\"", state.clock.now().secs(), format.name());
    let disposition = HeaderValue::from_str(&name).map_err(|error| Fault::internal("a file's name", error))?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(format.content_type())),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    Ok((headers, Body::new(Pieces(pieces))).into_response())
}

/// What is sent as it comes.
struct Pieces(mpsc::Receiver<Result<Bytes, BoxError>>);

impl HttpBody for Pieces {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        self.0.poll_recv(cx).map(|piece| piece.map(|piece| piece.map(Frame::data)))
    }
}
