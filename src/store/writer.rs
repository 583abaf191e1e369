//! The gathering writer of SQLite: one thread, one connection. It takes the writes that wait into one transaction, each in
//! a savepoint, commits, and only then answers them: all are durable, and all share one fsync.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
        mpsc::{self, Receiver, RecvError, SyncSender, TrySendError},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use tokio::{
    runtime::{Handle, RuntimeFlavor},
    task::block_in_place,
};

use super::{
    Conn, Load, StoreResult, Tx,
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
    writes: AtomicU64,
    commits: AtomicU64,
    shed: AtomicU64,
}

impl Writer {
    /// At most `queue` writes wait.
    pub fn start(file: File, conn: Held, queue: usize) -> Result<Self, Fault> {
        let (sender, waiting) = mpsc::sync_channel(queue);
        let counts = Arc::<Counts>::default();
        let gatherer = Gatherer { file, conn: Some(conn), waiting, counts: Arc::clone(&counts) };
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
        let stopped = || Fault::Unavailable("the writer has stopped".to_owned());
        let (answer, answered) = mpsc::sync_channel(1);
        let job = Box::new(Write { work: Some(work), result: None, answer });
        self.queue.as_ref().ok_or_else(stopped)?.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => {
                self.counts.shed.fetch_add(1, Relaxed);
                Fault::Busy("too many writes wait")
            }
            TrySendError::Disconnected(_) => stopped(),
        })?;
        self.counts.waiting.fetch_add(1, Relaxed);
        let answer = wait(&answered);
        self.counts.waiting.fetch_sub(1, Relaxed);
        answer.map_err(|_| stopped())?
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

/// On a thread that serves requests the others are handed to another one first.
fn wait<T>(answered: &Receiver<T>) -> Result<T, RecvError> {
    match Handle::try_current().map(|runtime| runtime.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => block_in_place(|| answered.recv()),
        _ => answered.recv(),
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

struct Write<W, T> {
    work: Option<W>,
    result: Option<Result<T, Fault>>,
    answer: SyncSender<Result<T, Fault>>,
}

impl<W, T> Job for Write<W, T>
where
    W: FnOnce(&mut Tx<'_>) -> StoreResult<T> + Send,
    T: Send,
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
        // Whoever asked may have gone; the write stands.
        let _ = self.answer.send(answer);
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
}

impl Gatherer {
    /// Until the last sender is gone and the queue is empty.
    fn run(mut self) {
        while let Ok(first) = self.waiting.recv() {
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
                batch.extend(self.waiting.try_iter().take(MOST));
                return Err(fault);
            }
        };
        let begun = now();
        let mut next = 0;
        while let Some(job) = batch.get_mut(next) {
            job.run(conn)?;
            next += 1;
            if batch.len() < MOST && begun.elapsed() < LONGEST {
                batch.extend(self.waiting.try_recv());
            }
        }
        Ok(transaction::commit(conn)?)
    }
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
