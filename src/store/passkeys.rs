//! Passkeys.

use super::{Conn, StoreResult, Tx};
use crate::domain::{Passkey, PasskeyId, UnixTime, UserId};

pub struct PasskeyUse<'a> {
    pub id: &'a PasskeyId,
    /// The counter as the check read it.
    pub read_sign_count: i64,
    pub sign_count: i64,
    pub backup_state: bool,
    /// webauthn-rs' JSON, where the sign-in changed it.
    pub credential: Option<String>,
    pub at: UnixTime,
    pub ip: String,
    pub user_agent: String,
}

pub fn find(conn: &mut Conn, id: &PasskeyId) -> StoreResult<Option<Passkey>> {
    todo!()
}

pub fn find_by_credential(conn: &mut Conn, credential_id: &str) -> StoreResult<Option<Passkey>> {
    todo!()
}

pub fn list_for_user(conn: &mut Conn, user: &UserId) -> StoreResult<Vec<Passkey>> {
    todo!()
}

pub fn insert(tx: &mut Tx<'_>, passkey: &Passkey) -> StoreResult<bool> {
    todo!()
}

pub fn rename(tx: &mut Tx<'_>, id: &PasskeyId, owner: &UserId, name: &str) -> StoreResult<bool> {
    todo!()
}

pub fn delete(tx: &mut Tx<'_>, id: &PasskeyId, owner: &UserId) -> StoreResult<bool> {
    todo!()
}

pub fn record_use(tx: &mut Tx<'_>, used: &PasskeyUse<'_>) -> StoreResult<bool> {
    todo!()
}
