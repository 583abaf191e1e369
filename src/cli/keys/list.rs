//! `genkan keys list`

use serde_json::Value;

use super::super::opened::Opened;
use super::super::{Failure, Output};
use crate::domain::{KeyState, StoredSigningKey};
use crate::flows::admin::{keys, time};
use crate::flows::signing_keys::activates_at;

#[derive(Debug, clap::Args)]
pub struct Args {
    #[arg(long)]
    json: bool,
}

pub fn run(opened: &Opened, args: &Args, out: &mut Output) -> Result<(), Failure> {
    print(opened, args.json, out)
}

pub fn print(opened: &Opened, json: bool, out: &mut Output) -> Result<(), Failure> {
    let all = keys::list(&opened.store)?;
    if json {
        return out.json(&Value::Array(all.iter().map(keys::to_json).collect()));
    }
    if all.is_empty() {
        return out.line("there is no signing key yet; the first start of `genkan serve` makes them");
    }
    out.table(&["kid", "alg", "state", "since"], &all.iter().map(row).collect::<Vec<_>>())
}

fn row(key: &StoredSigningKey) -> Vec<String> {
    let since = match key.state {
        KeyState::Next => format!("{}, signs from {}", time(key.created_at), time(activates_at(key))),
        KeyState::Active => time(key.activated_at.unwrap_or(key.created_at)),
        KeyState::Retired => time(key.retired_at.unwrap_or(key.created_at)),
    };
    vec![key.kid.clone(), key.alg.as_str().to_owned(), key.state.as_str().to_owned(), since]
}
