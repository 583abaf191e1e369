//! Facts about the store itself.

use super::{Conn, StoreResult, Tx};

pub fn get(conn: &mut Conn, key: &str) -> StoreResult<Option<String>> {
    todo!()
}

pub fn set_once(tx: &mut Tx<'_>, key: &str, value: &str) -> StoreResult<bool> {
    todo!()
}

pub fn set(tx: &mut Tx<'_>, key: &str, value: &str) -> StoreResult<()> {
    todo!()
}
