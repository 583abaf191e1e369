//! `genkan client set`

use super::super::{Failure, Output, opened::Opened};
use super::fields::{Fields, change, print};
use crate::flows::admin::clients::{Change, Draft};

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
    let registered = change(opened, args.id, Change::Fields(Box::new(draft)))?;
    print(&registered, json, out)?;
    match (json, registered.changed.is_empty()) {
        (true, _) => Ok(()),
        (false, true) => out.line("\nnothing changed"),
        (false, false) => out.line(&format!("\nchanged: {}", registered.changed.join(", "))),
    }
}
