//! People: account, password and how many passkeys they hold.

use diesel::{dsl, prelude::*};

use super::{
    Conn, StoreError, StoreResult, Tx,
    columns::{containing, from_json, to_json},
    conn::{each_backend, guard},
    schema::users,
};
use crate::domain::{Email, PasswordHash, UnixTime, User, UserHandle, UserId, password::PasswordClass};

/// All but the key that people are found by, which nobody needs back.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = users, treat_none_as_default_value = false)]
pub(super) struct Row {
    id: UserId,
    handle: String,
    email: Email,
    email_key: String,
    email_verified: bool,
    password_hash: Option<String>,
    password_failures: i32,
    profile: String,
    passkey_count: i32,
    ever_enrolled: bool,
    disabled_at: Option<UnixTime>,
    created_at: UnixTime,
    updated_at: UnixTime,
    password_class: PasswordClass,
}

impl From<&User> for Row {
    fn from(user: &User) -> Self {
        let user = user.clone();
        Self {
            id: user.id,
            handle: handle_text(&user.handle),
            email_key: user.email.key(),
            email: user.email,
            email_verified: user.email_verified,
            password_hash: user.password_hash.map(|hash| hash.as_str().to_owned()),
            password_failures: user.password_failures,
            profile: to_json(&user.profile),
            passkey_count: user.passkey_count,
            ever_enrolled: user.ever_enrolled,
            disabled_at: user.disabled_at,
            created_at: user.created_at,
            updated_at: user.updated_at,
            password_class: user.password_class,
        }
    }
}

