//! `genkan group rename`

use super::super::opened::{Opened, by_command_line};
use super::super::{Failure, Output};
use super::print;
use crate::domain::GroupId;
use crate::flows::admin::groups::{self, Change};

#[derive(Debug, clap::Args)]
pub struct Args {
    #[arg(value_name = "GROUP_ID")]
    id: String,
    #[arg(long)]
    name: String,
    #[arg(long)]
    json: bool,
}

pub fn run(opened: &Opened, args: Args, out: &mut Output) -> Result<(), Failure> {
    let (id, change) = (GroupId::new(args.id), Change::Rename(args.name));
    let group = groups::set(&opened.store, &by_command_line(), id, change)??;
    print(&group, args.json, out)
}
