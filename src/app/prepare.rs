//! What the listeners need before they may open: the store, the keys, and all that is worked out once.

use std::{os::unix::fs::PermissionsExt, path::Path, sync::Arc};

use tokio::runtime::Handle;
use zeroize::Zeroizing;

use super::{Failure, ServeOptions};
use crate::{
    clock::Clock,
    config::{
        Backup, Config, FetchSettings, KeySettings, MailCarrier, MailServer, MailSettings, MailTls, MasterKeySource,
        PasskeySettings, ProxyHeader,
    },
    domain::{Actor, Fault, RequestInfo, Secret, UnixTime},
    fetch::{self, Fetcher},
    flows::{
        Site,
        admin::{By, clinics, identity::Identity},
        backup,
        outbox::{Mailer, Told},
        secrets::Secrets,
        sign_in::address::Addresses,
        signing_keys, token,
    },
    keys::{Keys, MasterKey, MasterKeyError, PasswordCost, PasswordHasher},
    mail::{Carrier, Encryption, Plan, Postbox},
    passkeys::{Passkeys, Roots},
    protocol::metadata,
    random::Random,
    store::{Store, StoreOptions},
    web::{
        Proxies,
        gate::Gate,
        incident::Incidents,
        kept::Kept,
        layers::cors::Origins,
        listener::{CertificateFiles, Certificates},
        ops::metrics::Metrics,
        state::{Shared, State},
        view::View,
    },
};

/// What browsers' password managers and system dialogs call us.
const NAME: &str = "Genkan";

/// Opens the store and unseals the keys.
pub fn prepare(config: &Config, options: ServeOptions, clock: Clock) -> Result<Shared, Failure> {
    let certificates = certificates(config)?;
    let roots = attestation_roots(&config.passkeys)?;
    let fetcher = Fetcher::new(fetch_plan(&config.fetch)?, Handle::current());
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
    migrate(config, &store, &keys, clock.now())?;
    missing_roots(&store, &roots)?;
    let rp_id = config.server.issuer.host().to_owned();
    Identity { rp_id: rp_id.clone(), key_check: keys.check_value(), demo: config.demo.enabled }.claim(&store)??;
    let issuer = config.server.issuer.as_str().to_owned();
    let view = View::new(&issuer)?;
    let discovery = metadata::discovery(&issuer, &config.keys.algorithms, token::grant_types())
        .map_err(|error| Failure::Issuer(error.to_string()))?;
    let (now, node) = (clock.now(), Random.uuid().to_string());
    let signing = signing_plan(&config.keys);
    signing_keys::rotate_when_due(&store, &keys, &by_itself(now), &signing)?;
    let (limits, passwords) = (&config.limits, &config.passwords);
    let steady = clock.clone();
    let mailer = mailer(&config.mail, &view, &clock)?;
    Ok(Arc::new(State {
        clock,
        random: Random,
        secrets: Secrets::open(&store, &keys, now)?,
        passkeys: Arc::new(Passkeys::new(&rp_id, &issuer, NAME, roots)?),
        hasher: Arc::new(PasswordHasher::new(PasswordCost::default())?),
        mailer,
        view,
        origins: Origins::default(),
        login_time: Kept::default(),
        discovery: serde_json::to_string(&discovery).map_err(|error| Fault::internal("discovery", error))?,
        clients: Arc::default(),
        addresses: Arc::new(Addresses::new(passwords.failures_per_minute, move || steady.steady())),
        proxies: Proxies {
            trusted: config.server.trusted_proxies.clone().into(),
            standard: config.server.proxy_header == ProxyHeader::Forwarded,
        },
        certificates,
        fetcher: Arc::new(fetcher),
        metrics: Metrics::default(),
        incidents: Incidents::default(),
        working: Gate::new(limits.parallel, limits.waiting, limits.wait, "too many requests are being worked on"),
        hashing: Gate::new(passwords.parallel, limits.waiting, passwords.wait, "too many passwords are being checked"),
        site: Arc::new(Site {
            issuer,
            rp_id,
            access_token: config.tokens.access_token,
            id_token: config.tokens.id_token,
            refresh_token: config.tokens.refresh_token,
            session_idle: config.sessions.idle,
            session_absolute: config.sessions.absolute,
            node,
            signing,
            backup: backup_plan(config),
        }),
        store,
    }))
}

/// Brings the store up to date and says what it ran; where backups are made, one of what was before comes first.
pub fn migrate(config: &Config, store: &Store, keys: &Keys, now: UnixTime) -> Result<Vec<String>, Fault> {
    let plan = backup_plan(config);
    if let Some(directory) = &plan.directory
        && !store.is_new()?
        && !store.pending_migrations()?.is_empty()
    {
        backup::make(store, keys, &by_itself(now), &plan, directory)?;
    }
    store.migrate()
}

