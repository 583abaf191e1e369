//! `genkan user revoke-invitation`

use serde_json::json;

use super::super::opened::{Opened, by_command_line};
use super::super::{Failure, Output};
use crate::flows::admin::members;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// As `genkan user invitations` shows it
    id: String,
    #[arg(long)]
    json: bool,
}

pub fn run(opened: &Opened, args: &Args, out: &mut Output) -> Result<(), Failure> {
    let user = members::revoke_invitation(&opened.store, &by_command_line(), &args.id)??;
    let (name, email) = (&user.profile.name, user.email.as_str());
    if args.json {
        return out.json(&json!({ "id": args.id, "email": email, "revoked": true }));
    }
    out.line(&format!("{name} <{email}>: the link works no longer"))
}
