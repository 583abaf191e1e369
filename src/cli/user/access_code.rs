//! `genkan user access-code`

use serde_json::json;

use super::super::opened::Opened;
use super::super::{Failure, Output};
use crate::domain::ClinicId;
use crate::flows::admin::{
    members::{self, IssuedTo},
    time,
};

#[derive(Debug, clap::Args)]
pub struct Args {
    email: String,
    /// The clinic to work for; needed of somebody who works for several
    #[arg(long, value_name = "ID")]
    clinic: Option<String>,
    /// Why; the person is told, and the trail keeps it
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[arg(long)]
    json: bool,
}

pub fn run(opened: &Opened, args: Args, out: &mut Output) -> Result<(), Failure> {
    let by = opened.by();
    let to = (args.email.as_str(), args.clinic.map(ClinicId::new));
    let done = members::issue_access_code(&opened.store, &opened.keys()?, &by, to, &args.reason)??;
    let IssuedTo { user, clinic, issued } = done;
    let (email, name) = (user.email.as_str(), &user.profile.name);
    let (address, until) = (format!("{}/login/code", opened.config.server.issuer), time(issued.until));
    if args.json {
        return out.json(&json!({
            "email": email,
            "name": name,
            "clinic_id": clinic.id.as_str(),
            "code": issued.digits.reveal(),
            "login_uri": address,
            "expires_at": until,
        }));
    }
    out.line(&format!("{name} <{email}>, {}", clinic.name))?;
    out.line(&format!("\n  {}\n", issued.digits.shown()))?;
    out.line(&format!("Tell this code to nobody else. It works once, at {address}, until {until}."))
}