fn by_itself(now: UnixTime) -> By {
    By { actor: Actor::System, now, random: Random, request: RequestInfo::default(), tells: false, session: None }
}

pub fn backup_plan(config: &Config) -> backup::Plan {
    let Backup { directory, at, keep } = config.backup.clone();
    let (issuer, configuration) = (config.server.issuer.as_str().to_owned(), config.text.clone());
    backup::Plan { directory, at, keep, issuer, configuration }
}

fn mailer(settings: &MailSettings, view: &View, clock: &Clock) -> Result<Option<Arc<Mailer>>, Failure> {
    let Some(plan) = mail_plan(settings)? else { return Ok(None) };
    let (postbox, view) = (Postbox::new(&plan).map_err(Failure::Mail)?, view.clone());
    let clock = clock.clone();
    let write = Box::new(move |told: &Told| view.letter(told));
    Ok(Some(Arc::new(Mailer { postbox, write, steady: Box::new(move || clock.steady()) })))
}

/// With the password read; `None` where no mail is sent.
pub fn mail_plan(settings: &MailSettings) -> Result<Option<Plan>, Failure> {
    let carrier = match &settings.carrier {
        None => return Ok(None),
        Some(MailCarrier::Folder(folder)) => Carrier::Folder(folder.clone()),
        Some(MailCarrier::Server(MailServer { host, port, tls, user, password_file })) => {
            let password = password_file.as_deref().map(secret_file).transpose().map_err(Failure::Mail)?;
            let tls = match tls {
                MailTls::Implicit => Encryption::Implicit,
                MailTls::StartTls => Encryption::StartTls,
                MailTls::None => Encryption::None,
            };
            Carrier::Server { host: host.clone(), port: *port, tls, credentials: user.clone().zip(password) }
        }
    };
    Ok(Some(Plan { carrier, from: settings.from.as_str().to_owned() }))
}

/// Nobody but its owner may read it.
fn secret_file(path: &Path) -> Result<Secret, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    if std::fs::metadata(path).map_err(failed)?.permissions().mode() & 0o077 != 0 {
        return Err(format!("others may read the password: `chmod 600 {}`", path.display()));
    }
    let text = Zeroizing::new(std::fs::read_to_string(path).map_err(failed)?);
    Ok(Secret::presented(text.trim_end_matches(['\r', '\n'])))
}

/// With the certificates of a house's own authority read.
pub fn fetch_plan(settings: &FetchSettings) -> Result<fetch::Plan, Failure> {
    let authorities = settings.ca_file.as_deref().map(fetch::read_authorities).transpose().map_err(Failure::Fetch)?;
    Ok(fetch::Plan {
        allowed: settings.allowed.clone(),
        authorities: authorities.unwrap_or_default(),
        patience: settings.timeout,
    })
}

/// The makers of authenticators who are trusted; none where none are named.
pub fn attestation_roots(settings: &PasskeySettings) -> Result<Roots, Failure> {
    let roots = settings.attestation_roots.as_deref().map(Roots::read).transpose();
    roots.map(Option::unwrap_or_default).map_err(Failure::AttestationRoots)
}

/// A clinic that demands proof where nobody is trusted could register nothing any more.
pub fn missing_roots(store: &Store, roots: &Roots) -> Result<(), Failure> {
    let wanting = if roots.is_empty() { clinics::wanting_proof(store)? } else { Vec::new() };
    if wanting.is_empty() {
        return Ok(());
    }
    Err(Failure::AttestationRoots(format!(
        "no maker is trusted, and only passkeys with verified attestation are taken at {}; name the makers' root \
         certificates, or `genkan clinic set --attestation direct`",
        wanting.join(", ")
    )))
}

pub fn signing_plan(keys: &KeySettings) -> signing_keys::Plan {
    signing_keys::Plan { algorithms: keys.algorithms.clone(), age: keys.rotate_after }
}

fn certificates(config: &Config) -> Result<Option<Certificates>, Failure> {
    let Some(tls) = &config.server.tls else { return Ok(None) };
    let files = CertificateFiles { chain: tls.certificate.clone(), key: tls.key.clone() };
    Certificates::read(files).map(Some).map_err(Failure::Tls)
}

fn master_key(source: &MasterKeySource) -> Result<MasterKey, MasterKeyError> {
    match source {
        MasterKeySource::Environment(text) => MasterKey::parse(text),
        MasterKeySource::File(path) => MasterKey::read_file(path),
    }
}
