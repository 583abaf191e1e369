//! What may be used once and has been: codes, challenges, forms.

use std::time::Duration;

use diesel::prelude::*;

use super::{Conn, StoreResult, Tx, conn::each_backend, schema::spent};
use crate::domain::UnixTime;

/// A row outlives the value it guards: a use that comes after the value has expired is still known for a second one.
const STAYS: Duration = Duration::from_secs(24 * 3600);

pub fn is_spent(conn: &mut Conn, id: &str) -> StoreResult<bool> {
    let found: Option<String> = each_backend!(conn, |conn| spent::table
        .filter(spent::id.eq(id))
        .select(spent::id)
        .get_result(conn)
        .optional()?);
    Ok(found.is_some())
}

/// `true` for exactly one of all who ever ask. `good_until`: of the value itself. Not by a caught unique violation: on PostgreSQL that would spoil the
/// transaction, and with it the revocation and the event that a second use must leave behind.
pub fn spend(tx: &mut Tx<'_>, id: &str, good_until: UnixTime) -> StoreResult<bool> {
    let inserted = each_backend!(&mut **tx, |conn| diesel::insert_into(spent::table)
        .values((spent::id.eq(id), spent::keep_until.eq(good_until.plus(STAYS))))
        .on_conflict_do_nothing()
        .execute(conn)?);
    Ok(inserted == 1)
}
