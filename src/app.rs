//! The server put together: configuration in, two listeners out.

use std::{
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use axum::Router;
use axum_server::{
    Handle,
    accept::NoDelayAcceptor,
    tls_rustls::{RustlsAcceptor, RustlsConfig},
};
use rustls::{
    CipherSuite, ServerConfig, SupportedCipherSuite,
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use tokio::{sync::Semaphore, task::JoinSet};

use crate::{
    clock::Clock,
    config::{Config, KeySettings, MasterKeySource, Tls},
    domain::{Actor, Fault, RequestInfo},
    flows::{
        Site,
        admin::{
            By,
            identity::{Identity, Misfit},
        },
        secrets::Secrets,
        sign_in::address::Addresses,
        signing_keys, token,
    },
    jobs,
    keys::{Keys, MasterKey, MasterKeyError, PasswordCost, PasswordHasher},
    passkeys::Passkeys,
    protocol::metadata,
    random::Random,
    store::{Store, StoreOptions},
    web::{
        self,
        layers::cors::Origins,
        ops,
        state::{Shared, State},
        view::View,
    },
};

/// What browsers' password managers and system dialogs call us.
const NAME: &str = "Genkan";
/// How long requests in flight are waited for at the end.
const LAST_REQUESTS: Duration = Duration::from_secs(10);

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
}

impl Failure {
    fn io(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let what = what.into();
        move |error| Self::Io { what, error }
    }
}

/// Serves until the process is told to stop, then finishes what it took.
pub fn serve(config: Config, options: ServeOptions) -> Result<(), Failure> {
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
    handle: Handle<SocketAddr>,
    tasks: JoinSet<()>,
}

impl Running {
    pub async fn start(config: Config, options: ServeOptions, clock: Clock) -> Result<Self, Failure> {
        let listener = listen(config.server.listen)?;
        Self::start_on(listener, config, options, clock).await
    }

    /// On a socket that somebody else bound, whatever the configuration says of it.
    pub async fn start_on(
        listener: TcpListener,
        config: Config,
        options: ServeOptions,
        clock: Clock,
    ) -> Result<Self, Failure> {
        let tls = config.server.tls.as_ref().map(tls_config).transpose()?;
        let ops_listener = listen(config.operations.listen)?;
        let (listen, ops) = (local(&listener)?, local(&ops_listener)?);
        let issuer = config.server.issuer.as_str().to_owned();
        let prepared = tokio::task::spawn_blocking(move || prepare(&config, options, clock)).await;
        let state = prepared.map_err(|error| Fault::internal("starting", error))??;
        let handle = Handle::new();
        let mut tasks = JoinSet::new();
        tasks.spawn(serve_on(listener, web::routes(Arc::clone(&state)), tls, handle.clone()));
        tasks.spawn(serve_on(ops_listener, ops::routes(Arc::clone(&state)), None, handle.clone()));
        let timed = Arc::clone(&state);
        tasks.spawn(jobs::run(state.store.clone(), move || timed.cx(RequestInfo::default())));
        Ok(Self { issuer, listen, ops, state, handle, tasks })
    }

    /// Takes no more requests, finishes those it took, and ends.
    pub async fn stop(mut self) {
        self.handle.graceful_shutdown(Some(LAST_REQUESTS));
        // The two listeners end by themselves; the timers never do.
        for _ in 0..2 {
            self.tasks.join_next().await;
        }
        self.tasks.shutdown().await;
    }
}

fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    let listener = TcpListener::bind(address).map_err(Failure::io(format!("listening on {address}")))?;
    Ok(listener)
}

fn local(listener: &TcpListener) -> Result<SocketAddr, Failure> {
    listener.local_addr().map_err(Failure::io("listening"))
}

async fn serve_on(listener: TcpListener, routes: Router, tls: Option<RustlsConfig>, handle: Handle<SocketAddr>) {
    let service = routes.into_make_service_with_connect_info::<SocketAddr>();
    let nonblocking = listener.set_nonblocking(true);
    let served = match nonblocking.and_then(|()| axum_server::from_tcp(listener)) {
        Err(error) => Err(error),
        // A response in two segments plus a delayed ACK costs 40 ms on a kept connection.
        Ok(server) => {
            let server = server.handle(handle).acceptor(NoDelayAcceptor::new());
            match tls {
                None => server.serve(service).await,
                Some(tls) => server.map(|plain| RustlsAcceptor::new(tls).acceptor(plain)).serve(service).await,
            }
        }
    };
    if let Err(error) = served {
        tracing::error!(%error, "a listener ended");
    }
}

