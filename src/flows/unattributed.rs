//! Failures that name nobody known are counted per kind, address, keyed bucket of what was typed, and minute; a timer
//! turns what one address did in a closed minute into one event for each kind. So strangers cannot fill the disk, and
//! nothing that they typed is kept; how many different things they typed still tells a spray from a forgetful person.

use std::collections::BTreeMap;

use serde_json::json;

use super::Cx;
use crate::{
    domain::{Actor, AuditKind, Fault, Outcome, UnixTime},
    store::{self, Store, StoreError, Tx},
};

const MINUTE_MS: i64 = 60_000;
/// Rows that one address can make in one minute, for one kind.
const BUCKETS: u16 = 256;

/// Counts one failure; part of the caller's own write.
pub fn count(tx: &mut Tx<'_>, cx: &Cx, kind: AuditKind, typed: &str) -> Result<(), StoreError> {
    let typed = format!("{:02x}", cx.keys.bucket(typed, BUCKETS));
    store::unattributed::count(tx, kind.as_str(), &cx.request.ip, &typed, minute(cx.now))
}

/// Counts one failure in a write of its own.
pub fn record(store: &Store, cx: &Cx, kind: AuditKind, typed: &str) -> Result<(), Fault> {
    let (cx, typed) = (cx.clone(), typed.to_owned());
    store.write(move |tx| count(tx, &cx, kind, &typed))
}

/// Turns what was counted in minutes that are over into events.
pub fn close_minutes(store: &Store, cx: &Cx) -> Result<(), Fault> {
    let cx = cx.clone();
    store.write(move |tx| {
        let mut gathered: BTreeMap<(i64, String, String), (i64, i64)> = BTreeMap::new();
        for row in store::unattributed::take_closed(tx, minute(cx.now))? {
            let (count, different) = gathered.entry((row.minute, row.kind, row.address)).or_default();
            *count += row.count;
            *different += 1;
        }
        for ((minute, kind, address), (count, different)) in gathered {
            let Some(kind) = AuditKind::parse(&kind) else { continue };
            let mut event = cx
                .event(kind, Outcome::Failure, Actor::Nobody)
                .reason("unattributed")
                .detail(json!({ "count": count, "different": different }));
            event.at = UnixTime::from_millis(minute.saturating_mul(MINUTE_MS));
            event.request.ip = address;
            store::audit_events::insert(tx, &event)?;
        }
        Ok(())
    })
}

/// Turns how often each address was told to wait for its wrong passwords into one event for each. Kept in memory until
/// then: whoever is refused costs no write.
pub fn record_limited(store: &Store, cx: &Cx) -> Result<(), Fault> {
    let limited = cx.addresses.take_limited();
    if limited.is_empty() {
        return Ok(());
    }
    let cx = cx.clone();
    store.write(move |tx| {
        for (address, count) in limited {
            let mut event =
                cx.event(AuditKind::RateLimited, Outcome::Denied, Actor::Nobody).detail(json!({ "count": count }));
            event.request.ip = address.to_string();
            store::audit_events::insert(tx, &event)?;
        }
        Ok(())
    })
}

fn minute(now: UnixTime) -> i64 {
    now.millis().div_euclid(MINUTE_MS)
}