impl TryFrom<Row> for User {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        let handle = row.handle.parse().map_err(|_| StoreError::BrokenRow("a handle that is no UUID".to_owned()))?;
        Ok(Self {
            id: row.id,
            handle: UserHandle(handle),
            email: row.email,
            email_verified: row.email_verified,
            password_hash: row.password_hash.map(PasswordHash::from_stored),
            password_class: row.password_class,
            password_failures: row.password_failures,
            profile: from_json(&row.profile)?,
            passkey_count: row.passkey_count,
            ever_enrolled: row.ever_enrolled,
            disabled_at: row.disabled_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

fn handle_text(handle: &UserHandle) -> String {
    handle.0.hyphenated().to_string()
}

pub fn find(conn: &mut Conn, id: &UserId) -> StoreResult<Option<User>> {
    let row = each_backend!(conn, |conn| users::table
        .filter(users::id.eq(id))
        .select(Row::as_select())
        .get_result(conn)
        .optional()?);
    row.map(User::try_from).transpose()
}

/// Upper and lower case are one.
pub fn find_by_email(conn: &mut Conn, email: &Email) -> StoreResult<Option<User>> {
    let same_key = users::email_key.eq(email.key());
    let row = users::table.filter(same_key).select(Row::as_select()).get_result(conn).optional()?;
    row.map(User::try_from).transpose()
}

/// For a write that brings somebody in: if nobody has this address, nobody gets it until the transaction ends.
pub fn keep_free(tx: &mut Tx<'_>, email: &Email) -> StoreResult<()> {
    if find_by_email(tx, email)?.is_some() {
        return Ok(());
    }
    match &mut **tx {
        // The writer is alone.
        Conn::Sqlite(_) => {}
        // One newcomer, or one list of them, at a time. Any number will do that nothing else locks.
        Conn::Postgres(conn) => {
            diesel::sql_query("SELECT pg_advisory_xact_lock(7368756)").execute(conn)?;
        }
    }
    Ok(())
}

pub fn find_by_handle(conn: &mut Conn, handle: &UserHandle) -> StoreResult<Option<User>> {
    let same_handle = users::handle.eq(handle_text(handle));
    let row = users::table.filter(same_handle).select(Row::as_select()).get_result(conn).optional()?;
    row.map(User::try_from).transpose()
}

pub fn list(conn: &mut Conn) -> StoreResult<Vec<User>> {
    let rows = users::table.order(users::email_key).select(Row::as_select()).load(conn)?;
    rows.into_iter().map(User::try_from).collect()
}

/// At most `limit`, whose [`User::name_key`] holds this text, in its order.
pub fn list_named(conn: &mut Conn, named: &str, limit: i64) -> StoreResult<Vec<User>> {
    let rows = users::table
        .filter(users::name_key.like(containing(named)).escape('\\'))
        .order((users::name_key, users::id))
        .limit(limit)
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(User::try_from).collect()
}

/// Those of these ids.
pub fn list_of(conn: &mut Conn, ids: &[UserId]) -> StoreResult<Vec<User>> {
    let rows: Vec<Row> =
        each_backend!(conn, |conn| users::table.filter(users::id.eq_any(ids)).select(Row::as_select()).load(conn)?);
    rows.into_iter().map(User::try_from).collect()
}

pub fn insert(tx: &mut Tx<'_>, user: &User) -> StoreResult<()> {
    let all = (Row::from(user), users::name_key.eq(user.name_key()));
    diesel::insert_into(users::table).values(all).execute(&mut **tx)?;
    Ok(())
}

/// Writes e-mail, profile and `updated_at`, and nothing that a sign-in may be changing meanwhile.
pub fn update_profile(tx: &mut Tx<'_>, user: &User) -> StoreResult<bool> {
    let changed = diesel::update(users::table.filter(users::id.eq(&user.id)))
        .set((
            users::email.eq(&user.email),
            users::email_key.eq(user.email.key()),
            users::email_verified.eq(user.email_verified),
            users::profile.eq(to_json(&user.profile)),
            users::name_key.eq(user.name_key()),
            users::updated_at.eq(user.updated_at),
        ))
        .execute(&mut **tx)?;
    Ok(changed == 1)
}

/// The person has opened what was sent to this address; `false` when it is another by now, or was known to be theirs.
pub fn verify_email(tx: &mut Tx<'_>, id: &UserId, address: &str, now: UnixTime) -> StoreResult<bool> {
    let changed = diesel::update(users::table.filter(users::id.eq(id)))
        .filter(users::email.eq(address))
        .filter(users::email_verified.eq(false))
        .set((users::email_verified.eq(true), users::updated_at.eq(now)))
        .execute(&mut **tx)?;
    Ok(changed == 1)
}

/// Chooses, changes or rehashes: `false` when the person is disabled or the hash is no longer the one that was read.
pub fn set_password(
    tx: &mut Tx<'_>,
    id: &UserId,
    hash: &str,
    expected_old: Option<&str>,
    now: UnixTime,
) -> StoreResult<bool> {
    let active = users::table.filter(users::id.eq(id)).filter(users::disabled_at.is_null());
    let new = (users::password_hash.eq(hash), users::updated_at.eq(now));
    let changed = match expected_old {
        Some(old) => diesel::update(active.filter(users::password_hash.eq(old))).set(new).execute(&mut **tx)?,
        None => diesel::update(active.filter(users::password_hash.is_null())).set(new).execute(&mut **tx)?,
    };
    Ok(changed == 1)
}

pub fn disable(tx: &mut Tx<'_>, id: &UserId, now: UnixTime) -> StoreResult<bool> {
    let changed = diesel::update(users::table.filter(users::id.eq(id)))
        .filter(users::disabled_at.is_null())
        .set((users::disabled_at.eq(now), users::updated_at.eq(now)))
        .execute(&mut **tx)?;
    Ok(changed == 1)
}

pub fn enable(tx: &mut Tx<'_>, id: &UserId, now: UnixTime) -> StoreResult<bool> {
    let changed = diesel::update(users::table.filter(users::id.eq(id)))
        .filter(users::disabled_at.is_not_null())
        .set((users::disabled_at.eq(None::<UnixTime>), users::updated_at.eq(now)))
        .execute(&mut **tx)?;
    Ok(changed == 1)
}

/// Beside [`set_password`], for a password that its person has just chosen.
pub fn note_password_class(tx: &mut Tx<'_>, id: &UserId, class: PasswordClass) -> StoreResult<()> {
    diesel::update(users::table.filter(users::id.eq(id))).set(users::password_class.eq(class)).execute(&mut **tx)?;
    Ok(())
}

/// Counts one more wrong password or code and gives the new number.
pub fn count_password_failure(tx: &mut Tx<'_>, id: &UserId) -> StoreResult<i32> {
    let count = diesel::update(users::table.filter(users::id.eq(id)))
        .set(users::password_failures.eq(users::password_failures + 1))
        .returning(users::password_failures)
        .get_result(&mut **tx)?;
    Ok(count)
}

/// `false` when there was nothing to reset: an untouched row stays untouched.
pub fn reset_password_failures(tx: &mut Tx<'_>, id: &UserId) -> StoreResult<bool> {
    let changed = diesel::update(users::table.filter(users::id.eq(id)))
        .filter(users::password_failures.gt(0))
        .set(users::password_failures.eq(0))
        .execute(&mut **tx)?;
    Ok(changed == 1)
}

/// Guard, after [`still_active`]: this is still their password, and the way is open.
pub fn password_is_still(tx: &mut Tx<'_>, id: &UserId, hash: &str) -> StoreResult<bool> {
    guard!(
        tx,
        for_no_key_update,
        users::table
            .filter(users::id.eq(id))
            .filter(users::password_hash.eq(hash))
            .filter(users::password_failures.lt(User::PASSWORD_FAILURE_LIMIT))
            .select(users::id)
    )
}

/// `false` when there was none.
pub fn forget_password(tx: &mut Tx<'_>, id: &UserId, now: UnixTime) -> StoreResult<bool> {
    let changed = diesel::update(users::table.filter(users::id.eq(id)))
        .filter(users::password_hash.is_not_null())
        .set((users::password_hash.eq(None::<String>), users::updated_at.eq(now)))
        .execute(&mut **tx)?;
    Ok(changed == 1)
}

/// From now on a password alone enrols nothing.
pub fn note_enrolment(tx: &mut Tx<'_>, id: &UserId) -> StoreResult<()> {
    diesel::update(users::table.filter(users::id.eq(id))).set(users::ever_enrolled.eq(true)).execute(&mut **tx)?;
    Ok(())
}

/// Takes room for one more passkey; `false` when the person is disabled or holds `limit` already. Never counts rows:
/// two at once would both find room.
pub fn claim_passkey_slot(tx: &mut Tx<'_>, id: &UserId, limit: i32) -> StoreResult<bool> {
    let changed = diesel::update(users::table.filter(users::id.eq(id)))
        .filter(users::disabled_at.is_null())
        .filter(users::passkey_count.lt(limit))
        .set(users::passkey_count.eq(users::passkey_count + 1))
        .execute(&mut **tx)?;
    Ok(changed == 1)
}

/// Gives the room back after a passkey was deleted. `ever_enrolled` stays.
pub fn release_passkey_slot(tx: &mut Tx<'_>, id: &UserId) -> StoreResult<bool> {
    let changed = diesel::update(users::table.filter(users::id.eq(id)))
        .filter(users::passkey_count.gt(0))
        .set(users::passkey_count.eq(users::passkey_count - 1))
        .execute(&mut **tx)?;
    Ok(changed == 1)
}

#[dsl::auto_type(no_type_alias)]
pub(super) fn active<'a>(id: &'a UserId) -> _ {
    users::table.filter(users::id.eq(id)).filter(users::disabled_at.is_null())
}

/// Guard: the person is there, and changed by nobody else until this transaction ends.
pub fn hold(tx: &mut Tx<'_>, id: &UserId) -> StoreResult<bool> {
    guard!(tx, for_no_key_update, users::table.filter(users::id.eq(id)).select(users::id))
}

/// Guard: the person is active, and stays so until this transaction ends.
pub fn still_active(tx: &mut Tx<'_>, id: &UserId) -> StoreResult<bool> {
    guard!(tx, for_no_key_update, active(id).select(users::id))
}
