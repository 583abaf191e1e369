//! The server put together: configuration in, two listeners out.

mod prepare;
mod timers;

use std::{
    net::{SocketAddr, TcpListener},
    sync::Arc,
};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::{net::TcpSocket, sync::watch, task::JoinSet};

use crate::{
    clock::Clock,
    config::{Config, LimitSettings},
    domain::{Fault, RequestInfo},
    flows::admin::identity::Misfit,
    jobs,
    keys::MasterKeyError,
    web::{
        self,
        listener::{Limits, Listener},
        ops,
        state::Shared,
    },
};

pub use prepare::{attestation_roots, backup_plan, fetch_plan, mail_plan, migrate, missing_roots, signing_plan};

/// Connections that wait to be taken. At 8:30 everybody comes at once, and who finds the queue full is only heard when they
/// knock again, a second later.
const BACKLOG: u32 = 4096;

#[derive(Clone, Copy, Debug)]
pub struct ServeOptions {
    /// Run pending migrations first; otherwise a store that is behind is refused.
    pub migrate: bool,
}

/// Why the server does not start, with what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error("{0}")]
    Store(#[from] Fault),
    #[error("{0}")]
    MasterKey(#[from] MasterKeyError),
    #[error("{0}")]
    Misfit(#[from] Misfit),
    #[error("the store is behind this version (pending: {0}); run `genkan migrate`")]
    Behind(String),
    #[error("{what}: {error}")]
    Io { what: String, error: std::io::Error },
    #[error("[server.tls]: {0}")]
    Tls(String),
    #[error("[server] issuer: {0}")]
    Issuer(String),
    #[error("[fetch]: {0}")]
    Fetch(String),
    #[error("[mail]: {0}")]
    Mail(String),
    #[error("[passkeys] attestation_roots: {0}")]
    AttestationRoots(String),
}

impl Failure {
    fn io(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let what = what.into();
        move |error| Self::Io { what, error }
    }
}

/// Serves until the process is told to stop, then finishes what it took.
pub fn serve(config: Config, options: ServeOptions) -> Result<(), Failure> {
    allow_many_files();
    let runtime = tokio::runtime::Runtime::new().map_err(Failure::io("starting threads"))?;
    runtime.block_on(async {
        let running = Running::start(config, options, Clock::System).await?;
        tracing::info!(issuer = %running.issuer, listen = %running.listen, operations = %running.ops, "serving");
        told_to_stop().await;
        tracing::info!("stopping");
        running.stop().await;
        Ok(())
    })
}

/// Each connection takes a file descriptor, and what a shell gives is too few: as many as we may have.
fn allow_many_files() {
    let limit = getrlimit(Resource::Nofile);
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }) {
        tracing::warn!(%error, "the limit of open files stays at {:?}", limit.current);
    }
}

async fn told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        },
        Err(_) => drop(tokio::signal::ctrl_c().await),
    }
}

/// A server at work.
pub struct Running {
    pub issuer: String,
    pub listen: SocketAddr,
    pub ops: SocketAddr,
    pub state: Shared,
    stop: watch::Sender<bool>,
    listeners: JoinSet<()>,
    timers: JoinSet<()>,
}

impl Running {
    pub async fn start(config: Config, options: ServeOptions, clock: Clock) -> Result<Self, Failure> {
        let listener = listen(config.server.listen)?;
        Self::start_on(listener, config, options, clock).await
    }

    /// On a socket that somebody else bound, whatever the configuration says of it.
    pub async fn start_on(
        socket: TcpListener,
        config: Config,
        options: ServeOptions,
        clock: Clock,
    ) -> Result<Self, Failure> {
        let ops_socket = listen(config.operations.listen)?;
        let (listen, ops) = (local(&socket)?, local(&ops_socket)?);
        let issuer = config.server.issuer.as_str().to_owned();
        let limits = config.limits.clone();
        let prepared = tokio::task::spawn_blocking(move || prepare::prepare(&config, options, clock)).await;
        let state = prepared.map_err(|error| Fault::internal("starting", error))??;
        let limits = limits_of(&limits, &state);
        let public = Listener::new(socket, state.certificates.as_ref(), limits.clone());
        let private = Listener::new(ops_socket, None, limits);
        let (stop, stopped) = watch::channel(false);
        let mut listeners = JoinSet::new();
        let routes = web::routes(Arc::clone(&state));
        listeners.spawn(public.map_err(Failure::io("listening"))?.serve(routes, stopped.clone()));
        let routes = ops::routes(Arc::clone(&state));
        listeners.spawn(private.map_err(Failure::io("listening"))?.serve(routes, stopped));
        let mut timers = JoinSet::new();
        let timed = Arc::clone(&state);
        timers.spawn(jobs::run(state.store.clone(), move || timed.cx(RequestInfo::default())));
        timers.spawn(timers::certificates(state.certificates.clone()));
        Ok(Self { issuer, listen, ops, state, stop, listeners, timers })
    }

    /// Takes no more requests, finishes those it took, and ends.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        while self.listeners.join_next().await.is_some() {}
        self.timers.shutdown().await;
    }
}

fn limits_of(settings: &LimitSettings, state: &Shared) -> Limits {
    Limits {
        connections: settings.connections,
        per_address: settings.connections_per_address,
        proxies: Arc::clone(&state.proxies.trusted),
        idle: settings.idle,
        head: settings.head,
        body: settings.body,
    }
}

fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    let bound = || {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        socket.listen(BACKLOG)?.into_std()
    };
    bound().map_err(Failure::io(format!("listening on {address}")))
}

fn local(listener: &TcpListener) -> Result<SocketAddr, Failure> {
    listener.local_addr().map_err(Failure::io("listening"))
}
