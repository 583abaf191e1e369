//! `genkan keys …`

mod list;
mod rewrap;
mod rotate;

use std::path::Path;

use super::opened::Opened;
use super::{Failure, Output};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Every signing key and its state
    List(list::Args),
    /// Publish the next signing keys now instead of when it is time; they sign 48 hours later
    Rotate(rotate::Args),
    /// Make a new master key, and seal everything in the store again with it
    Rewrap(rewrap::Args),
}

pub fn run(path: Option<&Path>, command: &Command, out: &mut Output) -> Result<(), Failure> {
    let opened = Opened::new(path)?;
    match command {
        Command::List(args) => list::run(&opened, args, out),
        Command::Rotate(args) => rotate::run(&opened, args, out),
        Command::Rewrap(args) => rewrap::run(&opened, args, out),
    }
}
