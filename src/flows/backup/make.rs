//! Makes a backup: everything as it was at one moment, while people go on signing in. Under its own name only once it is
//! whole and on the disk; what went before stays until then.

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use serde_json::json;

use super::{
    Plan,
    archive::{Archive, Manifest},
    generations, standing,
};
use crate::{
    domain::{AuditKind, Fault, Outcome},
    flows::admin::{By, identity},
    keys::Keys,
    store::{Piece, Store, audit_events},
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    pub file: PathBuf,
    pub rows: u64,
    pub bytes: u64,
}

/// Into the plan's directory or another; a failure is recorded as well, where the store can still be written to.
pub fn make(store: &Store, keys: &Keys, by: &By, plan: &Plan, directory: &Path) -> Result<Made, Fault> {
    let made = write(store, keys, by, plan, directory);
    let event = match &made {
        Ok(made) => {
            let file = made.file.file_name().unwrap_or_default().to_string_lossy();
            by.event(AuditKind::BackupMade).detail(json!({ "file": file, "rows": made.rows, "bytes": made.bytes }))
        }
        Err(fault) => {
            let mut event = by.event(AuditKind::BackupFailed).detail(json!({ "why": fault.to_string() }));
            event.outcome = Outcome::Error;
            event
        }
    };
    let counts = made.is_ok() && plan.directory.as_deref() == Some(directory);
    let at = by.now;
    let recorded = store.write(move |tx| {
        if counts {
            standing::set_made(tx, at)?;
        }
        audit_events::insert(tx, &event)
    });
    made.and_then(|made| recorded.map(|()| made))
}

fn write(store: &Store, keys: &Keys, by: &By, plan: &Plan, directory: &Path) -> Result<Made, Fault> {
    let check = keys.check_value();
    if !store.read(|conn| identity::is_sealed_with(conn, &check))? {
        return Err(identity::sealed_with_another());
    }
    let failed = |error: io::Error| unwritable(directory, &error);
    let name = generations::name(by.now);
    let (file, unfinished) = (directory.join(&name), directory.join(generations::unfinished(&name)));
    let out = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished).map_err(failed)?;
    let written = fill(store, keys, by, plan, out).and_then(|rows| {
        fs::rename(&unfinished, &file).and_then(|()| File::open(directory)?.sync_all()).map_err(failed)?;
        Ok(rows)
    });
    let rows = written.inspect_err(|_| {
        // It may be gone already; the next prune looks again.
        let _ = fs::remove_file(&unfinished);
    })?;
    generations::prune(directory, &file, plan.keep).map_err(failed)?;
    let bytes = fs::metadata(&file).map_err(failed)?.len();
    Ok(Made { file, rows, bytes })
}

fn fill(store: &Store, keys: &Keys, by: &By, plan: &Plan, out: File) -> Result<u64, Fault> {
    let failed = |error: io::Error| Fault::Unavailable(format!("the backup cannot be written: {error}"));
    let mut archive = Archive::begin(out, keys, by.random).map_err(failed)?;
    store.copy_out(|piece| {
        let written = match piece {
            Piece::Schema(schema) => archive.manifest(&Manifest {
                version: env!("CARGO_PKG_VERSION").to_owned(),
                engine: store.engine().to_string(),
                schema: schema.to_vec(),
                made_at: by.now,
                issuer: plan.issuer.clone(),
                configuration: plan.configuration.clone(),
            }),
            Piece::Table(name) => archive.table(name),
            Piece::Row(row) => archive.row(row),
        };
        written.map_err(failed)
    })?;
    archive.end().map_err(failed)
}

fn unwritable(directory: &Path, error: &io::Error) -> Fault {
    let directory = directory.display();
    Fault::Unavailable(match error.kind() {
        io::ErrorKind::NotFound => format!("there is no directory {directory} for backups: make it, for Genkan alone"),
        _ => format!("the backup in {directory} cannot be written: {error}"),
    })
}
