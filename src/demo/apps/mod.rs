//! The two sample clinic applications of `genkan demo`: ordinary relying parties that share nothing with the provider but
//! this binary. They speak OpenID Connect through the independent `openidconnect` crate.
//!
//! `GET /login` → provider → `GET /callback` → `GET /`; `POST /logout` → provider → `GET /logged-out`. When a session ends
//! at the provider, it says so at `POST /backchannel-logout`.

mod assets;
mod dates;
mod handlers;
mod http_client;
mod lang;
mod logout_token;
mod mail;
mod pages;
mod provider;
mod refusal;
mod sessions;
#[cfg(test)]
mod stand_in;

use std::{future::Future, net::SocketAddr, path::PathBuf, sync::Arc};

use axum::{Router, middleware, routing::get, routing::post, serve::ListenerExt};
use tokio::{net::TcpListener, sync::oneshot};

use crate::{clock::Clock, domain::Secret};

/// Which of the two it is: decides name, colours and list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// さくら予約: today's appointments.
    Appointments,
    /// 画像ワークリスト: the imaging worklist.
    Imaging,
}

impl Kind {
    pub const ALL: [Self; 2] = [Self::Appointments, Self::Imaging];

    /// As it is registered at the provider.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Appointments => "さくら予約",
            Self::Imaging => "画像ワークリスト",
        }
    }

    /// Names its catalogue section, its colours and its cookie. Ports share a host's cookies, so that names must differ.
    const fn key(self) -> &'static str {
        match self {
            Self::Appointments => "appointments",
            Self::Imaging => "imaging",
        }
    }
}

/// One application, ready to be served.
#[derive(Clone, Debug)]
pub struct SampleApp {
    pub kind: Kind,
    pub listen: SocketAddr,
    /// Where browsers find it, without a trailing slash.
    pub base_url: String,
    pub issuer: String,
    pub client_id: String,
    pub client_secret: Secret,
    /// Where the demo's mails are laid.
    pub mail: PathBuf,
}

/// Why an application could not be started, or stopped by itself.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error("{name} cannot listen on {listen}: {cause}")]
    Listen { name: &'static str, listen: SocketAddr, cause: std::io::Error },
    #[error("{0} stopped: {1}")]
    Stopped(&'static str, std::io::Error),
    #[error("{name} is not set up right: {what}")]
    Settings { name: &'static str, what: String },
}

impl SampleApp {
    pub fn redirect_uri(base_url: &str) -> String {
        format!("{base_url}/callback")
    }

    pub fn post_logout_redirect_uri(base_url: &str) -> String {
        format!("{base_url}/logged-out")
    }

    pub fn backchannel_logout_uri(base_url: &str) -> String {
        format!("{base_url}/backchannel-logout")
    }

    /// Signs in at once, so that from the provider's portal one press is enough.
    pub fn start_uri(base_url: &str) -> String {
        format!("{base_url}/login")
    }

    /// Serves until `shutdown` resolves; tells `ready` its address once it listens. The provider may start later.
    pub async fn serve(
        self,
        clock: Clock,
        ready: oneshot::Sender<SocketAddr>,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), Failure> {
        let (name, listen) = (self.kind.name(), self.listen);
        let routes = self.routes(clock)?;
        let listener = TcpListener::bind(listen).await.map_err(|cause| Failure::Listen { name, listen, cause })?;
        let address = listener.local_addr().map_err(|cause| Failure::Listen { name, listen, cause })?;
        // Whoever asked may have gone away; that's no reason not to serve.
        let _ = ready.send(address);
        let listener = listener.tap_io(|stream| {
            // Slower without, but right.
            let _ = stream.set_nodelay(true);
        });
        axum::serve(listener, routes)
            .with_graceful_shutdown(shutdown)
            .await
            .map_err(|cause| Failure::Stopped(name, cause))
    }

    fn routes(self, clock: Clock) -> Result<Router, Failure> {
        let name = self.kind.name();
        let settings = |what: String| Failure::Settings { name, what };
        let provider = provider::Provider::new(&self).map_err(settings)?;
        let state = Arc::new(handlers::Running {
            kind: self.kind,
            base_url: self.base_url,
            issuer: self.issuer,
            provider,
            sessions: sessions::Sessions::default(),
            pages: pages::Pages::new().map_err(|error| settings(error.to_string()))?,
            clock,
            mail: self.mail,
        });
        Ok(Router::new()
            .route("/", get(handlers::home))
            .route("/login", get(handlers::login))
            .route("/callback", get(handlers::callback))
            .route("/logout", post(handlers::logout))
            .route("/backchannel-logout", post(handlers::backchannel_logout))
            .route("/mail", get(handlers::mail))
            .route("/logged-out", get(handlers::logged_out))
            .route("/app.css", get(assets::css))
            .route("/icon.svg", get(assets::icon))
            .fallback(handlers::not_found)
            .layer(middleware::from_fn_with_state(Arc::clone(&state), handlers::security_headers))
            .with_state(state))
    }
}
