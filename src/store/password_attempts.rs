//! Wrong passwords and codes per account and address, changed only by whoever read the newest (NIST SP 800-63B §3.2.2).

use diesel::prelude::*;

use super::{Conn, StoreResult, Tx, conn::each_backend, schema::password_attempts};
use crate::domain::UnixTime;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempts {
    pub failures: i32,
    pub not_before: UnixTime,
}

pub fn find(conn: &mut Conn, account: &str, address: &str) -> StoreResult<Option<Attempts>> {
    let row: Option<(i32, UnixTime)> = password_attempts::table
        .filter(password_attempts::account.eq(account))
        .filter(password_attempts::address.eq(address))
        .select((password_attempts::failures, password_attempts::not_before))
        .get_result(conn)
        .optional()?;
    Ok(row.map(|(failures, not_before)| Attempts { failures, not_before }))
}

/// Until when somebody has to wait at whatever address of this account is closed longest.
pub fn waits_until(conn: &mut Conn, account: &str, now: UnixTime) -> StoreResult<Option<UnixTime>> {
    let rows = password_attempts::table
        .filter(password_attempts::account.eq(account))
        .filter(password_attempts::not_before.gt(now))
        .order(password_attempts::not_before.desc())
        .select(password_attempts::not_before);
    Ok(rows.first(conn).optional()?)
}

/// Compare-and-set: `false` when another attempt came between reading and this. So 64 guesses at once are one.
pub fn fail(
    tx: &mut Tx<'_>,
    account: &str,
    address: &str,
    read: Option<&Attempts>,
    next: &Attempts,
) -> StoreResult<bool> {
    let Some(read) = read else { return insert_absent(tx, account, address, next) };
    let changed = diesel::update(password_attempts::table.filter(password_attempts::account.eq(account)))
        .filter(password_attempts::address.eq(address))
        .filter(password_attempts::failures.eq(read.failures))
        .filter(password_attempts::not_before.eq(read.not_before))
        .set((password_attempts::failures.eq(next.failures), password_attempts::not_before.eq(next.not_before)))
        .execute(&mut **tx)?;
    Ok(changed == 1)
}

/// A right password: `true`, and nothing is left, only when the row is still as it was read.
///
/// Where none was read, one is put in and taken out again: on PostgreSQL that waits for a failure being written meanwhile.
pub fn clear(tx: &mut Tx<'_>, account: &str, address: &str, read: Option<&Attempts>) -> StoreResult<bool> {
    let nothing = Attempts { failures: 0, not_before: UnixTime::from_millis(0) };
    if read.is_none() && !insert_absent(tx, account, address, &nothing)? {
        return Ok(false);
    }
    let read = read.unwrap_or(&nothing);
    let target = password_attempts::table
        .filter(password_attempts::account.eq(account))
        .filter(password_attempts::address.eq(address))
        .filter(password_attempts::failures.eq(read.failures))
        .filter(password_attempts::not_before.eq(read.not_before));
    Ok(diesel::delete(target).execute(&mut **tx)? == 1)
}

/// A right password that is not all: `true` only when the row is still as it was read, and so it stays.
pub fn keep(tx: &mut Tx<'_>, account: &str, address: &str, read: Option<&Attempts>) -> StoreResult<bool> {
    match read {
        None => clear(tx, account, address, None),
        Some(same) => fail(tx, account, address, read, same),
    }
}

fn insert_absent(tx: &mut Tx<'_>, account: &str, address: &str, row: &Attempts) -> StoreResult<bool> {
    let inserted = each_backend!(&mut **tx, |conn| diesel::insert_into(password_attempts::table)
        .values((
            password_attempts::account.eq(account),
            password_attempts::address.eq(address),
            password_attempts::failures.eq(row.failures),
            password_attempts::not_before.eq(row.not_before),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?);
    Ok(inserted == 1)
}
