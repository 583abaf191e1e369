//! A clinic's groups, and who belongs to them.

use std::collections::HashMap;

use diesel::{dsl, prelude::*};

use super::{
    Conn, StoreResult, Tx,
    columns::containing,
    conn::{each_backend, guard},
    schema::{group_members, groups},
};
use crate::domain::{ClinicId, Group, GroupId, MembershipId, UnixTime};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = groups, treat_none_as_default_value = false, treat_none_as_null = true)]
struct Row {
    id: GroupId,
    clinic_id: ClinicId,
    name: String,
    name_key: String,
    created_at: UnixTime,
    updated_at: UnixTime,
    removed_at: Option<UnixTime>,
}

impl From<&Group> for Row {
    fn from(group: &Group) -> Self {
        let name_key = group.name_key();
        let Group { id, clinic_id, name, created_at, updated_at, removed_at } = group.clone();
        Self { id, clinic_id, name, name_key, created_at, updated_at, removed_at }
    }
}

impl From<Row> for Group {
    fn from(Row { id, clinic_id, name, created_at, updated_at, removed_at, .. }: Row) -> Self {
        Self { id, clinic_id, name, created_at, updated_at, removed_at }
    }
}

pub fn find(conn: &mut Conn, id: &GroupId) -> StoreResult<Option<Group>> {
    let row = groups::table.filter(groups::id.eq(id)).select(Row::as_select()).get_result(conn).optional()?;
    Ok(row.map(Group::from))
}

/// The one of a clinic that has this [`Group::name_key`] and is not removed.
pub fn find_by_name(conn: &mut Conn, clinic: &ClinicId, name_key: &str) -> StoreResult<Option<Group>> {
    let same = groups::table.filter(groups::clinic_id.eq(clinic)).filter(groups::name_key.eq(name_key));
    let row = same.filter(groups::removed_at.is_null()).select(Row::as_select()).get_result(conn).optional()?;
    Ok(row.map(Group::from))
}

/// Of one clinic or of all, by name; removed ones too.
pub fn list(conn: &mut Conn, clinic: Option<&ClinicId>) -> StoreResult<Vec<Group>> {
    let all = groups::table.order((groups::name_key, groups::id)).select(Row::as_select());
    let rows: Vec<Row> = match clinic {
        Some(clinic) => all.filter(groups::clinic_id.eq(clinic)).load(conn)?,
        None => all.load(conn)?,
    };
    Ok(rows.into_iter().map(Group::from).collect())
}

/// Which of a clinic's groups, and how many of them.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    pub clinic: &'a ClinicId,
    /// Part of a [`Group::name_key`]; empty: whatever its name.
    pub named: &'a str,
    /// Without those that were removed before; `None`: without any that was.
    pub removed_since: Option<UnixTime>,
    /// Those after this one.
    pub after: Option<&'a GroupId>,
    pub limit: i64,
}

/// Ordered by [`Group::name_key`].
pub fn list_page(conn: &mut Conn, page: &Page<'_>) -> StoreResult<Vec<Group>> {
    let of_clinic = groups::table.filter(groups::clinic_id.eq(page.clinic));
    let last: Option<(String, GroupId)> = match page.after {
        Some(id) => {
            of_clinic.filter(groups::id.eq(id)).select((groups::name_key, groups::id)).get_result(conn).optional()?
        }
        None => None,
    };
    // No key is empty.
    let (key, id) = last.unwrap_or_else(|| (String::new(), GroupId::new("")));
    // Nothing was removed later than at the end of time.
    let since = page.removed_since.unwrap_or_else(|| UnixTime::from_millis(i64::MAX));
    let rows: Vec<Row> = of_clinic
        .filter(groups::name_key.like(containing(page.named)).escape('\\'))
        .filter(groups::name_key.gt(&key).or(groups::name_key.eq(&key).and(groups::id.gt(&id))))
        .filter(groups::removed_at.is_null().or(groups::removed_at.gt(since)))
        .order((groups::name_key, groups::id))
        .limit(page.limit)
        .select(Row::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(Group::from).collect())
}

/// How many people belong to each of these; to those that are not named, nobody.
pub fn count_people(conn: &mut Conn, groups: &[GroupId]) -> StoreResult<HashMap<GroupId, i64>> {
    let counted: Vec<(GroupId, i64)> = each_backend!(conn, |conn| group_members::table
        .filter(group_members::group_id.eq_any(groups))
        .group_by(group_members::group_id)
        .select((group_members::group_id, dsl::count_star()))
        .load(conn)?);
    Ok(counted.into_iter().collect())
}

/// Those that somebody belongs to, by name, without removed ones; whether the membership counts is the caller's to ask.
pub fn list_for_member(conn: &mut Conn, member: &MembershipId) -> StoreResult<Vec<Group>> {
    let rows: Vec<Row> = groups::table
        .inner_join(group_members::table)
        .filter(group_members::membership_id.eq(member))
        .filter(groups::removed_at.is_null())
        .order((groups::name_key, groups::id))
        .select(Row::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(Group::from).collect())
}

pub fn holds(conn: &mut Conn, group: &GroupId, member: &MembershipId) -> StoreResult<bool> {
    let found: Option<MembershipId> = group_members::table
        .filter(group_members::group_id.eq(group))
        .filter(group_members::membership_id.eq(member))
        .select(group_members::membership_id)
        .get_result(conn)
        .optional()?;
    Ok(found.is_some())
}

/// Whether its name is free is asked of the clinic that [`super::clinics::hold`] keeps.
pub fn insert(tx: &mut Tx<'_>, group: &Group) -> StoreResult<()> {
    diesel::insert_into(groups::table).values(Row::from(group)).execute(&mut **tx)?;
    Ok(())
}

/// Writes everything but the id, over what was last changed `seen`; `false` when that has changed.
pub fn update(tx: &mut Tx<'_>, group: &Group, seen: UnixTime) -> StoreResult<bool> {
    let target = groups::table.filter(groups::id.eq(&group.id)).filter(groups::updated_at.eq(seen));
    Ok(diesel::update(target).set(Row::from(group)).execute(&mut **tx)? == 1)
}

/// Guard: the group is there, and neither it nor who belongs to it is changed by anybody else until this transaction ends.
pub fn hold(tx: &mut Tx<'_>, id: &GroupId) -> StoreResult<bool> {
    guard!(tx, for_no_key_update, groups::table.filter(groups::id.eq(id)).select(groups::id))
}

/// `false` when they belong to it already.
pub fn join(tx: &mut Tx<'_>, group: &GroupId, member: &MembershipId) -> StoreResult<bool> {
    let row = (group_members::group_id.eq(group), group_members::membership_id.eq(member));
    let inserted = each_backend!(&mut **tx, |conn| diesel::insert_into(group_members::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(conn)?);
    Ok(inserted == 1)
}

/// `false` when they do not belong to it.
pub fn leave(tx: &mut Tx<'_>, group: &GroupId, member: &MembershipId) -> StoreResult<bool> {
    let target = group_members::table.filter(group_members::group_id.eq(group));
    Ok(diesel::delete(target.filter(group_members::membership_id.eq(member))).execute(&mut **tx)? == 1)
}
