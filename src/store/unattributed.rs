//! Failures that name nobody known, counted per minute, so that strangers cannot fill the disk. What was typed is kept as
//! a keyed hash alone.

use diesel::prelude::*;

use super::{StoreResult, Tx, conn::each_backend, schema::unattributed};

#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Unattributed {
    pub kind: String,
    pub address: String,
    pub typed_hash: String,
    /// Minutes since 1970.
    pub minute: i64,
    pub count: i64,
}

pub fn count(tx: &mut Tx<'_>, kind: &str, address: &str, typed_hash: &str, minute: i64) -> StoreResult<()> {
    each_backend!(&mut **tx, |conn| diesel::insert_into(unattributed::table)
        .values((
            unattributed::kind.eq(kind),
            unattributed::address.eq(address),
            unattributed::typed_hash.eq(typed_hash),
            unattributed::minute.eq(minute),
            unattributed::count.eq(1),
        ))
        .on_conflict((unattributed::kind, unattributed::address, unattributed::typed_hash, unattributed::minute,))
        .do_update()
        .set(unattributed::count.eq(unattributed::count + 1))
        .execute(conn)?);
    Ok(())
}

/// Takes out the minutes before `before_minute`, for the caller to write as events in the same transaction.
pub fn take_closed(tx: &mut Tx<'_>, before_minute: i64) -> StoreResult<Vec<Unattributed>> {
    let taken = diesel::delete(unattributed::table.filter(unattributed::minute.lt(before_minute)))
        .returning(unattributed::all_columns)
        .get_results(&mut **tx)?;
    Ok(taken)
}
