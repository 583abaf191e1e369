//! The key ring at start-up: an active key for each algorithm, made at the first start.

use serde_json::json;

use crate::{
    domain::{Actor, AuditEvent, AuditKind, Fault, KeyState, Outcome, RequestInfo, SigningAlg, UnixTime},
    keys::{KeyRing, Keys},
    random::Random,
    store::{self, Store},
};

pub fn ring(
    store: &Store,
    keys: &Keys,
    algorithms: &[SigningAlg],
    now: UnixTime,
    random: Random,
) -> Result<KeyRing, Fault> {
    let stored = store.read(store::signing_keys::list)?;
    let missing =
        algorithms.iter().filter(|alg| !stored.iter().any(|key| key.alg == **alg && key.state == KeyState::Active));
    let mut made = false;
    for alg in missing {
        let key = KeyRing::generate(*alg, KeyState::Active, keys, random, now)?;
        let (kind, outcome) = (AuditKind::KeyCreated, Outcome::Success);
        let event = AuditEvent::new(random.id(now), now, kind, outcome, Actor::System, RequestInfo::default())
            .detail(json!({ "kid": key.kid, "alg": alg.as_str() }));
        store.write(move |tx| {
            store::signing_keys::insert(tx, &key)?;
            store::audit_events::insert(tx, &event)
        })?;
        made = true;
    }
    let stored = if made { store.read(store::signing_keys::list)? } else { stored };
    KeyRing::load(stored, keys)
}
