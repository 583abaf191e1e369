//! `genkan group list`

use serde_json::Value;

use super::super::opened::{Opened, by_command_line};
use super::super::{Failure, Output};
use crate::domain::{ClinicId, Group};
use crate::flows::admin::groups;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Of this one alone
    #[arg(long, value_name = "ID")]
    clinic: Option<String>,
    #[arg(long)]
    json: bool,
}

pub fn run(opened: &Opened, args: Args, out: &mut Output) -> Result<(), Failure> {
    let clinic = args.clinic.map(ClinicId::new);
    let all = groups::listed(&opened.store, clinic.as_ref(), by_command_line().now)?;
    if args.json {
        return out.json(&Value::Array(all.iter().map(to_json).collect()));
    }
    let rows: Vec<_> = all.iter().map(row).collect();
    out.table(&["id", "name", "people", "state"], &rows)
}

fn to_json((group, people): &(Group, i64)) -> Value {
    let mut shown = groups::to_json(group);
    shown["people"] = (*people).into();
    shown
}

fn row((group, people): &(Group, i64)) -> Vec<String> {
    let state = if group.removed_at.is_some() { "removed" } else { "" };
    vec![group.id.to_string(), group.name.clone(), people.to_string(), state.to_owned()]
}
