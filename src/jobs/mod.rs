//! Timers: what has run out is swept, and what was counted becomes events.

use std::time::Duration;

use crate::{
    domain::Fault,
    flows::{Cx, unattributed},
    store::{self, Store},
};

const EVERY: Duration = Duration::from_secs(15);

/// Never ends by itself. `cx` is asked anew each time.
pub async fn run(store: Store, cx: impl Fn() -> Cx) {
    let mut timer = tokio::time::interval(EVERY);
    timer.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        timer.tick().await;
        let (store, cx) = (store.clone(), cx());
        match tokio::task::spawn_blocking(move || once(&store, &cx)).await {
            Ok(Ok(())) => {}
            Ok(Err(fault)) => tracing::warn!(%fault, "a timer's work failed and will be tried again"),
            Err(panic) => tracing::error!(%panic, "a timer's work panicked and will be tried again"),
        }
    }
}

/// Each of the two may run on several nodes at once: rows are taken, not counted.
pub fn once(store: &Store, cx: &Cx) -> Result<(), Fault> {
    unattributed::close_minutes(store, cx)?;
    unattributed::record_limited(store, cx)?;
    let now = cx.now;
    store.write(move |tx| store::sweep(tx, now))?;
    Ok(())
}
