//! `[passwords]`: how many are checked at once, so that a flood of sign-ins cannot starve the server, and how many wrong
//! ones are taken from one address.

use std::time::Duration;

use super::reader::Reader;

#[derive(Clone, Debug)]
pub struct Passwords {
    pub parallel: usize,
    pub wait: Duration,
    pub failures_per_minute: usize,
}

impl Passwords {
    pub(super) fn read(from: &mut Reader) -> Self {
        let wait = Duration::from_millis(100)..=Duration::from_secs(30);
        Self {
            parallel: from.number("passwords.parallel", 1..=64),
            wait: from.span("passwords.wait", wait),
            failures_per_minute: from.number("passwords.failures_per_minute", 10..=100_000),
        }
    }
}
