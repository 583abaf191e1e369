//! One batch by hand: what waits is put into the queue before the writer looks.

use diesel::{RunQueryDsl, connection::SimpleConnection, sql_query};
use tempfile::TempDir;

use super::*;
use crate::store::{Store, StoreOptions, spent};

struct Bench {
    store: Store,
    file: File,
    queue: SyncSender<Box<dyn Job>>,
    gatherer: Gatherer,
    _folder: TempDir,
}

fn bench() -> Bench {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("genkan.db");
    let store = Store::open(&StoreOptions::new(format!("sqlite:{}", path.display()))).expect("the store opens");
    store.migrate().expect("the migrations run");
    let file = File::new(path, Duration::from_secs(5));
    let conn = file.connect_writer().expect("the file opens");
    let (queue, waiting) = mpsc::sync_channel(16);
    let gatherer =
        Gatherer { file: file.clone(), conn: Some(conn), waiting, counts: Arc::default(), company: Company(0) };
    Bench { store, file, queue, gatherer, _folder: folder }
}

type Answer<T> = Receiver<Result<T, Fault>>;

impl Bench {
    fn put<T: Send + 'static>(&self, work: impl FnOnce(&mut Tx<'_>) -> StoreResult<T> + Send + 'static) -> Answer<T> {
        let (answer, answered) = mpsc::sync_channel(1);
        let answer = move |result| answer.send(result).expect("the test waits");
        self.gatherer.counts.queued.fetch_add(1, Relaxed);
        self.queue.send(Box::new(Write { work: Some(work), result: None, answer })).expect("room in the queue");
        answered
    }

    fn spend(&self, id: &'static str) -> Answer<bool> {
        self.put(move |tx| spent::spend(tx, id, UNTIL))
    }

    /// Writes what waits and gives back what reads it.
    fn run(self) -> (Store, TempDir) {
        drop(self.queue);
        self.gatherer.run();
        (self.store, self._folder)
    }
}

const UNTIL: crate::domain::UnixTime = crate::domain::UnixTime::from_secs(1);

fn is_spent(store: &Store, id: &str) -> bool {
    store.read(|conn| spent::is_spent(conn, id)).expect("an answer")
}

fn answer<T>(answered: &Answer<T>) -> Result<T, Fault> {
    answered.recv().expect("an answer")
}

#[test]
fn the_first_of_those_who_wrote_together_waits_for_the_others_and_who_is_alone_for_nobody() {
    for (last, queued, complete) in
        [(0, 0, true), (1, 0, true), (3, 0, false), (3, 1, false), (3, 2, true), (3, 9, true)]
    {
        assert_eq!(Company(last).is_complete(queued), complete, "{queued} beside the first, {last} the last time");
    }
}

#[test]
fn what_waits_shares_one_transaction() {
    let bench = bench();
    let first = bench.spend("first");
    let outside = bench.store.clone();
    let second = bench.put(move |tx| Ok((spent::is_spent(tx, "first")?, is_spent(&outside, "first"))));
    let (store, _folder) = bench.run();
    assert!(answer(&first).expect("written"));
    assert_eq!(answer(&second).expect("answered"), (true, false), "seen inside, and not yet outside");
    assert!(is_spent(&store, "first"));
}

#[test]
fn a_panic_and_an_error_undo_themselves_and_leave_the_others() {
    let bench = bench();
    let before = bench.spend("before");
    let panics = bench.put(|tx| -> StoreResult<()> {
        spent::spend(tx, "panics", UNTIL)?;
        panic!("on purpose");
    });
    let fails = bench.put(|tx| {
        spent::spend(tx, "fails", UNTIL)?;
        Ok(sql_query("SELECT nonsense").execute(&mut **tx)?)
    });
    let after = bench.spend("after");
    let (store, _folder) = bench.run();
    assert!(answer(&before).expect("written") && answer(&after).expect("written"));
    assert!(matches!(answer(&panics), Err(Fault::Internal(text)) if text.contains("on purpose")));
    assert!(matches!(answer(&fails), Err(Fault::Internal(_))));
    assert!(is_spent(&store, "before") && is_spent(&store, "after"));
    assert!(!is_spent(&store, "panics") && !is_spent(&store, "fails"));
}

/// As SQLite does by itself when the disk is full.
#[test]
fn when_the_transaction_ends_under_a_write_the_batch_is_refused_and_nothing_is_kept_alone() {
    let bench = bench();
    let before = bench.spend("before");
    let ends = bench.put(|tx| Ok(tx.batch_execute("ROLLBACK")?));
    let after = bench.spend("after");
    let (store, _folder) = bench.run();
    assert!(matches!(answer(&before), Err(Fault::Unavailable(_))));
    assert!(matches!(answer(&ends), Err(Fault::Unavailable(_))));
    assert!(answer(&after).expect("the next batch has a new connection"));
    assert!(!is_spent(&store, "before") && is_spent(&store, "after"));
}

#[test]
fn while_another_holds_the_file_all_who_wait_are_told_at_once() {
    let mut bench = bench();
    let mut other = bench.file.connect_writer().expect("the file opens");
    other.batch_execute("BEGIN IMMEDIATE").expect("the lock is free");
    bench.gatherer.conn.as_mut().expect("a connection").batch_execute("PRAGMA busy_timeout = 20").expect("a setting");
    let answers = [bench.spend("one"), bench.spend("two")];
    let (store, _folder) = bench.run();
    for told in &answers {
        assert!(matches!(answer(told), Err(Fault::Busy(_))));
    }
    assert!(!is_spent(&store, "one"));
}
