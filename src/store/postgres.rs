//! PostgreSQL: a pool of connections. It gathers commits by itself, so writes run where they are called.

use std::{
    future::Future,
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
    time::{Duration, Instant},
};

use deadpool::managed::{self, Metrics, Object, RecycleError, RecycleResult};
use diesel::{Connection, PgConnection, connection::SimpleConnection};

use super::{Conn, Load, StoreOptions, StoreResult, Tx, transaction};
use crate::domain::Fault;

/// A connection that lay idle for longer is asked whether it still lives.
const TRUSTED_FOR: Duration = Duration::from_millis(500);

/// Whatever the server's own settings are. A write that anything holds up longer than this had better be refused.
const SETUP: &str = "
    SET synchronous_commit = on;
    SET statement_timeout = '30s';
    SET idle_in_transaction_session_timeout = '60s';";

struct Manager {
    url: String,
    patience: Duration,
}

impl managed::Manager for Manager {
    type Type = Conn;
    type Error = Fault;

    async fn create(&self) -> Result<Conn, Fault> {
        let unavailable = |error: &dyn std::fmt::Display| Fault::Unavailable(error.to_string());
        let mut conn = PgConnection::establish(&self.url).map_err(|error| unavailable(&error))?;
        let patience = format!("SET lock_timeout = {}", self.patience.as_millis());
        conn.batch_execute(&patience).and_then(|()| conn.batch_execute(SETUP)).map_err(|error| unavailable(&error))?;
        transaction::watch(&mut conn);
        Ok(Conn::Postgres(conn))
    }

    async fn recycle(&self, conn: &mut Conn, metrics: &Metrics) -> RecycleResult<Fault> {
        if transaction::is_broken(conn) {
            return Err(RecycleError::message("a transaction was left open"));
        }
        if metrics.last_used() > TRUSTED_FOR {
            conn.batch_execute("SELECT 1").map_err(|error| RecycleError::message(error.to_string()))?;
        }
        Ok(())
    }
}

pub(super) struct Pool {
    connections: managed::Pool<Manager>,
    patience: Duration,
}

impl Pool {
    pub fn new(options: &StoreOptions) -> Result<Self, Fault> {
        let manager = Manager { url: with_time_limits(&options.url), patience: options.patience };
        let connections = managed::Pool::builder(manager).max_size(options.connections.max(1)).build();
        let connections = connections.map_err(|error| Fault::internal("the pool of connections", error))?;
        Ok(Self { connections, patience: options.patience })
    }

    pub fn with<T>(&self, query: impl FnOnce(&mut Conn) -> Result<T, Fault>) -> Result<T, Fault> {
        let mut conn = self.get()?;
        let result = query(&mut conn);
        if matches!(result, Err(Fault::Unavailable(_))) {
            // The server went away or came back as another: whatever lies idle is as dead.
            drop(Object::take(conn));
            self.connections.retain(|_, _| false);
        }
        result
    }

    pub fn write<T>(&self, work: impl FnOnce(&mut Tx<'_>) -> StoreResult<T>) -> Result<T, Fault> {
        self.with(|conn| transaction::run(conn, work)?)
    }

    pub fn load(&self) -> Load {
        Load { waiting: self.connections.status().waiting, ..Load::default() }
    }

    fn get(&self) -> Result<Object<Manager>, Fault> {
        // Not to be held up by the budget of the task that it may be called in.
        match wait(tokio::task::unconstrained(self.connections.get()), self.patience) {
            Some(Ok(conn)) => Ok(conn),
            Some(Err(managed::PoolError::Backend(fault))) => Err(fault),
            Some(Err(error)) => Err(Fault::Unavailable(error.to_string())),
            None => Err(Fault::Busy("every connection to the database is in use")),
        }
    }
}

/// libpq waits for ever unless told otherwise. What the URL says goes first.
fn with_time_limits(url: &str) -> String {
    const LIMITS: &[(&str, &str)] = &[("connect_timeout", "5"), ("tcp_user_timeout", "10000")];
    let Ok(mut url) = url::Url::parse(url) else { return url.to_owned() };
    let missing: Vec<_> =
        LIMITS.iter().filter(|(name, _)| !url.query_pairs().any(|(present, _)| present == *name)).collect();
    for (name, value) in missing {
        url.query_pairs_mut().append_pair(name, value);
    }
    url.into()
}

/// Polls on the calling thread, be it one of tokio's or not; `None` when it takes too long.
#[expect(clippy::disallowed_methods, reason = "a time limit is no date, and no test turns it")]
fn wait<F: Future>(future: F, limit: Duration) -> Option<F::Output> {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    let begun = Instant::now();
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return Some(output);
        }
        let left = limit.checked_sub(begun.elapsed()).filter(|left| !left.is_zero())?;
        thread::park_timeout(left);
    }
}
