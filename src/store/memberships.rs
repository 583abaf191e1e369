//! What ties people to clinics.

use diesel::{dsl, prelude::*};

use super::{
    Conn, StoreError, StoreResult, Tx, clinics,
    columns::{containing, from_words, to_words},
    conn::{each_backend, guard},
    schema, users,
};
use crate::domain::{AuditKind, Clinic, ClinicId, GroupId, Membership, MembershipId, Role, UnixTime, User, UserId};
use schema::{group_members, memberships};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = memberships, treat_none_as_default_value = false)]
pub(super) struct Row {
    id: MembershipId,
    user_id: UserId,
    clinic_id: ClinicId,
    roles: String,
    suspended_at: Option<UnixTime>,
    created_at: UnixTime,
    ends_at: Option<UnixTime>,
}

impl From<&Membership> for Row {
    fn from(membership: &Membership) -> Self {
        let membership = membership.clone();
        Self {
            id: membership.id,
            user_id: membership.user_id,
            clinic_id: membership.clinic_id,
            roles: to_words(&membership.roles, Role::as_str),
            suspended_at: membership.suspended_at,
            created_at: membership.created_at,
            ends_at: membership.ends_at,
        }
    }
}

impl TryFrom<Row> for Membership {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        Ok(Self {
            id: row.id,
            user_id: row.user_id,
            clinic_id: row.clinic_id,
            roles: from_words(&row.roles, Role::parse)?,
            suspended_at: row.suspended_at,
            created_at: row.created_at,
            ends_at: row.ends_at,
        })
    }
}

/// Ordered by the clinic's name.
pub fn list_for_user(conn: &mut Conn, user: &UserId) -> StoreResult<Vec<(Membership, Clinic)>> {
    let rows = each_backend!(conn, |conn| memberships::table
        .inner_join(schema::clinics::table)
        .filter(memberships::user_id.eq(user))
        .order((schema::clinics::name, schema::clinics::id))
        .select((Row::as_select(), clinics::Row::as_select()))
        .load::<(Row, clinics::Row)>(conn)?);
    rows.into_iter().map(|(membership, clinic)| Ok((membership.try_into()?, clinic.try_into()?))).collect()
}

/// One of those.
pub fn find_with_clinic(
    conn: &mut Conn,
    user: &UserId,
    clinic: &ClinicId,
) -> StoreResult<Option<(Membership, Clinic)>> {
    Ok(list_for_user(conn, user)?.into_iter().find(|(_, found)| found.id == *clinic))
}

/// Ordered by e-mail.
pub fn list_for_clinic(conn: &mut Conn, clinic: &ClinicId) -> StoreResult<Vec<(Membership, User)>> {
    let rows = memberships::table
        .inner_join(schema::users::table)
        .filter(memberships::clinic_id.eq(clinic))
        .order(schema::users::email_key)
        .select((Row::as_select(), users::Row::as_select()))
        .load(conn)?;
    rows.into_iter().map(|(membership, user)| Ok((membership.try_into()?, user.try_into()?))).collect()
}

pub fn find(conn: &mut Conn, user: &UserId, clinic: &ClinicId) -> StoreResult<Option<Membership>> {
    let row = memberships::table
        .filter(memberships::user_id.eq(user))
        .filter(memberships::clinic_id.eq(clinic))
        .select(Row::as_select())
        .get_result(conn)
        .optional()?;
    row.map(Membership::try_from).transpose()
}

pub fn find_by_id(conn: &mut Conn, id: &MembershipId) -> StoreResult<Option<Membership>> {
    let row = memberships::table.filter(memberships::id.eq(id)).select(Row::as_select()).get_result(conn).optional()?;
    row.map(Membership::try_from).transpose()
}

/// Whether a group plays a part.
#[derive(Clone, Copy, Debug)]
pub enum Among<'a> {
    Everybody,
    In(&'a GroupId),
    NotIn(&'a GroupId),
}

/// Which of a clinic's people.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    pub clinic: &'a ClinicId,
    pub among: Among<'a>,
    /// Part of a [`User::name_key`]; empty: everybody.
    pub named: &'a str,
    /// Those after this one.
    pub after: Option<&'a MembershipId>,
    pub limit: i64,
}

/// Ordered by [`User::name_key`], of which the database keeps a copy here.
pub fn list_page(conn: &mut Conn, page: Page<'_>) -> StoreResult<Vec<(Membership, User)>> {
    let people = memberships::table.inner_join(schema::users::table).filter(memberships::clinic_id.eq(page.clinic));
    let last: Option<(String, MembershipId)> = match page.after {
        Some(id) => people
            .filter(memberships::id.eq(id))
            .select((memberships::name_key, memberships::id))
            .get_result(conn)
            .optional()?,
        None => None,
    };
    // No key is empty.
    let (key, id) = last.unwrap_or_else(|| (String::new(), MembershipId::new("")));
    let rows: Vec<(Row, users::Row)> = each_backend!(conn, |conn| {
        let all = people
            .filter(memberships::name_key.like(containing(page.named)).escape('\\'))
            .filter(memberships::name_key.ge(&key))
            .filter(memberships::name_key.gt(&key).or(memberships::id.gt(&id)))
            .order((memberships::name_key, memberships::id))
            .limit(page.limit)
            .select((Row::as_select(), users::Row::as_select()));
        let of =
            |group| group_members::table.filter(group_members::group_id.eq(group)).select(group_members::membership_id);
        match page.among {
            Among::Everybody => all.load(conn)?,
            Among::In(group) => all.filter(memberships::id.eq_any(of(group))).load(conn)?,
            Among::NotIn(group) => all.filter(memberships::id.ne_all(of(group))).load(conn)?,
        }
    });
    rows.into_iter().map(|(membership, user)| Ok((membership.try_into()?, user.try_into()?))).collect()
}

