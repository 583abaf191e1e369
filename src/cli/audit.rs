//! `genkan audit {list,show,export}`

use std::path::Path;

use serde_json::Value;

use super::opened::{Opened, by_command_line};
use super::{Failure, Output};
use crate::domain::AuditEvent;
use crate::flows::admin::audit::{self, Typed};
use crate::store::Store;

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Events that match, newest first
    List(Filter),
    /// What was recorded of the request whose error page showed this number
    Show {
        /// Six digits
        incident: String,
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Every event, oldest first, one a line; the last one is this export
    Export {
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, clap::Args)]
pub struct Filter {
    /// Part of a name or an e-mail address: what they did, and what was done about them
    #[arg(long, default_value = "")]
    person: String,
    /// A client_id
    #[arg(long, default_value = "")]
    application: String,
    /// auth.passkey, or a whole group of kinds: sign_in
    #[arg(long, default_value = "")]
    kind: String,
    /// success, failure, denied, error
    #[arg(long, default_value = "")]
    outcome: String,
    /// 2026-11-28T02:00 or a day, in Japan
    #[arg(long, default_value = "")]
    from: String,
    /// To the end of that minute, or of that day
    #[arg(long, default_value = "")]
    until: String,
    /// An address, or how it begins
    #[arg(long, default_value = "")]
    address: String,
    /// Six digits off an error page
    #[arg(long, default_value = "")]
    incident: String,
    /// At most so many
    #[arg(long, default_value_t = 50)]
    limit: usize,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

pub fn run(path: Option<&Path>, command: &Command, out: &mut Output) -> Result<(), Failure> {
    let store = Opened::new(path)?.store;
    match command {
        Command::List(filter) => {
            for event in found(&store, &filter.typed(), filter.limit)? {
                print(out, filter.json, &audit::line(&event))?;
            }
            Ok(())
        }
        Command::Show { incident, json } => {
            for failed in found(&store, &Typed { incident: incident.clone(), ..Typed::default() }, MOST_SHOWN)? {
                for event in found(&store, &Typed { request: failed.id, ..Typed::default() }, MOST_SHOWN)? {
                    print(out, *json, &audit::line(&event))?;
                }
            }
            Ok(())
        }
        Command::Export { json } => audit::export(&store, &by_command_line(), |event| print(out, *json, &event))?,
    }
}

/// Requests of one number, and events of one request.
const MOST_SHOWN: usize = 100;

impl Filter {
    fn typed(&self) -> Typed {
        Typed {
            person: self.person.clone(),
            application: self.application.clone(),
            kind: self.kind.clone(),
            outcome: self.outcome.clone(),
            from: self.from.clone(),
            until: self.until.clone(),
            address: self.address.clone(),
            incident: self.incident.clone(),
            ..Typed::default()
        }
    }
}

fn found(store: &Store, typed: &Typed, limit: usize) -> Result<Vec<AuditEvent>, Failure> {
    audit::list(store, &by_command_line(), typed, limit)?.map_err(|trouble| Failure::Refused(trouble.to_string()))
}

fn print(out: &mut Output, json: bool, event: &Value) -> Result<(), Failure> {
    if json { out.json_line(event) } else { out.line(&readable(event)) }
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
