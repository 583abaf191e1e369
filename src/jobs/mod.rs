//! Timers: each file does one piece of work by the clock, the way a handler does one for a request.

mod back_up;
mod close_minutes;
mod post_logouts;
mod record_limited;
mod rotate_keys;
mod send_letters;
mod sweep;

use std::{sync::Arc, time::Duration};

use tokio::{task::JoinSet, time::MissedTickBehavior};

use crate::{
    domain::Fault,
    flows::Cx,
    store::{Store, leases},
};

pub struct Job {
    pub name: &'static str,
    pub every: Duration,
    pub nodes: Nodes,
    pub what: fn(&Store, &Cx) -> Result<(), Fault>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nodes {
    /// Rows are taken, not counted: several may do it at once.
    All,
    /// One at a time, by a lease.
    One,
}

pub const JOBS: &[Job] = &[
    close_minutes::JOB,
    record_limited::JOB,
    sweep::JOB,
    post_logouts::JOB,
    send_letters::JOB,
    rotate_keys::JOB,
    back_up::JOB,
];

/// A node that has not renewed its lease for so many rounds is taken for dead.
const ROUNDS_MISSED: u32 = 3;

/// Never ends by itself. `cx` is asked anew each time.
pub async fn run(store: Store, cx: impl Fn() -> Cx + Send + Sync + 'static) {
    let cx = Arc::new(cx);
    let mut timers = JoinSet::new();
    for job in JOBS {
        let (store, cx) = (store.clone(), Arc::clone(&cx));
        timers.spawn(async move {
            let mut timer = tokio::time::interval(job.every);
            timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                timer.tick().await;
                let (store, cx) = (store.clone(), cx());
                match tokio::task::spawn_blocking(move || job.once(&store, &cx)).await {
                    Ok(Ok(())) => {}
                    Ok(Err(fault)) => tracing::warn!(job = job.name, %fault, "failed and will be tried again"),
                    Err(panic) => tracing::error!(job = job.name, %panic, "panicked and will be tried again"),
                }
            }
        });
    }
    timers.join_all().await;
}

/// One round of them all.
pub fn once(store: &Store, cx: &Cx) -> Result<(), Fault> {
    JOBS.iter().try_for_each(|job| job.once(store, cx))
}

impl Job {
    fn once(&self, store: &Store, cx: &Cx) -> Result<(), Fault> {
        match self.nodes == Nodes::All || self.take_lease(store, cx)? {
            true => (self.what)(store, cx),
            false => Ok(()),
        }
    }

    fn take_lease(&self, store: &Store, cx: &Cx) -> Result<bool, Fault> {
        let (name, span, now, site) = (self.name, self.every * ROUNDS_MISSED, cx.now, Arc::clone(&cx.site));
        store.write(move |tx| leases::take(tx, name, &site.node, now, span))
    }
}
