//! `[sessions]`: what a new clinic begins with (NIST SP 800-63B-4 §2.2.3: within 24 h, idle within 1 h).

use std::ops::RangeInclusive;
use std::time::Duration;

use super::reader::Reader;

#[derive(Clone, Debug)]
pub struct Sessions {
    pub idle: Duration,
    pub absolute: Duration,
}

impl Sessions {
    /// Also the bounds for a single clinic.
    pub const IDLE: RangeInclusive<Duration> = Duration::from_secs(60)..=Duration::from_secs(3600);
    pub const ABSOLUTE: RangeInclusive<Duration> = Duration::from_secs(300)..=Duration::from_secs(24 * 3600);

    pub(super) fn read(from: &mut Reader) -> Self {
        let idle = from.span("sessions.idle", Self::IDLE);
        let absolute = from.span("sessions.absolute", Self::ABSOLUTE);
        if idle > absolute {
            from.refuse("sessions.idle", "no longer than [sessions] absolute");
        }
        Self { idle, absolute }
    }
}
