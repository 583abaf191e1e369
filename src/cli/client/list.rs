//! `genkan client list`

use serde_json::Value;

use super::super::opened::{Opened, by_command_line};
use super::super::{Failure, Output};
use crate::domain::Client;
use crate::flows::admin::clients;

#[derive(Debug, clap::Args)]
pub struct Args {
    #[arg(long)]
    json: bool,
}

pub fn run(opened: &Opened, args: &Args, out: &mut Output) -> Result<(), Failure> {
    let all = clients::list(&opened.store, by_command_line().now)?;
    if args.json {
        return out.json(&Value::Array(all.iter().map(clients::to_json).collect()));
    }
    out.table(&["client_id", "name", "type", "state"], &all.iter().map(row).collect::<Vec<_>>())
}

fn row(client: &Client) -> Vec<String> {
    let state = match (client.removed_at, client.is_enabled()) {
        (Some(_), _) => "removed",
        (None, true) => "enabled",
        (None, false) => "disabled",
    };
    vec![client.id.to_string(), client.name.clone(), client.kind.as_str().to_owned(), state.to_owned()]
}
