//! `genkan migrate`

use std::path::Path;

use serde_json::json;

use super::opened::open;
use super::{Failure, Output};
use crate::config::{Config, Environment};

#[derive(Debug, clap::Args)]
pub struct Args {
    #[arg(long)]
    json: bool,
}

pub fn run(path: Option<&Path>, args: &Args, out: &mut Output) -> Result<(), Failure> {
    let config = Config::load(path, &Environment::of_process())?;
    let ran = open(&config.store)?.migrate()?;
    if args.json {
        return out.json(&json!({ "ran": ran }));
    }
    if ran.is_empty() {
        return out.line("the store is up to date");
    }
    ran.iter().try_for_each(|name| out.line(&format!("ran {name}")))
}
