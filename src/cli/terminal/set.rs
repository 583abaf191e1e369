//! `genkan terminal set`

use super::super::opened::{Opened, by_command_line};
use super::super::{Failure, Output, parse};
use super::print;
use crate::domain::{TerminalId, TerminalKind};
use crate::flows::admin::terminals;

#[derive(Debug, clap::Args)]
pub struct Args {
    #[arg(value_name = "TERMINAL_ID")]
    id: String,
    #[arg(long)]
    name: Option<String>,
    /// shared or personal
    #[arg(long, value_name = "KIND", value_parser = parse::terminal_kind)]
    kind: Option<TerminalKind>,
    #[arg(long)]
    json: bool,
}

pub fn run(opened: &Opened, args: Args, out: &mut Output) -> Result<(), Failure> {
    let by = by_command_line();
    let terminal = terminals::set(&opened.store, &by, TerminalId::new(args.id), args.name, args.kind)??;
    print(&terminal, by.now, args.json, out)
}
