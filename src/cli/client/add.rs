//! `genkan client add`

use super::super::opened::{Opened, by_command_line};
use super::super::{Failure, Output};
use super::fields::{Fields, print};
use crate::flows::admin::clients::{self, Draft};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// As people see it
    #[arg(long)]
    name: String,
    #[command(flatten)]
    fields: Fields,
}

pub fn run(opened: &Opened, args: Args, out: &mut Output) -> Result<(), Failure> {
    let json = args.fields.json;
    let draft = Draft { name: Some(args.name), ..args.fields.into_draft() };
    let registered = clients::add(&opened.store, &by_command_line(), draft, &opened.config.keys.algorithms)??;
    print(&registered, json, out)
}
