//! Sessions.

use super::{Conn, StoreResult, Tx};
use crate::domain::{SecretHash, Session, SessionId, SignedIn, UnixTime, UserId};

pub fn find(conn: &mut Conn, id: &SessionId) -> StoreResult<Option<Session>> {
    todo!()
}

pub fn find_signed_in(conn: &mut Conn, secret: &SecretHash) -> StoreResult<Option<SignedIn>> {
    todo!()
}

pub fn find_signed_in_by_id(conn: &mut Conn, id: &SessionId) -> StoreResult<Option<SignedIn>> {
    todo!()
}

pub fn list_for_user(conn: &mut Conn, user: &UserId, now: UnixTime) -> StoreResult<Vec<Session>> {
    todo!()
}

pub fn insert(tx: &mut Tx<'_>, session: &Session, secret: &SecretHash) -> StoreResult<()> {
    todo!()
}

pub fn reauthenticate(tx: &mut Tx<'_>, session: &Session, old: &SecretHash, new: &SecretHash) -> StoreResult<bool> {
    todo!()
}

pub fn touch(tx: &mut Tx<'_>, id: &SessionId, now: UnixTime) -> StoreResult<bool> {
    todo!()
}

pub fn end(tx: &mut Tx<'_>, id: &SessionId, reason: &str, now: UnixTime) -> StoreResult<bool> {
    todo!()
}

pub fn end_all_for_user(
    tx: &mut Tx<'_>,
    user: &UserId,
    except: Option<&SessionId>,
    reason: &str,
    now: UnixTime,
) -> StoreResult<Vec<SessionId>> {
    todo!()
}

pub fn still_alive(tx: &mut Tx<'_>, id: &SessionId, now: UnixTime) -> StoreResult<bool> {
    todo!()
}
