//! Failures that name nobody known, counted per minute.

use super::{Conn, StoreResult, Tx};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unattributed {
    pub kind: String,
    pub address: String,
    pub typed_hash: String,
    /// Minutes since 1970.
    pub minute: i64,
    pub count: i64,
}

pub fn count(tx: &mut Tx<'_>, kind: &str, address: &str, typed_hash: &str, minute: i64) -> StoreResult<()> {
    todo!()
}

pub fn take_closed(tx: &mut Tx<'_>, before_minute: i64) -> StoreResult<Vec<Unattributed>> {
    todo!()
}
