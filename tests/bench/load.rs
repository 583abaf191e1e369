//! The same operation again and again by several at once, timed here and accounted there.

use std::{sync::Arc, time::Instant};

use serde::{Deserialize, Serialize};

use crate::{
    Result,
    browser::Browser,
    journal::Journal,
    operations::{Operation, Worker},
    target::{Alg, Target},
    usage,
};

const SCOPE: &str = "openid profile email";

/// Several at work on one target.
pub struct Crew {
    workers: Vec<Worker>,
    journal: Option<Journal>,
}

/// One run of one operation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Run {
    pub operations: usize,
    pub errors: usize,
    pub first_error: Option<String>,
    /// Successes a second.
    pub rate: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    /// Microseconds of the server's CPU for each success.
    pub cpu_us: f64,
    pub resident_mb: f64,
}

impl Crew {
    /// Where the operation asks for it, everybody signs in first, and registers a passkey.
    pub async fn for_operation(target: &Arc<Target>, size: usize, operation: Operation, alg: Alg) -> Result<Self> {
        let mut workers = Vec::new();
        for number in 0..size {
            let person = target.people.get(number % target.people.len().max(1)).cloned();
            let browser = Browser::new(target, person);
            workers.push(match operation {
                Operation::Discovery | Operation::Jwks => Worker::stranger(browser),
                Operation::CodeFlow | Operation::Password => Worker::signed_in(browser, alg, SCOPE).await?,
                Operation::Passkey => Worker::signed_in(browser, alg, SCOPE).await?.enrolled().await?,
                Operation::Refresh => {
                    let scope = format!("{SCOPE} offline_access");
                    Worker::signed_in(browser, alg, &scope).await?.offline().await?
                }
            });
        }
        Ok(Self { workers, journal: None })
    }

    pub fn write_down(&mut self, journal: Journal) {
        self.journal = Some(journal);
    }

    /// `pid`: the server's. With a journal an error ends a worker's part: the server has been killed.
    pub async fn run(&mut self, operation: Operation, count: usize, pid: u32) -> Result<Run> {
        let each = count.div_ceil(self.workers.len());
        // Waking a neighbour on the same machine is charged to whoever sends; over a network it is not. So the driver never
        // sleeps.
        let awake = tokio::spawn(async {
            loop {
                tokio::task::yield_now().await;
            }
        });
        let used = usage::cpu(pid)?;
        let begun = now();
        let mut tasks = tokio::task::JoinSet::new();
        for (number, mut worker) in self.workers.drain(..).enumerate() {
            let journal = self.journal.clone();
            tasks.spawn(async move {
                let part = work(&mut worker, number, operation, each, journal.as_ref()).await;
                (worker, part)
            });
        }
        let mut all = Part::default();
        while let Some(done) = tasks.join_next().await {
            let (worker, part) = done?;
            self.workers.push(worker);
            all.took.extend(part.took);
            all.errors.extend(part.errors);
        }
        let seconds = begun.elapsed().as_secs_f64();
        awake.abort();
        let done = all.took.len();
        all.took.sort_by(f64::total_cmp);
        let at = |share: usize| all.took.get(done * share / 100).copied().unwrap_or(f64::NAN);
        let used = usage::cpu(pid).map_or(f64::NAN, |now| (now - used).as_secs_f64());
        Ok(Run {
            operations: done,
            errors: all.errors.len(),
            first_error: all.errors.into_iter().next(),
            rate: done as f64 / seconds,
            p50_ms: at(50),
            p99_ms: at(99),
            cpu_us: used * 1e6 / done as f64,
            resident_mb: usage::resident(pid).unwrap_or(f64::NAN),
        })
    }
}

#[derive(Default)]
struct Part {
    /// Milliseconds of each success.
    took: Vec<f64>,
    errors: Vec<String>,
}

async fn work(
    worker: &mut Worker,
    number: usize,
    operation: Operation,
    count: usize,
    journal: Option<&Journal>,
) -> Part {
    let mut part = Part::default();
    for turn in 0..count {
        let name = format!("bench {}-{number}-{turn}", std::process::id());
        let begun = now();
        match worker.run(operation, &name).await {
            Ok(told) => {
                part.took.push(begun.elapsed().as_secs_f64() * 1e3);
                if let Some(journal) = journal {
                    journal.write(name, told);
                }
            }
            Err(error) => {
                part.errors.push(error.to_string());
                if journal.is_some() {
                    break;
                }
            }
        }
    }
    part
}

#[expect(clippy::disallowed_methods, reason = "a stopwatch is no date")]
fn now() -> Instant {
    Instant::now()
}