/// Opens the store and unseals the keys.
fn prepare(config: &Config, options: ServeOptions, clock: Clock) -> Result<Shared, Failure> {
    let keys = Keys::new(&master_key(&config.keys.master_key)?);
    let store = Store::open(&StoreOptions {
        connections: config.store.read_connections,
        queue: config.store.queue,
        ..StoreOptions::new(config.store.url.as_str())
    })?;
    let pending = store.pending_migrations()?;
    if !pending.is_empty() && !options.migrate {
        return Err(Failure::Behind(pending.join(", ")));
    }
    store.migrate()?;
    let rp_id = config.server.issuer.host().to_owned();
    Identity { rp_id: rp_id.clone(), key_check: keys.check_value(), demo: config.demo.enabled }.claim(&store)??;
    let issuer = config.server.issuer.as_str().to_owned();
    let discovery =
        metadata::discovery(&issuer, token::grant_types()).map_err(|error| Failure::Issuer(error.to_string()))?;
    let (now, node) = (clock.now(), Random.uuid().to_string());
    let signing = signing_plan(&config.keys);
    let by = By { actor: Actor::System, now, random: Random, request: RequestInfo::default() };
    signing_keys::rotate_when_due(&store, &keys, &by, &signing)?;
    Ok(Arc::new(State {
        clock,
        random: Random,
        secrets: Secrets::open(&store, &keys, now)?,
        passkeys: Arc::new(Passkeys::new(&rp_id, &issuer, NAME)?),
        hasher: Arc::new(PasswordHasher::new(PasswordCost::default())?),
        view: View::new(&issuer)?,
        origins: Origins::default(),
        discovery: serde_json::to_string(&discovery).map_err(|error| Fault::internal("discovery", error))?,
        addresses: Arc::new(Addresses::new(config.passwords.failures_per_minute)),
        hashing: Semaphore::new(config.passwords.parallel),
        hashing_wait: config.passwords.wait,
        site: Arc::new(Site {
            issuer,
            rp_id,
            access_token: config.tokens.access_token,
            id_token: config.tokens.id_token,
            refresh_token: config.tokens.refresh_token,
            node,
            signing,
        }),
        store,
    }))
}

pub fn signing_plan(keys: &KeySettings) -> signing_keys::Plan {
    signing_keys::Plan { algorithms: keys.algorithms.clone(), age: keys.rotate_after }
}

fn master_key(source: &MasterKeySource) -> Result<MasterKey, MasterKeyError> {
    match source {
        MasterKeySource::Environment(text) => MasterKey::parse(text),
        MasterKeySource::File(path) => MasterKey::read_file(path),
    }
}

/// TLS 1.3, and 1.2 with ECDHE and AES-GCM only (TLS暗号設定ガイドライン, 高セキュリティ型).
fn tls_config(tls: &Tls) -> Result<RustlsConfig, Failure> {
    let said = |error: &dyn std::fmt::Display| Failure::Tls(error.to_string());
    let chain: Vec<_> = CertificateDer::pem_file_iter(&tls.certificate)
        .and_then(Iterator::collect::<Result<_, _>>)
        .map_err(|error| said(&error))?;
    let key = PrivateKeyDer::from_pem_file(&tls.key).map_err(|error| said(&error))?;
    let strong = aws_lc_rs::ALL_CIPHER_SUITES.iter().copied().filter(is_strong).collect();
    let provider = CryptoProvider { cipher_suites: strong, ..aws_lc_rs::default_provider() };
    let mut config = ServerConfig::builder_with_provider(Arc::new(provider))
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
        .map_err(|error| said(&error))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(RustlsConfig::from_config(Arc::new(config)))
}

fn is_strong(suite: &SupportedCipherSuite) -> bool {
    suite.tls13().is_some()
        || matches!(
            suite.suite(),
            CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
                | CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
                | CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
                | CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
        )
}
