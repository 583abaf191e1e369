//! The gathering writer of SQLite: one thread, one connection. It takes the writes that wait into one transaction, each in
//! a savepoint, commits, and only then answers them: all are durable, and all share one fsync.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
        mpsc::{self, Receiver, SyncSender, TrySendError},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use tokio::sync::oneshot;

use super::{
    Conn, Load, StoreResult, Tx,
    aside::aside,
    sqlite::{File, Held},
    transaction::{self, Spoilt},
};
use crate::domain::Fault;

/// A transaction takes no more writes after so many or so long: those who came first are waiting.
const MOST: usize = 256;
const LONGEST: Duration = Duration::from_millis(5);

/// Dropping it lets what waits be written, and ends the thread.
pub(super) struct Writer {
    queue: Option<SyncSender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    waiting: AtomicUsize,
    /// Of the writes of those who wait, the ones that the writer has not taken yet.
    queued: AtomicUsize,
    writes: AtomicU64,
    commits: AtomicU64,
    shed: AtomicU64,
}

impl Writer {
    /// At most `queue` writes wait.
    pub fn start(file: File, conn: Held, queue: usize) -> Result<Self, Fault> {
        let (sender, waiting) = mpsc::sync_channel(queue);
        let counts = Arc::<Counts>::default();
        let company = Company(0);
        let gatherer = Gatherer { file, conn: Some(conn), waiting, counts: Arc::clone(&counts), company };
        let thread = thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || gatherer.run())
            .map_err(|error| Fault::internal("the writer's thread", error))?;
        Ok(Self { queue: Some(sender), thread: Some(thread), counts })
    }

    /// Waits for its commit. A write that itself called this would wait for ever.
    pub fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> StoreResult<T> + Send + 'static,
    ) -> Result<T, Fault> {
        let (answer, answered) = mpsc::sync_channel(1);
        let _waiting = self.send(work, move |result| drop(answer.send(result)))?;
        aside(|| answered.recv()).map_err(|_| stopped())?
    }

    /// The same, and no thread waits. Whoever drops this has gone; the write stands.
    pub async fn write_async<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> StoreResult<T> + Send + 'static,
    ) -> Result<T, Fault> {
        let (answer, answered) = oneshot::channel();
        let _waiting = self.send(work, move |result| drop(answer.send(result)))?;
        answered.await.map_err(|_| stopped())?
    }

    fn send<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> StoreResult<T> + Send + 'static,
        answer: impl FnOnce(Result<T, Fault>) + Send + 'static,
    ) -> Result<Waiting<'_>, Fault> {
        let job = Box::new(Write { work: Some(work), result: None, answer });
        let waiting = Waiting::new(&self.counts);
        self.counts.queued.fetch_add(1, Relaxed);
        self.queue.as_ref().ok_or_else(stopped)?.try_send(job).map_err(|error| {
            self.counts.queued.fetch_sub(1, Relaxed);
            match error {
                TrySendError::Full(_) => {
                    self.counts.shed.fetch_add(1, Relaxed);
                    Fault::Busy("too many writes wait")
                }
                TrySendError::Disconnected(_) => stopped(),
            }
        })?;
        Ok(waiting)
    }

    pub fn load(&self) -> Load {
        Load {
            waiting: self.counts.waiting.load(Relaxed),
            writes: self.counts.writes.load(Relaxed),
            commits: self.counts.commits.load(Relaxed),
            shed: self.counts.shed.load(Relaxed),
        }
    }
}

fn stopped() -> Fault {
    Fault::Unavailable("the writer has stopped".to_owned())
}

/// One caller, counted for as long as it waits.
struct Waiting<'a>(&'a Counts);

impl<'a> Waiting<'a> {
    fn new(counts: &'a Counts) -> Self {
        counts.waiting.fetch_add(1, Relaxed);
        Self(counts)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Relaxed);
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take().filter(|thread| thread.thread().id() != thread::current().id()) {
            // It has nothing to say: panics of writes were caught and answered.
            let _ = thread.join();
        }
    }
}

/// A write of whatever result, as the queue holds it.
trait Job: Send {
    fn run(&mut self, conn: &mut Conn) -> Result<(), Spoilt>;

    /// After the commit, or instead of it.
    fn answer(self: Box<Self>, end: &Result<(), Fault>);
}

struct Write<W, T, A> {
    work: Option<W>,
    result: Option<Result<T, Fault>>,
    answer: A,
}

