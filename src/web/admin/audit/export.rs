//! `POST /admin/audit/export`: what the page shows, as a file for a spreadsheet or for another program.
//!
//! Counted first, since the record says how many leave, and goes before them. A short file is then at hand; a long one is read
//! again, page by page while the browser takes it: a slow one holds neither memory nor a thread of ours.

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
    flows::admin::audit::{self, Exported, FARTHEST, MOST, Names, Piece, Typed},
    web::{
        extract::{Admin, ProtectedForm},
        failure::Failure,
        state::Shared,
        view::{ErrorKind, Lang, TooMuch},
    },
};

/// Events that are held until they leave.
const KEPT: usize = 2_000;

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
    async fn count(&self) -> Result<Counted, Failure> {
        let (mut so_far, mut kept) = (self.begin.clone(), Some(Vec::new()));
        while !so_far.ended {
            let piece = self.next(so_far, MOST + 1).await?;
            so_far = piece.so_far.clone();
            kept = kept.filter(|_| so_far.count <= KEPT);
            if let Some(kept) = &mut kept
                && (kept.is_empty() || !piece.events.is_empty())
            {
                kept.push(piece);
            }
        }
        Ok(Counted { count: so_far.count.min(MOST), more: so_far.count > MOST, cut: so_far.cut, kept })
    }

    /// Ends early when the browser is gone; one that is told of a fault throws away what it has.
    async fn send(self, (format, lang): (Format, Lang), counted: Counted, to: mpsc::Sender<Result<Bytes, BoxError>>) {
        let (mut so_far, mut head) = (self.begin.clone(), true);
        let mut kept = counted.kept.map(Vec::into_iter);
        loop {
            let piece = match &mut kept {
                Some(kept) => Ok(kept.next()),
                None if so_far.ended => Ok(None),
                None => self.next(so_far.clone(), counted.count).await.map(Some),
            };
            let text = match piece {
                Ok(None) => return,
                Ok(Some(piece)) => {
                    so_far = piece.so_far;
                    format.text(&self.state, lang, &piece.events, &piece.names, head)
                }
                Err(_) => Err(Fault::Internal("an export could not be read to its end".to_owned())),
            };
            head = false;
            let text = text.map(Bytes::from).map_err(BoxError::from);
            let failed = text.is_err();
            if to.send(text).await.is_err() || failed {
                return;
            }
        }
    }
}

/// What a file would hold.
struct Counted {
    /// At most [`MOST`].
    count: usize,
    /// There are more.
    more: bool,
    /// There may be more further back than is looked for.
    cut: bool,
    /// All of it, where that is little.
    kept: Option<Vec<Piece>>,
}

impl Counted {
    fn too_much(&self, format: Format) -> Option<TooMuch> {
        let found = (!self.more).then_some(self.count);
        (self.more || self.cut).then(|| TooMuch { format: format.name(), found, most: MOST, farthest: FARTHEST })
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
        begin: Exported::begin(state.clock.now(), FARTHEST),
    };
    let counted = order.count().await?;
    if let Some(too_much) = counted.too_much(format).filter(|_| params.single("newest").is_none()) {
        return page(&state, admin, typed, None, Some(too_much)).await;
    }
    let count = counted.count;
    let asked = typed.clone();
    let record = move |store: &_, cx: &_| audit::prepare(store, cx, &who, &asked, format.name(), count);
    if !state.run(admin.visitor.info, record).await? {
        return Err(ErrorKind::NotFound.into());
    }
    let (to, pieces) = mpsc::channel(1);
    tokio::spawn(order.send((format, lang), counted, to));
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