/// In the list of [`to_words`].
const SYSTEM_ADMIN: &str = "%\"system_admin\"%";
const CLINIC_ADMIN: &str = "%\"clinic_admin\"%";

/// Those of a clinic's people who look after it, or after every clinic; suspended ones too. Ordered by e-mail.
pub fn list_administrators(conn: &mut Conn, clinic: &ClinicId) -> StoreResult<Vec<(Membership, User)>> {
    let rows = memberships::table
        .inner_join(schema::users::table)
        .filter(memberships::clinic_id.eq(clinic))
        .filter(memberships::roles.like(CLINIC_ADMIN).or(memberships::roles.like(SYSTEM_ADMIN)))
        .order(schema::users::email_key)
        .select((Row::as_select(), users::Row::as_select()))
        .load(conn)?;
    rows.into_iter().map(|(membership, user)| Ok((membership.try_into()?, user.try_into()?))).collect()
}

/// Who could look after a clinic's people, of this clinic or of all of them: in force, or suspended or over only since then,
/// with another role than a plain member's, and with a passkey that signs them in, or that was suspended or deleted only
/// since then.
pub fn list_of_rank(conn: &mut Conn, clinic: &ClinicId, since: UnixTime) -> StoreResult<Vec<Membership>> {
    use schema::{audit_events, passkeys, users as people};
    let signs_in = passkeys::table
        .filter(passkeys::user_id.eq(people::id))
        .filter(passkeys::enabled.eq(true).or(passkeys::suspended_at.gt(since)));
    let deleted = audit_events::table
        .filter(audit_events::subject_id.eq(people::id.nullable()))
        .filter(audit_events::kind.eq(AuditKind::PasskeyDeleted))
        .filter(audit_events::at.gt(since));
    let rows: Vec<Row> = memberships::table
        .inner_join(people::table)
        .filter(memberships::clinic_id.eq(clinic).or(memberships::roles.like(SYSTEM_ADMIN)))
        .filter(memberships::suspended_at.is_null().or(memberships::suspended_at.gt(since)))
        .filter(memberships::ends_at.is_null().or(memberships::ends_at.gt(since)))
        .filter(memberships::roles.ne(to_words(&[Role::Member], Role::as_str)))
        .filter(people::disabled_at.is_null())
        .filter(dsl::exists(signs_in.select(passkeys::id)).or(dsl::exists(deleted.select(audit_events::id))))
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(Membership::try_from).collect()
}

/// Guard: whatever these memberships administer, another that is in force administers too, and goes on to until this
/// transaction ends: a clinic by an administrator of its own, the house by one for all of it.
pub fn others_administer(tx: &mut Tx<'_>, leaving: &[Membership], now: UnixTime) -> StoreResult<bool> {
    let clinics: Vec<_> = leaving.iter().filter(|one| one.roles.contains(&Role::ClinicAdmin)).collect();
    let system = leaving.iter().any(|one| one.roles.contains(&Role::SystemAdmin));
    if clinics.is_empty() && !system {
        return Ok(true);
    }
    match &mut **tx {
        // The writer is alone.
        Conn::Sqlite(_) => {}
        // One who goes at a time. Any number will do that nothing else locks.
        Conn::Postgres(conn) => {
            diesel::sql_query("SELECT pg_advisory_xact_lock(7368757)").execute(conn)?;
        }
    }
    let in_force = memberships::table
        .inner_join(schema::users::table)
        .filter(schema::users::disabled_at.is_null())
        .filter(memberships::suspended_at.is_null())
        .filter(memberships::ends_at.is_null().or(memberships::ends_at.gt(now)))
        .select(memberships::id);
    let stays = |found: Vec<MembershipId>| found.iter().any(|id| leaving.iter().all(|one| one.id != *id));
    if system && !stays(in_force.filter(memberships::roles.like(SYSTEM_ADMIN)).load(&mut **tx)?) {
        return Ok(false);
    }
    for one in clinics {
        let administers = memberships::roles.like(CLINIC_ADMIN).or(memberships::roles.like(SYSTEM_ADMIN));
        let of_clinic = in_force.filter(memberships::clinic_id.eq(&one.clinic_id)).filter(administers);
        if !stays(of_clinic.load(&mut **tx)?) {
            return Ok(false);
        }
    }
    Ok(true)
}

