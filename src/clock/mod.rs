//! The one place that asks what time it is; everything else is told `now`.

mod sync;

use std::{
    sync::{
        Arc, LazyLock,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

pub use sync::{Sync, kernel, sync};

use crate::domain::UnixTime;

/// The system's clock, or one that tests turn by hand.
#[derive(Clone, Debug)]
pub enum Clock {
    System,
    /// Milliseconds since 1970.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    pub fn now(&self) -> UnixTime {
        match self {
            Self::System => system_now(),
            Self::Manual(millis) => UnixTime::from_millis(millis.load(Ordering::SeqCst)),
        }
    }

    /// Time that has passed since some moment: it never goes back, whatever becomes of the date.
    pub fn steady(&self) -> Duration {
        match self {
            Self::System => START.elapsed(),
            Self::Manual(millis) => Duration::from_millis(millis.load(Ordering::SeqCst).unsigned_abs()),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the clock")]
static START: LazyLock<Instant> = LazyLock::new(Instant::now);

#[expect(clippy::disallowed_methods, reason = "this is the clock")]
fn system_now() -> UnixTime {
    let since_1970 = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    UnixTime::from_millis(i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX))
}
