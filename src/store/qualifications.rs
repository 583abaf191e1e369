//! What clinics know of the professions of their people.

use diesel::prelude::*;

use super::{Conn, StoreError, StoreResult, Tx, conn::each_backend, schema::qualifications};
use crate::domain::{
    MembershipId, Profession, Qualification, QualificationId, UnixTime, UserId, Verification, Verified,
};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = qualifications, treat_none_as_default_value = false)]
struct Row {
    id: QualificationId,
    membership_id: MembershipId,
    profession: Profession,
    number: Option<String>,
    entered_at: UnixTime,
    entered_by: Option<UserId>,
    verified_at: Option<UnixTime>,
    verified_by: Option<UserId>,
    verified_method: Option<Verification>,
}

impl From<&Qualification> for Row {
    fn from(qualification: &Qualification) -> Self {
        let Qualification { id, membership_id, profession, number, entered_at, entered_by, verified } =
            qualification.clone();
        let (verified_at, verified_method) = verified.as_ref().map(|it| (it.at, it.method)).unzip();
        let verified_by = verified.and_then(|verified| verified.by);
        Self {
            id,
            membership_id,
            profession,
            number,
            entered_at,
            entered_by,
            verified_at,
            verified_by,
            verified_method,
        }
    }
}

impl TryFrom<Row> for Qualification {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        let verified = match (row.verified_at, row.verified_method) {
            (Some(at), Some(method)) => Some(Verified { at, by: row.verified_by, method }),
            (None, None) => None,
            _ => return Err(StoreError::BrokenRow("a qualification that is half verified".to_owned())),
        };
        Ok(Self {
            id: row.id,
            membership_id: row.membership_id,
            profession: row.profession,
            number: row.number,
            entered_at: row.entered_at,
            entered_by: row.entered_by,
            verified,
        })
    }
}

/// In the order in which they were entered; whether the membership counts is the caller's to ask.
pub fn list_for_member(conn: &mut Conn, member: &MembershipId) -> StoreResult<Vec<Qualification>> {
    let rows: Vec<Row> = qualifications::table
        .filter(qualifications::membership_id.eq(member))
        .order((qualifications::entered_at, qualifications::id))
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(Qualification::try_from).collect()
}

/// `false` when that profession of theirs is known already.
pub fn insert(tx: &mut Tx<'_>, qualification: &Qualification) -> StoreResult<bool> {
    let row = Row::from(qualification);
    let inserted = each_backend!(&mut **tx, |conn| diesel::insert_into(qualifications::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(conn)?);
    Ok(inserted == 1)
}

/// `false` when it is gone, or verified already.
pub fn verify(tx: &mut Tx<'_>, id: &QualificationId, verified: &Verified) -> StoreResult<bool> {
    let target = qualifications::table.filter(qualifications::id.eq(id));
    let changed = diesel::update(target.filter(qualifications::verified_at.is_null()))
        .set((
            qualifications::verified_at.eq(verified.at),
            qualifications::verified_by.eq(verified.by.as_ref()),
            qualifications::verified_method.eq(verified.method),
        ))
        .execute(&mut **tx)?;
    Ok(changed == 1)
}

/// `false` when it is gone already.
pub fn delete(tx: &mut Tx<'_>, id: &QualificationId) -> StoreResult<bool> {
    Ok(diesel::delete(qualifications::table.filter(qualifications::id.eq(id))).execute(&mut **tx)? == 1)
}