pub fn insert(tx: &mut Tx<'_>, membership: &Membership) -> StoreResult<()> {
    diesel::insert_into(memberships::table).values(Row::from(membership)).execute(&mut **tx)?;
    Ok(())
}

pub fn update_roles(tx: &mut Tx<'_>, user: &UserId, clinic: &ClinicId, roles: &[Role]) -> StoreResult<bool> {
    let changed = diesel::update(memberships::table.filter(memberships::user_id.eq(user)))
        .filter(memberships::clinic_id.eq(clinic))
        .set(memberships::roles.eq(to_words(roles, Role::as_str)))
        .execute(&mut **tx)?;
    Ok(changed == 1)
}

pub fn suspend(tx: &mut Tx<'_>, user: &UserId, clinic: &ClinicId, now: UnixTime) -> StoreResult<bool> {
    let changed = diesel::update(memberships::table.filter(memberships::user_id.eq(user)))
        .filter(memberships::clinic_id.eq(clinic))
        .filter(memberships::suspended_at.is_null())
        .set(memberships::suspended_at.eq(now))
        .execute(&mut **tx)?;
    Ok(changed == 1)
}

pub fn resume(tx: &mut Tx<'_>, user: &UserId, clinic: &ClinicId) -> StoreResult<bool> {
    let changed = diesel::update(memberships::table.filter(memberships::user_id.eq(user)))
        .filter(memberships::clinic_id.eq(clinic))
        .filter(memberships::suspended_at.is_not_null())
        .set(memberships::suspended_at.eq(None::<UnixTime>))
        .execute(&mut **tx)?;
    Ok(changed == 1)
}

/// Also one that is over goes on, with another end or none.
pub fn set_end(tx: &mut Tx<'_>, user: &UserId, clinic: &ClinicId, end: Option<UnixTime>) -> StoreResult<bool> {
    let changed = diesel::update(memberships::table.filter(memberships::user_id.eq(user)))
        .filter(memberships::clinic_id.eq(clinic))
        .set((memberships::ends_at.eq(end), memberships::ended_at.eq(None::<UnixTime>)))
        .execute(&mut **tx)?;
    Ok(changed == 1)
}

/// Over by now, and what was open is not ended yet: at most `limit`.
pub fn list_overdue(conn: &mut Conn, now: UnixTime, limit: i64) -> StoreResult<Vec<Membership>> {
    let rows: Vec<Row> = memberships::table
        .filter(memberships::ended_at.is_null())
        .filter(memberships::ends_at.le(now))
        .order((memberships::ends_at, memberships::id))
        .limit(limit)
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(Membership::try_from).collect()
}

/// `false` when another has done it, or it has another end meanwhile.
pub fn mark_ended(tx: &mut Tx<'_>, id: &MembershipId, now: UnixTime) -> StoreResult<bool> {
    let changed = diesel::update(memberships::table.filter(memberships::id.eq(id)))
        .filter(memberships::ended_at.is_null())
        .filter(memberships::ends_at.le(now))
        .set(memberships::ended_at.eq(now))
        .execute(&mut **tx)?;
    Ok(changed == 1)
}

/// Of several clinics, the person said that they work for this one.
pub fn note_chosen(tx: &mut Tx<'_>, user: &UserId, clinic: &ClinicId, now: UnixTime) -> StoreResult<bool> {
    let changed = diesel::update(memberships::table.filter(memberships::user_id.eq(user)))
        .filter(memberships::clinic_id.eq(clinic))
        .set(memberships::chosen_at.eq(now))
        .execute(&mut **tx)?;
    Ok(changed == 1)
}

/// For which they said so last.
pub fn last_chosen(conn: &mut Conn, user: &UserId) -> StoreResult<Option<ClinicId>> {
    let chosen = memberships::table.filter(memberships::user_id.eq(user)).filter(memberships::chosen_at.is_not_null());
    let newest = chosen.order(memberships::chosen_at.desc()).limit(1);
    Ok(newest.select(memberships::clinic_id).get_result(conn).optional()?)
}

#[dsl::auto_type(no_type_alias)]
pub(super) fn active<'a>(user: &'a UserId, clinic: &'a ClinicId, now: UnixTime) -> _ {
    memberships::table
        .filter(memberships::user_id.eq(user))
        .filter(memberships::clinic_id.eq(clinic))
        .filter(memberships::suspended_at.is_null())
        .filter(memberships::ends_at.is_null().or(memberships::ends_at.gt(now)))
}

/// Guard, after [`still_active`]: they have one of these roles there.
pub fn still_has_one_of(tx: &mut Tx<'_>, user: &UserId, clinic: &ClinicId, roles: &[Role]) -> StoreResult<bool> {
    Ok(roles.is_empty() || find(tx, user, clinic)?.is_some_and(|membership| membership.has_one_of(roles)))
}

/// Guard: the person works for the clinic, and does so until this transaction ends.
pub fn still_active(tx: &mut Tx<'_>, user: &UserId, clinic: &ClinicId, now: UnixTime) -> StoreResult<bool> {
    guard!(tx, for_no_key_update, active(user, clinic, now).select(memberships::id))
}
