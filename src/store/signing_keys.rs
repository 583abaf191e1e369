//! Signing keys.

use super::{Conn, StoreResult, Tx};
use crate::domain::{KeyState, StoredSigningKey, UnixTime};

pub fn list(conn: &mut Conn) -> StoreResult<Vec<StoredSigningKey>> {
    todo!()
}

pub fn insert(tx: &mut Tx<'_>, key: &StoredSigningKey) -> StoreResult<bool> {
    todo!()
}

pub fn set_state(tx: &mut Tx<'_>, kid: &str, state: KeyState, now: UnixTime) -> StoreResult<bool> {
    todo!()
}
