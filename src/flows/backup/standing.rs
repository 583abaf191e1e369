//! When the last backup was made, and when one was last restored for practice: a backup that nobody has ever restored is
//! a hope.

use std::time::Duration;

use crate::{
    domain::UnixTime,
    store::{Conn, StoreError, StoreResult, Tx, meta},
};

const MADE_AT: &str = "backup_made_at";
const TRIED_AT: &str = "backup_tried_at";
const REHEARSED_AT: &str = "backup_rehearsed_at";

/// A nightly one may be late by a day.
const MADE_EVERY: Duration = Duration::from_secs(48 * 3600);
const REHEARSED_EVERY: Duration = Duration::from_secs(90 * 24 * 3600);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub made_at: Option<UnixTime>,
    pub rehearsed_at: Option<UnixTime>,
}

impl Standing {
    pub fn is_made_lately(&self, now: UnixTime) -> bool {
        self.made_at.is_some_and(|at| now.since(at) < MADE_EVERY)
    }

    pub fn is_rehearsed_lately(&self, now: UnixTime) -> bool {
        self.rehearsed_at.is_some_and(|at| now.since(at) < REHEARSED_EVERY)
    }
}

pub fn standing(conn: &mut Conn) -> StoreResult<Standing> {
    Ok(Standing { made_at: moment(conn, MADE_AT)?, rehearsed_at: moment(conn, REHEARSED_AT)? })
}

pub(super) fn tried_at(conn: &mut Conn) -> StoreResult<Option<UnixTime>> {
    moment(conn, TRIED_AT)
}

/// Of several who would begin one, one does.
pub(super) fn try_now(tx: &mut Tx<'_>, read: Option<UnixTime>, now: UnixTime) -> StoreResult<bool> {
    let read = read.map(|at| at.millis().to_string());
    meta::replace(tx, TRIED_AT, read.as_deref(), &now.millis().to_string())
}

pub(super) fn set_made(tx: &mut Tx<'_>, at: UnixTime) -> StoreResult<()> {
    meta::set(tx, MADE_AT, &at.millis().to_string())
}

pub(super) fn set_rehearsed(tx: &mut Tx<'_>, at: UnixTime) -> StoreResult<()> {
    meta::set(tx, REHEARSED_AT, &at.millis().to_string())
}

fn moment(conn: &mut Conn, key: &str) -> StoreResult<Option<UnixTime>> {
    let text = meta::get(conn, key)?;
    let millis = text.map(|text| text.parse().map_err(|_| StoreError::BrokenRow(format!("{key} is no moment"))));
    Ok(millis.transpose()?.map(UnixTime::from_millis))
}
