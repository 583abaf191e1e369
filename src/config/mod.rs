//! What the person who runs Genkan decides: `config/default.toml` is the manual, and this reads it.
//!
//! One file per section. Every mistake is named at once, with its line, what was found and what is allowed.

mod backup;
mod demo;
mod document;
mod environment;
mod fetch;
mod keys;
mod limits;
mod log;
mod mail;
mod mistake;
mod operations;
mod passkeys;
mod passwords;
mod reader;
mod server;
mod sessions;
pub mod span;
mod store;
#[cfg(test)]
mod tests;
mod tokens;

use std::path::{Path, PathBuf};

pub use backup::Backup;
pub use demo::Demo;
pub use environment::Environment;
pub use fetch::FetchSettings;
pub use keys::{KeySettings, MasterKeySource};
pub use limits::LimitSettings;
pub use log::{Log, LogFormat, LogLevel};
pub use mail::{MailCarrier, MailServer, MailSettings, MailTls};
pub use mistake::{ConfigErrors, Mistake};
pub use operations::Operations;
pub use passkeys::PasskeySettings;
pub use passwords::Passwords;
pub use server::{Issuer, ProxyHeader, Server, Tls};
pub use sessions::Sessions;
pub use store::{StoreSettings, StoreUrl};
pub use tokens::Tokens;

use document::Document;
use reader::Reader;

/// Every setting with its default and its explanation.
pub const MANUAL: &str = include_str!("../../config/default.toml");

/// Where a configuration is looked for when none is named.
pub const DEFAULT_FILE: &str = "genkan.toml";

#[derive(Clone, Debug)]
pub struct Config {
    pub server: Server,
    pub limits: LimitSettings,
    pub operations: Operations,
    pub store: StoreSettings,
    pub keys: KeySettings,
    pub fetch: FetchSettings,
    pub mail: MailSettings,
    pub backup: Backup,
    pub tokens: Tokens,
    pub sessions: Sessions,
    pub passkeys: PasskeySettings,
    pub passwords: Passwords,
    pub log: Log,
    pub demo: Demo,
    /// As it was written, for backups; no secret stands in it.
    pub text: String,
}

impl Config {
    /// Reads the named file, or `genkan.toml` in the working directory.
    pub fn load(path: Option<&Path>, env: &Environment) -> Result<Self, ConfigErrors> {
        let path = path.unwrap_or(Path::new(DEFAULT_FILE));
        let text = std::fs::read_to_string(path).map_err(|error| ConfigErrors::unreadable(path, &error))?;
        let path = std::path::absolute(path).map_err(|error| ConfigErrors::unreadable(path, &error))?;
        Self::parse(&text, &path, env)
    }

    /// `file` names the text in messages; its folder is where relative paths begin.
    pub fn parse(text: &str, file: &Path, env: &Environment) -> Result<Self, ConfigErrors> {
        let (manual, _) = Document::parse(MANUAL);
        let (mut written, unreadable) = Document::parse(text);
        written.take_environment(env);
        let folder = file.parent().map(PathBuf::from).unwrap_or_default();
        let mut reader = Reader::new(manual, written, folder, unreadable);
        reader.refuse_unknown();
        let config = Self {
            server: Server::read(&mut reader),
            limits: LimitSettings::read(&mut reader),
            operations: Operations::read(&mut reader),
            store: StoreSettings::read(&mut reader),
            keys: KeySettings::read(&mut reader, env),
            fetch: FetchSettings::read(&mut reader),
            mail: MailSettings::read(&mut reader),
            backup: Backup::read(&mut reader),
            tokens: Tokens::read(&mut reader),
            sessions: Sessions::read(&mut reader),
            passkeys: PasskeySettings::read(&mut reader),
            passwords: Passwords::read(&mut reader),
            log: Log::read(&mut reader),
            demo: Demo::read(&mut reader),
            text: text.to_owned(),
        };
        config.demo.check_loopback(&config.server, &mut reader);
        reader.finish(file).map(|()| config)
    }

    /// The manual's own values, for tests.
    ///
    /// # Panics
    /// When `config/default.toml` is itself mistaken, which a test rules out.
    pub fn sample() -> Self {
        Self::parse("", Path::new(DEFAULT_FILE), &Environment::default()).expect("the manual is a good configuration")
    }
}
