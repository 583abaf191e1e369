//! `genkan terminal …`

mod add;
mod list;
mod revoke;
mod set;

use std::path::Path;

use super::opened::Opened;
use super::{Failure, Output};
use crate::domain::{Terminal, UnixTime};
use crate::flows::admin::terminals;

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Register a PC as shared or personal: prints a one-time link of 24 hours, to be opened on it
    Add(add::Args),
    /// Every PC, and from where it was used last
    List(list::Args),
    /// Change a PC's name, or what it counts as
    Set(set::Args),
    /// Forget a PC: who is signed in there is as on a shared one at once
    Revoke(revoke::Args),
}

pub fn run(path: Option<&Path>, command: Command, out: &mut Output) -> Result<(), Failure> {
    let opened = Opened::new(path)?;
    match command {
        Command::Add(args) => add::run(&opened, args, out),
        Command::List(args) => list::run(&opened, args, out),
        Command::Set(args) => set::run(&opened, args, out),
        Command::Revoke(args) => revoke::run(&opened, args, out),
    }
}

fn print(terminal: &Terminal, now: UnixTime, json: bool, out: &mut Output) -> Result<(), Failure> {
    if json {
        return out.json(&terminals::to_json(terminal, now));
    }
    let (name, kind, state) = (&terminal.name, terminal.kind.as_str(), terminal.state(now).as_str());
    out.line(&format!("{}  {name}, {kind}, {state}", terminal.id))
}
