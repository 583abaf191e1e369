//! The same operation again and again by several at once, timed here and accounted there.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

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
    /// How often each was met.
    pub all_errors: BTreeMap<String, usize>,
    /// Successes a second.
    pub rate: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    /// Microseconds of the server's CPU for each success.
    pub cpu_us: f64,
    pub resident_mb: f64,
}

/// How long to go on.
#[derive(Clone, Copy, Debug)]
pub enum Length {
    /// Until all together have tried as often.
    Count(usize),
    /// For a time, whatever fails meanwhile.
    Through(Duration),
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

    /// `pid`: the server's, where it is to be measured. With a journal an error ends a worker's part: the server has been
    /// killed. But not where it goes on for a time, through whatever happens.
    pub async fn run(&mut self, operation: Operation, length: Length, pid: Option<u32>) -> Result<Run> {
        let each = match length {
            Length::Count(count) => Length::Count(count.div_ceil(self.workers.len())),
            through => through,
        };
        // Waking a neighbour on the same machine is charged to whoever sends; over a network it is not. So the driver never
        // sleeps while it measures.
        let awake = pid.map(|_| {
            tokio::spawn(async {
                loop {
                    tokio::task::yield_now().await;
                }
            })
        });
        let used = pid.map(usage::cpu).transpose()?;
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
        if let Some(awake) = awake {
            awake.abort();
        }
        let done = all.took.len();
        all.took.sort_by(f64::total_cmp);
        let at = |share: usize| all.took.get(done * share / 100).copied().unwrap_or(f64::NAN);
        let used = pid.zip(used).and_then(|(pid, before)| Some((usage::cpu(pid).ok()? - before).as_secs_f64()));
        Ok(Run {
            operations: done,
            errors: all.errors.len(),
            all_errors: all.errors.into_iter().fold(BTreeMap::new(), |mut times, error| {
                *times.entry(error).or_default() += 1;
                times
            }),
            rate: done as f64 / seconds,
            p50_ms: at(50),
            p99_ms: at(99),
            cpu_us: used.unwrap_or(f64::NAN) * 1e6 / done as f64,
            resident_mb: pid.and_then(|pid| usage::resident(pid).ok()).unwrap_or(f64::NAN),
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
    length: Length,
    journal: Option<&Journal>,
) -> Part {
    let mut part = Part::default();
    let begun = now();
    for turn in 0.. {
        let over = match length {
            Length::Count(count) => turn == count,
            Length::Through(span) => begun.elapsed() >= span,
        };
        if over {
            break;
        }
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
                match length {
                    Length::Count(_) if journal.is_some() => break,
                    Length::Count(_) => {}
                    // As whoever uses an application that just failed.
                    Length::Through(_) => tokio::time::sleep(Duration::from_millis(50)).await,
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
