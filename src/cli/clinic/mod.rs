//! `genkan clinic …`

mod add;
mod fields;
mod list;
mod registration;
mod set;
mod show;

use std::path::Path;

use super::opened::Opened;
use super::{Failure, Output};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Found a clinic
    Add(add::Args),
    /// Every clinic
    List(list::Args),
    /// One of them, and who looks after it
    Show(show::Args),
    /// Change what is named and keep the rest
    Set(set::Args),
}

pub fn run(path: Option<&Path>, command: Command, out: &mut Output) -> Result<(), Failure> {
    let opened = Opened::new(path)?;
    match command {
        Command::Add(args) => add::run(&opened, args, out),
        Command::List(args) => list::run(&opened, &args, out),
        Command::Show(args) => show::run(&opened, args, out),
        Command::Set(args) => set::run(&opened, args, out),
    }
}
