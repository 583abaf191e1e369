//! `genkan clinic set`

use super::super::opened::{Opened, by_command_line};
use super::super::{Failure, Output};
use super::fields::{Fields, print};
use crate::domain::ClinicId;
use crate::flows::admin::clinics;

#[derive(Debug, clap::Args)]
pub struct Args {
    #[arg(value_name = "CLINIC_ID")]
    id: String,
    #[arg(long)]
    name: Option<String>,
    /// Whom its people ask for help, as every error page shows it
    #[arg(long)]
    contact: Option<String>,
    #[command(flatten)]
    fields: Fields,
}

pub fn run(opened: &Opened, args: Args, out: &mut Output) -> Result<(), Failure> {
    let json = args.fields.json;
    let draft = args.fields.into_draft(args.name, args.contact);
    let (clinic, changed) = clinics::set(&opened.store, &by_command_line(), ClinicId::new(args.id), draft)??;
    print(&clinic, json, out)?;
    match (json, changed.is_empty()) {
        (true, _) => Ok(()),
        (false, true) => out.line("\nnothing changed"),
        (false, false) => out.line(&format!("\nchanged: {}", changed.join(", "))),
    }
}
