//! Passkeys: public keys and what was seen of them (W3C WebAuthn Level 3 §4, credential record).

use diesel::{
    backend::Backend,
    prelude::*,
    query_builder::{AstPass, QueryFragment, QueryId},
    serialize::ToSql,
    sql_types::{BigInt, Bool, HasSqlType, Text},
};

use super::{
    Conn, StoreError, StoreResult, Tx, clinics,
    columns::{from_json, to_json},
    conn::each_backend,
    memberships,
    schema::{self, passkeys},
    users,
};
use crate::domain::{Clinic, Membership, Passkey, PasskeyId, Proof, SuspendedBy, Suspension, UnixTime, User, UserId};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = passkeys, treat_none_as_default_value = false)]
struct Row {
    id: PasskeyId,
    user_id: UserId,
    credential_id: String,
    credential: String,
    name: String,
    aaguid: String,
    transports: String,
    backup_eligible: bool,
    backup_state: bool,
    sign_count: i64,
    enabled: bool,
    created_at: UnixTime,
    created_ip: String,
    created_user_agent: String,
    last_used_at: Option<UnixTime>,
    last_used_ip: Option<String>,
    last_used_user_agent: Option<String>,
    use_count: i64,
    suspended_at: Option<UnixTime>,
    suspended_by: Option<SuspendedBy>,
    suspend_reason: Option<String>,
    attestation: Proof,
    attestation_format: Option<String>,
}

impl From<&Passkey> for Row {
    fn from(passkey: &Passkey) -> Self {
        let passkey = passkey.clone();
        let enabled = passkey.is_enabled();
        let suspension = passkey.suspension;
        Self {
            id: passkey.id,
            user_id: passkey.user_id,
            credential_id: passkey.credential_id,
            credential: passkey.credential,
            name: passkey.name,
            aaguid: passkey.aaguid.hyphenated().to_string(),
            transports: to_json(&passkey.transports),
            backup_eligible: passkey.backup_eligible,
            backup_state: passkey.backup_state,
            sign_count: passkey.sign_count,
            enabled,
            created_at: passkey.created_at,
            created_ip: passkey.created_ip,
            created_user_agent: passkey.created_user_agent,
            last_used_at: passkey.last_used_at,
            last_used_ip: passkey.last_used_ip,
            last_used_user_agent: passkey.last_used_user_agent,
            use_count: passkey.use_count,
            suspended_at: suspension.as_ref().map(|suspension| suspension.at),
            suspended_by: suspension.as_ref().map(|suspension| suspension.by),
            suspend_reason: suspension.and_then(|suspension| suspension.reason),
            attestation: passkey.proof,
            attestation_format: passkey.attestation_format,
        }
    }
}

impl TryFrom<Row> for Passkey {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        Ok(Self {
            id: row.id,
            user_id: row.user_id,
            credential_id: row.credential_id,
            credential: row.credential,
            name: row.name,
            aaguid: row.aaguid.parse().map_err(|_| StoreError::BrokenRow("an AAGUID that is no UUID".to_owned()))?,
            proof: row.attestation,
            attestation_format: row.attestation_format,
            transports: from_json(&row.transports)?,
            backup_eligible: row.backup_eligible,
            backup_state: row.backup_state,
            sign_count: row.sign_count,
            suspension: suspension(row.enabled, row.suspended_at, row.suspended_by, row.suspend_reason)?,
            created_at: row.created_at,
            created_ip: row.created_ip,
            created_user_agent: row.created_user_agent,
            last_used_at: row.last_used_at,
            last_used_ip: row.last_used_ip,
            last_used_user_agent: row.last_used_user_agent,
            use_count: row.use_count,
        })
    }
}

fn suspension(
    enabled: bool,
    at: Option<UnixTime>,
    by: Option<SuspendedBy>,
    reason: Option<String>,
) -> StoreResult<Option<Suspension>> {
    match (enabled, at, by) {
        (true, None, None) => Ok(None),
        (false, Some(at), Some(by)) => Ok(Some(Suspension { at, by, reason })),
        _ => Err(StoreError::BrokenRow("a passkey that is neither enabled nor suspended".to_owned())),
    }
}

