//! `genkan client set`

use super::super::opened::{Opened, by_command_line};
use super::super::{Failure, Output};
use super::fields::{Fields, print};
use crate::domain::ClientId;
use crate::flows::admin::clients::{self, Draft};

#[derive(Debug, clap::Args)]
pub struct Args {
    #[arg(value_name = "CLIENT_ID")]
    id: String,
    /// As people see it
    #[arg(long)]
    name: Option<String>,
    /// Let nobody sign in to it for now
    #[arg(long, conflicts_with = "enable")]
    disable: bool,
    /// Let people sign in to it again
    #[arg(long)]
    enable: bool,
    #[command(flatten)]
    fields: Fields,
}

pub fn run(opened: &Opened, args: Args, out: &mut Output) -> Result<(), Failure> {
    let json = args.fields.json;
    let enabled = (args.enable || args.disable).then_some(args.enable);
    let draft = Draft { name: args.name, enabled, ..args.fields.into_draft() };
    let id = ClientId::new(args.id);
    let registered = clients::set(&opened.store, &by_command_line(), id, draft, &opened.config.keys.algorithms)??;
    print(&registered, json, out)?;
    match (json, registered.changed.is_empty()) {
        (true, _) => Ok(()),
        (false, true) => out.line("\nnothing changed"),
        (false, false) => out.line(&format!("\nchanged: {}", registered.changed.join(", "))),
    }
}
