//! One connection, from handshake to farewell.

use std::{
    io::{self, IoSlice},
    net::SocketAddr,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, HttpBody},
    extract::{ConnectInfo, Request},
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    sync::watch,
};
use tokio_rustls::TlsAcceptor;
use tower::Service;

use super::{body::Timely, seats::Seat, stopped};

/// The head of a request, and what is buffered of its body.
const MOST_BUFFERED: usize = 64 * 1024;

pub struct Visit {
    pub routes: Router,
    pub tls: Option<TlsAcceptor>,
    pub body: Duration,
    pub stop: watch::Receiver<bool>,
}

impl Visit {
    /// Ends when the client goes, when the seat is wanted, or when what was begun is answered after the stop.
    pub async fn attend(self, stream: TcpStream, peer: SocketAddr, seat: Seat) {
        let seat = Arc::new(seat);
        let leaving = Arc::clone(&seat);
        tokio::select! {
            () = leaving.dismissed() => {}
            () = self.shake_hands(stream, peer, seat) => {}
        }
    }

    async fn shake_hands(self, stream: TcpStream, peer: SocketAddr, seat: Arc<Seat>) {
        match self.tls.clone() {
            None => self.speak(stream, peer, seat).await,
            Some(tls) => match tls.accept(stream).await {
                Ok(stream) => self.speak(stream, peer, seat).await,
                Err(error) => tracing::debug!(%error, "no TLS"),
            },
        }
    }

    async fn speak(self, stream: impl AsyncRead + AsyncWrite + Unpin, peer: SocketAddr, seat: Arc<Seat>) {
        let Self { routes, body, mut stop, .. } = self;
        let io = TokioIo::new(Heard { stream, seat: Arc::clone(&seat) });
        let answer = service_fn(move |request: Request<Incoming>| {
            seat.works();
            let answering = routes.clone().call(with_peer(request, peer, body));
            let seat = Arc::clone(&seat);
            async move {
                let answered = answering.await;
                seat.has_answered();
                answered
            }
        });
        let speaking = http1::Builder::new().max_buf_size(MOST_BUFFERED).serve_connection(io, answer);
        let mut speaking = pin!(speaking);
        tokio::select! {
            _ = speaking.as_mut() => return,
            () = stopped(&mut stop) => speaking.as_mut().graceful_shutdown(),
        }
        // However it ends: nobody is left to be told.
        drop(speaking.await);
    }
}

fn with_peer(request: Request<Incoming>, peer: SocketAddr, limit: Duration) -> Request {
    let mut request =
        request.map(|body| if body.is_end_stream() { Body::empty() } else { Body::new(Timely::new(body, limit)) });
    request.extensions_mut().insert(ConnectInfo(peer));
    request
}

/// A stream that tells the seat when bytes come in.
struct Heard<S> {
    stream: S,
    seat: Arc<Seat>,
}

impl<S: AsyncRead + Unpin> AsyncRead for Heard<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, buf);
        if buf.filled().len() > before {
            self.seat.hears();
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Heard<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
