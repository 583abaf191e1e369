//! `genkan clinic add`

use super::super::opened::{Opened, by_command_line};
use super::super::{Failure, Output};
use super::fields::{Fields, print};
use crate::flows::admin::clinics;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// 「さくらクリニック」
    #[arg(long)]
    name: String,
    /// Whom its people ask for help, as every error page shows it: a name, a telephone number
    #[arg(long)]
    contact: String,
    #[command(flatten)]
    fields: Fields,
}

pub fn run(opened: &Opened, args: Args, out: &mut Output) -> Result<(), Failure> {
    let json = args.fields.json;
    let draft = args.fields.into_draft(Some(args.name), Some(args.contact), &opened.config)?;
    let sessions = &opened.config.sessions;
    let clinic = clinics::add(&opened.store, &by_command_line(), &draft, sessions.idle, sessions.absolute)??;
    print(&clinic, json, out)
}
