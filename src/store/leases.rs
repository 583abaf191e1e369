//! Work that several nodes could do and one does: whoever holds the lease. A node that dies loses it by time.

use std::time::Duration;

use diesel::{BoolExpressionMethods, ExpressionMethods, RunQueryDsl, query_dsl::methods::FilterDsl, upsert::excluded};

use super::{StoreResult, Tx, conn::each_backend, schema::leases};
use crate::domain::UnixTime;

/// How far the clocks of two nodes may lie apart.
const CLOCK_SKEW: Duration = Duration::from_secs(60);

/// Takes or renews the lease for `span`; `false` while another holds it. One that reaches further than anybody can have
/// taken it for was written by a clock that has been put right since, and binds nobody.
pub fn take(tx: &mut Tx<'_>, name: &str, holder: &str, now: UnixTime, span: Duration) -> StoreResult<bool> {
    let until = now.plus(span);
    let taken = each_backend!(&mut **tx, |conn| diesel::insert_into(leases::table)
        .values((leases::name.eq(name), leases::holder.eq(holder), leases::until.eq(until)))
        .on_conflict(leases::name)
        .do_update()
        .set((leases::holder.eq(excluded(leases::holder)), leases::until.eq(excluded(leases::until))))
        .filter(leases::holder.eq(holder).or(leases::until.le(now)).or(leases::until.gt(until.plus(CLOCK_SKEW))))
        .execute(conn)?);
    Ok(taken == 1)
}
