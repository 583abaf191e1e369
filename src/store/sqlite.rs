//! SQLite: the file, how a connection to it is set up, and the stack of connections that read.

use std::{
    fs, io,
    ops::{Deref, DerefMut},
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use diesel::{Connection, SqliteConnection, connection::SimpleConnection};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::{Conn, StoreError, aside::aside, transaction};
use crate::domain::Fault;

/// What would end the path in an SQLite URI.
const NOT_IN_PATH: &AsciiSet = &CONTROLS.add(b'%').add(b'?').add(b'#');

/// Comes after `busy_timeout`: turning WAL on may have to wait for another process.
const SETUP: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA recursive_triggers = ON;";

#[derive(Clone)]
pub(super) struct File {
    path: PathBuf,
    patience: Duration,
}

/// Device and inode: a file that was moved away or put in place of another is not the one that a connection holds.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Identity(u64, u64);

impl File {
    pub fn new(path: impl Into<PathBuf>, patience: Duration) -> Self {
        Self { path: path.into(), patience }
    }

    /// Makes the file if there is none, for its owner alone: it holds hashes of passwords.
    pub fn create(&self) -> Result<(), Fault> {
        match fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&self.path) {
            Ok(_) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => self.be_writable(),
            Err(error) => Err(Fault::Unavailable(format!("{}: {error}", self.path.display()))),
        }
    }

    /// SQLite itself would open it for reading alone, and say so only at the first write.
    fn be_writable(&self) -> Result<(), Fault> {
        let path = self.path.display();
        match fs::OpenOptions::new().write(true).open(&self.path) {
            Ok(_) => Ok(()),
            Err(error)
                if matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem) =>
            {
                Err(Fault::Unavailable(format!(
                    "{path} may not be written to ({error}): file and folder have to belong to the user that runs \
                     Genkan, on a disk that is mounted for writing"
                )))
            }
            Err(error) => Err(Fault::Unavailable(format!("{path}: {error}"))),
        }
    }

    pub fn connect_writer(&self) -> Result<Held, Fault> {
        self.connect(&format!("{SETUP} PRAGMA wal_autocheckpoint = 4000;"))
    }

    fn connect_reader(&self) -> Result<Held, Fault> {
        self.connect(&format!("{SETUP} PRAGMA query_only = ON;"))
    }

    fn connect(&self, setup: &str) -> Result<Held, Fault> {
        let identity = self.identity()?;
        let path = self.path.to_string_lossy();
        let url = format!("file:{}?mode=rw", utf8_percent_encode(&path, NOT_IN_PATH));
        let failed = |error: &dyn std::fmt::Display| Fault::Unavailable(format!("{path}: {error}"));
        let mut conn = SqliteConnection::establish(&url).map_err(|error| failed(&error))?;
        let patience = format!("PRAGMA busy_timeout = {}", self.patience.as_millis());
        conn.batch_execute(&patience).and_then(|()| conn.batch_execute(setup)).map_err(StoreError::from)?;
        transaction::watch(&mut conn);
        Ok(Held { conn: Conn::Sqlite(conn), identity })
    }

    fn identity(&self) -> Result<Identity, Fault> {
        fs::metadata(&self.path)
            .map(|file| Identity(file.dev(), file.ino()))
            .map_err(|error| Fault::Unavailable(format!("{}: {error}", self.path.display())))
    }

    /// Copies everything to a new file beside this one, in one step.
    pub fn copy(&self, conn: &mut Conn, why: &str) -> Result<PathBuf, Fault> {
        let failed = |error: &dyn std::fmt::Display| Fault::internal("copy of the store", error);
        let mut target = self.path.clone().into_os_string();
        target.push(format!(".{why}"));
        let target = free_name(Path::new(&target)).map_err(|error| failed(&error))?;
        let quoted = target.to_string_lossy().replace('\'', "''");
        conn.batch_execute(&format!("VACUUM INTO '{quoted}'")).map_err(|error| failed(&error))?;
        Ok(target)
    }
}

/// Takes the name, or the next free one after it, with an empty file for its owner alone: `VACUUM INTO` fills it.
fn free_name(wanted: &Path) -> io::Result<PathBuf> {
    for number in 1.. {
        let mut name = wanted.as_os_str().to_owned();
        if number > 1 {
            name.push(format!(".{number}"));
        }
        match fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&name) {
            Ok(_) => return Ok(name.into()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// A connection that remembers which file it holds.
pub(super) struct Held {
    conn: Conn,
    identity: Identity,
}

impl Held {
    pub fn is_of(&self, file: &File) -> bool {
        file.identity().is_ok_and(|identity| identity == self.identity)
    }
}

impl Deref for Held {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        &self.conn
    }
}

impl DerefMut for Held {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.conn
    }
}

/// Connections for reading, the last one used first, since its cache is warm.
pub(super) struct Readers {
    file: File,
    most: usize,
    stack: Mutex<Stack>,
    returned: Condvar,
}

#[derive(Default)]
struct Stack {
    idle: Vec<Held>,
    lent: usize,
}

impl Readers {
    pub fn new(file: File, most: usize) -> Self {
        Self { file, most: most.max(1), stack: Mutex::default(), returned: Condvar::new() }
    }

    pub fn with<T>(&self, query: impl FnOnce(&mut Conn) -> Result<T, Fault>) -> Result<T, Fault> {
        let mut slot = self.take()?;
        let mut held = match slot.held.take().filter(|held| held.is_of(&self.file)) {
            Some(held) => held,
            None => self.file.connect_reader()?,
        };
        let result = query(&mut held);
        if !matches!(result, Err(Fault::Unavailable(_))) && !transaction::is_broken(&mut held) {
            slot.held = Some(held);
        }
        result
    }

    fn take(&self) -> Result<Slot<'_>, Fault> {
        let mut stack = self.lock();
        if stack.lent >= self.most {
            drop(stack);
            stack = aside(|| self.wait())?;
        }
        stack.lent += 1;
        Ok(Slot { held: stack.idle.pop(), readers: self })
    }

    fn wait(&self) -> Result<MutexGuard<'_, Stack>, Fault> {
        let (stack, waited) = self
            .returned
            .wait_timeout_while(self.lock(), self.file.patience, |stack| stack.lent >= self.most)
            .unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() { Err(Fault::Busy("every connection for reading is in use")) } else { Ok(stack) }
    }

    fn lock(&self) -> MutexGuard<'_, Stack> {
        self.stack.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to one connection. A query that panics gives back the right and not the connection.
struct Slot<'a> {
    held: Option<Held>,
    readers: &'a Readers,
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        let mut stack = self.readers.lock();
        stack.lent -= 1;
        stack.idle.extend(self.held.take());
        drop(stack);
        self.readers.returned.notify_one();
    }
}
