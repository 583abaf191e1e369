//! Changes the set of signing keys: what was decided from the set as it was read is written only onto that set.

use serde_json::json;

use crate::{
    domain::{AuditEvent, AuditKind, Fault, KeyState, SigningAlg, StoredSigningKey},
    flows::admin::{By, identity},
    keys::{KeyRing, Keys},
    store::{Store, StoreResult, Tx, audit_events, signing_keys},
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A new key, in this state.
    Create(SigningAlg, KeyState),
    Activate(String),
    Retire(String),
    Remove(String),
}

/// Another node, or the command line, may change the keys at the same moment: then it is decided again.
const TRIES: usize = 5;

/// Gives what it changed.
pub fn change(
    store: &Store,
    keys: &Keys,
    by: &By,
    decide: impl Fn(&[StoredSigningKey]) -> Vec<Change>,
) -> Result<Vec<Change>, Fault> {
    for _ in 0..TRIES {
        let (version, stored) = store.read(|conn| Ok((signing_keys::version(conn)?, signing_keys::list(conn)?)))?;
        let changes = decide(&stored);
        if changes.is_empty() || write(store, keys, by, version, &stored, &changes)? {
            return Ok(changes);
        }
    }
    Err(Fault::Busy("others keep changing the signing keys"))
}

/// `false` when the set is no longer the one that was read.
fn write(
    store: &Store,
    keys: &Keys,
    by: &By,
    version: Option<String>,
    stored: &[StoredSigningKey],
    changes: &[Change],
) -> Result<bool, Fault> {
    let steps = changes.iter().map(|change| Step::of(change, stored, keys, by)).collect::<Result<Vec<_>, Fault>>()?;
    let (next_version, check, now) = (by.random.id(by.now), keys.check_value(), by.now);
    store.write(move |tx| {
        if !identity::is_sealed_with(tx, &check)? {
            return Err(identity::sealed_with_another().into());
        }
        if !signing_keys::change_version(tx, version.as_deref(), &next_version)? {
            return Ok(false);
        }
        for Step { event, what } in &steps {
            what.write(tx, now)?;
            audit_events::insert(tx, event)?;
        }
        Ok(true)
    })
}

struct Step {
    what: What,
    event: AuditEvent,
}

enum What {
    Insert(StoredSigningKey),
    Move(String, KeyState),
    Delete(String),
}

impl Step {
    fn of(change: &Change, stored: &[StoredSigningKey], keys: &Keys, by: &By) -> Result<Self, Fault> {
        let (kind, kid, what) = match change {
            Change::Create(alg, state) => {
                let key = KeyRing::generate(*alg, *state, keys, by.random, by.now)?;
                (AuditKind::KeyCreated, key.kid.clone(), What::Insert(key))
            }
            Change::Activate(kid) => (AuditKind::KeyActivated, kid.clone(), What::Move(kid.clone(), KeyState::Active)),
            Change::Retire(kid) => (AuditKind::KeyRetired, kid.clone(), What::Move(kid.clone(), KeyState::Retired)),
            Change::Remove(kid) => (AuditKind::KeyRemoved, kid.clone(), What::Delete(kid.clone())),
        };
        let known = stored.iter().find(|key| key.kid == kid);
        let detail = match (&what, known) {
            (What::Insert(key), _) => json!({ "kid": kid, "alg": key.alg.as_str(), "state": key.state.as_str() }),
            (_, Some(key)) => json!({ "kid": kid, "alg": key.alg.as_str() }),
            (_, None) => json!({ "kid": kid }),
        };
        Ok(Self { what, event: by.event(kind).detail(detail) })
    }
}

impl What {
    fn write(&self, tx: &mut Tx<'_>, now: crate::domain::UnixTime) -> StoreResult<()> {
        let (kid, written) = match self {
            Self::Insert(key) => (&key.kid, signing_keys::insert(tx, key)?),
            Self::Move(kid, state) => (kid, signing_keys::set_state(tx, kid, *state, now)?),
            Self::Delete(kid) => (kid, signing_keys::delete(tx, kid)?),
        };
        match written {
            true => Ok(()),
            false => Err(Fault::Internal(format!("the signing key {kid} was changed without its set")).into()),
        }
    }
}
