//! The command line: one file per command, each reading its flags, calling one flow and printing the answer.
//!
//! Answers go to standard output, errors with what to do next to standard error. Exit codes: 0 done, 1 refused or
//! failed, 2 usage.

mod audit;
mod backup;
mod check;
mod client;
mod clinic;
mod demo;
mod failure;
mod group;
mod init;
mod keys;
mod made;
mod migrate;
mod opened;
mod output;
mod parse;
mod recovery_sheet;
mod restore;
mod serve;
mod terminal;
mod user;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use failure::Failure;
use output::Output;

/// An OpenID Connect provider with passkey login for clinics and hospitals.
#[derive(Debug, Parser)]
#[command(name = "genkan", version, about, arg_required_else_help = true)]
struct Cli {
    /// The configuration; paths in it begin where it lies [default: genkan.toml]
    #[arg(long, value_name = "FILE", global = true, env = "GENKAN_CONFIG")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server
    Serve(serve::Args),
    /// Run a demonstration: the provider, two clinics and two sample applications
    Demo(demo::Args),
    /// Write a configuration and a master key, and invite the first administrator
    Init(init::Args),
    /// Would the server start, and is everything safe?
    Check(check::Args),
    /// Bring the store up to date
    Migrate(migrate::Args),
    /// Applications that people sign in to
    #[command(subcommand)]
    Client(client::Command),
    /// People
    #[command(subcommand)]
    User(user::Command),
    /// Clinics and their policies
    #[command(subcommand)]
    Clinic(clinic::Command),
    /// Groups of a clinic's people
    #[command(subcommand)]
    Group(group::Command),
    /// The clinics' PCs
    #[command(subcommand)]
    Terminal(terminal::Command),
    /// Signing keys
    #[command(subcommand)]
    Keys(keys::Command),
    /// Make a backup now, into the directory of the configuration or another
    Backup(backup::Args),
    /// Bring a backup back into an empty place, or rehearse that
    Restore(restore::Args),
    /// The audit trail
    #[command(subcommand)]
    Audit(audit::Command),
}

pub fn main() -> ExitCode {
    // Wrong usage ends here with exit code 2.
    let cli = Cli::parse();
    let mut out = Output::standard();
    match run(cli, &mut out).and_then(|()| out.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

fn run(cli: Cli, out: &mut Output) -> Result<(), Failure> {
    let config = cli.config.as_deref();
    match cli.command {
        Command::Serve(args) => serve::run(config, &args),
        Command::Demo(args) => demo::run(args),
        Command::Init(args) => init::run(config, &args, out),
        Command::Check(args) => check::run(config, &args, out),
        Command::Migrate(args) => migrate::run(config, &args, out),
        Command::Client(command) => client::run(config, command, out),
        Command::User(command) => user::run(config, command, out),
        Command::Clinic(command) => clinic::run(config, command, out),
        Command::Group(command) => group::run(config, command, out),
        Command::Terminal(command) => terminal::run(config, command, out),
        Command::Keys(command) => keys::run(config, &command, out),
        Command::Backup(args) => backup::run(config, &args, out),
        Command::Restore(args) => restore::run(config, &args, out),
        Command::Audit(command) => audit::run(config, &command, out),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_commands_do_not_contradict_themselves() {
        super::Cli::command().debug_assert();
    }
}
