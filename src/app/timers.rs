//! What the process looks after by itself, beside the jobs.

use std::time::Duration;

use tokio::{
    signal::unix::{SignalKind, signal},
    time::MissedTickBehavior,
};

use crate::web::listener::Certificates;

const EVERY: Duration = Duration::from_secs(5);

/// Looks for new certificate files, every few seconds and at a SIGHUP, which is no reason to end either way.
pub async fn certificates(certificates: Option<Certificates>) {
    let Ok(mut hangup) = signal(SignalKind::hangup()) else { return };
    let mut timer = tokio::time::interval(EVERY);
    timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = timer.tick() => {}
            _ = hangup.recv() => {}
        }
        let Some(certificates) = certificates.clone() else { continue };
        let looked = tokio::task::spawn_blocking(move || certificates.look_again());
        if let Err(panic) = looked.await {
            tracing::error!(%panic, "looking for a new certificate panicked");
        }
    }
}
