//! The one place that asks for randomness; everything else is handed a [`Random`].

use std::{
    cell::RefCell,
    sync::atomic::{AtomicU64, Ordering},
};

use zeroize::Zeroize;

use crate::domain::{Secret, UnixTime};

/// Asked for at once: a request takes some two hundred bytes in a dozen pieces, and each call costs as much as all of them.
const STOCK: usize = 512;

thread_local! {
    static HELD: RefCell<Stock> = const { RefCell::new(Stock { bytes: [0; STOCK], left: 0 }) };
}

/// Bytes that nobody has been given yet. Those that somebody has are wiped.
struct Stock {
    bytes: [u8; STOCK],
    left: usize,
}

impl Stock {
    #[expect(clippy::disallowed_methods, reason = "this is where randomness comes from")]
    fn take<const N: usize>(&mut self) -> [u8; N] {
        if self.left < N {
            getrandom::fill(&mut self.bytes).expect("the operating system gives randomness");
            self.left = STOCK;
        }
        let rest = self.left - N;
        let mut taken = [0; N];
        taken.copy_from_slice(&self.bytes[rest..self.left]);
        self.bytes[rest..self.left].zeroize();
        self.left = rest;
        taken
    }
}

/// The operating system's generator.
#[derive(Clone, Copy, Debug, Default)]
pub struct Random;

impl Random {
    /// # Panics
    /// When the operating system has no randomness to give: nothing safe can be done without.
    pub fn bytes<const N: usize>(self) -> [u8; N] {
        const { assert!(N <= STOCK) };
        HELD.with_borrow_mut(Stock::take)
    }

    /// 256 bits.
    pub fn secret(self) -> Secret {
        Secret::from_bytes(self.bytes())
    }

    /// UUIDv7: sorts by `now`, and within a millisecond by the order in which ids were asked for (RFC 9562 §6.2, method
    /// 3), so that a trail tells what one request did in the order in which it did it.
    pub fn id(self, now: UnixTime) -> String {
        /// Milliseconds, and twelve bits that count. Runs ahead of a clock that was put back.
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let earliest = u64::try_from(now.millis()).unwrap_or(0) << 12;
        let after = |next: u64| next.max(earliest) + 1;
        let (Ok(next) | Err(next)) = NEXT.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |next| Some(after(next)));
        let tick = next.max(earliest);
        let mut bytes: [u8; 10] = self.bytes();
        let [_, _, _, _, _, _, high, low] = tick.to_be_bytes();
        bytes[..2].copy_from_slice(&[high & 0x0f, low]);
        uuid::Builder::from_unix_timestamp_millis(tick >> 12, &bytes).into_uuid().to_string()
    }

    /// UUIDv4, for what must not tell when it was made.
    pub fn uuid(self) -> uuid::Uuid {
        uuid::Builder::from_random_bytes(self.bytes()).into_uuid()
    }

    /// Six decimal digits that a person can read out on the telephone.
    pub fn incident(self) -> String {
        format!("{:06}", u32::from_be_bytes(self.bytes()) % 1_000_000)
    }

    /// Three, for two screens that are looked at side by side.
    pub fn three_digits(self) -> String {
        format!("{:03}", u32::from_be_bytes(self.bytes()) % 1000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_one_moment_sort_by_the_order_in_which_they_were_asked_for() {
        let now = UnixTime::from_millis(1_790_000_000_000);
        let ids: Vec<_> = (0..10_000).map(|_| Random.id(now)).collect();
        assert!(ids.is_sorted_by(|one, next| one < next));
        assert!(Random.id(UnixTime::from_millis(1_790_000_000_999)) > ids[9_999]);
        let id: uuid::Uuid = ids[0].parse().expect("a UUID");
        assert_eq!(id.get_version_num(), 7);
    }
}
