//! Takes away what has served its time.

use std::time::Duration;

use diesel::prelude::*;

use super::{
    StoreResult, Tx,
    schema::{password_attempts, spent},
};
use crate::domain::UnixTime;

/// Wrong passwords are forgotten so long after their delay has passed.
const ATTEMPTS_STAY: Duration = Duration::from_secs(24 * 3600);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    pub spent: usize,
    pub password_attempts: usize,
}

pub fn sweep(tx: &mut Tx<'_>, now: UnixTime) -> StoreResult<Swept> {
    let spent = diesel::delete(spent::table.filter(spent::keep_until.lt(now))).execute(&mut **tx)?;
    let stale = password_attempts::not_before.lt(now.minus(ATTEMPTS_STAY));
    let password_attempts = diesel::delete(password_attempts::table.filter(stale)).execute(&mut **tx)?;
    Ok(Swept { spent, password_attempts })
}
