//! `genkan client show`

use super::super::opened::{Opened, by_command_line};
use super::super::{Failure, Output};
use super::fields::print_client;
use crate::domain::ClientId;
use crate::flows::admin::clients;

#[derive(Debug, clap::Args)]
pub struct Args {
    #[arg(value_name = "CLIENT_ID")]
    id: String,
    #[arg(long)]
    json: bool,
}

pub fn run(opened: &Opened, args: &Args, out: &mut Output) -> Result<(), Failure> {
    let client = clients::find(&opened.store, &ClientId::new(args.id.as_str()), by_command_line().now)??;
    if args.json { out.json(&clients::to_json(&client)) } else { print_client(&client, None, out) }
}
