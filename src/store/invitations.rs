//! One-time links of people brought in by an administrator.

use super::{Conn, StoreResult, Tx};
use crate::domain::{Invitation, InvitationId, SecretHash, UnixTime, UserId};

pub fn find(conn: &mut Conn, id: &InvitationId) -> StoreResult<Option<Invitation>> {
    todo!()
}

pub fn find_by_token(conn: &mut Conn, token: &SecretHash) -> StoreResult<Option<Invitation>> {
    todo!()
}

pub fn latest_for_user(conn: &mut Conn, user: &UserId) -> StoreResult<Option<Invitation>> {
    todo!()
}

pub fn insert(tx: &mut Tx<'_>, invitation: &Invitation) -> StoreResult<()> {
    todo!()
}

pub fn spend(tx: &mut Tx<'_>, id: &InvitationId, now: UnixTime) -> StoreResult<bool> {
    todo!()
}

pub fn revoke_unused_for_user(tx: &mut Tx<'_>, user: &UserId, now: UnixTime) -> StoreResult<usize> {
    todo!()
}
