//! `genkan serve`

use std::path::Path;

use super::Failure;
use crate::app::{self, ServeOptions};
use crate::config::{Config, Environment, LogFormat};
use crate::telemetry;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Leave migrations to `genkan migrate`, and refuse to start while some are pending
    #[arg(long)]
    no_migrate: bool,
}

pub fn run(path: Option<&Path>, args: &Args) -> Result<(), Failure> {
    let config = Config::load(path, &Environment::of_process())?;
    telemetry::start(config.log.level.filter(), config.log.format == LogFormat::Json);
    let options = ServeOptions { migrate: !args.no_migrate };
    app::serve(config, options).map_err(|failure| Failure::Refused(failure.to_string()))
}
