//! Grants.

use super::{Conn, StoreResult, Tx};
use crate::domain::{Clinic, Grant, GrantId, Membership, SessionId, UnixTime, User, UserId};

pub fn find(conn: &mut Conn, id: &GrantId) -> StoreResult<Option<Grant>> {
    todo!()
}

pub fn find_with_user(conn: &mut Conn, id: &GrantId) -> StoreResult<Option<(Grant, User, Membership, Clinic)>> {
    todo!()
}

pub fn insert(tx: &mut Tx<'_>, grant: &Grant) -> StoreResult<()> {
    todo!()
}

pub fn revoke(tx: &mut Tx<'_>, id: &GrantId, now: UnixTime) -> StoreResult<bool> {
    todo!()
}

pub fn revoke_for_session(tx: &mut Tx<'_>, session: &SessionId, now: UnixTime) -> StoreResult<usize> {
    todo!()
}

pub fn revoke_for_user(tx: &mut Tx<'_>, user: &UserId, now: UnixTime) -> StoreResult<usize> {
    todo!()
}
