//! After a server was killed: everything that it had answered must be in the audit trail and in the tables, and the
//! database must be whole.

use std::{collections::HashSet, fs, path::PathBuf};

use clap::Args as Arguments;
use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::Text};
use genkan::{
    config::MasterKeySource,
    domain::Secret,
    flows::token::{AccessToken, RefreshToken},
    keys::{Keys, MasterKey},
    store::{self, Engine, Store},
};
use serde_json::Value;

use crate::{
    Result,
    journal::{Journal, Told},
    seed,
};

#[derive(Arguments)]
pub struct Args {
    /// Where `seed` was
    folder: PathBuf,
    #[arg(long)]
    journal: PathBuf,
    /// What `genkan audit export --json` said
    #[arg(long)]
    export: PathBuf,
}

pub fn run(args: &Args) -> Result<()> {
    let MasterKeySource::File(key) = seed::config(&args.folder)?.keys.master_key else {
        return Err("the master key is in its file".into());
    };
    let (store, keys) = (seed::open(&args.folder)?, Keys::new(&MasterKey::read_file(&key)?));
    let trail = trail(&fs::read_to_string(&args.export)?)?;
    let journal = Journal::read(&args.journal)?;
    let mut lost = Vec::new();
    for line in &journal {
        if !trail.contains(&line.name) {
            lost.push(format!("{}: not in the trail", line.name));
        }
        if !is_kept(&store, &keys, &line.told)? {
            lost.push(format!("{}: not in the tables", line.name));
        }
    }
    lost.extend(damage(&store)?);
    if !lost.is_empty() {
        return Err(format!("of {} answers:\n{}", journal.len(), lost.join("\n")).into());
    }
    println!("{} answers, nothing lost", journal.len());
    Ok(())
}

/// The driver names each operation in its `User-Agent`, which events keep.
fn trail(export: &str) -> Result<HashSet<String>> {
    let mut names = HashSet::new();
    for line in export.lines() {
        let event: Value = serde_json::from_str(line)?;
        names.extend(event["ua"].as_str().map(str::to_owned));
    }
    Ok(names)
}

fn is_kept(store: &Store, keys: &Keys, told: &Told) -> Result<bool> {
    Ok(match told {
        Told::Nothing => true,
        Told::Session(secret) => {
            let secret = Secret::presented(secret);
            store.read(|conn| store::sessions::find_signed_in(conn, &secret.hash()))?.is_some()
        }
        Told::AccessToken(sealed) => {
            let grant = keys.open::<AccessToken>(sealed, seed::now())?.grant;
            store.read(|conn| {
                Ok(store::spent::is_spent(conn, grant.as_str())? && store::grants::find(conn, &grant)?.is_some())
            })?
        }
        Told::RefreshToken(sealed) => {
            let token = keys.open::<RefreshToken>(sealed, seed::now())?;
            let grant = store.read(|conn| store::grants::find(conn, &token.grant))?;
            grant.and_then(|grant| grant.rotation).is_some_and(|rotation| rotation.n >= token.n)
        }
    })
}

#[derive(QueryableByName)]
struct Said {
    #[diesel(sql_type = Text)]
    integrity_check: String,
}

/// PostgreSQL finds out by itself: reading every row above would have failed.
fn damage(store: &Store) -> Result<Vec<String>> {
    if store.engine() == Engine::Postgres {
        return Ok(Vec::new());
    }
    let said: Vec<Said> = store.read(|conn| Ok(sql_query("PRAGMA integrity_check").load(conn)?))?;
    Ok(said.into_iter().map(|said| said.integrity_check).filter(|said| said != "ok").collect())
}
