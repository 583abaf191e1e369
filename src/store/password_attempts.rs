//! Wrong passwords per account and address.

use super::{Conn, StoreResult, Tx};
use crate::domain::UnixTime;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempts {
    pub failures: i32,
    pub not_before: UnixTime,
}

pub fn find(conn: &mut Conn, account: &str, address: &str) -> StoreResult<Option<Attempts>> {
    todo!()
}

pub fn fail(
    tx: &mut Tx<'_>,
    account: &str,
    address: &str,
    read: Option<&Attempts>,
    next: &Attempts,
) -> StoreResult<bool> {
    todo!()
}

pub fn clear(tx: &mut Tx<'_>, account: &str, address: &str, read: Option<&Attempts>) -> StoreResult<bool> {
    todo!()
}
