//! `genkan client remove`

use super::super::{Failure, Output, opened::Opened};
use super::fields::{change, print};
use crate::flows::admin::clients::Change;

#[derive(Debug, clap::Args)]
pub struct Args {
    #[arg(value_name = "CLIENT_ID")]
    id: String,
    #[arg(long)]
    json: bool,
}

pub fn run(opened: &Opened, args: Args, out: &mut Output) -> Result<(), Failure> {
    print(&change(opened, args.id, Change::Remove)?, args.json, out)
}
