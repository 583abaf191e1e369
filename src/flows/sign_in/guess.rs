//! Guessing passwords and codes. A wrong one sets a `not_before` for the account from that address, growing, never a sleep.
//!
//! The compare-and-set covers that row alone, so 64 guesses at once are one; a success leaves an untouched row untouched.
//! Accounts share the rows of a table of fixed size, by a keyed hash of the address typed: known or not makes no
//! difference that anybody could see, and strangers cannot fill the store.

use std::time::Duration;

use crate::{
    domain::{Actor, AuditEvent, AuditKind, ClientId, ClinicId, Email, Fault, Outcome, UnixTime, User},
    flows::Cx,
    keys::Keys,
    store::{
        self, Conn, Store, StoreError, Tx,
        password_attempts::{self, Attempts},
    },
};

/// Rows of one address. Enough that two colleagues behind one address hardly ever share one.
const BUCKETS: u16 = 16_384;
const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);
/// At the door of an administrator's codes, where five tries are the bound: a longer one would outlast the code.
const LONGEST_WAIT_FOR_CODE: Duration = Duration::from_secs(30);

/// One guess: the row that it counts against, as it was read.
#[derive(Clone, Debug)]
pub struct Guess {
    account: String,
    address: String,
    read: Option<Attempts>,
    longest_wait: Duration,
}

/// What the trail is told of a failure.
#[derive(Clone, Copy, Debug)]
pub struct Failed<'a> {
    pub kind: AuditKind,
    pub reason: &'a str,
    /// Whose it is to look into.
    pub clinic: Option<&'a ClinicId>,
    /// The application that waits.
    pub client: Option<&'a ClientId>,
}

fn account(keys: &Keys, way: &str, email: &Email) -> String {
    format!("{way}:{}", keys.bucket(&email.key(), BUCKETS))
}

/// Until when a password of theirs is not even looked at somewhere.
pub fn waits_until(conn: &mut Conn, keys: &Keys, email: &Email, now: UnixTime) -> Result<Option<UnixTime>, StoreError> {
    password_attempts::waits_until(conn, &account(keys, PASSWORD, email), now)
}

const PASSWORD: &str = "bucket";

impl Guess {
    pub fn read(conn: &mut Conn, cx: &Cx, email: &Email) -> Result<Self, StoreError> {
        Self::read_row(conn, cx, (PASSWORD, email), LONGEST_WAIT)
    }

    /// Of an administrator's code. The row is its own: who guesses at somebody's password behind the one address of their
    /// clinic does not close this way too.
    pub fn read_for_code(conn: &mut Conn, cx: &Cx, email: &Email) -> Result<Self, StoreError> {
        Self::read_row(conn, cx, ("code", email), LONGEST_WAIT_FOR_CODE)
    }

    fn read_row(
        conn: &mut Conn,
        cx: &Cx,
        (way, email): (&str, &Email),
        longest_wait: Duration,
    ) -> Result<Self, StoreError> {
        let account = account(&cx.keys, way, email);
        let address = cx.request.network();
        let read = password_attempts::find(conn, &account, &address)?;
        Ok(Self { account, address, read, longest_wait })
    }

    pub fn find(store: &Store, cx: &Cx, user: &User) -> Result<Self, Fault> {
        store.read(|conn| Self::read(conn, cx, &user.email))
    }

    /// How long this account must still wait from this address.
    pub fn wait(&self, now: UnixTime) -> Option<Duration> {
        let rest = self.read.as_ref().map(|row| row.not_before.since(now))?;
        (!rest.is_zero()).then_some(rest)
    }

    /// Counts a wrong password or code; `false` if another guess was counted meanwhile, and this one is to be forgotten.
    pub fn fail(&self, tx: &mut Tx<'_>, now: UnixTime) -> Result<bool, StoreError> {
        let failures = self.read.as_ref().map_or(0, |row| row.failures).saturating_add(1);
        let next = Attempts { failures, not_before: now.plus(wait_after(failures).min(self.longest_wait)) };
        password_attempts::fail(tx, &self.account, &self.address, self.read.as_ref(), &next)
    }

    /// The same for a known person: counted against them as a whole too, and recorded.
    pub fn fail_of(&self, tx: &mut Tx<'_>, cx: &Cx, user: &User, failed: Failed<'_>) -> Result<bool, StoreError> {
        // The person's row is locked first, as a sign-in that succeeds meanwhile does it.
        store::users::still_active(tx, &user.id)?;
        if !self.fail(tx, cx.now)? {
            return Ok(false);
        }
        let Failed { kind, reason, clinic, client } = failed;
        let event = cx.event(kind, Outcome::Failure, Actor::Nobody).subject(&user.id).reason(reason);
        let (clinic_id, client_id) = (clinic.cloned(), client.cloned());
        store::audit_events::insert(tx, &AuditEvent { clinic_id: clinic_id.clone(), client_id, ..event })?;
        if store::users::count_password_failure(tx, &user.id)? == User::PASSWORD_FAILURE_LIMIT {
            let locked = cx.event(AuditKind::AccountLocked, Outcome::Success, Actor::System).subject(&user.id);
            store::audit_events::insert(tx, &AuditEvent { clinic_id, ..locked })?;
        }
        Ok(true)
    }

    /// Leaves what was counted: a right password alone, before its code, excuses no wrong codes. `false` as in
    /// [`Self::succeed`].
    pub fn go_on(&self, tx: &mut Tx<'_>) -> Result<bool, StoreError> {
        password_attempts::keep(tx, &self.account, &self.address, self.read.as_ref())
    }

    /// Forgets what was counted; `false` if another guess was counted since the row was read, and this success, one of
    /// many tried at once, is to be refused.
    pub fn succeed(&self, tx: &mut Tx<'_>) -> Result<bool, StoreError> {
        password_attempts::clear(tx, &self.account, &self.address, self.read.as_ref())
    }
}

/// 1, 2, 4, 8 … seconds, up to what the way allows.
fn wait_after(failures: i32) -> Duration {
    let doublings = u32::try_from(failures.saturating_sub(1)).unwrap_or(0).min(10);
    Duration::from_secs(1 << doublings)
}
