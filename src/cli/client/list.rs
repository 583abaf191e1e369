//! `genkan client list`

use serde_json::Value;

use super::super::opened::{Opened, by_command_line};
use super::super::{Failure, Output};
use crate::domain::{Client, UnixTime};
use crate::flows::admin::{clients, time};

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
    let row = |client: &Client| row(client, by_command_line().now);
    let head = ["client_id", "name", "type", "state", "last used", "secret ends"];
    out.table(&head, &all.iter().map(row).collect::<Vec<_>>())
}

/// When the secret ends is said where that is soon.
fn row(client: &Client, now: UnixTime) -> Vec<String> {
    let state = match (client.removed_at, client.is_enabled()) {
        (Some(_), _) => "removed",
        (None, true) => "enabled",
        (None, false) => "disabled",
    };
    let moment = |at: Option<UnixTime>| at.map_or_else(|| "-".to_owned(), time);
    let (used, ends) = (moment(client.last_used_at), moment(client.secret_ends_soon(now)));
    vec![client.id.to_string(), client.name.clone(), client.kind.as_str().to_owned(), state.to_owned(), used, ends]
}
