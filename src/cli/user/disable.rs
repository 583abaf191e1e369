//! `genkan user disable`

use serde_json::json;

use super::super::opened::Opened;
use super::super::{Failure, Output};
use crate::flows::admin::users::{self, Closed};

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
    let closed = users::disable(&opened.store, &opened.by(), &args.email, args.reason.as_deref())??;
    let Closed { user, sessions, grants, invitations } = closed;
    let email = user.email.as_str();
    if args.json {
        return out.json(&json!({
            "email": email,
            "enabled": false,
            "sessions_ended": sessions,
            "grants_revoked": grants,
            "invitations_revoked": invitations,
        }));
    }
    let name = &user.profile.name;
    out.line(&format!(
        "{name} <{email}> is disabled; ended: {sessions} sessions, {grants} grants, {invitations} invitations"
    ))
}
