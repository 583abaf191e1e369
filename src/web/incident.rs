//! A request that ended in a fault of ours, told to the trail: the six digits that the screen shows are what an administrator
//! finds it by.
//!
//! The flow's own write was rolled back, so that this is the request's one write. It is tried once: where it fails too, the log
//! alone has the number. Whatever a stranger finds to break costs at most [`A_MINUTE`] events.

use std::sync::Mutex;

use axum::http::Method;

use super::{
    extract::{Visitor, find},
    state::Shared,
};
use crate::{domain::UnixTime, flows::incident};

const A_MINUTE: u32 = 60;
const MINUTE_MS: i64 = 60_000;

/// On an answer: the number that it shows.
#[derive(Clone, Debug)]
pub struct Incident(pub String);

/// How many were told in which minute.
#[derive(Default)]
pub struct Incidents(Mutex<(i64, u32)>);

impl Incidents {
    fn admits(&self, now: UnixTime) -> bool {
        let Ok(mut told) = self.0.lock() else { return false };
        let minute = now.millis().div_euclid(MINUTE_MS);
        if told.0 != minute {
            *told = (minute, 0);
        }
        told.1 += 1;
        told.1 <= A_MINUTE
    }
}

/// `route`: as the route table has it, since a path may hold a secret.
pub async fn record(state: &Shared, visitor: &Visitor, Incident(number): Incident, method: Method, route: String) {
    if !state.incidents.admits(state.clock.now()) {
        return;
    }
    let who = find(visitor, state).await.unwrap_or_default();
    let write = move |store: &_, cx: &_| incident::record(store, cx, who.as_ref(), &number, method.as_str(), &route);
    if let Err(fault) = state.run(visitor.info.clone(), write).await {
        tracing::error!(%fault, "an incident could not be recorded");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_has_room_for_so_many_and_the_next_for_as_many_again() {
        let incidents = Incidents::default();
        let at = |seconds: i64| UnixTime::from_secs(1_800_000_000 + seconds);
        let told = |seconds| (0..100).filter(|_| incidents.admits(at(seconds))).count();
        assert_eq!((told(0), told(59), told(60)), (60, 0, 60));
    }
}
