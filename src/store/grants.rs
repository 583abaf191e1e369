//! What people gave applications: every token names its grant.

mod unadmitted;

use diesel::prelude::*;

pub use unadmitted::{revoke_unadmitted, revoke_unmet};

use super::{
    Conn, StoreError, StoreResult, Tx,
    columns::{from_json, from_words, to_json, to_words},
    conn::{each_backend, guard},
    schema::{self, grants},
    users,
};
use crate::domain::{
    Acr, Amr, Authentication, ClientId, ClinicId, Grant, GrantId, PasskeyId, Rotation, SessionId, Standing, UnixTime,
    User, UserId,
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
    refresh_n: Option<i64>,
    refreshed_at: Option<UnixTime>,
    outlives_session: bool,
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
            refresh_n: grant.rotation.map(|rotation| rotation.n),
            refreshed_at: grant.rotation.map(|rotation| rotation.at),
            outlives_session: grant.outlives_session,
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
            rotation: row.refresh_n.zip(row.refreshed_at).map(|(n, at)| Rotation { n, at }),
            outlives_session: row.outlives_session,
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

/// What of the neighbouring rows says whether a grant is still good.
type Ground = (Option<UnixTime>, Option<UnixTime>, Option<UnixTime>, Option<UnixTime>, UnixTime);

fn standing(row: Row, ground: Ground) -> StoreResult<Standing> {
    let (user_disabled_at, membership_suspended_at, membership_ends_at, session_ended_at, session_expires_at) = ground;
    Ok(Standing {
        grant: row.try_into()?,
        user_disabled_at,
        membership_suspended_at,
        membership_ends_at,
        session_ended_at,
        session_expires_at,
    })
}

/// The joined read behind every use of a token; `$more` comes beside the row and its ground.
macro_rules! standing {
    ($conn:expr, $id:expr, $more:expr, $type:ty) => {
        each_backend!($conn, |conn| grants::table
            .inner_join(schema::users::table)
            .inner_join(schema::sessions::table)
            .inner_join(
                schema::memberships::table.on(schema::memberships::user_id
                    .eq(grants::user_id)
                    .and(schema::memberships::clinic_id.eq(grants::clinic_id))),
            )
            .filter(grants::id.eq($id))
            .select((
                Row::as_select(),
                (
                    schema::users::disabled_at,
                    schema::memberships::suspended_at,
                    schema::memberships::ends_at,
                    schema::sessions::ended_at,
                    schema::sessions::expires_at,
                ),
                $more,
            ))
            .get_result::<(Row, Ground, $type)>(conn)
            .optional()?)
    };
}

/// Whatever its state: the caller judges.
pub fn find_standing(conn: &mut Conn, id: &GrantId) -> StoreResult<Option<Standing>> {
    let row = standing!(conn, id, grants::id, GrantId);
    row.map(|(grant, ground, _)| standing(grant, ground)).transpose()
}

/// With whose it is. Whatever its state: the caller judges.
pub fn find_with_user(conn: &mut Conn, id: &GrantId) -> StoreResult<Option<(Standing, User)>> {
    let row = standing!(conn, id, users::Row::as_select(), users::Row);
    row.map(|(grant, ground, user)| Ok((standing(grant, ground)?, user.try_into()?))).transpose()
}

/// Those of one person that are good for something, with the names of their applications.
pub fn list_alive_for_user(conn: &mut Conn, user: &UserId, now: UnixTime) -> StoreResult<Vec<(Grant, String)>> {
    let rows: Vec<(Row, String)> = grants::table
        .inner_join(schema::sessions::table)
        .inner_join(schema::clients::table)
        .filter(grants::user_id.eq(user))
        .filter(grants::revoked_at.is_null())
        .filter(grants::expires_at.gt(now))
        .filter(grants::outlives_session.eq(true).or(schema::sessions::expires_at.gt(now)))
        .select((Row::as_select(), schema::clients::name))
        .load(conn)?;
    rows.into_iter().map(|(grant, name)| Ok((grant.try_into()?, name))).collect()
}

pub fn insert(tx: &mut Tx<'_>, grant: &Grant) -> StoreResult<()> {
    each_backend!(&mut **tx, |conn| diesel::insert_into(grants::table).values(Row::from(grant)).execute(conn)?);
    Ok(())
}

/// Guard and step in one: makes the next refresh token the current one, if `from` still is and the grant still good.
/// Whatever disables a person or a client, or ends a session, revokes its grants in the same transaction, so this row
/// speaks for all of them.
pub fn rotate(tx: &mut Tx<'_>, id: &GrantId, from: Rotation, to: Rotation) -> StoreResult<bool> {
    let changed = diesel::update(grants::table.filter(grants::id.eq(id)))
        .filter(grants::refresh_n.eq(from.n))
        .filter(grants::revoked_at.is_null())
        .filter(grants::expires_at.gt(to.at))
        .set((grants::refresh_n.eq(to.n), grants::refreshed_at.eq(to.at)))
        .execute(&mut **tx)?;
    Ok(changed == 1)
}

/// Guard: the grant as it is now, and stays until this transaction ends.
pub fn hold(tx: &mut Tx<'_>, id: &GrantId) -> StoreResult<Option<Grant>> {
    let held: StoreResult<bool> =
        guard!(tx, for_no_key_update, grants::table.filter(grants::id.eq(id)).select(grants::id));
    if held? { find(tx, id) } else { Ok(None) }
}

/// Takes the grants that meet a condition back; gives how many were not so already. A revoked one has come to its end, by
/// which the sweep finds it.
macro_rules! revoke {
    ($tx:expr, $now:expr, $condition:expr) => {
        diesel::update(grants::table.filter($condition))
            .filter(grants::revoked_at.is_null())
            .set((grants::revoked_at.eq($now), grants::expires_at.eq($now)))
            .execute(&mut **$tx)?
    };
}

/// `false` when it was revoked already.
pub fn revoke(tx: &mut Tx<'_>, id: &GrantId, now: UnixTime) -> StoreResult<bool> {
    Ok(revoke!(tx, now, grants::id.eq(id)) == 1)
}

/// Those that do not outlive them.
pub fn revoke_for_sessions(tx: &mut Tx<'_>, sessions: &[SessionId], now: UnixTime) -> StoreResult<usize> {
    Ok(revoke!(tx, now, grants::session_id.eq_any(sessions).and(grants::outlives_session.eq(false))))
}

/// The applications that were given something in these sessions and want to hear of their end.
pub fn list_to_be_told(tx: &mut Tx<'_>, sessions: &[SessionId]) -> StoreResult<Vec<(ClientId, SessionId, UserId)>> {
    Ok(grants::table
        .inner_join(schema::clients::table)
        .filter(grants::session_id.eq_any(sessions))
        .filter(schema::clients::backchannel_logout_uri.is_not_null())
        .filter(schema::clients::disabled_at.is_null())
        .select((grants::client_id, grants::session_id, grants::user_id))
        .distinct()
        .load(&mut **tx)?)
}

/// The applications that hold something in this clinic's name and want to hear of its end, in whichever session.
pub fn list_holding(
    tx: &mut Tx<'_>,
    user: &UserId,
    clinic: &ClinicId,
) -> StoreResult<Vec<(ClientId, SessionId, UserId)>> {
    Ok(grants::table
        .inner_join(schema::clients::table)
        .filter(grants::user_id.eq(user))
        .filter(grants::clinic_id.eq(clinic))
        .filter(grants::revoked_at.is_null())
        .filter(schema::clients::backchannel_logout_uri.is_not_null())
        .filter(schema::clients::disabled_at.is_null())
        .select((grants::client_id, grants::session_id, grants::user_id))
        .distinct()
        .load(&mut **tx)?)
}

/// Every application that was entered in a session, by name, and whether it wants to hear of its end.
pub fn list_entered(tx: &mut Tx<'_>, session: &SessionId) -> StoreResult<Vec<(String, bool)>> {
    let clients: Vec<(String, Option<String>, Option<UnixTime>)> = grants::table
        .inner_join(schema::clients::table)
        .filter(grants::session_id.eq(session))
        .select((schema::clients::name, schema::clients::backchannel_logout_uri, schema::clients::disabled_at))
        .order(schema::clients::name)
        .distinct()
        .load(&mut **tx)?;
    Ok(clients.into_iter().map(|(name, uri, disabled_at)| (name, uri.is_some() && disabled_at.is_none())).collect())
}

pub fn revoke_for_client(tx: &mut Tx<'_>, client: &ClientId, now: UnixTime) -> StoreResult<usize> {
    Ok(revoke!(tx, now, grants::client_id.eq(client)))
}

pub fn revoke_for_user(
    tx: &mut Tx<'_>,
    user: &UserId,
    except: Option<&SessionId>,
    now: UnixTime,
) -> StoreResult<usize> {
    // No session is named by the empty text.
    let kept = except.map_or("", SessionId::as_str);
    Ok(revoke!(tx, now, grants::user_id.eq(user).and(grants::session_id.ne(kept))))
}

/// What was given in the sessions that a passkey of the person's opened, those that have ended too.
pub fn revoke_opened_by(tx: &mut Tx<'_>, user: &UserId, passkey: &PasskeyId, now: UnixTime) -> StoreResult<usize> {
    let opened = schema::sessions::table
        .filter(schema::sessions::user_id.eq(user))
        .filter(schema::sessions::passkey_id.eq(passkey))
        .select(schema::sessions::id);
    Ok(revoke!(tx, now, grants::session_id.eq_any(opened)))
}

/// What was given in this clinic's name.
pub fn revoke_for_membership(tx: &mut Tx<'_>, user: &UserId, clinic: &ClinicId, now: UnixTime) -> StoreResult<usize> {
    Ok(revoke!(tx, now, grants::user_id.eq(user).and(grants::clinic_id.eq(clinic))))
}

/// What one application was given in this clinic's name.
pub fn revoke_for_membership_at(
    tx: &mut Tx<'_>,
    (user, clinic, client): (&UserId, &ClinicId, &ClientId),
    now: UnixTime,
) -> StoreResult<usize> {
    let theirs = grants::user_id.eq(user).and(grants::clinic_id.eq(clinic)).and(grants::client_id.eq(client));
    Ok(revoke!(tx, now, theirs))
}

/// What one application was given.
pub fn revoke_for_user_at(tx: &mut Tx<'_>, user: &UserId, client: &ClientId, now: UnixTime) -> StoreResult<usize> {
    Ok(revoke!(tx, now, grants::user_id.eq(user).and(grants::client_id.eq(client))))
}

/// Of everybody; gives how many it revoked.
pub fn revoke_all(tx: &mut Tx<'_>, now: UnixTime) -> StoreResult<usize> {
    let revoked = diesel::update(grants::table.filter(grants::revoked_at.is_null()))
        .set(grants::revoked_at.eq(now))
        .execute(&mut **tx)?;
    Ok(revoked)
}
