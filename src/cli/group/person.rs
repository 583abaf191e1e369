//! `genkan group add-person` and `remove-person`

use serde_json::json;

use super::super::opened::{Opened, by_command_line};
use super::super::{Failure, Output};
use crate::domain::GroupId;
use crate::flows::admin::groups;

#[derive(Debug, clap::Args)]
pub struct Args {
    #[arg(value_name = "GROUP_ID")]
    id: String,
    email: String,
    #[arg(long)]
    json: bool,
}

/// `inside`: in, or out.
pub fn run(opened: &Opened, args: &Args, inside: bool, out: &mut Output) -> Result<(), Failure> {
    let id = GroupId::new(args.id.as_str());
    let (group, user) = groups::put(&opened.store, &by_command_line(), id, &args.email, inside)??;
    let (name, email) = (&user.profile.name, user.email.as_str());
    if args.json {
        return out.json(&json!({ "group": group.id.as_str(), "email": email, "inside": inside }));
    }
    let now = if inside { "belongs to" } else { "no longer belongs to" };
    out.line(&format!("{name} <{email}> {now} {}", group.name))
}
