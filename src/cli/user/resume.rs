//! `genkan user resume`

use serde_json::json;

use super::super::opened::Opened;
use super::super::{Failure, Output};
use crate::{domain::ClinicId, flows::admin::members};

#[derive(Debug, clap::Args)]
pub struct Args {
    email: String,
    /// Where they are suspended
    #[arg(long, value_name = "ID")]
    clinic: String,
    /// Why; the person is told, and the trail keeps it
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[arg(long)]
    json: bool,
}

pub fn run(opened: &Opened, args: Args, out: &mut Output) -> Result<(), Failure> {
    let Args { email, clinic, reason, json } = args;
    let whose = (email.as_str(), ClinicId::new(clinic.as_str()));
    let user = members::resume_membership(&opened.store, &opened.by(), whose, &reason)??;
    let (name, email) = (&user.profile.name, user.email.as_str());
    if json {
        return out.json(&json!({ "email": email, "clinic_id": clinic, "suspended": false }));
    }
    out.line(&format!("{name} <{email}> works for {clinic} again"))
}
