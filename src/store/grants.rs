//! What people gave applications: every token names its grant.

use diesel::prelude::*;

use super::{
    Conn, StoreError, StoreResult, Tx, clinics,
    columns::{from_json, from_words, to_json, to_words},
    conn::each_backend,
    memberships,
    schema::{self, grants},
    users,
};
use crate::domain::{
    Acr, Amr, Authentication, ClientId, Clinic, ClinicId, Grant, GrantId, Membership, SessionId, UnixTime, User, UserId,
};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = grants, treat_none_as_default_value = false)]
struct Row {
    id: GrantId,
    client_id: ClientId,
    user_id: UserId,
    clinic_id: ClinicId,
    session_id: SessionId,
    scopes: String,
    acr: Acr,
    amr: String,
    auth_time: UnixTime,
    created_at: UnixTime,
    expires_at: UnixTime,
    revoked_at: Option<UnixTime>,
}

impl From<&Grant> for Row {
    fn from(grant: &Grant) -> Self {
        let grant = grant.clone();
        Self {
            id: grant.id,
            client_id: grant.client_id,
            user_id: grant.user_id,
            clinic_id: grant.clinic_id,
            session_id: grant.session_id,
            scopes: to_json(&grant.scopes),
            acr: grant.authentication.acr,
            amr: to_words(&grant.authentication.amr, Amr::as_str),
            auth_time: grant.authentication.at,
            created_at: grant.created_at,
            expires_at: grant.expires_at,
            revoked_at: grant.revoked_at,
        }
    }
}

impl TryFrom<Row> for Grant {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        let amr = from_words(&row.amr, Amr::parse)?;
        Ok(Self {
            id: row.id,
            client_id: row.client_id,
            user_id: row.user_id,
            clinic_id: row.clinic_id,
            session_id: row.session_id,
            scopes: from_json(&row.scopes)?,
            authentication: Authentication { acr: row.acr, amr, at: row.auth_time },
            created_at: row.created_at,
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
        })
    }
}

pub fn find(conn: &mut Conn, id: &GrantId) -> StoreResult<Option<Grant>> {
    let row = grants::table.filter(grants::id.eq(id)).select(Row::as_select()).get_result(conn).optional()?;
    row.map(Grant::try_from).transpose()
}

/// With whose it is and for whom they worked, whatever the state of any of them: the caller judges.
pub fn find_with_user(conn: &mut Conn, id: &GrantId) -> StoreResult<Option<(Grant, User, Membership, Clinic)>> {
    let row = each_backend!(conn, |conn| grants::table
        .inner_join(schema::users::table)
        .inner_join(schema::clinics::table)
        .inner_join(schema::memberships::table.on(
            schema::memberships::user_id.eq(grants::user_id).and(schema::memberships::clinic_id.eq(grants::clinic_id)),
        ))
        .filter(grants::id.eq(id))
        .select((Row::as_select(), users::Row::as_select(), memberships::Row::as_select(), clinics::Row::as_select()))
        .get_result::<(Row, users::Row, memberships::Row, clinics::Row)>(conn)
        .optional()?);
    row.map(|(grant, user, membership, clinic)| {
        Ok((grant.try_into()?, user.try_into()?, membership.try_into()?, clinic.try_into()?))
    })
    .transpose()
}

pub fn insert(tx: &mut Tx<'_>, grant: &Grant) -> StoreResult<()> {
    diesel::insert_into(grants::table).values(Row::from(grant)).execute(&mut **tx)?;
    Ok(())
}

/// `false` when it was revoked already.
pub fn revoke(tx: &mut Tx<'_>, id: &GrantId, now: UnixTime) -> StoreResult<bool> {
    let changed = diesel::update(grants::table.filter(grants::id.eq(id)))
        .filter(grants::revoked_at.is_null())
        .set(grants::revoked_at.eq(now))
        .execute(&mut **tx)?;
    Ok(changed == 1)
}

pub fn revoke_for_session(tx: &mut Tx<'_>, session: &SessionId, now: UnixTime) -> StoreResult<usize> {
    let revoked = diesel::update(grants::table.filter(grants::session_id.eq(session)))
        .filter(grants::revoked_at.is_null())
        .set(grants::revoked_at.eq(now))
        .execute(&mut **tx)?;
    Ok(revoked)
}

pub fn revoke_for_client(tx: &mut Tx<'_>, client: &ClientId, now: UnixTime) -> StoreResult<usize> {
    let revoked = diesel::update(grants::table.filter(grants::client_id.eq(client)))
        .filter(grants::revoked_at.is_null())
        .set(grants::revoked_at.eq(now))
        .execute(&mut **tx)?;
    Ok(revoked)
}

pub fn revoke_for_user(tx: &mut Tx<'_>, user: &UserId, now: UnixTime) -> StoreResult<usize> {
    let revoked = diesel::update(grants::table.filter(grants::user_id.eq(user)))
        .filter(grants::revoked_at.is_null())
        .set(grants::revoked_at.eq(now))
        .execute(&mut **tx)?;
    Ok(revoked)
}
