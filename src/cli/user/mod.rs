//! `genkan user …`

mod disable;
mod enable;
mod invite;
mod list;
mod suspend_passkeys;

use std::path::Path;

pub use invite::link;

use super::opened::Opened;
use super::{Failure, Output};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Bring a person in, or in again: prints a one-time link of 72 hours
    Invite(Box<invite::Args>),
    /// Everybody
    List(list::Args),
    /// Suspend every passkey of a person who has lost the only device, and end what they opened
    SuspendPasskeys(suspend_passkeys::Args),
    /// Shut a person out and end their sessions, grants and invitations
    Disable(disable::Args),
    /// Let a person sign in again
    Enable(enable::Args),
}

pub fn run(path: Option<&Path>, command: Command, out: &mut Output) -> Result<(), Failure> {
    let opened = Opened::new(path)?;
    match command {
        Command::Invite(args) => invite::run(&opened, *args, out),
        Command::List(args) => list::run(&opened, &args, out),
        Command::SuspendPasskeys(args) => suspend_passkeys::run(&opened, &args, out),
        Command::Disable(args) => disable::run(&opened, &args, out),
        Command::Enable(args) => enable::run(&opened, &args, out),
    }
}
