//! `genkan client …`

mod add;
mod fields;
mod limits;
mod list;
mod preview;
mod rotate_secret;
mod set;
mod show;

use std::path::Path;

use super::opened::Opened;
use super::{Failure, Output};
use crate::flows::admin::clients::Change;

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Register an application; its secret is printed this once
    Add(add::Args),
    /// Every application
    List(list::Args),
    /// One application
    Show(show::Args),
    /// Whether a person would get in, and what the application would be told of them; nothing is signed
    Preview(preview::Args),
    /// Change what is named and keep the rest
    Set(set::Args),
    /// A new secret, printed this once; the one before stays good for a while
    RotateSecret(rotate_secret::Args),
    /// Let nobody sign in to it any more; it can be restored for 30 days
    Remove(fields::Named),
    /// Undo a removal
    Restore(fields::Named),
}

pub fn run(path: Option<&Path>, command: Command, out: &mut Output) -> Result<(), Failure> {
    let opened = Opened::new(path)?;
    match command {
        Command::Add(args) => add::run(&opened, args, out),
        Command::List(args) => list::run(&opened, &args, out),
        Command::Show(args) => show::run(&opened, &args, out),
        Command::Preview(args) => preview::run(&opened, &args, out),
        Command::Set(args) => set::run(&opened, args, out),
        Command::RotateSecret(args) => rotate_secret::run(&opened, args, out),
        Command::Remove(named) => named.run(&opened, Change::Remove, out),
        Command::Restore(named) => named.run(&opened, Change::Restore, out),
    }
}