impl<W, T, A> Job for Write<W, T, A>
where
    W: FnOnce(&mut Tx<'_>) -> StoreResult<T> + Send,
    T: Send,
    A: FnOnce(Result<T, Fault>) + Send,
{
    fn run(&mut self, conn: &mut Conn) -> Result<(), Spoilt> {
        if let Some(work) = self.work.take() {
            self.result = Some(transaction::run(conn, work)?);
        }
        Ok(())
    }

    fn answer(self: Box<Self>, end: &Result<(), Fault>) {
        let answer = match (self.result, end) {
            (Some(Err(fault)), _) => Err(fault),
            (_, Err(fault)) => Err(again(fault)),
            (Some(result), Ok(())) => result,
            (None, Ok(())) => Err(Fault::Internal("a write that nobody ran".to_owned())),
        };
        (self.answer)(answer);
    }
}

/// The same fault, for one more of those whom it met.
fn again(fault: &Fault) -> Fault {
    match fault {
        Fault::Busy(what) => Fault::Busy(what),
        Fault::Unavailable(text) => Fault::Unavailable(text.clone()),
        Fault::Internal(text) => Fault::Internal(text.clone()),
    }
}

struct Gatherer {
    file: File,
    conn: Option<Held>,
    waiting: Receiver<Box<dyn Job>>,
    counts: Arc<Counts>,
    company: Company,
}

/// How many wrote together the last time, and so are likely to come again. A commit costs as much for one write as for
/// twenty: whoever comes first waits a moment for the others. Who is alone waits for nobody.
struct Company(usize);

impl Company {
    /// No sensor, network or disk is so fast that a person could tell.
    const STEPS: usize = 5;
    const STEP: Duration = Duration::from_millis(1);

    fn wait(&self, counts: &Counts) {
        for _ in 0..Self::STEPS {
            if self.is_complete(counts.queued.load(Relaxed)) {
                return;
            }
            thread::sleep(Self::STEP);
        }
    }

    /// `queued`: beside the first, who has been taken.
    fn is_complete(&self, queued: usize) -> bool {
        queued + 1 >= self.0
    }
}

impl Gatherer {
    /// Until the last sender is gone and the queue is empty.
    fn run(mut self) {
        while let Ok(first) = self.waiting.recv() {
            self.counts.queued.fetch_sub(1, Relaxed);
            self.company.wait(&self.counts);
            let mut batch = Vec::new();
            let end = self.write(first, &mut batch);
            self.counts.commits.fetch_add(1, Relaxed);
            self.counts.writes.fetch_add(batch.len() as u64, Relaxed);
            if end.is_err() {
                self.conn = None;
            }
            for job in batch {
                job.answer(&end);
            }
        }
    }

    fn write(&mut self, first: Box<dyn Job>, batch: &mut Vec<Box<dyn Job>>) -> Result<(), Fault> {
        batch.push(first);
        let conn = match begin(&self.file, &mut self.conn) {
            Ok(conn) => conn,
            Err(fault) => {
                // Each would wait as long for the same answer.
                batch.extend(std::iter::from_fn(|| take(&self.waiting, &self.counts)).take(MOST));
                return Err(fault);
            }
        };
        let begun = now();
        let mut next = 0;
        while let Some(job) = batch.get_mut(next) {
            job.run(conn)?;
            next += 1;
            if batch.len() < MOST && begun.elapsed() < LONGEST {
                batch.extend(take(&self.waiting, &self.counts));
            }
        }
        self.company = Company(batch.len());
        Ok(transaction::commit(conn)?)
    }
}

fn take(waiting: &Receiver<Box<dyn Job>>, counts: &Counts) -> Option<Box<dyn Job>> {
    let job = waiting.try_recv().ok()?;
    counts.queued.fetch_sub(1, Relaxed);
    Some(job)
}

#[expect(clippy::disallowed_methods, reason = "how long a transaction has been open is no date, and no test turns it")]
fn now() -> Instant {
    Instant::now()
}

/// Connects again where the last end was bad or the file is another.
fn begin<'a>(file: &File, held: &'a mut Option<Held>) -> Result<&'a mut Conn, Fault> {
    let kept = held.take().filter(|held| held.is_of(file));
    let held = held.insert(match kept {
        Some(kept) => kept,
        None => file.connect_writer()?,
    });
    transaction::begin_alone(held)?;
    Ok(held)
}

#[cfg(test)]
mod tests;
