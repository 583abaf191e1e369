//! `genkan terminal list`

use serde_json::Value;

use super::super::opened::{Opened, by_command_line};
use super::super::{Failure, Output};
use crate::domain::{ClinicId, Seen, UnixTime};
use crate::flows::admin::terminals::{self, Listed};
use crate::flows::admin::time;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Of this one alone
    #[arg(long, value_name = "ID")]
    clinic: Option<String>,
    #[arg(long)]
    json: bool,
}

pub fn run(opened: &Opened, args: Args, out: &mut Output) -> Result<(), Failure> {
    let (now, clinic) = (by_command_line().now, args.clinic.map(ClinicId::new));
    let all = terminals::list(&opened.store, clinic.as_ref(), now)?;
    if args.json {
        return out.json(&Value::Array(all.iter().map(|listed| to_json(listed, now)).collect()));
    }
    let rows: Vec<_> = all.iter().map(|listed| row(listed, now)).collect();
    out.table(&["id", "name", "kind", "state", "registered from", "last sign-in", "from", "now signed in from"], &rows)
}

fn to_json(Listed { terminal, signed_in }: &Listed, now: UnixTime) -> Value {
    let mut shown = terminals::to_json(terminal, now);
    shown["signed_in"] = signed_in.iter().map(terminals::seen_to_json).collect();
    shown
}

fn row(Listed { terminal, signed_in }: &Listed, now: UnixTime) -> Vec<String> {
    let address = |seen: &Option<Seen>| seen.as_ref().map(|seen| seen.ip.clone()).unwrap_or_default();
    vec![
        terminal.id.to_string(),
        terminal.name.clone(),
        terminal.kind.as_str().to_owned(),
        terminal.state(now).as_str().to_owned(),
        address(&terminal.registered),
        terminal.last_seen.as_ref().map(|seen| time(seen.at)).unwrap_or_default(),
        address(&terminal.last_seen),
        signed_in.iter().map(|seen| seen.ip.as_str()).collect::<Vec<_>>().join(" "),
    ]
}
