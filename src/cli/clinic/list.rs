//! `genkan clinic list`

use serde_json::Value;

use super::super::opened::{Opened, by_command_line};
use super::super::{Failure, Output};
use crate::domain::{Clinic, InstitutionCode};
use crate::flows::admin::clinics;

#[derive(Debug, clap::Args)]
pub struct Args {
    #[arg(long)]
    json: bool,
}

pub fn run(opened: &Opened, args: &Args, out: &mut Output) -> Result<(), Failure> {
    let all = clinics::list(&opened.store)?;
    if args.json {
        let now = by_command_line().now;
        return out.json(&Value::Array(all.iter().map(|clinic| clinics::to_json(clinic, now)).collect()));
    }
    let rows: Vec<_> = all
        .iter()
        .map(|clinic| vec![clinic.id.to_string(), clinic.name.clone(), code(clinic), clinic.contact.clone()])
        .collect();
    out.table(&["id", "name", "code", "contact"], &rows)
}

fn code(clinic: &Clinic) -> String {
    clinic.code.as_ref().map(InstitutionCode::as_str).unwrap_or_default().to_owned()
}
