//! Brings a backup back, into an empty database: the life that begins there trusts nothing that was handed out before.
//!
//! Sessions and grants end. One-time links and codes end too, since one that was used after the backup would be unused
//! again. What travels sealed is of another epoch from here on ([`Keys::in_epoch`]), be it from before the backup or from after it.

use std::{path::Path, time::Duration};

use serde_json::json;

use super::{
    archive::{Manifest, Reading, verify},
    standing,
};
use crate::{
    domain::{AuditEvent, AuditKind, Client, Fault, UnixTime, User, Verdict},
    flows::{
        admin::{By, identity},
        secrets::{EPOCH, Secrets},
    },
    keys::{BackupError, Keys},
    store::{
        Conn, Piece, Store, StoreOptions, StoreResult, Tx, access_codes, audit_events, clients, grants, invitations,
        meta, outbox, passkeys, sessions, signing_keys, users,
    },
};

/// Changes this young are looked at a second time: whoever had broken in may have left a door open.
const LATELY: Duration = Duration::from_secs(7 * 24 * 3600);

#[derive(Debug, thiserror::Error)]
pub enum Unrestorable {
    #[error("{0}")]
    File(#[from] BackupError),
    #[error(
        "it was made by Genkan {version} with schema {schema}, which this one does not know: use that version or a newer one"
    )]
    NewerSchema { version: String, schema: String },
}

#[derive(Debug)]
pub struct Restored {
    pub manifest: Manifest,
    pub rows: u64,
    pub sessions: usize,
    pub grants: usize,
    pub invitations: usize,
    /// Those that changed in the days before the backup.
    pub users: Vec<User>,
    pub clients: Vec<Client>,
}

/// Verifies everything before it writes anything; and what it writes is all or nothing.
pub fn restore(store: &Store, path: &Path, keys: &Keys, by: &By) -> Result<Verdict<Restored, Unrestorable>, Fault> {
    let verified = match verify(path, keys) {
        Ok(verified) => verified,
        Err(error) => return Ok(Err(error.into())),
    };
    let (manifest, rows) = (verified.manifest, verified.rows.values().sum());
    if let Some(schema) = store.unknown_migration(&manifest.schema)? {
        return Ok(Err(Unrestorable::NewerSchema { version: manifest.version, schema }));
    }
    let unreadable = |error: BackupError| Fault::internal("the backup, which was whole a moment ago", error);
    let reading = Reading::open(path, keys).map_err(unreadable)?;
    let ending = Ending { check: keys.check_value(), now: by.now, epoch: by.random.id(by.now) };
    let event = by.event(AuditKind::BackupRestored);
    let made_at = manifest.made_at;
    let (sessions, grants, invitations) = store.copy_in(
        &manifest.schema,
        |filling| {
            reading
                .each(|piece| {
                    match piece {
                        Piece::Schema(_) => Ok(()),
                        Piece::Table(name) => filling.table(name),
                        Piece::Row(row) => filling.row(row),
                    }
                    .map_err(Filled::Fault)
                })
                .map_err(|error| match error {
                    Filled::File(error) => unreadable(error),
                    Filled::Fault(fault) => fault,
                })
        },
        |tx| ending.write(tx, event, made_at),
    )?;
    let (users, clients) = store.read(|conn| changed_since(conn, made_at.minus(LATELY)))?;
    Ok(Ok(Restored { manifest, rows, sessions, grants, invitations, users, clients }))
}

/// Restores into a place that is thrown away, tries what a server would need of it, and writes down that it went well.
pub fn rehearse(store: &Store, path: &Path, keys: &Keys, by: &By) -> Result<Verdict<Restored, Unrestorable>, Fault> {
    let place = tempfile::tempdir().map_err(|error| Fault::internal("a place to rehearse in", error))?;
    let url = format!("sqlite:{}", place.path().join("rehearsal.db").display());
    let rehearsal = Store::open(&StoreOptions::new(url))?;
    let restored = match restore(&rehearsal, path, keys, by)? {
        Ok(restored) => restored,
        Err(refusal) => return Ok(Err(refusal)),
    };
    Secrets::open(&rehearsal, keys, by.now)?;
    let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let event = by.event(AuditKind::BackupRehearsed).detail(json!({ "file": file, "rows": restored.rows }));
    let now = by.now;
    store.write(move |tx| {
        standing::set_rehearsed(tx, now)?;
        audit_events::insert(tx, &event)
    })?;
    Ok(Ok(restored))
}

enum Filled {
    File(BackupError),
    Fault(Fault),
}

impl From<BackupError> for Filled {
    fn from(error: BackupError) -> Self {
        Self::File(error)
    }
}

struct Ending {
    check: String,
    now: UnixTime,
    epoch: String,
}

impl Ending {
    fn write(&self, tx: &mut Tx<'_>, event: AuditEvent, made_at: UnixTime) -> StoreResult<(usize, usize, usize)> {
        if !identity::is_sealed_with(tx, &self.check)? {
            return Err(identity::sealed_with_another().into());
        }
        meta::set(tx, EPOCH, &self.epoch)?;
        // Whoever still holds the keys of the life before looks again.
        let version = signing_keys::version(tx)?;
        signing_keys::change_version(tx, version.as_deref(), &self.epoch)?;
        let grants = grants::revoke_all(tx, self.now)?;
        // What was waiting then has been sent since; what is to be told now is that all sessions are over.
        outbox::delete_all(tx)?;
        let sessions = sessions::end_all(tx, "restored", self.now)?;
        let invitations = invitations::revoke_all_unused(tx, self.now)?;
        let codes = access_codes::withdraw_all(tx)?;
        let detail = json!({
            "made_at": crate::flows::admin::time(made_at),
            "sessions": sessions,
            "grants": grants,
            "invitations": invitations,
            "access_codes": codes,
        });
        audit_events::insert(tx, &event.detail(detail))?;
        Ok((sessions, grants, invitations))
    }
}

fn changed_since(conn: &mut Conn, since: UnixTime) -> StoreResult<(Vec<User>, Vec<Client>)> {
    let mut changed = Vec::new();
    for user in users::list(conn)? {
        let has_new_passkey =
            passkeys::list_for_user(conn, &user.id)?.iter().any(|passkey| passkey.created_at >= since);
        if user.updated_at >= since || has_new_passkey {
            changed.push(user);
        }
    }
    let mut clients = clients::list(conn)?;
    clients.retain(|client| client.updated_at >= since);
    Ok((changed, clients))
}
