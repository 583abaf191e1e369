//! Timers: what has run out is swept, and what was counted becomes events.

use std::time::Duration;

use crate::{
    domain::{Fault, RequestInfo},
    flows::{Cx, unattributed},
    store::{self, Store},
    web::state::Shared,
};

const EVERY: Duration = Duration::from_secs(15);

/// Never ends by itself.
pub async fn run(state: Shared) {
    let mut timer = tokio::time::interval(EVERY);
    timer.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        timer.tick().await;
        if let Err(fault) = state.run(RequestInfo::default(), once).await {
            tracing::warn!(%fault, "a timer's work failed and will be tried again");
        }
    }
}

/// Each of the two may run on several nodes at once: rows are taken, not counted.
pub fn once(store: &Store, cx: &Cx) -> Result<(), Fault> {
    unattributed::close_minutes(store, cx)?;
    let now = cx.now;
    store.write(move |tx| store::sweep(tx, now))?;
    Ok(())
}
