//! What may be used once and has been.

use super::{Conn, StoreResult, Tx};
use crate::domain::UnixTime;

pub fn is_spent(conn: &mut Conn, id: &str) -> StoreResult<bool> {
    todo!()
}

pub fn spend(tx: &mut Tx<'_>, id: &str, keep_until: UnixTime) -> StoreResult<bool> {
    todo!()
}
