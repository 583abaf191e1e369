//! The one place that asks what time it is; everything else is told `now`.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

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
}

#[expect(clippy::disallowed_methods, reason = "this is the clock")]
fn system_now() -> UnixTime {
    let since_1970 = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    UnixTime::from_millis(i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX))
}
