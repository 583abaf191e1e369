//! `genkan restore FILE --to DIR`, or `--rehearse`

use std::fs::DirBuilder;
use std::io::BufRead;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use serde_json::json;
use zeroize::Zeroizing;

use super::made::{Made, cannot};
use super::opened::{Opened, by_command_line, open};
use super::{Failure, Output};
use crate::config::{Config, DEFAULT_FILE, Environment, MasterKeySource};
use crate::flows::admin::time;
use crate::flows::backup::{self, Restored, Unrestorable};
use crate::keys::{Keys, MasterKey};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The backup
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Write the configuration into this directory, and what it names where it says: store and master key
    #[arg(long, value_name = "DIR", required_unless_present = "rehearse")]
    to: Option<PathBuf>,
    /// Restore into a place that is thrown away, and write down that it went well
    #[arg(long, conflicts_with = "to")]
    rehearse: bool,
    /// The master key that was valid when the backup was made [default: GENKAN_MASTER_KEY, else it is asked for]
    #[arg(long, value_name = "FILE", conflicts_with = "rehearse")]
    master_key_file: Option<PathBuf>,
    #[arg(long)]
    json: bool,
}

pub fn run(path: Option<&Path>, args: &Args, out: &mut Output) -> Result<(), Failure> {
    match &args.to {
        Some(directory) => restore(directory, args, out),
        None => rehearse(path, args, out),
    }
}

fn rehearse(path: Option<&Path>, args: &Args, out: &mut Output) -> Result<(), Failure> {
    let opened = Opened::new(path)?;
    let rehearsed = backup::rehearse(&opened.store, &args.file, &opened.keys()?, &by_command_line())?;
    let restored = rehearsed.map_err(|why| refused(&args.file, &why))?;
    if args.json {
        return out.json(&to_json(&restored));
    }
    let (rows, made_at) = (restored.rows, time(restored.manifest.made_at));
    out.line(&format!("It comes back: {rows} rows as of {made_at}, and every signing key opens. Written down."))
}

fn restore(directory: &Path, args: &Args, out: &mut Output) -> Result<(), Failure> {
    let env = Environment::of_process();
    let master = master_key(args, &env)?;
    let keys = Keys::new(&master);
    // All of it is read before anything is written.
    let verified = backup::verify(&args.file, &keys).map_err(|error| refused(&args.file, &error.into()))?;
    let directory = std::path::absolute(directory).map_err(|error| cannot("find", directory, &error))?;
    let made_directory = DirBuilder::new().recursive(true).mode(0o700).create(&directory);
    made_directory.map_err(|error| cannot("make", &directory, &error))?;
    let file = directory.join(DEFAULT_FILE);
    let config = Config::parse(&verified.manifest.configuration, &file, &env)?;
    let mut made = Made::default();
    made.write(&file, 0o644, &config.text)?;
    if let MasterKeySource::File(path) = &config.keys.master_key {
        made.write(path, 0o600, &Zeroizing::new(format!("{}\n", *master.to_text())))?;
    }
    if let Some(store) = config.store.url.file() {
        made.expect(store)?;
    }
    let store = open(&config.store)?;
    let restored = backup::restore(&store, &args.file, &keys, &by_command_line())?;
    let restored = restored.map_err(|why| refused(&args.file, &why))?;
    made.keep();
    if args.json {
        return out.json(&to_json(&restored));
    }
    report(&restored, &file, out)
}

/// From the recovery sheet, when the machine that had it is gone.
fn master_key(args: &Args, env: &Environment) -> Result<MasterKey, Failure> {
    let key = match (&args.master_key_file, &env.master_key) {
        (Some(file), _) => MasterKey::read_file(file),
        (None, Some(text)) => MasterKey::parse(text),
        (None, None) => {
            eprintln!("The master key, from the recovery sheet (64 digits, in groups or not), and Enter:");
            let mut typed = Zeroizing::new(String::new());
            std::io::stdin().lock().read_line(&mut typed).map_err(Failure::Output)?;
            MasterKey::parse(&typed)
        }
    };
    key.map_err(|error| Failure::Refused(error.to_string()))
}

fn refused(file: &Path, why: &Unrestorable) -> Failure {
    Failure::Refused(format!("{}: {why}; nothing was written", file.display()))
}

fn report(restored: &Restored, config: &Path, out: &mut Output) -> Result<(), Failure> {
    let Restored { manifest, rows, sessions, grants, invitations, users, clients } = restored;
    out.line(&format!("Restored {rows} rows as of {}, from Genkan {}.", time(manifest.made_at), manifest.version))?;
    out.line(&format!(
        "Ended: {sessions} sessions, {grants} grants of applications, {invitations} open invitations. People sign in \
         again with the passkeys and passwords that they had then; who was not enrolled yet is invited again.\n\
         What happened after that moment is not here: whom you disabled since, disable again.\n"
    ))?;
    out.line("Changed in the seven days before; look whether you know why:")?;
    for user in users {
        out.line(&format!("  person       {}  {}  {}", time(user.updated_at), user.email.as_str(), user.profile.name))?;
    }
    for client in clients {
        out.line(&format!("  application  {}  {}  {}", time(client.updated_at), client.id, client.name))?;
    }
    if users.is_empty() && clients.is_empty() {
        out.line("  nobody and nothing")?;
    }
    out.line(&format!("\nNext: genkan check --config {0} && genkan serve --config {0}", config.display()))
}

fn to_json(restored: &Restored) -> serde_json::Value {
    let Restored { manifest, rows, sessions, grants, invitations, users, clients } = restored;
    json!({
        "made_at": time(manifest.made_at),
        "version": manifest.version,
        "engine": manifest.engine,
        "schema": manifest.schema,
        "issuer": manifest.issuer,
        "rows": rows,
        "sessions_ended": sessions,
        "grants_revoked": grants,
        "invitations_revoked": invitations,
        "users_changed": users.iter().map(|user| user.email.as_str()).collect::<Vec<_>>(),
        "clients_changed": clients.iter().map(|client| client.id.as_str()).collect::<Vec<_>>(),
    })
}
