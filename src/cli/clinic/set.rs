//! `genkan clinic set`

use serde_json::json;

use super::super::opened::{Opened, by_command_line};
use super::super::{Failure, Output};
use super::fields::{Fields, print};
use crate::domain::{ClinicId, User};
use crate::flows::admin::clinics::{self, Changed};

#[derive(Debug, clap::Args)]
pub struct Args {
    #[arg(value_name = "CLINIC_ID")]
    id: String,
    #[arg(long)]
    name: Option<String>,
    /// Whom its people ask for help, as every error page shows it
    #[arg(long)]
    contact: Option<String>,
    /// Change nothing, and list who could then not sign in any more
    #[arg(long)]
    dry_run: bool,
    /// Do it although some people could then not sign in any more
    #[arg(long, conflicts_with = "dry_run")]
    lock_out: bool,
    #[command(flatten)]
    fields: Fields,
}

pub fn run(opened: &Opened, args: Args, out: &mut Output) -> Result<(), Failure> {
    let (json, by, id) = (args.fields.json, by_command_line(), ClinicId::new(args.id));
    let draft = args.fields.into_draft(args.name, args.contact, &opened.config)?;
    if args.dry_run {
        let would = clinics::preview(&opened.store, &by, &id, &draft)??;
        return if json { out.json(&to_json(&would)) } else { show_dry_run(&would, out) };
    }
    let draft = clinics::Draft { lock_out: args.lock_out, ..draft };
    let Changed { clinic, fields, locked_out } = clinics::set(&opened.store, &by, id, draft)??;
    print(&clinic, json, out)?;
    if json {
        return Ok(());
    }
    if fields.is_empty() {
        return out.line("\nnothing changed");
    }
    out.line(&format!("\nchanged: {}", fields.join(", ")))?;
    list(&locked_out, "cannot sign in any more: they need a new invitation", out)
}

fn show_dry_run(would: &Changed, out: &mut Output) -> Result<(), Failure> {
    match would.fields.as_slice() {
        [] => out.line("nothing would change")?,
        fields => out.line(&format!("would change: {}", fields.join(", ")))?,
    }
    list(&would.locked_out, "could not sign in any more", out)
}

fn list(people: &[User], what: &str, out: &mut Output) -> Result<(), Failure> {
    if people.is_empty() {
        return Ok(());
    }
    out.line(&format!("\n{} of its people {what}:\n", people.len()))?;
    let row = |user: &User| vec![user.email.as_str().to_owned(), user.profile.name.clone()];
    out.table(&["email", "name"], &people.iter().map(row).collect::<Vec<_>>())
}

fn to_json(would: &Changed) -> serde_json::Value {
    let person =
        |user: &User| json!({ "id": user.id.as_str(), "email": user.email.as_str(), "name": user.profile.name });
    json!({
        "dry_run": true,
        "changed": would.fields,
        "locked_out": would.locked_out.iter().map(person).collect::<Vec<_>>(),
    })
}
