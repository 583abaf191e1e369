//! The signing keys, as an administrator sees them: never a private part.

use serde_json::{Value, json};

use super::time;
use crate::domain::{Fault, StoredSigningKey};
use crate::store::{Store, signing_keys};

pub fn list(store: &Store) -> Result<Vec<StoredSigningKey>, Fault> {
    store.read(signing_keys::list)
}

pub fn to_json(key: &StoredSigningKey) -> Value {
    json!({
        "kid": key.kid,
        "alg": key.alg.as_str(),
        "state": key.state.as_str(),
        "created_at": time(key.created_at),
        "activated_at": key.activated_at.map(time),
        "retired_at": key.retired_at.map(time),
    })
}
