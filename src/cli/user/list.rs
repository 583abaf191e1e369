//! `genkan user list`

use serde_json::Value;

use super::super::opened::{Opened, by_command_line};
use super::super::{Failure, Output};
use crate::flows::admin::users::{self, Person};

#[derive(Debug, clap::Args)]
pub struct Args {
    #[arg(long)]
    json: bool,
}

pub fn run(opened: &Opened, args: &Args, out: &mut Output) -> Result<(), Failure> {
    let everybody = users::list(&opened.store)?;
    if args.json {
        let now = by_command_line().now;
        return out.json(&Value::Array(everybody.iter().map(|person| users::to_json(person, now)).collect()));
    }
    let rows: Vec<_> = everybody.iter().map(row).collect();
    out.table(&["email", "name", "clinics", "passkeys", "state"], &rows)
}

fn row(person: &Person) -> Vec<String> {
    let user = &person.user;
    let clinics = person.memberships.iter().map(|(membership, clinic)| {
        let roles: Vec<_> = membership.roles.iter().map(|role| role.as_str()).collect();
        format!("{} ({})", clinic.name, roles.join(" "))
    });
    vec![
        user.email.as_str().to_owned(),
        user.profile.name.clone(),
        clinics.collect::<Vec<_>>().join(", "),
        user.passkey_count.to_string(),
        if user.is_active() { "enabled" } else { "disabled" }.to_owned(),
    ]
}
