//! One-time codes of administrators, and what one of them asked another to agree to: one a person at most, each step a
//! conditional update.

use diesel::prelude::*;

use super::{Conn, StoreResult, Tx, schema::access_codes};
use crate::domain::{AccessCode, AccessCodeId, ClinicId, IdentityCheck, Purpose, SecretHash, UnixTime, UserId};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = access_codes, treat_none_as_default_value = false)]
struct Row {
    id: AccessCodeId,
    user_id: UserId,
    clinic_id: ClinicId,
    reason: String,
    asked_by: Option<UserId>,
    asked_at: UnixTime,
    code_hash: Option<SecretHash>,
    tries_left: i32,
    expires_at: UnixTime,
    purpose: Purpose,
    checked: Option<IdentityCheck>,
}

impl From<&AccessCode> for Row {
    fn from(code: &AccessCode) -> Self {
        let code = code.clone();
        Self {
            id: code.id,
            user_id: code.user_id,
            clinic_id: code.clinic_id,
            reason: code.reason,
            asked_by: code.asked_by,
            asked_at: code.asked_at,
            code_hash: code.code_hash,
            tries_left: code.tries_left,
            expires_at: code.expires_at,
            purpose: code.purpose,
            checked: code.checked,
        }
    }
}

impl From<Row> for AccessCode {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            user_id: row.user_id,
            clinic_id: row.clinic_id,
            reason: row.reason,
            asked_by: row.asked_by,
            asked_at: row.asked_at,
            code_hash: row.code_hash,
            tries_left: row.tries_left,
            expires_at: row.expires_at,
            purpose: row.purpose,
            checked: row.checked,
        }
    }
}

/// Whatever its state: the caller judges it.
pub fn find_for_user(conn: &mut Conn, user: &UserId) -> StoreResult<Option<AccessCode>> {
    let theirs = access_codes::table.filter(access_codes::user_id.eq(user));
    let row = theirs.select(Row::as_select()).get_result(conn).optional()?;
    Ok(row.map(AccessCode::from))
}

/// Those of a clinic to which a second administrator has not agreed yet, oldest first.
pub fn list_waiting(conn: &mut Conn, clinic: &ClinicId, now: UnixTime) -> StoreResult<Vec<AccessCode>> {
    let rows = access_codes::table
        .filter(access_codes::clinic_id.eq(clinic))
        .filter(access_codes::code_hash.is_null())
        .filter(access_codes::expires_at.gt(now))
        .order((access_codes::asked_at, access_codes::id))
        .select(Row::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(AccessCode::from).collect())
}

/// In place of what the person had before; gives whether there was anything. The caller holds the person's row
/// ([`super::users::hold`]), or two at once would both find room.
pub fn replace(tx: &mut Tx<'_>, code: &AccessCode) -> StoreResult<bool> {
    let replaced = withdraw_for_user(tx, &code.user_id)?;
    diesel::insert_into(access_codes::table).values(Row::from(code)).execute(&mut **tx)?;
    Ok(replaced > 0)
}

/// The code that was asked for is made; `false` when it was made before, has waited too long or was replaced.
pub fn make(
    tx: &mut Tx<'_>,
    id: &AccessCodeId,
    hash: &SecretHash,
    expires_at: UnixTime,
    now: UnixTime,
) -> StoreResult<bool> {
    let made = diesel::update(access_codes::table.filter(access_codes::id.eq(id)))
        .filter(access_codes::purpose.eq(Purpose::Code))
        .filter(access_codes::code_hash.is_null())
        .filter(access_codes::expires_at.gt(now))
        .set((access_codes::code_hash.eq(hash), access_codes::expires_at.eq(expires_at)))
        .execute(&mut **tx)?;
    Ok(made == 1)
}

/// The wish for an invitation is agreed to; `false` when it was before, has waited too long or was replaced.
pub fn take_wish(tx: &mut Tx<'_>, id: &AccessCodeId, now: UnixTime) -> StoreResult<bool> {
    let taken = diesel::delete(access_codes::table.filter(access_codes::id.eq(id)))
        .filter(access_codes::purpose.eq(Purpose::Invitation))
        .filter(access_codes::expires_at.gt(now))
        .execute(&mut **tx)?;
    Ok(taken == 1)
}

/// One try fewer; `false` when none was left.
pub fn count_try(tx: &mut Tx<'_>, id: &AccessCodeId) -> StoreResult<bool> {
    let counted = diesel::update(access_codes::table.filter(access_codes::id.eq(id)))
        .filter(access_codes::code_hash.is_not_null())
        .filter(access_codes::tries_left.gt(0))
        .set(access_codes::tries_left.eq(access_codes::tries_left - 1))
        .execute(&mut **tx)?;
    Ok(counted == 1)
}

/// It is used, by whoever comes first; `false` when it is gone, was tried too often or has expired.
pub fn take(tx: &mut Tx<'_>, code: &AccessCode, now: UnixTime) -> StoreResult<bool> {
    let taken = diesel::delete(access_codes::table.filter(access_codes::id.eq(&code.id)))
        .filter(access_codes::code_hash.eq(&code.code_hash))
        .filter(access_codes::tries_left.gt(0))
        .filter(access_codes::expires_at.gt(now))
        .execute(&mut **tx)?;
    Ok(taken == 1)
}

/// Gives how many there were.
pub fn withdraw_for_user(tx: &mut Tx<'_>, user: &UserId) -> StoreResult<usize> {
    Ok(diesel::delete(access_codes::table.filter(access_codes::user_id.eq(user))).execute(&mut **tx)?)
}

/// For work at this clinic; gives how many there were.
pub fn withdraw_for_membership(tx: &mut Tx<'_>, user: &UserId, clinic: &ClinicId) -> StoreResult<usize> {
    let theirs = access_codes::table.filter(access_codes::user_id.eq(user));
    Ok(diesel::delete(theirs.filter(access_codes::clinic_id.eq(clinic))).execute(&mut **tx)?)
}

/// Of everybody; gives how many there were.
pub fn withdraw_all(tx: &mut Tx<'_>) -> StoreResult<usize> {
    Ok(diesel::delete(access_codes::table).execute(&mut **tx)?)
}
