//! `genkan user suspend-passkeys`

use serde_json::json;

use super::super::opened::Opened;
use super::super::{Failure, Output};
use crate::flows::admin::members::{self, Suspended};

#[derive(Debug, clap::Args)]
pub struct Args {
    pub email: String,
    /// Why; the person is told, and the trail keeps it
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    #[arg(long)]
    pub json: bool,
}

pub fn run(opened: &Opened, args: &Args, out: &mut Output) -> Result<(), Failure> {
    let done = members::suspend_passkeys(&opened.store, &opened.by(), &args.email, &args.reason)??;
    let Suspended { user, passkeys, sessions, grants } = done;
    let names: Vec<_> = passkeys.iter().map(|passkey| passkey.name.as_str()).collect();
    let email = user.email.as_str();
    if args.json {
        let passkeys: Vec<_> = passkeys.iter().map(|it| json!({ "id": it.id.as_str(), "name": it.name })).collect();
        return out.json(&json!({
            "email": email,
            "suspended": passkeys,
            "sessions_ended": sessions,
            "grants_revoked": grants,
        }));
    }
    let name = &user.profile.name;
    out.line(&format!("{name} <{email}>: suspended {}; ended: {sessions} sessions, {grants} grants", names.join(", ")))
}
