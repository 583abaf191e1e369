//! Who is connected, and since when each does nothing.
//!
//! A connection beyond the limit, in all or from one address, takes the place of the one that has been idle longest
//! there, so that 10,000 idle ones keep nobody out; only where all are at work it is refused. Time is counted in ticks of
//! the listener: a request costs two stores and no look at a clock.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use tokio::sync::Notify;

use super::Limits;
use crate::domain::network;

pub const TICK: Duration = Duration::from_millis(500);

pub struct Seats {
    limits: Limits,
    ticks: AtomicU64,
    taken: Mutex<Taken>,
    emptied: Notify,
}

#[derive(Default)]
struct Taken {
    next: u64,
    seats: HashMap<u64, Arc<Place>>,
    of_network: HashMap<IpAddr, usize>,
}

/// What a connection is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// In the TLS handshake, or in the head of a request.
    Arriving,
    /// A handler is at work, or reads the body.
    Busy,
    /// Answered, and perhaps still taking the answer in.
    Idle,
}

struct Place {
    network: IpAddr,
    /// Phase and the tick at which it began, as [`pack`] has them.
    state: AtomicU64,
    leave: Notify,
}

/// The right to one connection; given back when dropped.
pub struct Seat {
    id: u64,
    place: Arc<Place>,
    seats: Arc<Seats>,
}

impl Seats {
    pub fn new(limits: Limits) -> Self {
        Self { limits, ticks: AtomicU64::new(0), taken: Mutex::default(), emptied: Notify::new() }
    }

    pub fn take(self: &Arc<Self>, peer: IpAddr) -> Option<Seat> {
        let peer = peer.to_canonical();
        let network = network(peer);
        let mut taken = self.taken();
        let here = taken.of_network.get(&network).copied().unwrap_or(0);
        let speaks_for_many = self.limits.proxies.iter().any(|proxies| proxies.contains(&peer));
        if here >= self.limits.per_address && !speaks_for_many && !taken.dismiss_oldest(Some(network)) {
            return None;
        }
        if taken.seats.len() >= self.limits.connections && !taken.dismiss_oldest(None) {
            return None;
        }
        let id = taken.next;
        taken.next += 1;
        let state = AtomicU64::new(pack(Phase::Arriving, self.now()));
        let place = Arc::new(Place { network, state, leave: Notify::new() });
        taken.seats.insert(id, Arc::clone(&place));
        *taken.of_network.entry(network).or_default() += 1;
        Some(Seat { id, place, seats: Arc::clone(self) })
    }

    /// Dismisses whoever has taken too long.
    pub fn tick(&self) {
        let now = self.ticks.fetch_add(1, Relaxed) + 1;
        let (head, idle) = (in_ticks(self.limits.head), in_ticks(self.limits.idle));
        self.taken().dismiss(|phase, since| match phase {
            Phase::Arriving => now.saturating_sub(since) > head,
            Phase::Busy => false,
            Phase::Idle => now.saturating_sub(since) > idle,
        });
    }

    /// Dismisses everybody who waits for no answer. What was answered a moment ago may still be on its way out.
    pub fn dismiss_idle(&self) {
        self.tick();
        let now = self.now();
        self.taken().dismiss(|phase, since| phase != Phase::Busy && now > since + 1);
    }

    pub fn make_room(&self) {
        self.taken().dismiss_oldest(None);
    }

    pub fn are_empty(&self) -> bool {
        self.taken().seats.is_empty()
    }

    pub async fn emptied(&self) {
        self.emptied.notified().await;
    }

