//! What is still to be told to somebody outside. A row is taken by moving its `due_at` on, before it is sent: of several
//! nodes one does, and one that dies meanwhile leaves it to be taken again.

use diesel::prelude::*;

use super::{
    Conn, StoreResult, Tx,
    columns::{from_json, to_json},
    schema::outbox,
};
use crate::domain::{Message, UnixTime, Waiting, Way};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = outbox, treat_none_as_default_value = false)]
struct Row {
    id: String,
    message: String,
    created_at: UnixTime,
    due_at: UnixTime,
    attempts: i32,
}

/// What this node cannot read: a newer one wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    pub id: String,
}

impl TryFrom<Row> for Waiting {
    type Error = Unreadable;

    fn try_from(row: Row) -> Result<Self, Unreadable> {
        let Row { id, message, created_at, due_at, attempts } = row;
        match from_json(&message) {
            Ok(message) => Ok(Self { id, message, created_at, due_at, attempts }),
            Err(_) => Err(Unreadable { id }),
        }
    }
}

/// Due at once.
pub fn insert(tx: &mut Tx<'_>, id: &str, message: &Message, now: UnixTime) -> StoreResult<()> {
    let row = Row { id: id.to_owned(), message: to_json(message), created_at: now, due_at: now, attempts: 0 };
    diesel::insert_into(outbox::table).values(row).execute(&mut **tx)?;
    Ok(())
}

/// How the texts of letters begin: their kind is written first.
const NOTICE: &str = r#"{"kind":"notice",%"#;
const INVITATION: &str = r#"{"kind":"invitation",%"#;

/// At most `limit` that are due, those first that have been tried least: a receiver that hangs holds up nobody else.
pub fn list_due(conn: &mut Conn, way: Way, now: UnixTime, limit: i64) -> StoreResult<Vec<Result<Waiting, Unreadable>>> {
    let rows = outbox::table
        .filter(outbox::due_at.le(now))
        .filter(outbox::message.like(NOTICE).or(outbox::message.like(INVITATION)).eq(way == Way::Mail))
        .order((outbox::attempts, outbox::due_at, outbox::id))
        .limit(limit)
        .select(Row::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(Waiting::try_from).collect())
}

/// `false` when another has taken it, or it has arrived meanwhile.
pub fn take(tx: &mut Tx<'_>, waiting: &Waiting, until: UnixTime) -> StoreResult<bool> {
    let as_read = outbox::table
        .filter(outbox::id.eq(&waiting.id))
        .filter(outbox::due_at.eq(waiting.due_at))
        .filter(outbox::attempts.eq(waiting.attempts));
    let changed = diesel::update(as_read)
        .set((outbox::due_at.eq(until), outbox::attempts.eq(waiting.attempts + 1)))
        .execute(&mut **tx)?;
    Ok(changed == 1)
}

/// Looks at it no sooner, for what no attempt can be made of.
pub fn put_off(tx: &mut Tx<'_>, id: &str, until: UnixTime) -> StoreResult<()> {
    diesel::update(outbox::table.filter(outbox::id.eq(id))).set(outbox::due_at.eq(until)).execute(&mut **tx)?;
    Ok(())
}

/// `false` when it was gone already.
pub fn delete(tx: &mut Tx<'_>, id: &str) -> StoreResult<bool> {
    Ok(diesel::delete(outbox::table.filter(outbox::id.eq(id))).execute(&mut **tx)? == 1)
}

pub fn delete_all(tx: &mut Tx<'_>) -> StoreResult<usize> {
    Ok(diesel::delete(outbox::table).execute(&mut **tx)?)
}

/// Those that are too many once `room` is taken, at most `limit`: what has been tried most often gives way.
/// What cannot be read is left to whoever wrote it.
pub fn list_excess(conn: &mut Conn, room: i64, limit: i64) -> StoreResult<Vec<Waiting>> {
    let rows = outbox::table
        .order((outbox::attempts, outbox::created_at.desc(), outbox::id))
        .offset(room)
        .limit(limit)
        .select(Row::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(Waiting::try_from).filter_map(Result::ok).collect())
}