/// What one sign-in changes about its passkey.
#[derive(Clone, Copy, Debug)]
pub struct PasskeyUse<'a> {
    pub id: &'a PasskeyId,
    /// The counter as the check read it.
    pub read_sign_count: i64,
    pub sign_count: i64,
    pub backup_state: bool,
    pub at: UnixTime,
    pub ip: &'a str,
    pub user_agent: &'a str,
}

pub fn find(conn: &mut Conn, id: &PasskeyId) -> StoreResult<Option<Passkey>> {
    let row = passkeys::table.filter(passkeys::id.eq(id)).select(Row::as_select()).get_result(conn).optional()?;
    row.map(Passkey::try_from).transpose()
}

pub fn find_by_credential(conn: &mut Conn, credential_id: &str) -> StoreResult<Option<Passkey>> {
    let same_id = passkeys::credential_id.eq(credential_id);
    let row = each_backend!(conn, |conn| passkeys::table
        .filter(same_id)
        .select(Row::as_select())
        .get_result(conn)
        .optional()?);
    row.map(Passkey::try_from).transpose()
}

/// Whose a passkey is, with every place where they work, ordered by the clinic's name.
pub struct Owned {
    pub passkey: Passkey,
    pub user: User,
    pub memberships: Vec<(Membership, Clinic)>,
}

/// All that a sign-in asks of the store, in one question.
pub fn find_owned(conn: &mut Conn, credential_id: &str) -> StoreResult<Option<Owned>> {
    type Joined = (Row, users::Row, Option<memberships::Row>, Option<clinics::Row>);
    let rows = each_backend!(conn, |conn| passkeys::table
        .inner_join(schema::users::table.left_join(schema::memberships::table.left_join(schema::clinics::table)))
        .filter(passkeys::credential_id.eq(credential_id))
        .order((schema::clinics::name, schema::clinics::id))
        .select((
            Row::as_select(),
            users::Row::as_select(),
            Option::<memberships::Row>::as_select(),
            Option::<clinics::Row>::as_select(),
        ))
        .load::<Joined>(conn)?);
    let mut owned: Option<Owned> = None;
    for (passkey, user, membership, clinic) in rows {
        let owned = match &mut owned {
            Some(owned) => owned,
            None => {
                owned.insert(Owned { passkey: passkey.try_into()?, user: user.try_into()?, memberships: Vec::new() })
            }
        };
        if let (Some(membership), Some(clinic)) = (membership, clinic) {
            owned.memberships.push((membership.try_into()?, clinic.try_into()?));
        }
    }
    Ok(owned)
}

/// Oldest first, suspended ones too.
pub fn list_for_user(conn: &mut Conn, user: &UserId) -> StoreResult<Vec<Passkey>> {
    let rows = passkeys::table
        .filter(passkeys::user_id.eq(user))
        .order((passkeys::created_at, passkeys::id))
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(Passkey::try_from).collect()
}

/// `false` when the credential is registered already, by whomever.
pub fn insert(tx: &mut Tx<'_>, passkey: &Passkey) -> StoreResult<bool> {
    let inserted = each_backend!(&mut **tx, |conn| diesel::insert_into(passkeys::table)
        .values(Row::from(passkey))
        .on_conflict(passkeys::credential_id)
        .do_nothing()
        .execute(conn)?);
    Ok(inserted == 1)
}

pub fn rename(tx: &mut Tx<'_>, id: &PasskeyId, owner: &UserId, name: &str) -> StoreResult<bool> {
    let changed = diesel::update(passkeys::table.filter(passkeys::id.eq(id)))
        .filter(passkeys::user_id.eq(owner))
        .set(passkeys::name.eq(name))
        .execute(&mut **tx)?;
    Ok(changed == 1)
}

