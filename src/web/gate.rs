//! A gate before work that threads or cores are short of: so many at work, so many waiting, and everybody else is told at
//! once to come back in a moment. A server that queues without end answers nobody in time.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::Instant,
};

use crate::domain::Fault;

pub struct Gate {
    /// For those at work and those who wait.
    places: Arc<Semaphore>,
    turns: Arc<Semaphore>,
    wait: Duration,
    /// What somebody is told who is sent away.
    busy: &'static str,
    shed: AtomicU64,
    waited_micros: AtomicU64,
    parallel: usize,
    most: usize,
}

/// Goes with the work and not with whoever waits for its end: a client that hangs up frees no thread.
pub struct Pass {
    #[expect(dead_code, reason = "given back when dropped")]
    permits: (OwnedSemaphorePermit, OwnedSemaphorePermit),
}

/// A gate at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crowd {
    pub working: usize,
    pub waiting: usize,
    /// Sent away since the start.
    pub shed: u64,
    /// By all together, since the start.
    pub waited: Duration,
}

impl Gate {
    pub fn new(parallel: usize, waiting: usize, wait: Duration, busy: &'static str) -> Self {
        let most = parallel + waiting;
        let (places, turns) = (Arc::new(Semaphore::new(most)), Arc::new(Semaphore::new(parallel)));
        Self { places, turns, wait, busy, shed: AtomicU64::new(0), waited_micros: AtomicU64::new(0), parallel, most }
    }

    pub fn crowd(&self) -> Crowd {
        let working = self.parallel - self.turns.available_permits().min(self.parallel);
        let inside = self.most - self.places.available_permits().min(self.most);
        Crowd {
            working,
            waiting: inside.saturating_sub(working),
            shed: self.shed.load(Relaxed),
            waited: Duration::from_micros(self.waited_micros.load(Relaxed)),
        }
    }

    pub async fn enter(&self) -> Result<Pass, Fault> {
        let passed = async {
            let place = Arc::clone(&self.places).try_acquire_owned().ok()?;
            let turn = match Arc::clone(&self.turns).try_acquire_owned() {
                Ok(turn) => turn,
                Err(_) => {
                    let (began, waiting) = (Instant::now(), Arc::clone(&self.turns).acquire_owned());
                    let turn = tokio::time::timeout(self.wait, waiting).await;
                    let waited = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
                    self.waited_micros.fetch_add(waited, Relaxed);
                    turn.ok()?.ok()?
                }
            };
            Some(Pass { permits: (turn, place) })
        };
        passed.await.ok_or_else(|| {
            self.shed.fetch_add(1, Relaxed);
            Fault::Busy(self.busy)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crowd(gate: &Gate) -> (usize, usize, u64) {
        let Crowd { working, waiting, shed, .. } = gate.crowd();
        (working, waiting, shed)
    }

    #[tokio::test]
    async fn one_works_one_waits_and_the_next_is_sent_away_at_once() {
        let gate = Gate::new(1, 1, Duration::from_secs(600), "busy");
        let working = gate.enter().await.expect("the first");
        let mut waiting = std::pin::pin!(gate.enter());
        assert!(futures_util::poll!(waiting.as_mut()).is_pending());
        assert!(matches!(gate.enter().await, Err(Fault::Busy("busy"))));
        assert_eq!(crowd(&gate), (1, 1, 1));
        drop(working);
        let next = waiting.await.expect("its turn");
        assert_eq!(crowd(&gate), (1, 0, 1));
        drop(next);
        assert_eq!(crowd(&gate), (0, 0, 1));
    }

    #[tokio::test]
    async fn nobody_waits_for_longer_than_may_be_waited() {
        let gate = Gate::new(1, 1, Duration::ZERO, "busy");
        let working = gate.enter().await;
        assert!(gate.enter().await.is_err());
        drop(working);
        assert!(gate.enter().await.is_ok(), "who gave up takes no place");
    }
}
