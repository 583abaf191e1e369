//! `genkan audit export`

use std::path::Path;

use serde_json::Value;

use super::opened::{Opened, by_command_line};
use super::{Failure, Output};
use crate::flows::admin::audit;

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Every event, oldest first, one a line; the last one is this export
    Export {
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
}

pub fn run(path: Option<&Path>, command: &Command, out: &mut Output) -> Result<(), Failure> {
    let Command::Export { json } = command;
    let store = Opened::new(path)?.store;
    audit::export(
        &store,
        &by_command_line(),
        |event| {
            if *json { out.json_line(&event) } else { out.line(&readable(&event)) }
        },
    )?
}

/// `2026-01-19T08:30:00.000Z  auth.passkey  success  …`
fn readable(event: &Value) -> String {
    let text = |name: &str| event.get(name).and_then(Value::as_str).unwrap_or("-").to_owned();
    let within = |name: &str, key: &str| {
        event.get(name).and_then(|value| value.get(key)).and_then(Value::as_str).unwrap_or("-").to_owned()
    };
    let parts = [
        text("ts"),
        text("event"),
        text("outcome"),
        text("reason_code"),
        within("actor", "type"),
        within("subject", "id"),
        text("clinic_id"),
        text("client_id"),
        text("ip"),
        text("request_id"),
    ];
    parts.join("  ")
}