/// `false` when it is suspended already, but that an administrator's suspension lies over its owner's own.
pub fn suspend(tx: &mut Tx<'_>, id: &PasskeyId, owner: &UserId, suspension: &Suspension) -> StoreResult<bool> {
    let covered = match suspension.by {
        SuspendedBy::Owner => None,
        SuspendedBy::Administrator => Some(SuspendedBy::Owner),
    };
    let changed = diesel::update(passkeys::table.filter(passkeys::id.eq(id)))
        .filter(passkeys::user_id.eq(owner))
        .filter(passkeys::enabled.eq(true).or(passkeys::suspended_by.eq(covered)))
        .set((
            // Its own, of before: on the right stands the row as it was.
            passkeys::owner_suspended.eq(passkeys::enabled.eq(false)),
            passkeys::enabled.eq(false),
            passkeys::suspended_at.eq(suspension.at),
            passkeys::suspended_by.eq(suspension.by),
            passkeys::suspend_reason.eq(&suspension.reason),
        ))
        .execute(&mut **tx)?;
    Ok(changed == 1)
}

/// Lifts the suspension that is `by` them; `false` when there is none. What an administrator's lay over is there again.
pub fn resume(tx: &mut Tx<'_>, id: &PasskeyId, owner: &UserId, by: SuspendedBy) -> StoreResult<bool> {
    let suspended = passkeys::table
        .filter(passkeys::id.eq(id))
        .filter(passkeys::user_id.eq(owner))
        .filter(passkeys::suspended_by.eq(by));
    let owners = diesel::update(suspended.filter(passkeys::owner_suspended.eq(true)))
        .set((
            passkeys::owner_suspended.eq(false),
            passkeys::suspended_by.eq(SuspendedBy::Owner),
            passkeys::suspend_reason.eq(None::<String>),
        ))
        .execute(&mut **tx)?;
    if owners == 1 {
        return Ok(true);
    }
    let changed = diesel::update(suspended)
        .set((
            passkeys::enabled.eq(true),
            passkeys::suspended_at.eq(None::<UnixTime>),
            passkeys::suspended_by.eq(None::<SuspendedBy>),
            passkeys::suspend_reason.eq(None::<String>),
        ))
        .execute(&mut **tx)?;
    Ok(changed == 1)
}

/// The caller gives its slot back: [`super::users::release_passkey_slot`].
pub fn delete(tx: &mut Tx<'_>, id: &PasskeyId, owner: &UserId) -> StoreResult<bool> {
    let target = passkeys::table.filter(passkeys::id.eq(id)).filter(passkeys::user_id.eq(owner));
    Ok(diesel::delete(target).execute(&mut **tx)? == 1)
}

/// `false` when the passkey is suspended, deleted, or its counter has moved since it was read.
pub fn record_use(tx: &mut Tx<'_>, used: PasskeyUse<'_>) -> StoreResult<bool> {
    let changed = each_backend!(&mut **tx, |conn| used.execute(conn)?);
    Ok(changed == 1)
}

/// Written out, since every sign-in runs it and diesel would have an `UPDATE` of its own prepared anew each time.
impl<DB: Backend + HasSqlType<Bool>> QueryFragment<DB> for PasskeyUse<'_>
where
    bool: ToSql<Bool, DB>,
    i64: ToSql<BigInt, DB>,
    str: ToSql<Text, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("UPDATE passkeys SET use_count = use_count + 1, sign_count = ");
        out.push_bind_param::<BigInt, _>(&self.sign_count)?;
        out.push_sql(", backup_state = ");
        out.push_bind_param::<Bool, _>(&self.backup_state)?;
        out.push_sql(", last_used_at = ");
        out.push_bind_param::<BigInt, _>(&self.at)?;
        out.push_sql(", last_used_ip = ");
        out.push_bind_param::<Text, _>(self.ip)?;
        out.push_sql(", last_used_user_agent = ");
        out.push_bind_param::<Text, _>(self.user_agent)?;
        out.push_sql(" WHERE id = ");
        out.push_bind_param::<Text, _>(self.id)?;
        out.push_sql(" AND sign_count = ");
        out.push_bind_param::<BigInt, _>(&self.read_sign_count)?;
        out.push_sql(" AND enabled = ");
        out.push_bind_param::<Bool, _>(&true)
    }
}

impl QueryId for PasskeyUse<'_> {
    type QueryId = PasskeyUse<'static>;

    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<C> RunQueryDsl<C> for PasskeyUse<'_> {}
