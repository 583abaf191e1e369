//! One-time links of people brought in by an administrator.

use diesel::prelude::*;

use super::{Conn, StoreResult, Tx, schema::invitations};
use crate::domain::{ClinicId, Invitation, InvitationId, InvitationWay, SecretHash, UnixTime, UserId};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = invitations, treat_none_as_default_value = false)]
struct Row {
    id: InvitationId,
    user_id: UserId,
    clinic_id: ClinicId,
    token_hash: SecretHash,
    created_at: UnixTime,
    used_at: Option<UnixTime>,
    revoked_at: Option<UnixTime>,
    way: InvitationWay,
    sent_by: Option<UserId>,
    sent_to: Option<String>,
    again: bool,
}

impl From<&Invitation> for Row {
    fn from(invitation: &Invitation) -> Self {
        let invitation = invitation.clone();
        Self {
            id: invitation.id,
            user_id: invitation.user_id,
            clinic_id: invitation.clinic_id,
            token_hash: invitation.token_hash,
            created_at: invitation.created_at,
            used_at: invitation.used_at,
            revoked_at: invitation.revoked_at,
            way: invitation.way,
            sent_by: invitation.sent_by,
            sent_to: invitation.sent_to,
            again: invitation.again,
        }
    }
}

impl From<Row> for Invitation {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            user_id: row.user_id,
            clinic_id: row.clinic_id,
            token_hash: row.token_hash,
            created_at: row.created_at,
            used_at: row.used_at,
            revoked_at: row.revoked_at,
            way: row.way,
            sent_by: row.sent_by,
            sent_to: row.sent_to,
            again: row.again,
        }
    }
}

pub fn find(conn: &mut Conn, id: &InvitationId) -> StoreResult<Option<Invitation>> {
    let row = invitations::table.filter(invitations::id.eq(id)).select(Row::as_select()).get_result(conn).optional()?;
    Ok(row.map(Invitation::from))
}

pub fn find_by_token(conn: &mut Conn, token: &SecretHash) -> StoreResult<Option<Invitation>> {
    let same_token = invitations::token_hash.eq(token);
    let row = invitations::table.filter(same_token).select(Row::as_select()).get_result(conn).optional()?;
    Ok(row.map(Invitation::from))
}

pub fn latest_for_user(conn: &mut Conn, user: &UserId) -> StoreResult<Option<Invitation>> {
    let row = invitations::table
        .filter(invitations::user_id.eq(user))
        .order((invitations::created_at.desc(), invitations::id.desc()))
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    Ok(row.map(Invitation::from))
}

/// Whether one was ever made for who had been in before.
pub fn any_again(conn: &mut Conn, user: &UserId) -> StoreResult<bool> {
    let again = invitations::table.filter(invitations::user_id.eq(user)).filter(invitations::again.eq(true));
    Ok(diesel::select(diesel::dsl::exists(again)).get_result(conn)?)
}

/// Of a clinic, neither used nor revoked, newest first, those after `after`; those too that have run out since `since`.
pub fn list_open(
    conn: &mut Conn,
    clinic: &ClinicId,
    since: UnixTime,
    after: Option<&InvitationId>,
    limit: i64,
) -> StoreResult<Vec<Invitation>> {
    let own = invitations::table.filter(invitations::clinic_id.eq(clinic));
    let last: Option<(UnixTime, InvitationId)> = match after {
        Some(id) => own
            .filter(invitations::id.eq(id))
            .select((invitations::created_at, invitations::id))
            .get_result(conn)
            .optional()?,
        None => None,
    };
    // Nothing was made later, and no id is empty.
    let (at, id) = last.unwrap_or_else(|| (UnixTime::from_millis(i64::MAX), InvitationId::new("")));
    let rows: Vec<Row> = own
        .filter(invitations::created_at.le(at))
        .filter(invitations::created_at.lt(at).or(invitations::id.lt(&id)))
        .filter(invitations::used_at.is_null())
        .filter(invitations::revoked_at.is_null())
        .filter(invitations::created_at.gt(since))
        .order((invitations::created_at.desc(), invitations::id.desc()))
        .limit(limit)
        .select(Row::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(Invitation::from).collect())
}

pub fn insert(tx: &mut Tx<'_>, invitation: &Invitation) -> StoreResult<()> {
    diesel::insert_into(invitations::table).values(Row::from(invitation)).execute(&mut **tx)?;
    Ok(())
}

/// `false` when it was used, revoked or has expired.
pub fn spend(tx: &mut Tx<'_>, id: &InvitationId, now: UnixTime) -> StoreResult<bool> {
    let changed = diesel::update(invitations::table.filter(invitations::id.eq(id)))
        .filter(invitations::used_at.is_null())
        .filter(invitations::revoked_at.is_null())
        .filter(invitations::created_at.gt(now.minus(Invitation::LIFETIME)))
        .set(invitations::used_at.eq(now))
        .execute(&mut **tx)?;
    Ok(changed == 1)
}

/// `false` when it was used or revoked already.
pub fn revoke(tx: &mut Tx<'_>, id: &InvitationId, now: UnixTime) -> StoreResult<bool> {
    let changed = diesel::update(invitations::table.filter(invitations::id.eq(id)))
        .filter(invitations::used_at.is_null())
        .filter(invitations::revoked_at.is_null())
        .set(invitations::revoked_at.eq(now))
        .execute(&mut **tx)?;
    Ok(changed == 1)
}

/// A newer one replaces them.
pub fn revoke_unused_for_user(tx: &mut Tx<'_>, user: &UserId, now: UnixTime) -> StoreResult<usize> {
    let revoked = diesel::update(invitations::table.filter(invitations::user_id.eq(user)))
        .filter(invitations::used_at.is_null())
        .filter(invitations::revoked_at.is_null())
        .set(invitations::revoked_at.eq(now))
        .execute(&mut **tx)?;
    Ok(revoked)
}

/// Of everybody; gives how many it revoked.
pub fn revoke_all_unused(tx: &mut Tx<'_>, now: UnixTime) -> StoreResult<usize> {
    let revoked = diesel::update(invitations::table.filter(invitations::used_at.is_null()))
        .filter(invitations::revoked_at.is_null())
        .set(invitations::revoked_at.eq(now))
        .execute(&mut **tx)?;
    Ok(revoked)
}
