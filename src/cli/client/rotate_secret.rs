//! `genkan client rotate-secret`

use std::time::Duration;

use super::super::{Failure, Output, opened::Opened};
use super::fields::{change, print};
use crate::flows::admin::clients::Change;

const MOST_DAYS: u64 = Change::LONGEST_KEPT.as_secs() / (24 * 3600);

#[derive(Debug, clap::Args)]
pub struct Args {
    #[arg(value_name = "CLIENT_ID")]
    id: String,
    /// Days for which the secret before stays good, until the application knows the new one; 0: it ends now
    #[arg(long, value_name = "DAYS", default_value_t = 7, value_parser = clap::value_parser!(u64).range(0..=MOST_DAYS))]
    keep: u64,
    #[arg(long)]
    json: bool,
}

pub fn run(opened: &Opened, args: Args, out: &mut Output) -> Result<(), Failure> {
    let keep = Duration::from_secs(args.keep * 24 * 3600);
    print(&change(opened, args.id, Change::RotateSecret { keep })?, args.json, out)
}
