//! `genkan client …`

mod add;
mod fields;
mod list;
mod set;
mod show;

use std::path::Path;

use super::opened::Opened;
use super::{Failure, Output};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Register an application; its secret is printed this once
    Add(add::Args),
    /// Every application
    List(list::Args),
    /// One application
    Show(show::Args),
    /// Change what is named and keep the rest
    Set(set::Args),
}

pub fn run(path: Option<&Path>, command: Command, out: &mut Output) -> Result<(), Failure> {
    let opened = Opened::new(path)?;
    match command {
        Command::Add(args) => add::run(&opened, args, out),
        Command::List(args) => list::run(&opened, &args, out),
        Command::Show(args) => show::run(&opened, &args, out),
        Command::Set(args) => set::run(&opened, args, out),
    }
}
