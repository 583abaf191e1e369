//! `genkan demo`: the provider with two clinics, their people, and two sample applications that sign in at it.
//!
//! Everything is in one folder. A second start keeps what is there and renews what would have run out.

pub mod apps;
mod cast;
mod folder;
mod guide;
mod seed;
pub mod summary;

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use tokio::{
    sync::{oneshot, watch},
    task::JoinHandle,
};

use crate::{
    app::{self, Running, ServeOptions},
    clock::Clock,
    config::{ConfigErrors, Environment, LogFormat, MailCarrier},
    domain::{Fault, Secret},
    flows::admin::{self, identity::Misfit},
    keys::MasterKeyError,
    random::Random,
    telemetry,
};
use apps::{Kind, SampleApp};
use summary::Summary;

#[derive(Clone, Debug)]
pub struct DemoOptions {
    /// Made when it isn't there.
    pub dir: PathBuf,
    /// Of the provider; its issuer is `http://localhost` with this port.
    pub listen: SocketAddr,
    /// Of the first application; the second takes the next port.
    pub app_listen: SocketAddr,
}

/// Why there is no demo. Every text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error("cannot write {path}: {cause}")]
    Folder { path: String, cause: std::io::Error },
    #[error("{0}")]
    Config(#[from] ConfigErrors),
    #[error("{0}")]
    MasterKey(#[from] MasterKeyError),
    #[error(
        "the demo in {dir} listens on {kept}: start it with `--listen {kept}`, or choose another folder with --dir"
    )]
    OtherAddress { dir: String, kept: SocketAddr },
    #[error("{0} is the last port there is; the second application needs the next one. Choose a lower --app-listen")]
    NoPortLeft(u16),
    #[error("{0}")]
    Misfit(#[from] Misfit),
    #[error("{0}")]
    Refused(#[from] admin::Refusal),
    #[error("{0}")]
    Fault(#[from] Fault),
    #[error("{0}")]
    Provider(#[from] app::Failure),
    #[error("{0}")]
    App(#[from] apps::Failure),
    #[error("nothing answers at {0} although it was started; its log tells why")]
    Silent(String),
}

/// Runs until interrupted.
pub fn run(options: DemoOptions) -> Result<(), Failure> {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| Fault::internal("the runtime", error))?;
    runtime.block_on(async {
        let (dir, environment) = (options.dir.clone(), Environment::of_process());
        let log = folder::prepare(&options, &environment, Random)?.log;
        telemetry::start(log.level.filter(), log.format == LogFormat::Json);
        let demo = Demo::start(options, environment).await?;
        println!("{}", guide::text(&demo.summary, &dir));
        interrupted().await;
        demo.stop().await
    })
}

/// A provider and two applications that answer.
pub struct Demo {
    pub summary: Summary,
    provider: Running,
    apps: Vec<JoinHandle<Result<(), apps::Failure>>>,
    stop: watch::Sender<()>,
}

impl Demo {
    pub async fn start(options: DemoOptions, environment: Environment) -> Result<Self, Failure> {
        let clock = Clock::System;
        let places = Places::of(&options)?;
        let mut config = folder::prepare(&options, &environment, Random)?;
        // Wherever the applications live today, they are told when a session ends.
        config.fetch.allowed = places.apps.iter().map(|place| place.listen.into()).collect();
        let mail = options.dir.join("mail");
        config.mail.carrier = Some(MailCarrier::Folder(mail.clone()));
        let seeded = {
            let (config, places, before, now) =
                (config.clone(), places.clone(), Summary::read(&options.dir), clock.now());
            let seeding = move || seed::seed(&config, &places, &before, now, Random);
            tokio::task::spawn_blocking(seeding).await.map_err(|error| Fault::internal("seeding the demo", error))??
        };
        let provider = Running::start(config, ServeOptions { migrate: true }, clock.clone()).await?;
        let summary = Summary::of(&places, provider.ops, seeded);
        let (stop, stopping) = watch::channel(());
        let mut apps = Vec::new();
        for (place, client) in places.apps.iter().zip(&summary.seeded.clients) {
            let app = SampleApp {
                kind: place.kind,
                listen: place.listen,
                base_url: place.base_url.clone(),
                issuer: places.issuer.clone(),
                client_id: client.client_id.clone(),
                client_secret: Secret::presented(client.client_secret.clone()),
                mail: mail.clone(),
            };
            apps.push(serve(app, clock.clone(), stopping.clone()).await?);
        }
        for address in summary.addresses() {
            answers(&address).await?;
        }
        summary.write(&options.dir)?;
        Ok(Self { summary, provider, apps, stop })
    }

    pub async fn stop(self) -> Result<(), Failure> {
        drop(self.stop);
        for app in self.apps {
            app.await.map_err(|error| Fault::internal("a sample application", error))??;
        }
        self.provider.stop().await;
        Ok(())
    }
}

/// Where everything will be.
#[derive(Clone, Debug)]
pub struct Places {
    pub issuer: String,
    pub apps: Vec<Place>,
}

#[derive(Clone, Debug)]
pub struct Place {
    pub kind: Kind,
    pub listen: SocketAddr,
    pub base_url: String,
}

impl Places {
    fn of(options: &DemoOptions) -> Result<Self, Failure> {
        let mut listen = options.app_listen;
        let mut apps = Vec::new();
        for kind in Kind::ALL {
            apps.push(Place { kind, listen, base_url: format!("http://{listen}") });
            let next = listen.port().checked_add(1).ok_or(Failure::NoPortLeft(listen.port()))?;
            listen.set_port(next);
        }
        Ok(Self { issuer: format!("http://localhost:{}", options.listen.port()), apps })
    }
}

async fn serve(
    app: SampleApp,
    clock: Clock,
    mut stopping: watch::Receiver<()>,
) -> Result<JoinHandle<Result<(), apps::Failure>>, Failure> {
    let (ready, listens) = oneshot::channel();
    // Resolves when the sender is dropped.
    let shutdown = async move { while stopping.changed().await.is_ok() {} };
    let serving = tokio::spawn(app.serve(clock, ready, shutdown));
    match listens.await {
        Ok(_) => Ok(serving),
        Err(_) => match serving.await {
            Ok(Err(failure)) => Err(failure.into()),
            Ok(Ok(())) => Err(Fault::Internal("a sample application stopped at once".to_owned()).into()),
            Err(error) => Err(Fault::internal("a sample application", error).into()),
        },
    }
}

/// Waits until somebody answers there, for ten seconds.
async fn answers(address: &str) -> Result<(), Failure> {
    let client = reqwest::Client::builder()
        .no_proxy()
        .timeout(Duration::from_secs(2))
        .build()
        .map_err(|error| Fault::internal("an HTTP client", error))?;
    for _ in 0..50 {
        if client.get(address).send().await.is_ok_and(|answer| answer.status().is_success()) {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    Err(Failure::Silent(address.to_owned()))
}

async fn interrupted() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
