//! The one place that asks for randomness; everything else is handed a [`Random`].

use crate::domain::{Secret, UnixTime};

/// The operating system's generator.
#[derive(Clone, Copy, Debug, Default)]
pub struct Random;

impl Random {
    /// # Panics
    /// When the operating system has no randomness to give: nothing safe can be done without.
    #[expect(clippy::disallowed_methods, reason = "this is where randomness comes from")]
    pub fn bytes<const N: usize>(self) -> [u8; N] {
        let mut bytes = [0; N];
        getrandom::fill(&mut bytes).expect("the operating system gives randomness");
        bytes
    }

    /// 256 bits.
    pub fn secret(self) -> Secret {
        Secret::from_bytes(self.bytes())
    }

    /// UUIDv7: sorts by `now`.
    pub fn id(self, now: UnixTime) -> String {
        let millis = u64::try_from(now.millis()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &self.bytes()).into_uuid().to_string()
    }

    /// UUIDv4, for what must not tell when it was made.
    pub fn uuid(self) -> uuid::Uuid {
        uuid::Builder::from_random_bytes(self.bytes()).into_uuid()
    }

    /// Six decimal digits that a person can read out on the telephone.
    pub fn incident(self) -> String {
        format!("{:06}", u32::from_be_bytes(self.bytes()) % 1_000_000)
    }
}
