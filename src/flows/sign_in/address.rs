//! Wrong passwords per address, whoever they were tried for: a spray over many accounts makes none of them wait.
//!
//! Generous, since a whole clinic is one address at 8:30, and only failures count. Kept in memory, each node for itself: a
//! restart forgives. The arithmetic is governor's: as many at once as in a minute, then one by one as time passes. Ours
//! is that looking costs nothing, and that strangers cannot fill the memory.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use governor::{Quota, RateLimiter, clock::Clock, middleware::NoOpMiddleware, nanos::Nanos, state::StateStore};

use crate::domain::network;

/// Networks that are remembered at a time.
const MOST: usize = 65_536;

pub struct Addresses {
    counting: Limiter<Failures>,
    looking: Limiter<Looking>,
    /// How often each was told to wait, since this was last taken out.
    limited: Mutex<HashMap<IpAddr, u64>>,
}

type Limiter<S> = RateLimiter<IpAddr, S, Steady, NoOpMiddleware<Duration>>;

impl Addresses {
    /// `allowed`: failures from one address in one minute. `elapsed`: a clock that never goes back.
    pub fn new(allowed: usize, elapsed: impl Fn() -> Duration + Send + Sync + 'static) -> Self {
        Self::over(Failures::default(), allowed, Steady(Arc::new(elapsed)))
    }

    fn over(failures: Failures, allowed: usize, clock: Steady) -> Self {
        let allowed = u32::try_from(allowed).ok().and_then(NonZeroU32::new).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_minute(allowed);
        Self {
            counting: RateLimiter::new(quota, failures.clone(), clock.clone()),
            looking: RateLimiter::new(quota, Looking(failures), clock),
            limited: Mutex::default(),
        }
    }

    /// How long everybody at this address must still wait.
    pub fn wait(&self, address: &str) -> Option<Duration> {
        let network = of(address);
        let until = self.looking.check_key(&network).err()?;
        // No more than there are failures remembered: who is limited has failed.
        *self.limited().entry(network).or_default() += 1;
        Some(until.wait_time_from(self.looking.clock().now()))
    }

    /// Who was told to wait since the last time, and how often.
    pub fn take_limited(&self) -> HashMap<IpAddr, u64> {
        std::mem::take(&mut *self.limited())
    }

    fn limited(&self) -> MutexGuard<'_, HashMap<IpAddr, u64>> {
        self.limited.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn fail(&self, address: &str) {
        // One too many was tried before the limit was reached, and is no worse than those before it.
        drop(self.counting.check_key(&of(address)));
    }
}

/// The command line, which has no address, is one of its own.
fn of(address: &str) -> IpAddr {
    network(address.parse().unwrap_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED)))
}

#[derive(Clone)]
struct Steady(Arc<dyn Fn() -> Duration + Send + Sync>);

impl Clock for Steady {
    type Instant = Duration;

    fn now(&self) -> Duration {
        (self.0)()
    }
}

/// When each network will have been forgiven everything.
#[derive(Clone, Default)]
struct Failures(Arc<Mutex<HashMap<IpAddr, Nanos>>>);

impl Failures {
    fn lock(&self) -> MutexGuard<'_, HashMap<IpAddr, Nanos>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StateStore for Failures {
    type Key = IpAddr;

    fn measure_and_replace<T, F, E>(&self, network: &IpAddr, measure: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let mut failures = self.lock();
        let (measured, forgiven) = measure(failures.get(network).copied())?;
        if failures.len() >= MOST && !failures.contains_key(network) {
            // Whoever is forgiven sooner than this first failure has none left, or one.
            failures.retain(|_, other| u64::from(*other) > u64::from(forgiven));
        }
        if failures.len() < MOST || failures.contains_key(network) {
            failures.insert(*network, forgiven);
        }
        Ok(measured)
    }
}

/// The same, looked at without counting.
struct Looking(Failures);

impl StateStore for Looking {
    type Key = IpAddr;

    fn measure_and_replace<T, F, E>(&self, network: &IpAddr, measure: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let known = self.0.lock().get(network).copied();
        measure(known).map(|(measured, _)| measured)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    /// And what turns its clock.
    fn addresses(allowed: usize) -> (Addresses, Arc<AtomicU64>) {
        let (addresses, _, seconds) = open(allowed);
        (addresses, seconds)
    }

    fn open(allowed: usize) -> (Addresses, Failures, Arc<AtomicU64>) {
        let (failures, seconds) = (Failures::default(), Arc::new(AtomicU64::new(1_000_000)));
        let turned = Arc::clone(&seconds);
        let clock = Steady(Arc::new(move || Duration::from_secs(turned.load(Ordering::Relaxed))));
        (Addresses::over(failures.clone(), allowed, clock), failures, seconds)
    }

    #[test]
    fn an_address_waits_after_as_many_failures_as_are_allowed() {
        let (addresses, seconds) = addresses(3);
        for _ in 0..3 {
            assert_eq!(addresses.wait("192.0.2.1"), None);
            addresses.fail("192.0.2.1");
        }
        (0..10).for_each(|_| addresses.fail("192.0.2.1"));
        assert_eq!(addresses.wait("192.0.2.1"), Some(Duration::from_secs(20)), "a third of a minute, and no longer");
        assert_eq!(addresses.wait("192.0.2.2"), None, "another address");
        seconds.fetch_add(20, Ordering::Relaxed);
        assert_eq!((addresses.wait("192.0.2.1"), addresses.wait("192.0.2.1")), (None, None), "looking is no failure");
        addresses.fail("192.0.2.1");
        assert!(addresses.wait("192.0.2.1").is_some());
    }

    #[test]
    fn an_ipv6_network_is_one_address() {
        let (addresses, _) = addresses(1);
        addresses.fail("2001:db8:1:2::1");
        assert!(addresses.wait("2001:db8:1:2:ffff::9").is_some());
        assert_eq!(addresses.wait("2001:db8:1:3::1"), None);
        addresses.fail("::ffff:192.0.2.1");
        assert!(addresses.wait("192.0.2.1").is_some(), "an IPv4 address in either form");
    }

    #[test]
    fn strangers_cannot_fill_our_memory() {
        let (addresses, failures, seconds) = open(2);
        let remembered = || failures.lock().len();
        let address = |n: usize| format!("10.{}.{}.{}", n >> 16, n >> 8 & 255, n & 255);
        (0..2).for_each(|_| addresses.fail("192.0.2.1"));
        (0..=MOST).for_each(|n| addresses.fail(&address(n)));
        assert!(remembered() <= MOST);
        assert!(addresses.wait("192.0.2.1").is_some(), "who failed more than once is remembered");
        (0..2 * MOST).for_each(|n| addresses.fail(&address(n / 2)));
        assert_eq!(remembered(), MOST);
        seconds.fetch_add(61, Ordering::Relaxed);
        addresses.fail("192.0.2.2");
        assert_eq!(remembered(), 1, "all are forgiven");
    }
}
