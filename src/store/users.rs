//! People.

use super::{Conn, StoreResult, Tx};
use crate::domain::{Email, UnixTime, User, UserHandle, UserId};

pub fn find(conn: &mut Conn, id: &UserId) -> StoreResult<Option<User>> {
    todo!()
}

pub fn find_by_email(conn: &mut Conn, email: &Email) -> StoreResult<Option<User>> {
    todo!()
}

pub fn find_by_handle(conn: &mut Conn, handle: &UserHandle) -> StoreResult<Option<User>> {
    todo!()
}

pub fn list(conn: &mut Conn) -> StoreResult<Vec<User>> {
    todo!()
}

pub fn insert(tx: &mut Tx<'_>, user: &User) -> StoreResult<()> {
    todo!()
}

pub fn update_profile(tx: &mut Tx<'_>, user: &User) -> StoreResult<bool> {
    todo!()
}

pub fn set_password(
    tx: &mut Tx<'_>,
    id: &UserId,
    hash: &str,
    expected_old: Option<&str>,
    now: UnixTime,
) -> StoreResult<bool> {
    todo!()
}

pub fn disable(tx: &mut Tx<'_>, id: &UserId, now: UnixTime) -> StoreResult<bool> {
    todo!()
}

pub fn enable(tx: &mut Tx<'_>, id: &UserId, now: UnixTime) -> StoreResult<bool> {
    todo!()
}

pub fn count_password_failure(tx: &mut Tx<'_>, id: &UserId) -> StoreResult<i32> {
    todo!()
}

pub fn reset_password_failures(tx: &mut Tx<'_>, id: &UserId) -> StoreResult<bool> {
    todo!()
}

pub fn claim_passkey_slot(tx: &mut Tx<'_>, id: &UserId, limit: i32) -> StoreResult<bool> {
    todo!()
}

pub fn release_passkey_slot(tx: &mut Tx<'_>, id: &UserId) -> StoreResult<bool> {
    todo!()
}

pub fn still_active(tx: &mut Tx<'_>, id: &UserId) -> StoreResult<bool> {
    todo!()
}