    fn now(&self) -> u64 {
        self.ticks.load(Relaxed)
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Taken {
    fn dismiss(&mut self, too_long: impl Fn(Phase, u64) -> bool) {
        let out: Vec<u64> = self.seats.iter().filter(|(_, place)| place.is(&too_long)).map(|(id, _)| *id).collect();
        out.into_iter().for_each(|id| self.remove(id));
    }

    /// Whoever waits for no answer and has done so longest.
    fn dismiss_oldest(&mut self, network: Option<IpAddr>) -> bool {
        let waiting = self.seats.iter().filter(|(_, place)| network.is_none_or(|network| network == place.network));
        let oldest = waiting
            .map(|(id, place)| (unpack(place.state.load(Relaxed)), *id))
            .filter(|((phase, _), _)| *phase != Phase::Busy)
            .min_by_key(|((_, since), id)| (*since, *id));
        let Some((_, id)) = oldest else { return false };
        self.remove(id);
        true
    }

    fn remove(&mut self, id: u64) {
        let Some(place) = self.seats.remove(&id) else { return };
        place.leave.notify_one();
        if let Some(here) = self.of_network.get_mut(&place.network) {
            *here -= 1;
            if *here == 0 {
                self.of_network.remove(&place.network);
            }
        }
    }
}

impl Place {
    fn is(&self, too_long: &impl Fn(Phase, u64) -> bool) -> bool {
        let (phase, since) = unpack(self.state.load(Relaxed));
        too_long(phase, since)
    }
}

impl Seat {
    /// The first bytes after a pause.
    pub fn hears(&self) {
        if unpack(self.place.state.load(Relaxed)).0 == Phase::Idle {
            self.enter(Phase::Arriving);
        }
    }

    pub fn works(&self) {
        self.enter(Phase::Busy);
    }

    pub fn has_answered(&self) {
        self.enter(Phase::Idle);
    }

    /// Until the connection has to be closed.
    pub async fn dismissed(&self) {
        self.place.leave.notified().await;
    }

    fn enter(&self, phase: Phase) {
        self.place.state.store(pack(phase, self.seats.now()), Relaxed);
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.taken();
        taken.remove(self.id);
        if taken.seats.is_empty() {
            self.seats.emptied.notify_one();
        }
    }
}

fn in_ticks(span: Duration) -> u64 {
    u64::try_from(span.as_millis().div_ceil(TICK.as_millis())).unwrap_or(u64::MAX)
}

const fn pack(phase: Phase, since: u64) -> u64 {
    since << 2 | phase as u64
}

const fn unpack(state: u64) -> (Phase, u64) {
    let phase = match state & 3 {
        0 => Phase::Arriving,
        1 => Phase::Busy,
        _ => Phase::Idle,
    };
    (phase, state >> 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seats(connections: usize, per_address: usize) -> Arc<Seats> {
        let span = Duration::from_secs(1);
        let proxies = Arc::from(["192.0.2.9/32".parse().expect("a network")]);
        let limits = Limits { connections, per_address, proxies, idle: span * 3, head: span, body: span };
        Arc::new(Seats::new(limits))
    }

    fn take(seats: &Arc<Seats>, peer: &str) -> Option<Seat> {
        seats.take(peer.parse().expect("an address"))
    }

    fn is_in(seat: &Seat) -> bool {
        seat.seats.taken().seats.contains_key(&seat.id)
    }

    #[test]
    fn whoever_was_idle_longest_makes_room_and_who_works_stays() {
        let seats = seats(2, 2);
        let (works, idle) = (take(&seats, "192.0.2.1").expect("a seat"), take(&seats, "192.0.2.2").expect("a seat"));
        works.works();
        idle.has_answered();
        let third = take(&seats, "192.0.2.3").expect("the idle one's");
        assert!(is_in(&works) && !is_in(&idle) && is_in(&third));
        third.works();
        assert!(take(&seats, "192.0.2.4").is_none(), "all are at work");
        drop(third);
        assert!(take(&seats, "192.0.2.4").is_some());
    }

    #[test]
    fn one_address_makes_room_for_itself_and_takes_from_nobody_else() {
        let seats = seats(100, 2);
        let (first, second) = (take(&seats, "2001:db8::1").expect("one"), take(&seats, "2001:db8::2").expect("two"));
        let other = take(&seats, "2001:db8:0:1::1").expect("another network");
        let third = take(&seats, "2001:db8::3").expect("the first one's");
        assert!(!is_in(&first) && is_in(&second) && is_in(&other) && is_in(&third));
        second.works();
        third.works();
        assert!(take(&seats, "2001:db8::4").is_none(), "its own are at work");
        let of_proxy: Vec<_> = (0..3).map(|_| take(&seats, "::ffff:192.0.2.9")).collect();
        assert!(of_proxy.iter().flatten().all(is_in) && of_proxy.len() == 3, "a proxy speaks for many");
    }

    #[test]
    fn a_slow_head_and_a_long_silence_end_and_work_does_not() {
        let seats = seats(10, 10);
        let [head, idle, works] = [(); 3].map(|()| take(&seats, "192.0.2.1").expect("a seat"));
        idle.has_answered();
        works.works();
        (0..2).for_each(|_| seats.tick());
        assert!(is_in(&head), "a second is over, and not more");
        seats.tick();
        assert!(!is_in(&head) && is_in(&idle));
        idle.hears();
        (0..3).for_each(|_| seats.tick());
        assert!(!is_in(&idle), "once it began to speak it had to go on");
        assert!(is_in(&works));
        let answered = take(&seats, "192.0.2.1").expect("a seat");
        answered.has_answered();
        seats.dismiss_idle();
        assert!(is_in(&answered), "a moment ago");
        seats.dismiss_idle();
        assert!(is_in(&works) && !is_in(&answered));
        drop(answered);
        drop((head, idle, works));
        assert!(seats.are_empty() && seats.taken().of_network.is_empty());
    }
}
