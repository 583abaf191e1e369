//! `genkan user …`

mod access_code;
mod disable;
mod enable;
mod end;
mod invitations;
mod invite;
mod list;
mod qualification;
mod resume;
mod revoke_invitation;
mod show;
mod suspend_passkeys;
mod unlock;
mod why;

use std::path::Path;

pub use invite::link;

use super::opened::Opened;
use super::{Failure, Output};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Bring a person in, or in again: prints a one-time link of 72 hours
    ///
    /// Who has been in before, by a passkey or a password, gets a new link only with --checked, for somebody who has lost every
    /// way in: once you are sure who it is. All their passkeys are suspended, password, codes and recovery codes work no more,
    /// and their sessions and grants end. Without it, what is named (roles, last day, another clinic) is changed, and no link
    /// is made.
    Invite(Box<invite::Args>),
    /// Whoever is invited and has not come in yet
    Invitations(invitations::Args),
    /// Let the link of an invitation work no longer
    RevokeInvitation(revoke_invitation::Args),
    /// Everybody
    List(list::Args),
    /// One person: clinics and roles, passkeys, and what keeps them from signing in
    Show(why::Args),
    /// Why somebody cannot sign in: what stands in the way now, and their last tries that failed
    Why(why::Args),
    /// Lift the suspension of a person's membership of a clinic
    Resume(resume::Args),
    /// Open a password again that too many wrong tries have closed
    Unlock(suspend_passkeys::Args),
    /// Set the day with which a person's time at a clinic ends, or take it away
    End(end::Args),
    /// What a clinic knows of somebody's professions and licences
    #[command(subcommand)]
    Qualification(qualification::Command),
    /// Suspend every passkey of a person who has lost the only device, and end what they opened
    SuspendPasskeys(suspend_passkeys::Args),
    /// Make a one-time code for a person whose device is broken, to be read out to them
    ///
    /// Administrators give such codes on the pages of administration, a second one agreeing where there is one. This is for
    /// who has nobody there to ask: a clinic's only administrator, whose own phone is broken.
    ///
    /// The code works once, for 15 minutes and five tries, at /login/code, together with the person's password if they have
    /// one, whatever the clinic says to passwords alone. It opens a session of at most 12 hours in which they work as usual,
    /// and can change neither passkeys nor passwords, nor enter /admin. For a new phone, invite them: `genkan user invite --checked`.
    AccessCode(access_code::Args),
    /// Shut a person out and end their sessions, grants and invitations
    Disable(disable::Args),
    /// Let a person sign in again
    Enable(enable::Args),
}

pub fn run(path: Option<&Path>, command: Command, out: &mut Output) -> Result<(), Failure> {
    let opened = Opened::new(path)?;
    match command {
        Command::Invite(args) => invite::run(&opened, *args, out),
        Command::Invitations(args) => invitations::run(&opened, args, out),
        Command::RevokeInvitation(args) => revoke_invitation::run(&opened, &args, out),
        Command::List(args) => list::run(&opened, &args, out),
        Command::Show(args) => show::run(&opened, &args, out),
        Command::Why(args) => why::run(&opened, &args, out),
        Command::Resume(args) => resume::run(&opened, args, out),
        Command::Unlock(args) => unlock::run(&opened, &args, out),
        Command::End(args) => end::run(&opened, &args, out),
        Command::Qualification(command) => qualification::run(&opened, command, out),
        Command::SuspendPasskeys(args) => suspend_passkeys::run(&opened, &args, out),
        Command::AccessCode(args) => access_code::run(&opened, args, out),
        Command::Disable(args) => disable::run(&opened, &args, out),
        Command::Enable(args) => enable::run(&opened, &args, out),
    }
}
