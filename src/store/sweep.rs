//! Takes away what has served its time.

use std::time::Duration;

use diesel::{
    dsl::{exists, not},
    prelude::*,
};

use super::{
    StoreResult, Tx,
    schema::{access_codes, grants, handoffs, password_attempts, sessions, spent},
};
use crate::domain::UnixTime;

/// Wrong passwords are forgotten so long after their delay has passed.
const ATTEMPTS_STAY: Duration = Duration::from_secs(24 * 3600);
/// A grant or session that is over stays so long: who presents one of its tokens late is still refused by name, and a code
/// used a second time still finds what it gave.
const ENDED_STAY: Duration = Duration::from_secs(24 * 3600);

/// A page that is still open says so long what became of it.
const HANDOFFS_STAY: Duration = Duration::from_secs(10 * 60);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    pub spent: usize,
    pub password_attempts: usize,
    pub grants: usize,
    pub sessions: usize,
    pub handoffs: usize,
    pub access_codes: usize,
}

pub fn sweep(tx: &mut Tx<'_>, now: UnixTime) -> StoreResult<Swept> {
    let spent = diesel::delete(spent::table.filter(spent::keep_until.lt(now))).execute(&mut **tx)?;
    let stale = password_attempts::not_before.lt(now.minus(ATTEMPTS_STAY));
    let password_attempts = diesel::delete(password_attempts::table.filter(stale)).execute(&mut **tx)?;
    let over = handoffs::expires_at.lt(now.minus(HANDOFFS_STAY));
    let handoffs = diesel::delete(handoffs::table.filter(over)).execute(&mut **tx)?;
    let over = access_codes::expires_at.le(now);
    let access_codes = diesel::delete(access_codes::table.filter(over)).execute(&mut **tx)?;
    let before = now.minus(ENDED_STAY);
    let over = sessions::table.filter(sessions::expires_at.lt(before));
    let bound = grants::outlives_session.eq(false).and(grants::session_id.eq_any(over.select(sessions::id)));
    // As long as a session lives, its grants know whom to tell of its end.
    let alive = sessions::table.filter(sessions::id.eq(grants::session_id)).filter(sessions::expires_at.gt(now));
    let grants = diesel::delete(
        grants::table.filter(grants::expires_at.lt(before)).filter(not(exists(alive.select(sessions::id)))),
    )
    .execute(&mut **tx)?
        + diesel::delete(grants::table.filter(bound)).execute(&mut **tx)?;
    let held = grants::table.filter(grants::session_id.eq(sessions::id)).select(grants::id);
    let sessions = diesel::delete(over.filter(not(exists(held)))).execute(&mut **tx)?;
    Ok(Swept { spent, password_attempts, grants, sessions, handoffs, access_codes })
}
