//! `genkan terminal revoke`

use super::super::opened::{Opened, by_command_line};
use super::super::{Failure, Output};
use super::print;
use crate::domain::TerminalId;
use crate::flows::admin::terminals;

#[derive(Debug, clap::Args)]
pub struct Args {
    #[arg(value_name = "TERMINAL_ID")]
    id: String,
    #[arg(long)]
    json: bool,
}

pub fn run(opened: &Opened, args: Args, out: &mut Output) -> Result<(), Failure> {
    let by = by_command_line();
    let terminal = terminals::revoke(&opened.store, &by, TerminalId::new(args.id))??;
    print(&terminal, by.now, args.json, out)
}
