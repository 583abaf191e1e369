//! Signing keys: public parts in the open, private parts sealed. The set of them has a version, which every change moves.

use diesel::prelude::*;

use super::{Conn, StoreResult, Tx, conn::each_backend, meta, schema::signing_keys};
use crate::domain::{KeyState, SigningAlg, StoredSigningKey, UnixTime};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = signing_keys, treat_none_as_default_value = false)]
struct Row {
    kid: String,
    alg: SigningAlg,
    state: KeyState,
    public_jwk: String,
    sealed_private: String,
    created_at: UnixTime,
    activated_at: Option<UnixTime>,
    retired_at: Option<UnixTime>,
}

impl From<&StoredSigningKey> for Row {
    fn from(key: &StoredSigningKey) -> Self {
        let key = key.clone();
        Self {
            kid: key.kid,
            alg: key.alg,
            state: key.state,
            public_jwk: key.public_jwk,
            sealed_private: key.sealed_private,
            created_at: key.created_at,
            activated_at: key.activated_at,
            retired_at: key.retired_at,
        }
    }
}

impl From<Row> for StoredSigningKey {
    fn from(row: Row) -> Self {
        Self {
            kid: row.kid,
            alg: row.alg,
            state: row.state,
            public_jwk: row.public_jwk,
            sealed_private: row.sealed_private,
            created_at: row.created_at,
            activated_at: row.activated_at,
            retired_at: row.retired_at,
        }
    }
}

const VERSION: &str = "signing_keys_version";

/// Names the set as it is: another set has another version.
pub fn version(conn: &mut Conn) -> StoreResult<Option<String>> {
    meta::get(conn, VERSION)
}

/// What is decided from the set as it was read is written after this: `false` when somebody has changed it since.
pub fn change_version(tx: &mut Tx<'_>, read: Option<&str>, next: &str) -> StoreResult<bool> {
    meta::replace(tx, VERSION, read, next)
}

/// Oldest first.
pub fn list(conn: &mut Conn) -> StoreResult<Vec<StoredSigningKey>> {
    let order = (signing_keys::created_at, signing_keys::kid);
    let rows = signing_keys::table.order(order).select(Row::as_select()).load(conn)?;
    Ok(rows.into_iter().map(StoredSigningKey::from).collect())
}

/// `false` when the key is there already.
pub fn insert(tx: &mut Tx<'_>, key: &StoredSigningKey) -> StoreResult<bool> {
    let inserted = each_backend!(&mut **tx, |conn| diesel::insert_into(signing_keys::table)
        .values(Row::from(key))
        .on_conflict_do_nothing()
        .execute(conn)?);
    Ok(inserted == 1)
}

/// Moves a key on and records when; `false` when it is not there or in that state already.
pub fn set_state(tx: &mut Tx<'_>, kid: &str, state: KeyState, now: UnixTime) -> StoreResult<bool> {
    let activated = (state == KeyState::Active).then(|| signing_keys::activated_at.eq(now));
    let retired = (state == KeyState::Retired).then(|| signing_keys::retired_at.eq(now));
    let changed = diesel::update(signing_keys::table.filter(signing_keys::kid.eq(kid)))
        .filter(signing_keys::state.ne(state))
        .set((signing_keys::state.eq(state), activated, retired))
        .execute(&mut **tx)?;
    Ok(changed == 1)
}

/// `false` when it is not there.
pub fn delete(tx: &mut Tx<'_>, kid: &str) -> StoreResult<bool> {
    let deleted = diesel::delete(signing_keys::table.filter(signing_keys::kid.eq(kid))).execute(&mut **tx)?;
    Ok(deleted == 1)
}

/// The same key, its private part sealed otherwise.
pub fn reseal(tx: &mut Tx<'_>, kid: &str, sealed_private: &str) -> StoreResult<bool> {
    let changed = diesel::update(signing_keys::table.filter(signing_keys::kid.eq(kid)))
        .set(signing_keys::sealed_private.eq(sealed_private))
        .execute(&mut **tx)?;
    Ok(changed == 1)
}
