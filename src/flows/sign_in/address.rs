//! Wrong passwords per address, whoever they were tried for: a spray over many accounts makes none of them wait.
//!
//! Generous, since a whole clinic is one address at 8:30, and only failures count. Kept in memory, each node for itself: a
//! restart forgives a minute.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::domain::UnixTime;

const MINUTE_MS: i64 = 60_000;
/// Addresses that are counted in one minute, so that nobody fills our memory with them.
const MOST: usize = 65_536;

pub struct Addresses {
    allowed: usize,
    minute: Mutex<Minute>,
}

#[derive(Default)]
struct Minute {
    number: i64,
    failures: HashMap<String, usize>,
}

impl Addresses {
    /// `allowed`: failures from one address in one minute.
    pub fn new(allowed: usize) -> Self {
        Self { allowed, minute: Mutex::default() }
    }

    /// How long everybody at this address must still wait: until the minute is over.
    pub fn wait(&self, address: &str, now: UnixTime) -> Option<Duration> {
        let failures = self.minute(now).failures.get(&network(address)).copied().unwrap_or(0);
        let rest = MINUTE_MS - now.millis().rem_euclid(MINUTE_MS);
        (failures >= self.allowed).then(|| Duration::from_millis(rest.unsigned_abs()))
    }

    pub fn fail(&self, address: &str, now: UnixTime) {
        let mut minute = self.minute(now);
        let network = network(address);
        if minute.failures.len() < MOST || minute.failures.contains_key(&network) {
            *minute.failures.entry(network).or_default() += 1;
        }
    }

    /// The present one.
    fn minute(&self, now: UnixTime) -> MutexGuard<'_, Minute> {
        let mut minute = self.minute.lock().unwrap_or_else(PoisonError::into_inner);
        let number = now.millis().div_euclid(MINUTE_MS);
        if minute.number != number {
            *minute = Minute { number, failures: HashMap::new() };
        }
        minute
    }
}

/// Whom an address belongs to: of IPv6 everybody has 2⁶⁴.
fn network(address: &str) -> String {
    match address.parse() {
        Ok(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        _ => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixTime = UnixTime::from_secs(1_790_000_000);

    #[test]
    fn an_address_waits_for_the_next_minute_after_as_many_failures_as_are_allowed() {
        let addresses = Addresses::new(3);
        let next = NOW.plus(Duration::from_millis((MINUTE_MS - NOW.millis() % MINUTE_MS).unsigned_abs()));
        for _ in 0..3 {
            assert_eq!(addresses.wait("192.0.2.1", NOW), None);
            addresses.fail("192.0.2.1", NOW);
        }
        assert_eq!(addresses.wait("192.0.2.1", NOW), Some(next.since(NOW)));
        assert_eq!(addresses.wait("192.0.2.2", NOW), None, "another address");
        assert_eq!(addresses.wait("192.0.2.1", next), None, "another minute");
    }

    #[test]
    fn an_ipv6_network_is_one_address() {
        let addresses = Addresses::new(1);
        addresses.fail("2001:db8:1:2::1", NOW);
        assert!(addresses.wait("2001:db8:1:2:ffff::9", NOW).is_some());
        assert_eq!(addresses.wait("2001:db8:1:3::1", NOW), None);
    }

    #[test]
    fn strangers_cannot_fill_our_memory() {
        let addresses = Addresses::new(1);
        (0..=MOST).for_each(|n| addresses.fail(&format!("network {n}"), NOW));
        assert_eq!(addresses.minute(NOW).failures.len(), MOST);
        addresses.fail("network 0", NOW.plus(Duration::from_secs(60)));
        assert_eq!(addresses.minute(NOW.plus(Duration::from_secs(60))).failures.len(), 1);
    }
}
