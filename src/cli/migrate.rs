//! `genkan migrate`

use std::path::Path;

use serde_json::json;

use super::opened::{master_key, open};
use super::{Failure, Output};
use crate::app;
use crate::clock::Clock;
use crate::config::{Config, Environment};
use crate::keys::Keys;

#[derive(Debug, clap::Args)]
pub struct Args {
    #[arg(long)]
    json: bool,
}

pub fn run(path: Option<&Path>, args: &Args, out: &mut Output) -> Result<(), Failure> {
    let config = Config::load(path, &Environment::of_process())?;
    let store = open(&config.store)?;
    // The master key is asked for only where it has something to do.
    let ran = match config.backup.directory {
        None => store.migrate()?,
        Some(_) => {
            let keys = Keys::new(&master_key(&config.keys.master_key)?);
            app::migrate(&config, &store, &keys, Clock::System.now())?
        }
    };
    if args.json {
        return out.json(&json!({ "ran": ran }));
    }
    if ran.is_empty() {
        return out.line("the store is up to date");
    }
    ran.iter().try_for_each(|name| out.line(&format!("ran {name}")))
}
