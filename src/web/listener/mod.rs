//! The listener: takes connections, speaks HTTP/1.1 (RFC 9112) on them, within TLS where there is a certificate, and lets
//! nobody hold them for ever.
//!
//! No HTTP/2: our pages are a few small answers, which it would hardly quicken, and its streams would need limits of
//! their own beside those of connections.

mod body;
mod certificate;
mod connection;
mod seats;

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::Router;
use ipnet::IpNet;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    time::MissedTickBehavior,
};
use tokio_rustls::TlsAcceptor;

pub use body::Late;
pub use certificate::{Certificate, CertificateFiles, Certificates};

use connection::Visit;
use seats::{Seats, TICK};

/// How long requests in flight are waited for at the end.
const LAST_REQUESTS: Duration = Duration::from_secs(10);

/// What one listener takes on.
#[derive(Clone, Debug)]
pub struct Limits {
    pub connections: usize,
    /// From one address, an IPv6 network being one.
    pub per_address: usize,
    /// Addresses that speak for many: the limit of one address is not theirs.
    pub proxies: Arc<[IpNet]>,
    /// How long a connection may lie unused.
    pub idle: Duration,
    /// How long the TLS handshake, and then the head of each request, may take.
    pub head: Duration,
    /// How long the body of a request may take.
    pub body: Duration,
}

pub struct Listener {
    socket: TcpListener,
    tls: Option<TlsAcceptor>,
    body: Duration,
    seats: Arc<Seats>,
}

impl Listener {
    /// Within a runtime.
    pub fn new(socket: std::net::TcpListener, tls: Option<&Certificates>, limits: Limits) -> io::Result<Self> {
        socket.set_nonblocking(true)?;
        let socket = TcpListener::from_std(socket)?;
        let body = limits.body;
        Ok(Self { socket, tls: tls.map(Certificates::acceptor), body, seats: Arc::new(Seats::new(limits)) })
    }

    /// Until told to stop: then no more connections are taken, and requests in flight are answered.
    pub async fn serve(self, routes: Router, mut stop: watch::Receiver<bool>) {
        let Self { socket, tls, body, seats } = self;
        // Boxes the layers once, and not anew for each connection.
        let routes: Router = routes.with_state(());
        let mut tick = tokio::time::interval(TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                accepted = socket.accept() => match accepted {
                    Ok((stream, peer)) => {
                        let visit = Visit { routes: routes.clone(), tls: tls.clone(), body, stop: stop.clone() };
                        take(&seats, stream, peer, visit);
                    }
                    // Out of file descriptors, most likely: somebody who does nothing gives us his.
                    Err(error) => {
                        tracing::warn!(%error, "a connection could not be taken");
                        seats.make_room();
                        tick.tick().await;
                        seats.tick();
                    }
                },
                _ = tick.tick() => seats.tick(),
                () = stopped(&mut stop) => break,
            }
        }
        drop(socket);
        let finished = async {
            while !seats.are_empty() {
                tokio::select! {
                    () = seats.emptied() => {}
                    _ = tick.tick() => seats.dismiss_idle(),
                }
            }
        };
        if tokio::time::timeout(LAST_REQUESTS, finished).await.is_err() {
            tracing::warn!("requests were still in flight and are cut off");
        }
    }
}

async fn stopped(stop: &mut watch::Receiver<bool>) {
    // An error says that whoever would tell us is gone: a reason to stop as well.
    drop(stop.wait_for(|stop| *stop).await);
}

fn take(seats: &Arc<Seats>, stream: TcpStream, peer: SocketAddr, visit: Visit) {
    // A full house is no place to wait in: the connection is closed at once, and the client may try again.
    let Some(seat) = seats.take(peer.ip()) else { return };
    // A response in two segments plus a delayed ACK costs 40 ms on a kept connection.
    if stream.set_nodelay(true).is_ok() {
        tokio::spawn(visit.attend(stream, peer, seat));
    }
}
