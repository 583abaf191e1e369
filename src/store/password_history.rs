//! Hashes of replaced passwords (医療情報システムの安全管理に関するガイドライン 7.0, 運用編 14: no password is used again).

use diesel::prelude::*;

use super::{Conn, StoreResult, Tx, conn::each_backend, schema::password_history};
use crate::domain::{UnixTime, UserId};

/// Newest first.
pub fn list(conn: &mut Conn, user: &UserId) -> StoreResult<Vec<String>> {
    let own = password_history::table.filter(password_history::user_id.eq(user));
    Ok(own.order(password_history::replaced_at.desc()).select(password_history::password_hash).load(conn)?)
}

/// Remembers a password that was just replaced, and forgets all but the latest `keep`.
pub fn remember(tx: &mut Tx<'_>, user: &UserId, hash: &str, keep: usize, now: UnixTime) -> StoreResult<()> {
    let row = (
        password_history::user_id.eq(user),
        password_history::replaced_at.eq(now),
        password_history::password_hash.eq(hash),
    );
    each_backend!(&mut **tx, |conn| diesel::insert_into(password_history::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(conn))?;
    let own = password_history::table.filter(password_history::user_id.eq(user));
    let times: Vec<UnixTime> =
        own.order(password_history::replaced_at.desc()).select(password_history::replaced_at).load(&mut **tx)?;
    if let Some(oldest_kept) = keep.checked_sub(1).and_then(|last| times.get(last)) {
        diesel::delete(own.filter(password_history::replaced_at.lt(*oldest_kept))).execute(&mut **tx)?;
    }
    Ok(())
}
