//! `[sessions]`: what a new clinic begins with.

use std::time::Duration;

use super::reader::Reader;
use crate::domain::Clinic;

#[derive(Clone, Debug)]
pub struct Sessions {
    pub idle: Duration,
    pub absolute: Duration,
}

impl Sessions {
    pub(super) fn read(from: &mut Reader) -> Self {
        let idle = from.span("sessions.idle", Clinic::SESSION_IDLE);
        let absolute = from.span("sessions.absolute", Clinic::SESSION_ABSOLUTE);
        if idle > absolute {
            from.refuse("sessions.idle", "no longer than [sessions] absolute");
        }
        Self { idle, absolute }
    }
}
