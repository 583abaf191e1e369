//! The signing keys, as an administrator sees and changes them: never a private part.

use serde_json::{Value, json};

use super::{By, identity, time};
use crate::domain::{AuditKind, Fault, KeyState, StoredSigningKey};
use crate::flows::signing_keys::{Change, Plan, activates_at, algorithms, change, due};
use crate::keys::{KeyRing, Keys};
use crate::store::{Store, audit_events, second_factors, signing_keys};

pub fn list(store: &Store) -> Result<Vec<StoredSigningKey>, Fault> {
    store.read(signing_keys::list)
}

pub fn to_json(key: &StoredSigningKey) -> Value {
    json!({
        "kid": key.kid,
        "alg": key.alg.as_str(),
        "state": key.state.as_str(),
        "created_at": time(key.created_at),
        "activates_at": (key.state == KeyState::Next).then(|| time(activates_at(key))),
        "activated_at": key.activated_at.map(time),
        "retired_at": key.retired_at.map(time),
    })
}

/// Publishes a next key for each algorithm that has none; one that has been published for long enough takes over.
pub fn rotate(store: &Store, keys: &Keys, by: &By, plan: &Plan) -> Result<Vec<Change>, Fault> {
    change(store, keys, by, |stored| {
        let mut changes = due(stored, plan, by.now);
        for alg in algorithms(stored, plan) {
            let has_next = stored.iter().any(|key| key.alg == alg && key.state == KeyState::Next);
            let is_made = changes.iter().any(|change| matches!(change, Change::Create(made, _) if *made == alg));
            if !has_next && !is_made {
                changes.push(Change::Create(alg, KeyState::Next));
            }
        }
        changes
    })
}

/// New keys that sign from now on; of the old ones nothing is left, and nothing that they signed is believed here.
pub fn replace_compromised(store: &Store, keys: &Keys, by: &By, plan: &Plan) -> Result<Vec<Change>, Fault> {
    change(store, keys, by, |stored| {
        let new = algorithms(stored, plan).into_iter().map(|alg| Change::Create(alg, KeyState::Active));
        let old = stored.iter().map(|key| Change::Remove(key.kid.clone()));
        new.chain(old).collect()
    })
}

/// Seals everything that lies sealed in the store again, with a new master key. Gives how many keys that were.
pub fn rewrap(store: &Store, old: &Keys, new: &Keys, by: &By) -> Result<usize, Fault> {
    let (version, stored, factors) = store
        .read(|conn| Ok((signing_keys::version(conn)?, signing_keys::list(conn)?, second_factors::list(conn)?)))?;
    let count = stored.len();
    let resealed: Vec<_> = stored
        .iter()
        .map(|key| Ok((key.kid.clone(), KeyRing::reseal(key, old, new, by.random)?)))
        .collect::<Result<_, Fault>>()?;
    let seeds: Vec<_> = factors
        .iter()
        .map(|factor| {
            let seed = old.open_seed(&factor.user_id, &factor.sealed_seed)?;
            Ok((factor.user_id.clone(), new.seal_seed(&factor.user_id, &seed, by.random)))
        })
        .collect::<Result<_, Fault>>()?;
    let known: Vec<_> = factors.into_iter().map(|factor| (factor.user_id, factor.created_at)).collect();
    let (old, new, next_version) = (old.check_value(), new.check_value(), by.random.id(by.now));
    let event = by.event(AuditKind::KeyRewrapped).detail(json!({ "keys": count, "second_factors": seeds.len() }));
    store.write(move |tx| {
        let is_as_read = identity::change_master_key(tx, &old, &new)?
            && signing_keys::change_version(tx, version.as_deref(), &next_version)?;
        let now: Vec<_> = second_factors::list(tx)?.into_iter().map(|it| (it.user_id, it.created_at)).collect();
        if !is_as_read || now != known {
            // What has been written already must go.
            return Err(Fault::Busy("others are changing what is sealed").into());
        }
        for (kid, sealed) in &resealed {
            signing_keys::reseal(tx, kid, sealed)?;
        }
        for (user, sealed) in &seeds {
            second_factors::reseal(tx, user, sealed)?;
        }
        audit_events::insert(tx, &event)?;
        Ok(count)
    })
}
