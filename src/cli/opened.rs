//! What most commands begin with: the configuration read, the store opened and up to date.

use std::path::Path;

use super::Failure;
use crate::clock::Clock;
use crate::config::{Config, Environment, MasterKeySource, StoreSettings};
use crate::flows::admin::{By, identity::Identity};
use crate::keys::{Keys, MasterKey};
use crate::random::Random;
use crate::store::{Store, StoreOptions};

pub struct Opened {
    pub config: Config,
    pub store: Store,
}

impl Opened {
    pub fn new(path: Option<&Path>) -> Result<Self, Failure> {
        let config = Config::load(path, &Environment::of_process())?;
        let store = open_existing(&config.store)?;
        let pending = store.pending_migrations()?;
        if !pending.is_empty() {
            let count = pending.len();
            return Err(Failure::Refused(format!(
                "the store is {count} migrations behind this version; `genkan migrate` brings it up to date"
            )));
        }
        Ok(Self { config, store })
    }

    /// Whoever is at the command line, who has people told where mail is sent.
    pub fn by(&self) -> By {
        By { tells: self.config.mail.carrier.is_some(), ..by_command_line() }
    }

    /// The master key, if it is the one that the store was sealed with.
    pub fn keys(&self) -> Result<Keys, Failure> {
        let key = master_key(&self.config.keys.master_key)?;
        identity(&self.config, &key).compare(&self.store)?.map_err(|misfit| Failure::Refused(misfit.to_string()))?;
        Ok(Keys::new(&key))
    }
}

pub fn by_command_line() -> By {
    By::command_line(Clock::System.now(), Random)
}

pub fn open(settings: &StoreSettings) -> Result<Store, Failure> {
    let options = StoreOptions {
        connections: settings.read_connections,
        queue: settings.queue,
        ..StoreOptions::new(settings.url.as_str())
    };
    Ok(Store::open(&options)?)
}

/// A mistyped path must not make an empty store and then tell that nobody is in it.
pub fn open_existing(settings: &StoreSettings) -> Result<Store, Failure> {
    match settings.url.file() {
        Some(file) if !file.exists() => {
            let file = file.display();
            Err(Failure::Refused(format!("there is no store at {file}; `genkan init` or `genkan migrate` makes it")))
        }
        _ => open(settings),
    }
}

pub fn master_key(source: &MasterKeySource) -> Result<MasterKey, Failure> {
    let key = match source {
        MasterKeySource::Environment(text) => MasterKey::parse(text),
        MasterKeySource::File(path) => MasterKey::read_file(path),
    };
    key.map_err(|error| Failure::Refused(error.to_string()))
}

pub fn identity(config: &Config, key: &MasterKey) -> Identity {
    Identity {
        rp_id: config.server.issuer.host().to_owned(),
        key_check: Keys::new(key).check_value(),
        demo: config.demo.enabled,
    }
}
