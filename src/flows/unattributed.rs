//! Failures that name nobody known are counted per kind, address, keyed hash of what was typed, and minute; a timer turns
//! each closed minute into one event. So strangers cannot fill the disk, and no typed password is ever kept.

use serde_json::json;

use super::Cx;
use crate::{
    domain::{Actor, AuditKind, Fault, Outcome, UnixTime},
    store::{self, Store, StoreError, Tx},
};

const MINUTE_MS: i64 = 60_000;

/// Counts one failure; part of the caller's own write.
pub fn count(tx: &mut Tx<'_>, cx: &Cx, kind: AuditKind, typed: &str) -> Result<(), StoreError> {
    let typed_hash = cx.keys.mac("unattributed", typed);
    store::unattributed::count(tx, kind.as_str(), &cx.request.ip, &typed_hash, minute(cx.now))
}

/// Counts one failure in a write of its own.
pub fn record(store: &Store, cx: &Cx, kind: AuditKind, typed: &str) -> Result<(), Fault> {
    let (cx, typed) = (cx.clone(), typed.to_owned());
    store.write(move |tx| count(tx, &cx, kind, &typed))
}

/// Turns what was counted in minutes that are over into events, one for each row.
pub fn close_minutes(store: &Store, cx: &Cx) -> Result<(), Fault> {
    let cx = cx.clone();
    store.write(move |tx| {
        for row in store::unattributed::take_closed(tx, minute(cx.now))? {
            let Some(kind) = AuditKind::parse(&row.kind) else { continue };
            let mut event = cx
                .event(kind, Outcome::Failure, Actor::Nobody)
                .reason("unattributed")
                .detail(json!({ "count": row.count, "typed": row.typed_hash, "minute": row.minute }));
            event.at = UnixTime::from_millis(row.minute.saturating_mul(MINUTE_MS));
            event.request.ip = row.address;
            store::audit_events::insert(tx, &event)?;
        }
        Ok(())
    })
}

fn minute(now: UnixTime) -> i64 {
    now.millis().div_euclid(MINUTE_MS)
}
