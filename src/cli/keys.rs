//! `genkan keys list`

use std::path::Path;

use serde_json::Value;

use super::opened::Opened;
use super::{Failure, Output};
use crate::flows::admin::{keys, time};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Every signing key and its state
    List {
        #[arg(long)]
        json: bool,
    },
}

pub fn run(path: Option<&Path>, command: &Command, out: &mut Output) -> Result<(), Failure> {
    let Command::List { json } = command;
    let all = keys::list(&Opened::new(path)?.store)?;
    if *json {
        return out.json(&Value::Array(all.iter().map(keys::to_json).collect()));
    }
    if all.is_empty() {
        return out.line("there is no signing key yet; the first start of `genkan serve` makes them");
    }
    let row = |key: &crate::domain::StoredSigningKey| {
        vec![key.kid.clone(), key.alg.as_str().to_owned(), key.state.as_str().to_owned(), time(key.created_at)]
    };
    out.table(&["kid", "alg", "state", "created"], &all.iter().map(row).collect::<Vec<_>>())
}
