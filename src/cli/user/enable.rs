//! `genkan user enable`

use serde_json::json;

use super::super::opened::Opened;
use super::super::{Failure, Output};
use crate::flows::admin::users;

#[derive(Debug, clap::Args)]
pub struct Args {
    email: String,
    /// Why; the person is told, and the trail keeps it
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    #[arg(long)]
    json: bool,
}

pub fn run(opened: &Opened, args: &Args, out: &mut Output) -> Result<(), Failure> {
    let user = users::enable(&opened.store, &opened.by(), &args.email, args.reason.as_deref())??;
    let (name, email) = (&user.profile.name, user.email.as_str());
    if args.json {
        return out.json(&json!({ "email": email, "enabled": true }));
    }
    out.line(&format!("{name} <{email}> can sign in again"))
}
