//! Second factors and their recovery codes: each code is used once, by whoever comes first.

use diesel::prelude::*;

use super::{
    Conn, StoreResult, Tx,
    conn::each_backend,
    schema::{recovery_codes, second_factors},
};
use crate::domain::{SecondFactor, SecretHash, UnixTime, UserId};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = second_factors, treat_none_as_default_value = false)]
struct Row {
    user_id: UserId,
    sealed_seed: String,
    last_step: i64,
    created_at: UnixTime,
    last_used_at: Option<UnixTime>,
}

impl From<&SecondFactor> for Row {
    fn from(factor: &SecondFactor) -> Self {
        let factor = factor.clone();
        Self {
            user_id: factor.user_id,
            sealed_seed: factor.sealed_seed,
            last_step: factor.last_step,
            created_at: factor.created_at,
            last_used_at: factor.last_used_at,
        }
    }
}

impl From<Row> for SecondFactor {
    fn from(row: Row) -> Self {
        Self {
            user_id: row.user_id,
            sealed_seed: row.sealed_seed,
            last_step: row.last_step,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
        }
    }
}

pub fn find(conn: &mut Conn, user: &UserId) -> StoreResult<Option<SecondFactor>> {
    let own = second_factors::table.filter(second_factors::user_id.eq(user));
    let row = own.select(Row::as_select()).get_result(conn).optional()?;
    Ok(row.map(SecondFactor::from))
}

pub fn list(conn: &mut Conn) -> StoreResult<Vec<SecondFactor>> {
    let rows = second_factors::table.order(second_factors::user_id).select(Row::as_select()).load(conn)?;
    Ok(rows.into_iter().map(SecondFactor::from).collect())
}

/// `false` when the person has one already.
pub fn insert(tx: &mut Tx<'_>, factor: &SecondFactor) -> StoreResult<bool> {
    let inserted = each_backend!(&mut **tx, |conn| diesel::insert_into(second_factors::table)
        .values(Row::from(factor))
        .on_conflict_do_nothing()
        .execute(conn)?);
    Ok(inserted == 1)
}

/// A code of this step is used; `false` when one of it or of a later one was before, or the app is another by now.
pub fn use_step(tx: &mut Tx<'_>, factor: &SecondFactor, step: i64, now: UnixTime) -> StoreResult<bool> {
    let same = second_factors::table
        .filter(second_factors::user_id.eq(&factor.user_id))
        .filter(second_factors::created_at.eq(factor.created_at))
        .filter(second_factors::last_step.lt(step));
    let set = (second_factors::last_step.eq(step), second_factors::last_used_at.eq(now));
    Ok(diesel::update(same).set(set).execute(&mut **tx)? == 1)
}

/// With its recovery codes; `false` when there is none.
pub fn delete(tx: &mut Tx<'_>, user: &UserId) -> StoreResult<bool> {
    diesel::delete(recovery_codes::table.filter(recovery_codes::user_id.eq(user))).execute(&mut **tx)?;
    let deleted = diesel::delete(second_factors::table.filter(second_factors::user_id.eq(user))).execute(&mut **tx)?;
    Ok(deleted == 1)
}

/// The same seed, sealed otherwise.
pub fn reseal(tx: &mut Tx<'_>, user: &UserId, sealed_seed: &str) -> StoreResult<()> {
    diesel::update(second_factors::table.filter(second_factors::user_id.eq(user)))
        .set(second_factors::sealed_seed.eq(sealed_seed))
        .execute(&mut **tx)?;
    Ok(())
}

/// In place of all that were there, used or not.
pub fn replace_recovery_codes(tx: &mut Tx<'_>, user: &UserId, codes: &[SecretHash]) -> StoreResult<()> {
    diesel::delete(recovery_codes::table.filter(recovery_codes::user_id.eq(user))).execute(&mut **tx)?;
    for code in codes {
        let row = (recovery_codes::user_id.eq(user), recovery_codes::code_hash.eq(code));
        diesel::insert_into(recovery_codes::table).values(row).execute(&mut **tx)?;
    }
    Ok(())
}

/// `false` when it is none of the person's, or was used.
pub fn use_recovery_code(tx: &mut Tx<'_>, user: &UserId, code: &SecretHash, now: UnixTime) -> StoreResult<bool> {
    let unused = recovery_codes::table
        .filter(recovery_codes::user_id.eq(user))
        .filter(recovery_codes::code_hash.eq(code))
        .filter(recovery_codes::used_at.is_null());
    Ok(diesel::update(unused).set(recovery_codes::used_at.eq(now)).execute(&mut **tx)? == 1)
}

pub fn recovery_codes_left(conn: &mut Conn, user: &UserId) -> StoreResult<i64> {
    let unused =
        recovery_codes::table.filter(recovery_codes::user_id.eq(user)).filter(recovery_codes::used_at.is_null());
    Ok(unused.count().get_result(conn)?)
}
