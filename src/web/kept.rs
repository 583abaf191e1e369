//! What the store was asked at most a second ago, for what strangers may ask of us all day.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use crate::domain::UnixTime;

const FRESH: Duration = Duration::from_secs(1);

pub struct Kept<T>(Mutex<Option<(UnixTime, T)>>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Clone> Kept<T> {
    pub fn known(&self, now: UnixTime) -> Option<T> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.as_ref().filter(|(at, _)| at.is_fresh_for(FRESH, now)).map(|(_, value)| value.clone())
    }

    pub fn keep(&self, now: UnixTime, value: T) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, value));
    }
}
