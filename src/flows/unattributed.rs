//! Failures that name nobody known are counted per kind, address, keyed bucket of what was typed, and minute; a timer
//! turns what one address did in a closed minute into one event for each kind, and the rest of many addresses into one. So
//! strangers cannot fill the disk, and nothing that they typed is kept; how many different things they typed still tells a spray from a forgetful person.

use std::{cmp::Reverse, collections::BTreeMap};

use serde_json::json;

use super::Cx;
use crate::{
    domain::{Actor, AuditKind, Fault, Outcome, UnixTime},
    store::{self, Ending, Store, StoreError, Tx},
};

const MINUTE_MS: i64 = 60_000;
/// Rows that one address can make in one minute, for one kind.
const BUCKETS: u16 = 256;
/// Events that one minute can leave, for one kind.
const MOST_ADDRESSES: usize = 100;

/// Counts one failure; part of the caller's own write.
pub fn count(tx: &mut Tx<'_>, cx: &Cx, kind: AuditKind, typed: &str) -> Result<(), StoreError> {
    let typed = format!("{:02x}", cx.keys.bucket(typed, BUCKETS));
    store::unattributed::count(tx, kind.as_str(), &cx.request.network(), &typed, minute(cx.now))
}

/// Answers, and counts one failure in a write of its own.
pub fn record<T: Send + 'static>(cx: &Cx, kind: AuditKind, typed: &str, answer: T) -> Ending<T> {
    let (cx, typed) = (cx.clone(), typed.to_owned());
    Ending::write(move |tx| count(tx, &cx, kind, &typed).map(|()| answer))
}

/// Turns what was counted in minutes that are over into events.
pub fn close_minutes(store: &Store, cx: &Cx) -> Result<(), Fault> {
    let cx = cx.clone();
    store.write(move |tx| {
        let mut gathered: BTreeMap<(i64, String), BTreeMap<String, Failures>> = BTreeMap::new();
        for row in store::unattributed::take_closed(tx, minute(cx.now))? {
            let of_address = gathered.entry((row.minute, row.kind)).or_default().entry(row.address).or_default();
            of_address.count += row.count;
            of_address.different += 1;
        }
        for ((minute, kind), addresses) in gathered {
            let Some(kind) = AuditKind::parse(&kind) else { continue };
            for (address, detail) in told_apart(addresses) {
                let mut event = cx.event(kind, Outcome::Failure, Actor::Nobody).reason("unattributed").detail(detail);
                event.at = UnixTime::from_millis(minute.saturating_mul(MINUTE_MS));
                event.request.ip = address;
                store::audit_events::insert(tx, &event)?;
            }
        }
        Ok(())
    })
}

#[derive(Default)]
struct Failures {
    count: i64,
    /// How many different things were typed, as far as their buckets tell.
    different: i64,
}

/// The busiest addresses each for itself, all others together.
fn told_apart(addresses: BTreeMap<String, Failures>) -> Vec<(String, serde_json::Value)> {
    let mut busiest: Vec<_> = addresses.into_iter().collect();
    busiest.sort_by_key(|(_, failures)| Reverse(failures.count));
    let others = busiest.split_off(busiest.len().min(MOST_ADDRESSES));
    let mut told: Vec<_> = busiest
        .into_iter()
        .map(|(address, of)| (address, json!({ "count": of.count, "different": of.different })))
        .collect();
    if !others.is_empty() {
        let count: i64 = others.iter().map(|(_, of)| of.count).sum();
        told.push((String::new(), json!({ "count": count, "other_addresses": others.len() })));
    }
    told
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_busiest_addresses_are_told_apart_and_all_others_together() {
        let addresses =
            (0..250_i64).map(|n| (format!("10.0.0.{n}"), Failures { count: n + 1, different: 1 })).collect();
        let told = told_apart(addresses);
        assert_eq!(told.len(), MOST_ADDRESSES + 1);
        assert_eq!(told[0], ("10.0.0.249".to_owned(), json!({ "count": 250, "different": 1 })));
        assert_eq!(
            told[MOST_ADDRESSES],
            (String::new(), json!({ "count": (1..=150).sum::<i64>(), "other_addresses": 150 }))
        );
        let few = BTreeMap::from([("10.0.0.1".to_owned(), Failures { count: 3, different: 2 })]);
        assert_eq!(told_apart(few), [("10.0.0.1".to_owned(), json!({ "count": 3, "different": 2 }))]);
    }
}
