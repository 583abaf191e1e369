//! What every handler reaches: the store, the keys, the view. It knows no person and keeps nothing that matters.

use std::{sync::Arc, time::Duration};

use super::{
    extract::Proxies, gate::Gate, incident::Incidents, kept::Kept, layers::cors::Origins, listener::Certificates,
    ops::metrics::Metrics, view::View,
};
use crate::{
    clock::Clock,
    domain::{Fault, RequestInfo},
    fetch::Fetcher,
    flows::{Cx, Site, clients::Clients, outbox::Mailer, secrets::Secrets, sign_in::address::Addresses},
    keys::PasswordHasher,
    passkeys::Passkeys,
    random::Random,
    store::{Ending, Engine, Store},
};

pub type Shared = Arc<State>;

pub struct State {
    pub store: Store,
    pub clock: Clock,
    pub random: Random,
    pub site: Arc<Site>,
    pub secrets: Secrets,
    pub passkeys: Arc<Passkeys>,
    pub hasher: Arc<PasswordHasher>,
    pub addresses: Arc<Addresses>,
    pub clients: Arc<Clients>,
    pub fetcher: Arc<Fetcher>,
    pub mailer: Option<Arc<Mailer>>,
    pub view: View,
    pub proxies: Proxies,
    /// Where we speak TLS ourselves.
    pub certificates: Option<Certificates>,
    pub origins: Origins,
    /// What browsers are told at a sign-in, before anybody knows whose it is.
    pub login_time: Kept<Duration>,
    /// The discovery document, rendered once.
    pub discovery: String,
    pub metrics: Metrics,
    pub incidents: Incidents,
    /// Before the blocking threads.
    pub working: Gate,
    /// Before it, for those that hash a password, so that waiting hashes never fill those threads.
    pub hashing: Gate,
}

impl State {
    pub fn cx(&self, request: RequestInfo) -> Cx {
        let held = self.secrets.held();
        Cx {
            now: self.clock.now(),
            random: self.random,
            site: Arc::clone(&self.site),
            keys: held.keys.clone(),
            ring: held.ring.clone(),
            passkeys: Arc::clone(&self.passkeys),
            hasher: Arc::clone(&self.hasher),
            addresses: Arc::clone(&self.addresses),
            clients: Arc::clone(&self.clients),
            fetcher: Arc::clone(&self.fetcher),
            mailer: self.mailer.clone(),
            request,
        }
    }

    /// Cookies are `Secure` and `__Host-` everywhere but on http localhost.
    pub fn is_https(&self) -> bool {
        self.site.issuer.starts_with("https:")
    }

    /// Runs a flow on a blocking thread, once one is free.
    pub async fn run<T: Send + 'static>(
        self: &Arc<Self>,
        request: RequestInfo,
        flow: impl FnOnce(&Store, &Cx) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let pass = self.working.enter().await?;
        self.run_with(pass, request, flow).await
    }

    /// Runs a flow of a few point reads, which writes seldom. On SQLite directly, since another thread costs more than the
    /// reads, and a write gets out of the others' way by itself; the network to a PostgreSQL must not stop other requests.
    pub async fn run_read<T: Send + 'static>(
        self: &Arc<Self>,
        request: RequestInfo,
        flow: impl FnOnce(&Store, &Cx) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        match self.store.engine() {
            Engine::Sqlite => self.run_here(request, flow),
            Engine::Postgres => self.run(request, flow).await,
        }
    }

    /// Runs a flow that ends with its one write. On SQLite nobody's thread waits for the disk: one hands over what is to be
    /// written and serves others until it is.
    pub async fn run_to_end<T: Send + 'static>(
        self: &Arc<Self>,
        request: RequestInfo,
        flow: impl FnOnce(&Store, &Cx) -> Result<Ending<T>, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        match self.store.engine() {
            Engine::Sqlite => self.store.settle(self.run_here(request, flow)?).await,
            Engine::Postgres => self.run(request, |store, cx| flow(store, cx)?.settle(store)).await,
        }
    }

    /// With the keys as the store has them by now.
    fn run_here<T>(
        &self,
        request: RequestInfo,
        flow: impl FnOnce(&Store, &Cx) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        self.secrets.follow(&self.store, self.clock.now())?;
        flow(&self.store, &self.cx(request))
    }

    /// Runs a flow that hashes a password, once a permit is free.
    pub async fn run_hashing<T: Send + 'static>(
        self: &Arc<Self>,
        request: RequestInfo,
        flow: impl FnOnce(&Store, &Cx) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let hashing = self.hashing.enter().await?;
        let working = self.working.enter().await?;
        self.run_with((hashing, working), request, flow).await
    }

    async fn run_with<T: Send + 'static>(
        self: &Arc<Self>,
        passes: impl Send + 'static,
        request: RequestInfo,
        flow: impl FnOnce(&Store, &Cx) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let state = Arc::clone(self);
        let work = move || {
            let done = state.run_here(request, flow);
            drop(passes);
            done
        };
        tokio::task::spawn_blocking(work).await.map_err(|error| Fault::internal("a flow panicked", error))?
    }
}
