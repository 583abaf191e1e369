//! `genkan group add`

use super::super::opened::{Opened, by_command_line};
use super::super::{Failure, Output};
use super::print;
use crate::domain::ClinicId;
use crate::flows::admin::groups;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// As applications are told it: 「3階病棟」
    name: String,
    #[arg(long, value_name = "ID")]
    clinic: String,
    #[arg(long)]
    json: bool,
}

pub fn run(opened: &Opened, args: Args, out: &mut Output) -> Result<(), Failure> {
    let group = groups::add_to(&opened.store, &by_command_line(), ClinicId::new(args.clinic), &args.name)??;
    print(&group, args.json, out)
}
