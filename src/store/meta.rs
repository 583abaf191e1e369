//! Facts about the store itself: which master key and RP ID it was made with, what schema it can live with.

use diesel::prelude::*;

use super::{Conn, StoreResult, Tx, conn::each_backend, schema::meta};

pub fn get(conn: &mut Conn, key: &str) -> StoreResult<Option<String>> {
    Ok(meta::table.filter(meta::key.eq(key)).select(meta::value).get_result(conn).optional()?)
}

/// `false` when it had a value, which stays.
pub fn set_once(tx: &mut Tx<'_>, key: &str, value: &str) -> StoreResult<bool> {
    let inserted = each_backend!(&mut **tx, |conn| diesel::insert_into(meta::table)
        .values((meta::key.eq(key), meta::value.eq(value)))
        .on_conflict_do_nothing()
        .execute(conn)?);
    Ok(inserted == 1)
}

pub fn set(tx: &mut Tx<'_>, key: &str, value: &str) -> StoreResult<()> {
    each_backend!(&mut **tx, |conn| diesel::insert_into(meta::table)
        .values((meta::key.eq(key), meta::value.eq(value)))
        .on_conflict(meta::key)
        .do_update()
        .set(meta::value.eq(value))
        .execute(conn)?);
    Ok(())
}

/// Of several who read the same and would each put something else in its place, one does: `false` for the others.
pub fn replace(tx: &mut Tx<'_>, key: &str, read: Option<&str>, value: &str) -> StoreResult<bool> {
    let Some(read) = read else { return set_once(tx, key, value) };
    let changed = diesel::update(meta::table.filter(meta::key.eq(key)).filter(meta::value.eq(read)))
        .set(meta::value.eq(value))
        .execute(&mut **tx)?;
    Ok(changed == 1)
}
